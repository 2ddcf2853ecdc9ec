"""Limits counted in the database, so that every web process sees the same count."""

from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from webapp.core.db import Base


class Limit(Base):
    __tablename__ = "limits"
    key: Mapped[str] = mapped_column(sa.String(160), primary_key=True)
    window: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True)
    count: Mapped[int]


def _window(at: datetime, seconds: int) -> int:
    return int(at.astimezone(UTC).timestamp()) // seconds


def hit(session: Session, key: str, *, seconds: int, at: datetime) -> int:
    """Count one more and return the count within the present window."""
    row = session.get(Limit, (key, _window(at, seconds)), with_for_update=True, populate_existing=True)
    if row is None:
        row = Limit(key=key, window=_window(at, seconds), count=0)
        session.add(row)
    row.count += 1
    session.flush()
    return row.count


def count(session: Session, key: str, *, seconds: int, at: datetime) -> int:
    """How many hits the present window has, without adding one."""
    row = session.get(Limit, (key, _window(at, seconds)))
    return row.count if row else 0
