"""Reads of the sealed queue; each is scoped to the 专办人 who looks."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.accounts.models import Membership, Organisation, Person
from webapp.accounts.queries import in_force
from webapp.core.clock import today
from webapp.core.db import rows
from webapp.core.paging import Page, page
from webapp.core.scope import Viewer, visible, within
from webapp.core.workflow import FactsOf
from webapp.permissions import roles_for
from webapp.urgent.models import KINDS, Report
from webapp.urgent.rules import ReportFacts
from webapp.workflows import URGENT


def facts_of_report(session: Session, report: Report, by: Viewer, at: datetime) -> ReportFacts:
    return ReportFacts(report.reported_to, report.reported_at, report.at, at)


FACTS: dict[str, FactsOf] = {"urgent": facts_of_report}


@dataclass(frozen=True, slots=True)
class ReportRow:
    """One report in the queue: never its words."""

    id: int
    number: str
    title: str
    kind: str
    state: str
    at: datetime
    due_at: datetime | None
    disclaimed: bool

    @property
    def kind_label(self) -> str:
        return KINDS[self.kind]

    @property
    def state_label(self) -> str:
        return URGENT.states[self.state]


def listed(session: Session, viewer: Viewer, *, after: str | None = None) -> Page[ReportRow]:
    """The queue of one's area, newest first."""
    query = sa.select(Report.id, Report.number, Report.title, Report.kind, Report.state, Report.at, Report.due_at, Report.disclaimed).where(
        visible(viewer, Report, roles_for("urgent.index"))
    )
    return page(session, ReportRow, query, (Report.id,), after)


@dataclass(frozen=True, slots=True)
class ReaderRow:
    """A 专办人 by the membership that makes one."""

    id: int
    name: str
    organisation: str


def readers_in(session: Session, prefix: str, *, at: datetime) -> list[ReaderRow]:
    """The 专办人 named within an area."""
    code = sa.func.coalesce(Membership.area_code, Organisation.area_code)
    query = (
        sa.select(Membership.id, Person.name, Organisation.name.label("organisation"))
        .join(Person, Person.id == Membership.person_id)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(Membership.role == "urgent_reader", in_force(today(at)), within(code, prefix))
    )
    return rows(session, ReaderRow, query.order_by(Organisation.area_code, Membership.id).limit(200))


def has_readers(session: Session, area_code: str, *, at: datetime) -> bool:
    """Whether somebody would read a report of a community."""
    code = sa.func.coalesce(Membership.area_code, Organisation.area_code)
    found = (
        sa.select(Membership.id)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(Membership.role == "urgent_reader", in_force(today(at)), sa.literal(area_code).startswith(code))
    )
    return session.scalar(found.limit(1)) is not None
