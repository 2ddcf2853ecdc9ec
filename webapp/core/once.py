"""Idempotency: a form carries a token, and the same token sent twice does its work once."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from webapp.core.db import Base, added


class Once(Base):
    __tablename__ = "once"
    token: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    by: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    location: Mapped[str | None]
    at: Mapped[datetime] = mapped_column(index=True)


def first_time(session: Session, token: str, by: str, at: datetime) -> str | None:
    """None when the token is new (it is now taken); otherwise where the first answer sent the person.

    A second sending that comes while the first is still being done waits for it: when the first is kept, it is led to
    the first's answer; when the first is undone, it is the first.
    """
    if added(session, Once, token=token, by=by, at=at):
        return None
    return session.scalar(sa.select(Once.location).where(Once.token == token, Once.by == by)) or "/"


def answered(session: Session, token: str, by: str, location: str | None) -> None:
    """Keep where the first answer sent the person, for a second sending."""
    session.execute(sa.update(Once).where(Once.token == token, Once.by == by).values(location=location))
