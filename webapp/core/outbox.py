"""Messages as rows, written in the transaction that causes them and sent afterwards by `tick`."""

import json
import subprocess
from collections.abc import Callable, Iterable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from webapp.core.db import Base, Numbered


class Message(Numbered, Base):
    """One message to one person; it stands in the person's inbox and goes out by SMS or mail where those are set up."""

    __tablename__ = "outbox"
    __table_args__ = (sa.Index(None, "person_id", "id"), sa.Index(None, "sent_at"))
    person_id: Mapped[int] = mapped_column(sa.BigInteger)
    subject: Mapped[str] = mapped_column(sa.String(64))
    title: Mapped[str]
    body: Mapped[str]
    at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    read_at: Mapped[datetime | None]


def tell(session: Session, people: Iterable[int], subject: str, title: str, body: str, *, at: datetime) -> None:
    """Leave a message for some people about a subject."""
    for person_id in sorted(set(people)):
        session.add(Message(person_id=person_id, subject=subject, title=title, body=body, at=at))


Port = Callable[[str, str], None]
"""How a short text reaches a telephone: given the number and the words; raises when it could not be handed over."""

_port: list[Port] = []


def open_port(command: str) -> None:
    """Send texts through a program of the installation (`SANSHE_SMS`), which reads {"phone", "text"} on its input."""

    def run(phone: str, words: str) -> None:
        subprocess.run([command], input=json.dumps({"phone": phone, "text": words}), text=True, timeout=20, check=True)

    _port[:] = [run] if command else []


def can_text() -> bool:
    """Whether this installation can send texts."""
    return bool(_port)


def text(phone: str, words: str) -> None:
    """Send one text now; for jobs. Raises LookupError when no port is open."""
    if not _port:
        raise LookupError("no port for texts")
    _port[0](phone, words)


def send_waiting(session: Session, *, at: datetime, limit: int = 500) -> int:
    """Hand waiting messages to the sending port. The default port is the inbox alone, so sending is marking."""
    waiting = session.scalars(sa.select(Message).where(Message.sent_at.is_(None)).order_by(Message.id).limit(limit)).all()
    for message in waiting:
        message.sent_at = at
    return len(waiting)
