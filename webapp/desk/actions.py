"""Verbs of the desk: messages are read."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.core.outbox import Message


def mark_read(session: Session, message: Message, *, at: datetime) -> None:
    """A message was opened."""
    if message.read_at is None:
        message.read_at = at
        session.flush()


def mark_all_read(session: Session, person_id: int, *, at: datetime) -> None:
    """All of one's messages were seen."""
    session.execute(sa.update(Message).where(Message.person_id == person_id, Message.read_at.is_(None)).values(read_at=at))
