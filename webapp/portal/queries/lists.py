"""Public lists: needs, calls, ballots, notices, projects and the money, as published."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from reports.money import Money
from webapp.accounts.models import Area, Organisation, Record
from webapp.ballots.models import PURPOSES, Ballot
from webapp.calls.models import Call
from webapp.core import search
from webapp.core.db import row, rows
from webapp.core.paging import Page, page
from webapp.core.scope import within
from webapp.funding.models import SPENDING_KINDS, Document, Spending, Tranche
from webapp.needs.models import Need
from webapp.needs.queries import CATEGORY
from webapp.projects.models import Activity, BudgetLine, Milestone, Project
from webapp.reviews.models import Notice
from webapp.workflows import NEED, PROJECT

NEED_AREA = sa.select(Area.name).where(Area.code == Need.area_code).scalar_subquery()


@dataclass(frozen=True, slots=True)
class PublicNeed:
    id: int
    number: str
    title: str
    category_label: str
    state: str
    area: str | None
    people: int
    raised_at: datetime

    @property
    def state_label(self) -> str:
        return NEED.states[self.state]


def needs(session: Session, *, q: str = "", area: str = "", after: str | None = None, size: int = 30) -> Page[PublicNeed]:
    """Public needs, newest first."""
    query = sa.select(
        Need.id, Need.number, Need.title, CATEGORY.label("category_label"), Need.state, NEED_AREA.label("area"),
        (Need.voices + Need.same).label("people"), Need.raised_at,
    ).where(Need.public.is_(True), Need.state.not_in(("merged", "withdrawn")), within(Need.area_code, area))  # fmt: skip
    if q:
        query = query.where(search.matches("need", Need.id, q))
    return page(session, PublicNeed, query, (Need.id,), after, size)


@dataclass(frozen=True, slots=True)
class OpenBallot:
    id: int
    title: str
    purpose: str
    opens_at: datetime
    closes_at: datetime
    turnout: int

    @property
    def purpose_label(self) -> str:
        return PURPOSES[self.purpose]


def ballots(session: Session, area: str | None = None, *, limit: int = 6) -> list[OpenBallot]:
    """Ballots open now or soon, those of a resident's own community first to close."""
    query = sa.select(Ballot.id, Ballot.title, Ballot.purpose, Ballot.opens_at, Ballot.closes_at, Ballot.turnout).where(
        Ballot.state == "open"
    )
    if area:
        query = query.where(sa.literal(area).startswith(Ballot.area_code))
    return rows(session, OpenBallot, query.order_by(Ballot.closes_at).limit(limit))


@dataclass(frozen=True, slots=True)
class PublicCall:
    id: int
    number: str
    title: str
    state: str
    organiser: str
    opens_at: datetime
    closes_at: datetime


def calls(session: Session, *, limit: int = 30) -> list[PublicCall]:
    """Published calls, newest first."""
    query = (
        sa.select(Call.id, Call.number, Call.title, Call.state, Organisation.name.label("organiser"), Call.opens_at, Call.closes_at)
        .join(Organisation, Organisation.id == Call.organiser_id)
        .where(Call.state.not_in(("draft", "proposed")))
    )
    return rows(session, PublicCall, query.order_by(Call.id.desc()).limit(limit))


@dataclass(frozen=True, slots=True)
class PublicNotice:
    id: int
    number: str
    title: str
    kind: str
    state: str
    ends_at: datetime


def notices(session: Session, *, limit: int = 30) -> list[PublicNotice]:
    """公示 and 公告, newest first."""
    query = sa.select(Notice.id, Notice.number, Notice.title, Notice.kind, Notice.state, Notice.ends_at)
    return rows(session, PublicNotice, query.order_by(Notice.id.desc()).limit(limit))


@dataclass(frozen=True, slots=True)
class PublicProject:
    id: int
    number: str
    title: str
    state: str
    organisation: str
    granted_fen: Money
    paid_fen: Money
    spent_fen: Money
    persons: int
    visits: int
    named: int
    grade: str

    @property
    def state_label(self) -> str:
        return PROJECT.states[self.state]


PROJECT_ROW: tuple[Any, ...] = (
    Project.id, Project.number, Project.title, Project.state, Organisation.name.label("organisation"), Project.granted_fen,
    Project.paid_fen, Project.spent_fen, Project.persons, Project.visits, Project.named, Project.grade,
)  # fmt: skip


def projects(session: Session, *, after: str | None = None, size: int = 30) -> Page[PublicProject]:
    """Projects awarded, newest first."""
    query = sa.select(*PROJECT_ROW).join(Organisation, Organisation.id == Project.organisation_id)
    return page(session, PublicProject, query, (Project.id,), after, size)


