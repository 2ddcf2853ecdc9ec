"""Limits counted in the database, so that every web process sees the same count."""

from collections.abc import Sequence
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


def hit_all(session: Session, keys: Sequence[tuple[str, int]], *, at: datetime) -> dict[tuple[str, int], int]:
    """Count one more for each key within its own window of seconds, in one statement; gives the counts."""
    if not keys:
        return {}
    by_row = {(key, _window(at, seconds)): (key, seconds) for key, seconds in keys}
    wanted = [{"key": key, "window": window, "count": 1} for key, window in sorted(by_row)]
    first = inserting(session, Limit).values(wanted)
    counted = first.on_conflict_do_update(index_elements=["key", "window"], set_={"count": Limit.count + 1})
    found = session.execute(counted.returning(Limit.key, Limit.window, Limit.count)).all()
    return {by_row[key, window]: many for key, window, many in found}


def counts(session: Session, keys: Sequence[tuple[str, int]], *, at: datetime) -> dict[tuple[str, int], int]:
    """The counts of several keys within their windows, without adding to them, in one statement."""
    by_row = {(key, _window(at, seconds)): (key, seconds) for key, seconds in keys}
    query = sa.select(Limit.key, Limit.window, Limit.count).where(sa.tuple_(Limit.key, Limit.window).in_(list(by_row)))
    found = {by_row[key, window]: many for key, window, many in session.execute(query)}
    return {one: found.get(one, 0) for one in keys}


def count(session: Session, key: str, *, seconds: int, at: datetime) -> int:
    """How many hits the present window has, without adding one."""
    query = sa.select(Limit.count).where(Limit.key == key, Limit.window == _window(at, seconds))
    return session.scalar(query) or 0
