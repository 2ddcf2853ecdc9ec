"""Organisations and their record, people and their duties, and the journal as those see it who watch over it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from reports.format import mask_name, mask_phone
from webapp.accounts.models import ORGANISATION_KINDS, Area, Membership, Organisation, Person, Record
from webapp.accounts.queries.names import Named, in_force
from webapp.core import search
from webapp.core.clock import end_of, start_of, today
from webapp.core.db import rows
from webapp.core.journal import Entry
from webapp.core.outbox import Message
from webapp.core.paging import Page, page
from webapp.core.scope import Viewer, guarded, visible
from webapp.permissions import roles_for
from webapp.workflows import ROLES


@dataclass(frozen=True, slots=True)
class Duty:
    """One membership as its holder sees it."""

    id: int
    role: str
    organisation_id: int
    organisation: str
    from_day: date
    until_day: date | None
    deputy: str | None
    away_from: date | None
    away_until: date | None

    @property
    def label(self) -> str:
        return ROLES[self.role]


def duties_of(session: Session, person_id: int, *, at: datetime) -> list[Duty]:
    """The memberships a person holds now or will hold."""
    deputy = sa.orm.aliased(Person)
    query = (
        sa.select(
            Membership.id, Membership.role, Membership.organisation_id, Organisation.name.label("organisation"),
            Membership.from_day, Membership.until_day, deputy.name.label("deputy"), Membership.away_from, Membership.away_until,
        )
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .outerjoin(deputy, deputy.id == Membership.deputy_id)
        .where(Membership.person_id == person_id, sa.or_(Membership.until_day.is_(None), Membership.until_day >= today(at)))
    )  # fmt: skip
    return rows(session, Duty, query.order_by(Membership.id))


@dataclass(frozen=True, slots=True)
class Account:
    """One's own account."""

    id: int
    name: str
    login: str | None
    phone: str | None
    area_code: str | None
    texts: bool
    two_steps: bool
    has_password: bool
    erase_asked_at: datetime | None

    @property
    def masked_phone(self) -> str:
        return mask_phone(self.phone or "")


def account_of(session: Session, person_id: int) -> Account:
    """The account of a person."""
    query = sa.select(
        Person.id,
        Person.name,
        Person.login,
        Person.phone,
        Person.area_code,
        Person.texts,
        Person.totp_secret.is_not(None).label("two_steps"),
        Person.password.is_not(None).label("has_password"),
        Person.erase_asked_at,
    )
    return rows(session, Account, query.where(Person.id == person_id))[0]


@dataclass(frozen=True, slots=True)
class OrganisationRow:
    """One organisation in the list."""

    id: int
    name: str
    kind: str
    area: str | None
    area_code: str
    grade: str
    credit_code: str | None

    @property
    def kind_label(self) -> str:
        return ORGANISATION_KINDS.get(self.kind, self.kind)


@dataclass(frozen=True, slots=True)
class OrganisationPage:
    """One organisation as its page shows it; the bank account comes masked, beside it."""

    id: int
    name: str
    kind: str
    credit_code: str | None
    area_code: str
    registered_on: date | None
    grade: str
    annual_check: str
    legal_representative: str
    address: str
    phone: str
    bank_name: str
    host_id: int | None
    host: str | None

    @property
    def kind_label(self) -> str:
        return ORGANISATION_KINDS.get(self.kind, self.kind)


def organisation_of(session: Session, organisation_id: int) -> OrganisationPage:
    """One organisation, with the name of its 挂靠单位."""
    host = sa.orm.aliased(Organisation)
    columns = ("id", "name", "kind", "credit_code", "area_code", "registered_on", "grade", "annual_check",
               "legal_representative", "address", "phone", "bank_name", "host_id")  # fmt: skip
    query = sa.select(*(getattr(Organisation, name) for name in columns), host.name.label("host"))
    query = query.outerjoin(host, host.id == Organisation.host_id)
    return rows(session, OrganisationPage, query.where(Organisation.id == organisation_id))[0]


AREA = sa.select(Area.name).where(Area.code == Organisation.area_code).scalar_subquery()


def organisations(session: Session, viewer: Viewer, *, q: str = "", kind: str = "", after: str | None = None) -> Page[OrganisationRow]:
    """The organisations one may see, newest first; `q` is a credit code or two characters of the name."""
    query = sa.select(
        Organisation.id,
        Organisation.name,
        Organisation.kind,
        AREA.label("area"),
        Organisation.area_code,
        Organisation.grade,
        Organisation.credit_code,
    ).where(visible(viewer, Organisation, roles_for("organisation.list")))
    if q:
        query = query.where(sa.or_(Organisation.credit_code == q.upper(), search.matches(Organisation.REF, Organisation.id, q)))
    if kind:
        query = query.where(Organisation.kind == kind)
    return page(session, OrganisationRow, query, [Organisation.id], after)


@dataclass(frozen=True, slots=True)
class RecordRow:
    """One line of an organisation's record."""

    id: int
    kind: str
    subject: str
    value: dict[str, Any]
    from_day: date
    until_day: date | None
    source: str
    at: datetime

    @property
    def label(self) -> str:
        return Record.KINDS.get(self.kind, self.kind)


