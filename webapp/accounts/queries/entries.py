"""The journal as those see it who watch over it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.accounts.models import Membership, Person
from webapp.core.clock import end_of, start_of
from webapp.core.journal import Entry
from webapp.core.paging import Page, page
from webapp.core.scope import guarded


@dataclass(frozen=True, slots=True)
class Step:
    """One entry of the journal for those who watch over it: references, no words anybody wrote."""

    id: int
    subject: str
    number: int
    step: str
    before: str | None
    after: str | None
    by: str
    on_behalf: str | None
    at: datetime


def journal(
    session: Session, *, subjects: Collection[str] = (), by: Collection[str] = (), day: date | None = None, after: str | None = None
) -> Page[Step]:
    """The journal, newest first, of some subjects, some people, one day, or all of it; never with notes or data."""
    query = sa.select(
        Entry.id, Entry.subject, Entry.number, Entry.step, Entry.before, Entry.after, Entry.by, Entry.on_behalf, Entry.at
    )  # fmt: skip
    if subjects:
        query = query.where(Entry.subject.in_(subjects))
    if by:
        query = query.where(Entry.by.in_(by))
    if day is not None:
        query = query.where(Entry.at >= start_of(day), Entry.at < end_of(day))
    return page(session, Step, query, [Entry.id], after)


def refs_numbered(session: Session, number: str) -> list[str]:
    """The objects that bear a number people know (X2026-0001, G2026-0003 …), in one statement."""
    found = [
        sa.select(sa.literal(model.REF, sa.String), model.id).where(model.number == number)
        for model in sorted(guarded(), key=lambda one: one.REF)
        if "number" in sa.inspect(model).columns and isinstance(sa.inspect(model).columns["number"].type, sa.String)
    ]
    return [f"{name}:{key}" for name, key in session.execute(sa.union_all(*found))]


def staff_called(session: Session, name: str) -> list[str]:
    """Those who act for an organisation under a name."""
    query = sa.select(Person.id).where(Person.name == name, Person.id.in_(sa.select(Membership.person_id)))
    return [f"person:{key}" for key in session.scalars(query.order_by(Person.id).limit(20))]


def staff_names(session: Session, refs: Iterable[str]) -> dict[str, str]:
    """The names of those who act for an organisation; residents stay references."""
    keys = [int(key) for kind, _, key in (ref.partition(":") for ref in set(refs)) if kind == "person" and key.isdecimal()]
    if not keys:
        return {}
    query = sa.select(Person.id, Person.name).where(
        Person.id.in_(keys), Person.id.in_(sa.select(Membership.person_id).where(Membership.person_id.in_(keys)))
    )
    return {f"person:{key}": name for key, name in session.execute(query)}
