"""Organisations, their record and their staff."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.accounts.models import ORGANISATION_KINDS, Area, Membership, Organisation, Person, Record
from webapp.accounts.queries.names import Named, in_force
from webapp.core import search, settings
from webapp.core.clock import today
from webapp.core.db import rows
from webapp.core.paging import Page, page
from webapp.core.scope import Viewer, visible
from webapp.permissions import roles_for
from webapp.workflows import ROLES


@dataclass(frozen=True, slots=True)
class OrganisationRow:
    """One organisation in the list."""

    id: int
    name: str
    kind: str
    area: str | None
    area_code: str
    grade: str
    sector: str
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
    sector: str
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
    columns = ("id", "name", "kind", "credit_code", "area_code", "registered_on", "grade", "sector", "annual_check",
               "legal_representative", "address", "phone", "bank_name", "host_id")  # fmt: skip
    query = sa.select(*(getattr(Organisation, name) for name in columns), host.name.label("host"))
    query = query.outerjoin(host, host.id == Organisation.host_id)
    return rows(session, OrganisationPage, query.where(Organisation.id == organisation_id))[0]


AREA = sa.select(Area.name).where(Area.code == Organisation.area_code).scalar_subquery()


@dataclass(frozen=True, slots=True)
class Sector:
    """One 板块, and how many of the organisations one sees are filed under it."""

    code: str
    label: str
    colour: str
    count: int = 0


def sectors(session: Session, *, at: datetime, area: str = "", viewer: Viewer | None = None) -> list[Sector]:
    """The 板块 in force in an area, in their order; counted when a viewer is given."""
    counted: dict[str, int] = {}
    if viewer is not None:
        query = sa.select(Organisation.sector, sa.func.count()).where(visible(viewer, Organisation, roles_for("organisation.list")))
        filed = session.execute(query.where(Organisation.sector != "").group_by(Organisation.sector)).all()
        counted = {str(row[0]): int(row[1]) for row in filed}
    return [
        Sector(one["code"], one["label"], one["colour"], counted.get(one["code"], 0))
        for one in settings.value(session, "organisation.sectors", at=at, area=area)
    ]


def listing(viewer: Viewer, *, q: str = "", kind: str = "", sector: str = "") -> sa.Select[Any]:
    """The query of the organisations one may see, an `OrganisationRow` each; `q` is a credit code or two characters of the name."""
    query: sa.Select[Any] = sa.select(
        Organisation.id,
        Organisation.name,
        Organisation.kind,
        AREA.label("area"),
        Organisation.area_code,
        Organisation.grade,
        Organisation.sector,
        Organisation.credit_code,
    ).where(visible(viewer, Organisation, roles_for("organisation.list")))
    if q:
        query = query.where(sa.or_(Organisation.credit_code == q.upper(), search.matches(Organisation.REF, Organisation.id, q)))
    if kind:
        query = query.where(Organisation.kind == kind)
    if sector:
        query = query.where(Organisation.sector == sector)
    return query


def organisations(
    session: Session, viewer: Viewer, *, q: str = "", kind: str = "", sector: str = "", after: str | None = None
) -> Page[OrganisationRow]:
    """The organisations one may see, newest first."""
    return page(session, OrganisationRow, listing(viewer, q=q, kind=kind, sector=sector), [Organisation.id], after)


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
        """What it is, with the grade where it is one: 绩效等级：优."""
        words, grade = Record.KINDS.get(self.kind, self.kind), self.value.get("grade")
        return f"{words}：{grade}" if grade and self.kind in ("grade", "midterm") else words


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


def offices_named(session: Session, q: str, *, limit: int = 30) -> list[Named]:
    """Organisations whose name has the words, for giving a duty."""
    query = sa.select(Organisation.id, Organisation.name).where(Organisation.name.contains(q, autoescape=True))
    return rows(session, Named, query.order_by(Organisation.id).limit(limit)) if q else []
