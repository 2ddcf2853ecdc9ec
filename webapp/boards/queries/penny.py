"""追溯一分钱: from one payment or spending back to the sentence a resident said, and on to what the neighbours thought of it.

Everybody may follow the money; each step says to the public what is public, and to who answers for it what it knows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from reports.money import Money
from webapp.accounts.models import Area, Organisation
from webapp.ballots.models import Ballot
from webapp.boards.queries.found import SPENDING_PUBLIC, TRANCHE_PUBLIC, spending_reached, tranche_reached
from webapp.boards.queries.reach import projects
from webapp.calls.models import FUND_KINDS, Call, Fund
from webapp.core.db import row, rows
from webapp.core.scope import Viewer, visible
from webapp.core.trace import Trace
from webapp.evaluation.models import KINDS, Evaluation
from webapp.funding.models import SPENDING_KINDS, Document, Spending, Tranche
from webapp.needs.models import Need, Wording
from webapp.needs.queries import CATEGORY
from webapp.permissions import roles_for
from webapp.projects.models import Activity, BudgetLine, Project
from webapp.reviews.models import Result
from webapp.workflows import NEED, PROJECT, SPENDING, TRANCHE

PUBLISHED = ("announced", "awarded")
"""States of a call from which on its results are public."""
SHOWN = 12


@dataclass(frozen=True, slots=True)
class Spent:
    """The document: what was bought, when and for how much. The number is for who may read the claim; whom it was paid, for nobody here."""

    id: int
    kind: str
    number: str | None
    face_fen: Money | None
    line: str
    spent_on: date
    amount_fen: Money
    state: str
    project_id: int
    activity: str | None
    held_on: date | None
    place: str | None
    persons: int | None
    visits: int | None
    inside: bool

    @property
    def kind_label(self) -> str:
        return SPENDING_KINDS[self.kind]

    @property
    def state_label(self) -> str:
        return SPENDING.states[self.state]


@dataclass(frozen=True, slots=True)
class Paid:
    """A payment to the project."""

    id: int
    title: str
    position: int
    amount_fen: Money
    state: str
    paid_on: date | None
    bank_reference: str | None
    project_id: int
    inside: bool

    @property
    def state_label(self) -> str:
        return TRANCHE.states[self.state]


@dataclass(frozen=True, slots=True)
class Awarded:
    """The project, and how it came to the money."""

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
    grade: str
    application_id: int
    call_id: int
    call: str
    fund: str
    fund_kind: str
    fund_year: int
    rank: int | None
    combined: int | None
    """Of a result that is public, or whose ranking the viewer may read."""
    inside: bool

    @property
    def state_label(self) -> str:
        return PROJECT.states[self.state]

    @property
    def fund_label(self) -> str:
        return FUND_KINDS[self.fund_kind]


@dataclass(frozen=True, slots=True)
class Asked:
    """A need behind the project, with the words that stand for what was said: the released wording, never the 原话."""

    id: int
    number: str
    title: str
    words: str
    category_label: str
    area: str | None
    state: str
    people: int
    voted: int | None
    ranked: int | None
    rating: int | None
    public: bool
    inside: bool

    @property
    def state_label(self) -> str:
        return NEED.states[self.state]


@dataclass(frozen=True, slots=True)
class Voted:
    """A ballot that was counted: of the needs, of the projects, of the results."""

    id: int
    title: str
    purpose: str
    turnout: int
    mean: int | None
    """Of a ballot on results: stars on average, in hundredths."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A confirmed evaluation; what the residents gave of it, for who reads the project."""

    kind: str
    total: int | None
    residents_score: int | None
    residents_n: int

    @property
    def kind_label(self) -> str:
        return KINDS[self.kind]


@dataclass(frozen=True, slots=True)
class Penny:
    """The whole way, both ends included. `hidden` needs stand behind it that the viewer may not see."""

    spent: Spent | None
    paid: Paid | None
    payments: Sequence[Paid]
    """Every payment the project received."""
    uses: Sequence[Spent]
    """Of a payment: what the project has spent, newest first."""
    project: Awarded
    needs: Sequence[Asked]
    hidden: int
    ballots: Sequence[Voted]
    judged: Sequence[Judged]


def _kept(inside: sa.ColumnElement[bool], column: Any, name: str) -> Any:
    """A column only for who reaches the row; for others it is not read."""
    return sa.type_coerce(sa.case((inside, column), else_=sa.null()), column.type).label(name)


def _spendings(viewer: Viewer) -> sa.Select[*tuple[object, ...]]:
    inside = spending_reached(viewer)
    return (
        sa.select(
            Spending.id, Document.kind, _kept(inside, Document.number, "number"), _kept(inside, Document.face_fen, "face_fen"),
            BudgetLine.title.label("line"), Spending.spent_on, Spending.amount_fen, Spending.state, Spending.project_id,
            Activity.title.label("activity"), Activity.held_on, _kept(inside, Activity.place, "place"), Activity.persons, Activity.visits,
            inside.label("inside"),
        )
        .join(Document, Document.id == Spending.document_id)
        .join(BudgetLine, BudgetLine.id == Spending.budget_line_id)
        .outerjoin(Activity, sa.and_(Activity.id == Spending.activity_id, Activity.state == "held"))
        .where(sa.or_(SPENDING_PUBLIC, inside))
    )  # fmt: skip


