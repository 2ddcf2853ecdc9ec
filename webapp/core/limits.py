"""Limits counted in the database, so that every web process sees the same count."""

from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from webapp.core.db import Base, inserting


class Limit(Base):
    __tablename__ = "limits"
    key: Mapped[str] = mapped_column(sa.String(160), primary_key=True)
    window: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True)
    count: Mapped[int]


def _window(at: datetime, seconds: int) -> int:
    return int(at.astimezone(UTC).timestamp()) // seconds


def hit(session: Session, key: str, *, seconds: int, at: datetime) -> int:
    """Count one more and return the count within the present window."""
    first = inserting(session, Limit).values(key=key, window=_window(at, seconds), count=1)
    counted = first.on_conflict_do_update(index_elements=["key", "window"], set_={"count": Limit.count + 1})
    found: int = session.scalars(counted.returning(Limit.count)).one()
    return found


def count(session: Session, key: str, *, seconds: int, at: datetime) -> int:
    """How many hits the present window has, without adding one."""
    query = sa.select(Limit.count).where(Limit.key == key, Limit.window == _window(at, seconds))
    return session.scalar(query) or 0