@dataclass(frozen=True, slots=True)
class PublicMilestone:
    title: str
    unit: str
    target: int
    done: int


@dataclass(frozen=True, slots=True)
class PublicActivity:
    title: str
    held_on: Any
    persons: int
    visits: int


@dataclass(frozen=True, slots=True)
class Criticised:
    """公开通报: why, and since when."""

    why: str
    on: date


@dataclass(frozen=True, slots=True)
class ProjectStory:
    project: PublicProject
    milestones: list[PublicMilestone]
    activities: list[PublicActivity]
    needs: list[PublicNeed]
    criticised: list[Criticised]


def project(session: Session, key: int) -> ProjectStory | None:
    """One project as the public sees it: money, goals, activities, and the needs it came from."""
    query = sa.select(*PROJECT_ROW).join(Organisation, Organisation.id == Project.organisation_id).where(Project.id == key)
    found = row(session, PublicProject, query)
    if found is None:
        return None
    goals = sa.select(Milestone.title, Milestone.unit, Milestone.target, Milestone.done).where(Milestone.project_id == key)
    held = sa.select(Activity.title, Activity.held_on, Activity.persons, Activity.visits).where(
        Activity.project_id == key, Activity.state == "held"
    )
    trace = sa.table("trace", sa.column("parent"), sa.column("child"))
    application = sa.select(sa.literal("application:") + sa.cast(Project.application_id, sa.String)).where(Project.id == key)
    parents = sa.select(trace.c.parent).where(trace.c.child.in_(application))
    from_needs = sa.select(
        Need.id, Need.number, Need.title, CATEGORY.label("category_label"), Need.state, NEED_AREA.label("area"),
        (Need.voices + Need.same).label("people"), Need.raised_at,
    ).where(Need.public.is_(True), (sa.literal("need:") + sa.cast(Need.id, sa.String)).in_(parents))  # fmt: skip
    told = sa.select(Record.value, Record.from_day).where(Record.kind == "criticised", Record.subject == f"project:{key}")
    return ProjectStory(
        found,
        rows(session, PublicMilestone, goals.order_by(Milestone.id)),
        rows(session, PublicActivity, held.order_by(Activity.held_on.desc(), Activity.id.desc()).limit(50)),
        rows(session, PublicNeed, from_needs.order_by(Need.id)),
        [Criticised(value["why"], day) for value, day in session.execute(told.order_by(Record.id))],
    )


@dataclass(frozen=True, slots=True)
class Sums:
    """What was granted, paid and spent over all projects, and how many people were served."""

    projects: int
    granted: Money | None
    paid: Money | None
    spent: Money | None
    visits: int | None


def sums(session: Session) -> Sums:
    """The public figures of the platform."""
    query = sa.select(
        sa.func.count(Project.id).label("projects"),
        sa.func.sum(Project.granted_fen).label("granted"),
        sa.func.sum(Project.paid_fen).label("paid"),
        sa.func.sum(Project.spent_fen).label("spent"),
        sa.func.sum(Project.visits).label("visits"),
    )
    return rows(session, Sums, query)[0]


@dataclass(frozen=True, slots=True)
class Received:
    """One payment to a project."""

    id: int
    position: int
    amount_fen: Money
    paid_on: date


@dataclass(frozen=True, slots=True)
class Spent:
    """One accepted spending in public: what for by the budget line, never to whom."""

    id: int
    line: str
    kind: str
    spent_on: date
    amount_fen: Money

    @property
    def kind_label(self) -> str:
        return SPENDING_KINDS[self.kind]


def received(session: Session, project_id: int) -> list[Received]:
    """Every payment to a project, in order."""
    query = sa.select(Tranche.id, Tranche.position, Tranche.amount_fen, Tranche.paid_on)
    return rows(session, Received, query.where(Tranche.project_id == project_id, Tranche.state == "paid").order_by(Tranche.position))


def spent(session: Session, project_id: int, *, after: str | None = None) -> Page[Spent]:
    """Every spending of a project that the bureau accepted, newest first."""
    query = (
        sa.select(Spending.id, BudgetLine.title.label("line"), Document.kind, Spending.spent_on, Spending.amount_fen)
        .join(BudgetLine, BudgetLine.id == Spending.budget_line_id)
        .join(Document, Document.id == Spending.document_id)
        .where(Spending.project_id == project_id, Spending.state == "accepted")
    )
    return page(session, Spent, query, (Spending.id,), after, 20)
