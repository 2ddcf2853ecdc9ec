"""Idempotency: a form carries a token, and the same token sent twice does its work once."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from webapp.core.db import Base


class Once(Base):
    __tablename__ = "once"
    token: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    by: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    location: Mapped[str | None]
    at: Mapped[datetime] = mapped_column(index=True)


def first_time(session: Session, token: str, by: str, at: datetime) -> str | None:
    """None when the token is new (it is now taken); otherwise where the first answer sent the person."""
    found = session.get(Once, (token, by))
    if found is not None:
        return found.location or "/"
    session.add(Once(token=token, by=by, at=at))
    session.flush()
    return None


def answered(session: Session, token: str, by: str, location: str | None) -> None:
    """Keep where the first answer sent the person, for a second sending."""
    if (found := session.get(Once, (token, by))) is not None:
        found.location = location