def _tranches(viewer: Viewer) -> sa.Select[*tuple[object, ...]]:
    inside = tranche_reached(viewer)
    return sa.select(
        Tranche.id, Tranche.title, Tranche.position, Tranche.amount_fen, Tranche.state, Tranche.paid_on,
        _kept(inside, Tranche.bank_reference, "bank_reference"), Tranche.project_id, inside.label("inside"),
    ).where(sa.or_(TRANCHE_PUBLIC, inside))  # fmt: skip


def penny(session: Session, viewer: Viewer, kind: str, key: int) -> Penny | None:
    """The way of one payment (`tranche`) or one spending (`spending`); None for what is not there or not the viewer's to see.

    At most eight statements, however much came of it.
    """
    spent = row(session, Spent, _spendings(viewer).where(Spending.id == key)) if kind == "spending" else None
    paid = row(session, Paid, _tranches(viewer).where(Tranche.id == key)) if kind == "tranche" else None
    start = spent or paid
    if start is None:
        return None
    project = _project(session, viewer, start.project_id)
    payments = rows(
        session, Paid, _tranches(viewer).where(Tranche.project_id == project.id, TRANCHE_PUBLIC).order_by(Tranche.position)
    )  # fmt: skip
    of_project = _spendings(viewer).where(Spending.project_id == project.id, SPENDING_PUBLIC)
    uses = rows(session, Spent, of_project.order_by(Spending.spent_on.desc(), Spending.id.desc()).limit(SHOWN)) if paid else []
    needs, hidden = _needs(session, viewer, project.application_id)
    return Penny(spent, paid, payments, uses, project, needs, hidden, _ballots(session, project, needs), _judged(session, project))


def _project(session: Session, viewer: Viewer, key: int) -> Awarded:
    inside = projects(viewer)
    known = sa.or_(Call.state.in_(PUBLISHED), inside)
    query = (
        sa.select(
            Project.id, Project.number, Project.title, Project.state, Organisation.name.label("organisation"), Project.granted_fen,
            Project.paid_fen, Project.spent_fen, Project.persons, Project.visits, Project.grade, Project.application_id, Project.call_id,
            Call.title.label("call"), Fund.name.label("fund"), Fund.kind.label("fund_kind"), Call.fund_year,
            _kept(known, Result.rank, "rank"), _kept(known, Result.combined, "combined"),
            visible(viewer, Project, roles_for("project.read")).label("inside"),
        )
        .join(Organisation, Organisation.id == Project.organisation_id)
        .join(Call, Call.id == Project.call_id)
        .join(Fund, Fund.id == Call.fund_id)
        .outerjoin(Result, Result.application_id == Project.application_id)
        .where(Project.id == key)
    )  # fmt: skip
    return rows(session, Awarded, query)[0]


def _needs(session: Session, viewer: Viewer, application: int) -> tuple[list[Asked], int]:
    """The needs an application answers: those the viewer may see, and how many others there are."""
    released = (
        sa.select(Wording.text)
        .where(Wording.need_id == Need.id, Wording.state == "released")
        .order_by(Wording.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    inside = visible(viewer, Need, roles_for("need.read"))
    parents = sa.select(Trace.parent).where(Trace.child == f"application:{application}", Trace.parent.like("need:%"))
    keys = [int(ref.partition(":")[2]) for ref in session.scalars(parents)]
    query = (
        sa.select(
            Need.id, Need.number, Need.title, sa.func.coalesce(released, "").label("words"), CATEGORY.label("category_label"), Area.name.label("area"),
            Need.state, (Need.voices + Need.same).label("people"), Need.voted, Need.ranked, Need.rating, Need.public, inside.label("inside"),
        )
        .outerjoin(Area, Area.code == Need.area_code)
        .where(Need.id.in_(keys), sa.or_(Need.public.is_(True), inside))
        .order_by(Need.id)
    )  # fmt: skip
    found = rows(session, Asked, query) if keys else []
    return found, len(keys) - len(found)


def _ballots(session: Session, project: Awarded, needs: Sequence[Asked]) -> list[Voted]:
    """The counted ballots that led to the project, and those about what came of it."""
    of_needs = sa.select(Trace.child).where(Trace.parent.in_([f"need:{one.id}" for one in needs]), Trace.child.like("ballot:%"))
    of_results = sa.select(Evaluation.ballot_id).where(Evaluation.project_id == project.id, Evaluation.ballot_id.is_not(None))
    query = (
        sa.select(Ballot.id, Ballot.title, Ballot.purpose, Ballot.turnout, Ballot.result)
        .where(Ballot.state == "counted")
        .where(
            sa.or_(
                Ballot.subject == f"call:{project.call_id}", Ballot.id.in_(of_results),
                (sa.literal("ballot:") + sa.cast(Ballot.id, sa.String)).in_(of_needs),
            )
        )
        .order_by(Ballot.id)
        .limit(SHOWN)
    )  # fmt: skip
    found = []
    for one in session.execute(query):
        choices = (one.result or {}).get("choices") or [{}]
        found.append(Voted(one.id, one.title, one.purpose, one.turnout, choices[0].get("mean") if one.purpose == "results" else None))
    return found


def _judged(session: Session, project: Awarded) -> list[Judged]:
    points = Evaluation.residents_score if project.inside else sa.literal(None, sa.Integer)
    query = sa.select(Evaluation.kind, Evaluation.total, points.label("residents_score"), Evaluation.residents_n)
    return rows(session, Judged, query.where(Evaluation.project_id == project.id, Evaluation.state == "confirmed").order_by(Evaluation.id))