def records(session: Session, organisation_id: int, kind: str | None = None, at: datetime | None = None) -> list[RecordRow]:
    """An organisation's record, newest first; of one kind; with `at`, only what is in force that day."""
    query = sa.select(
        Record.id,
        Record.kind,
        Record.subject,
        Record.value,
        Record.from_day,
        Record.until_day,
        Record.source,
        Record.at,
    ).where(Record.organisation_id == organisation_id)
    if kind is not None:
        query = query.where(Record.kind == kind)
    if at is not None:
        day = today(at)
        query = query.where(Record.from_day <= day, sa.or_(Record.until_day.is_(None), Record.until_day >= day))
    return rows(session, RecordRow, query.order_by(Record.from_day.desc(), Record.id.desc()))


@dataclass(frozen=True, slots=True)
class Held:
    """Who does what in an organisation."""

    name: str
    role: str
    from_day: date

    @property
    def label(self) -> str:
        return ROLES[self.role]


def staff_of(session: Session, organisation_id: int, *, at: datetime) -> list[Held]:
    """The people who hold a role in an organisation today."""
    query = (
        sa.select(Person.name, Membership.role, Membership.from_day)
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.organisation_id == organisation_id, in_force(today(at)))
    )
    return rows(session, Held, query.order_by(Membership.id).limit(100))


@dataclass(frozen=True, slots=True)
class Post:
    """A role somebody holds, by its membership."""

    id: int
    label: str


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One account as the administrator sees it: phones masked, and the names of residents too."""

    id: int
    name: str
    login: str
    phone: str
    duties: tuple[Post, ...]
    two_steps: bool
    locked: bool


def people(session: Session, *, q: str = "", after: str | None = None, at: datetime) -> Page[PersonRow]:
    """The accounts, newest first; `q` is the beginning of a login name or a part of a name. Two statements."""
    query = sa.select(
        Person.id,
        Person.name,
        Person.login,
        Person.phone,
        Person.totp_secret.is_not(None).label("two_steps"),
        Person.locked_until,
    )
    if q:
        query = query.where(sa.or_(Person.login.startswith(q, autoescape=True), Person.name.contains(q, autoescape=True)))
    found = page(session, _Account, query, [Person.id], after)
    held: dict[int, list[Post]] = {}
    duties = (
        sa.select(Membership.id, Membership.person_id, Membership.role, Organisation.name)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(Membership.person_id.in_([one.id for one in found.rows]), in_force(today(at)))
        .order_by(Membership.id)
    )
    for key, person_id, role, where in session.execute(duties):
        held.setdefault(person_id, []).append(Post(key, f"{where} {ROLES[role]}"))
    return Page(
        [
            PersonRow(
                one.id, one.name if one.id in held or one.login else mask_name(one.name), one.login or "", mask_phone(one.phone or ""),
                tuple(held.get(one.id, ())), one.two_steps, one.locked_until is not None and one.locked_until > at,
            )
            for one in found.rows
        ],
        found.next,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class PersonPage:
    """One account as who keeps accounts sees it."""

    id: int
    name: str
    login: str
    phone: str
    two_steps: bool
    must_change: bool
    locked: bool
    erase_asked_at: datetime | None


def person_of(person: Person, *, at: datetime) -> PersonPage:
    """An account without what is not the administrator's: the phone masked, a resident's name too."""
    return PersonPage(
        person.id, person.name if person.login else mask_name(person.name), person.login or "", mask_phone(person.phone or ""),
        person.totp_secret is not None, person.must_change, person.locked_until is not None and person.locked_until > at,
        person.erase_asked_at,
    )  # fmt: skip


def offices_named(session: Session, q: str, *, limit: int = 30) -> list[Named]:
    """Organisations whose name has the words, for giving a duty."""
    query = sa.select(Organisation.id, Organisation.name).where(Organisation.name.contains(q, autoescape=True))
    return rows(session, Named, query.order_by(Organisation.id).limit(limit)) if q else []


def _about_me(session: Session, person_id: int) -> list[dict[str, Any]]:
    person = session.get_one(Person, person_id)
    return [
        {
            "姓名": person.name, "登录名": person.login or "", "手机号": person.phone or "", "出生日期": person.born_on,
            "居住社区": person.area_code or "", "短信提醒": person.texts,
        }
    ]  # fmt: skip


def _my_duties(session: Session, person_id: int) -> list[dict[str, Any]]:
    query = (
        sa.select(Organisation.name, Membership.role, Membership.from_day, Membership.until_day)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(Membership.person_id == person_id)
    )
    return [
        {"单位": where, "岗位": ROLES[role], "从": since, "到": until}
        for where, role, since, until in session.execute(query.order_by(Membership.id))
    ]


def _my_messages(session: Session, person_id: int) -> list[dict[str, Any]]:
    query = sa.select(Message.title, Message.body, Message.at).where(Message.person_id == person_id).order_by(Message.id)
    return [{"标题": title, "内容": body, "时间": at} for title, body, at in session.execute(query)]


MINE = {"账号": _about_me, "岗位": _my_duties, "消息": _my_messages}


@dataclass(frozen=True, slots=True)
class _Account:
    id: int
    name: str
    login: str | None
    phone: str | None
    two_steps: bool
    locked_until: datetime | None


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
