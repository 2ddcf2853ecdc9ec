"""The journal: one entry for each business change, in the same transaction, chained by hash per subject.

Entries name people and objects by reference and hold no personal text. What somebody wrote (a note) lies beside the
entry and is hashed with a salt, so that it can be erased one day and the chain still verifies.
"""

import functools
import hashlib
import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from webapp.core.clock import end_of
from webapp.core.db import Base, Numbered, added, inserting, made

ALGORITHM = "sha256"
WAIT = timedelta(minutes=1)


class Entry(Numbered, Base):
    """Who, for whom, when, what, from, to; `hash` covers all of it and the entry before."""

    __tablename__ = "journal"
    __table_args__ = (
        sa.UniqueConstraint("subject", "number", name="subject_number"),
        sa.Index(None, "at"),
        sa.Index(None, "by", "id"),
    )
    subject: Mapped[str] = mapped_column(sa.String(64))
    number: Mapped[int]
    step: Mapped[str] = mapped_column(sa.String(40))
    before: Mapped[str | None] = mapped_column(sa.String(24))
    after: Mapped[str | None] = mapped_column(sa.String(24))
    by: Mapped[str] = mapped_column(sa.String(64))
    on_behalf: Mapped[str | None] = mapped_column(sa.String(64))
    at: Mapped[datetime]
    data: Mapped[dict[str, Any]]
    note_digest: Mapped[str | None] = mapped_column(sa.String(64))
    prev: Mapped[str] = mapped_column(sa.String(64))
    hash: Mapped[str] = mapped_column(sa.String(64))
    algorithm: Mapped[str] = mapped_column(sa.String(16))


class Note(Base):
    """The words that go with an entry; may be erased, the entry stays whole."""

    __tablename__ = "journal_notes"
    entry_id: Mapped[int] = mapped_column(sa.ForeignKey("journal.id"), primary_key=True)
    salt: Mapped[str] = mapped_column(sa.String(32))
    text: Mapped[str]


class Head(Base):
    """The end of one subject's chain; locked while an entry is added."""

    __tablename__ = "journal_heads"
    subject: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    number: Mapped[int]
    hash: Mapped[str] = mapped_column(sa.String(64))
    at: Mapped[datetime] = mapped_column(index=True)
    sealed_on: Mapped[date | None]


class Seal(Base):
    """One day's root over every chain head that had moved since the last seal."""

    __tablename__ = "journal_seals"
    day: Mapped[date] = mapped_column(primary_key=True)
    root: Mapped[str] = mapped_column(sa.String(64))
    heads: Mapped[list[Any]]
    algorithm: Mapped[str] = mapped_column(sa.String(16))


def digest(text: str) -> str:
    """SHA-256 of a text, as hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def canonical(value: Any) -> str:
    """JSON with one spelling only, for hashing."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)


def _hash(entry: Entry) -> str:
    at = entry.at.astimezone(UTC).isoformat(timespec="microseconds")
    return digest(
        canonical(
            [
                entry.prev, entry.subject, entry.number, entry.step, entry.before, entry.after,
                entry.by, entry.on_behalf, at, entry.data, entry.note_digest,
            ]
        )
    )  # fmt: skip


def record(
    session: Session,
    subject: str,
    step: str,
    *,
    by: str,
    at: datetime,
    before: str | None = None,
    after: str | None = None,
    data: dict[str, Any] | None = None,
    note: str = "",
    on_behalf: str | None = None,
) -> Entry:
    """Add one entry to a subject's chain.

    `data` holds references, codes and numbers only; anything a person typed goes into `note`.
    Raises ValueError when `at` lies before the chain's last entry: time only moves forward. Two requests that waited for
    one another may have begun in the other order; within `WAIT` the later one is written at the earlier one's moment.
    """
    head = session.get(Head, subject, with_for_update=True, populate_existing=True)
    if head is None:
        first = inserting(session, Head).values(subject=subject, number=0, hash="", at=at)
        begun = first.on_conflict_do_update(index_elements=["subject"], set_={"subject": subject})  # or wait for who began it
        head = session.scalars(begun.returning(Head), execution_options={"populate_existing": True}).one()
    if head.at - WAIT < at < head.at:
        at = head.at
    if at < head.at:
        raise ValueError(f"{subject}: {at} 早于上一条记录 {head.at}")
    salt = secrets.token_hex(16)
    entry = Entry(
        subject=subject,
        number=head.number + 1,
        step=step,
        before=before,
        after=after,
        by=by,
        on_behalf=on_behalf,
        at=at,
        data=json.loads(canonical(data or {})),
        note_digest=digest(salt + note) if note else None,
        prev=head.hash,
        algorithm=ALGORITHM,
    )
    entry.hash = _hash(entry)
    head.number, head.hash, head.at, head.sealed_on = entry.number, entry.hash, at, None
    session.add(entry)
    session.flush()
    if note:
        session.add(Note(entry_id=entry.id, salt=salt, text=note))
    return entry


