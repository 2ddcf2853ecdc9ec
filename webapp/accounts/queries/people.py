"""People and their duties: one's own, and the directory of those who work here."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from reports.format import mask_name, mask_phone
from webapp.accounts.models import Membership, Organisation, Person
from webapp.accounts.queries.names import in_force
from webapp.core.clock import today
from webapp.core.db import rows
from webapp.core.outbox import Message
from webapp.core.paging import Page, page
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


@dataclass(frozen=True, slots=True)
class _Account:
    id: int
    name: str
    login: str | None
    phone: str | None
    two_steps: bool
    locked_until: datetime | None


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
