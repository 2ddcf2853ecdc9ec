"""The trace: whatever comes out of something says so, so that one sentence can be followed to the last fen."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from webapp.core.db import Base, added


class Trace(Base):
    """`child` came out of `parent`; both are references such as `need:12`."""

    __tablename__ = "trace"
    __table_args__ = (sa.Index(None, "child"),)
    parent: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    child: Mapped[str] = mapped_column(sa.String(64), primary_key=True)


def trace(session: Session, parent: str, child: str) -> None:
    """Say that `child` came out of `parent`; saying it twice is saying it once."""
    added(session, Trace, parent=parent, child=child)


def _walk(start: str, *, down: bool, end_at: str = "") -> sa.Select[tuple[str]]:
    here, there = (Trace.parent, Trace.child) if down else (Trace.child, Trace.parent)
    found = sa.select(there.label("ref")).where(here == start).cte("found", recursive=True)
    further = sa.select(there).join(found, here == found.c.ref)
    if end_at:
        further = further.where(here.not_like(f"{end_at}:%"))
    return sa.select(found.union(further).c.ref)


def descendants(session: Session, ref: str, *, end_at: str = "") -> list[str]:
    """All that came out of something, in one recursive statement.

    `end_at` names a kind that is reached but not followed further: a call answers many needs, and what came out of it
    for the others is not this one's story.
    """
    return list(session.scalars(_walk(ref, down=True, end_at=end_at)))


def ancestors(session: Session, ref: str) -> list[str]:
    """All that something came from."""
    return list(session.scalars(_walk(ref, down=False)))