@dataclass(frozen=True, slots=True)
class Line:
    """One entry as pages show it."""

    id: int
    subject: str
    number: int
    step: str
    before: str | None
    after: str | None
    by: str
    on_behalf: str | None
    at: datetime
    data: dict[str, Any]
    note: str | None


@functools.cache
def _story(newest_first: bool) -> sa.Select[Any]:
    """Built once: nearly every page tells a story."""
    order = (Entry.at.desc(), Entry.id.desc()) if newest_first else (Entry.at, Entry.id)
    return (
        sa.select(
            Entry.id, Entry.subject, Entry.number, Entry.step, Entry.before, Entry.after,
            Entry.by, Entry.on_behalf, Entry.at, Entry.data, Note.text.label("note"),
        )
        .outerjoin(Note, Note.entry_id == Entry.id)
        .where(Entry.subject.in_(sa.bindparam("subjects", expanding=True)))
        .order_by(*order)
        .limit(sa.bindparam("most"))
    )  # fmt: skip


def lines(session: Session, subjects: list[str], *, newest_first: bool = True, limit: int = 200) -> list[Line]:
    """The story of some subjects, in one statement."""
    return made(Line, session.execute(_story(newest_first), {"subjects": subjects, "most": limit}))


def seal_day(session: Session, day: date) -> Seal | None:
    """Seal every chain head that moved since it was sealed last; None when none did or the day has its seal.

    A head that somebody is just adding to is not waited for; the next day's seal has it.
    """
    if session.get(Seal, day) is not None:
        return None
    moved = session.scalars(
        sa.select(Head)
        .where(Head.sealed_on.is_(None), Head.at < end_of(day))
        .order_by(Head.subject)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    ).all()
    if not moved:
        return None
    heads = [[head.subject, head.number, head.hash] for head in moved]
    root = digest(canonical(heads))
    if not added(session, Seal, day=day, root=root, heads=heads, algorithm=ALGORITHM):
        return None
    for head in moved:
        head.sealed_on = day
    return session.get_one(Seal, day)


def _end(subject: str, last: tuple[int, str], head: tuple[int | None, str | None]) -> Iterator[str]:
    """Whether the head of a subject's chain names its last entry."""
    if head == (None, None):
        yield f"{subject} 没有链头"
    elif head != last:
        yield f"{subject} 链头与最后一条不符"


def faults(session: Session) -> Iterator[str]:
    """Every break found: an entry changed, missing or added, a note changed, a head or a seal that does not fit.

    Entries come subject by subject with their head, so that nothing is held however long the journal is.
    """
    subject, number, last = "", 0, ""
    head: tuple[int | None, str | None] = (0, "")
    query = sa.select(Entry, Head.number, Head.hash).outerjoin(Head, Head.subject == Entry.subject).order_by(Entry.subject, Entry.number)
    for entry, ended, ending in session.execute(query.execution_options(yield_per=200)):
        if entry.subject != subject:
            if subject:
                yield from _end(subject, (number, last), head)
            subject, number, last = entry.subject, 0, ""
            head = (ended, ending)
        number += 1
        if entry.number != number or entry.prev != last:
            yield f"{entry.subject} 第 {entry.number} 条与前一条不相接"
            number = entry.number
        if _hash(entry) != entry.hash:
            yield f"{entry.subject} 第 {entry.number} 条（{entry.step}）内容被改动"
        last = entry.hash
    if subject:
        yield from _end(subject, (number, last), head)
    without = sa.select(Head.subject).where(~sa.exists().where(Entry.subject == Head.subject))
    for found in session.scalars(without):
        yield f"{found} 链头与最后一条不符"
    notes = sa.select(Entry, Note).join(Note, Note.entry_id == Entry.id).execution_options(yield_per=200)
    for entry, note in session.execute(notes):
        if digest(note.salt + note.text) != entry.note_digest:
            yield f"{entry.subject} 第 {entry.number} 条的附言被改动"
    for seal in session.scalars(sa.select(Seal).execution_options(yield_per=1)):  # a day's heads may be a million
        if digest(canonical(seal.heads)) != seal.root:
            yield f"{seal.day} 的日封被改动"
