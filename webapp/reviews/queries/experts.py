"""What an expert sees: the seats, the pile, and one application without its applicant's name."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from reports.money import Money
from webapp.accounts.models import Area, Membership, Organisation, Person
from webapp.applications import queries as applications
from webapp.applications.models import Application
from webapp.calls.models import Call
from webapp.calls.rules import CallRules, told
from webapp.core.db import rows
from webapp.core.scope import Viewer, impartial
from webapp.reviews.models import Assignment, Meeting, Panel, PanelReport, PanelSignature, Seat
from webapp.reviews.rules.blind import cover, names_in
from webapp.reviews.rules.phases import hidden, moment
from webapp.reviews.rules.sheet import Entry
from webapp.scoring.models import Rubric, Scorecard
from webapp.scoring.queries import marks_of
from webapp.scoring.rules import Item, items
from webapp.workflows import ASSIGNMENT, PANEL, SEAT


@dataclass(frozen=True, slots=True)
class SeatLine:
    """One of my seats."""

    id: int
    panel_id: int
    panel: str
    call: str
    state: str
    panel_state: str
    closes_at: datetime
    chair: bool
    report_id: int | None
    signed: bool
    meeting_id: int | None
    first_open: int | None
    """The place of the first file still to be scored."""
    last: int | None
    total: int
    done: int

    @property
    def state_label(self) -> str:
        return SEAT.states[self.state]

    @property
    def panel_label(self) -> str:
        return PANEL.states[self.panel_state]


def my_seats(session: Session, person_id: int, seat_id: int | None = None) -> list[SeatLine]:
    mine = sa.and_(Assignment.panel_id == Seat.panel_id, Assignment.person_id == Seat.person_id)
    total = sa.select(sa.func.count()).where(mine, Assignment.state != "recused").scalar_subquery()
    done = sa.select(sa.func.count()).where(mine, Assignment.state == "done").scalar_subquery()
    first_open = sa.select(sa.func.min(Assignment.position)).where(mine, Assignment.state == "assigned").scalar_subquery()
    last = sa.select(sa.func.max(Assignment.position)).where(mine, Assignment.state != "recused").scalar_subquery()
    signed = sa.exists().where(PanelSignature.report_id == PanelReport.id, PanelSignature.person_id == person_id)
    query = (
        sa.select(
            Seat.id, Seat.panel_id, Panel.title.label("panel"), Call.title.label("call"), Seat.state, Panel.state.label("panel_state"),
            Panel.closes_at, Seat.chair, PanelReport.id.label("report_id"), signed.label("signed"), Meeting.id.label("meeting_id"),
            first_open.label("first_open"), last.label("last"),
            total.label("total"), done.label("done"),
        )
        .join(Panel, Panel.id == Seat.panel_id)
        .join(Call, Call.id == Panel.call_id)
        .outerjoin(PanelReport, sa.and_(PanelReport.panel_id == Panel.id, PanelReport.state != "void"))
        .outerjoin(Meeting, sa.and_(Meeting.panel_id == Panel.id, Meeting.state != "cancelled"))
        .where(Seat.person_id == person_id, Seat.reserve.is_(False))
        .order_by(Seat.id.desc())
        .limit(20)
    )  # fmt: skip
    if seat_id is not None:
        query = query.where(Seat.id == seat_id)
    return rows(session, SeatLine, query)


@dataclass(frozen=True, slots=True)
class PileLine:
    """One application given to me, with my own points so far."""

    id: int
    panel_id: int
    position: int
    title: str
    category: str
    state: str
    total: int | None

    @property
    def state_label(self) -> str:
        return ASSIGNMENT.states[self.state]


SHOWN = 50
"""Files of a pile that are listed at once; an evening's thirty stand on one page."""


def start_of(position: int | None) -> int:
    """Where the part of a pile begins that holds a place."""
    return ((position or 1) - 1) // SHOWN * SHOWN


def my_pile(session: Session, person_id: int, starts: Mapping[int, int], viewer: Viewer | None = None) -> list[PileLine]:
    """What was given to an expert in some panels, in the order of his pile; what he stands aside from is not in it.

    `starts`: panel → the place after which its part of the pile begins.
    """
    parts = [
        sa.and_(Assignment.panel_id == panel, Assignment.position > start, Assignment.position <= start + SHOWN)
        for panel, start in starts.items()
    ]  # fmt: skip
    kept = sa.true() if viewer is None else impartial(viewer, Assignment)
    query = (
        sa.select(
            Assignment.id, Assignment.panel_id, Assignment.position, Assignment.title, Application.category, Assignment.state,
            Scorecard.total,
        )
        .join(Application, Application.id == Assignment.application_id)
        .join(Scorecard, Scorecard.id == Assignment.scorecard_id)
        .where(Assignment.person_id == person_id, sa.or_(sa.false(), *parts), Assignment.state != "recused", kept)
        .order_by(Assignment.panel_id.desc(), Assignment.position)
    )  # fmt: skip
    return rows(session, PileLine, query)


@dataclass(frozen=True, slots=True)
class Answer:
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Part:
    """One section of the form as it was filled in."""

    title: str
    answers: list[Answer]


@dataclass(frozen=True, slots=True)
class Paper:
    """One attachment; its name is the applicant's own and is not shown in a blind review, nor is the file then."""

    number: int
    title: str
    name: str
    open: bool


@dataclass(frozen=True, slots=True)
class BudgetLine:
    """One row of the budget as it was handed in."""

    title: str
    item: str
    unit: Money
    quantity: int
    grant: Money
    own: Money


@dataclass(frozen=True, slots=True)
class Reading:
    """An application as a judge reads it."""

    blind: bool
    title: str
    applicant: str
    category: str
    requested: Money
    own: Money
    places: list[str]
    starts_on: str
    ends_on: str
    parts: list[Part]
    budget: list[BudgetLine]
    indicators: list[dict[str, Any]]
    papers: list[Paper]


def is_blind(rules: CallRules, roles: frozenset[str], panel: Panel, call: Call) -> bool:
    """匿名评审: by the call's switch, for as long as `permissions.HIDES` says."""
    return hidden("application.applicant", rules, roles, moment(panel.state, call.state))


def reading(session: Session, assignment: Assignment, rules: CallRules, *, blind: bool) -> Reading:
    """The snapshot that is judged. In a blind review the applicant is left out, and every trace of its name is covered."""
    application_id = assignment.application_id
    content = applications.snapshot(session, application_id)
    applicant = ""
    if blind:
        content = cover(_without(content), _names(session, application_id, content.get("organisation") or {}))
    else:
        found = sa.select(Organisation.name).join(Application, Application.organisation_id == Organisation.id)
        applicant = session.scalar(found.where(Application.id == application_id)) or ""
    codes = list(content.get("communities") or ())
    places = dict(session.execute(sa.select(Area.code, Area.name).where(Area.code.in_(codes))).all())
    return Reading(
        blind=blind,
        title=str(content.get("title") or assignment.title),
        applicant=applicant,
        category=rules.category(str(content.get("category", ""))),
        requested=Money(int(content.get("requested_fen") or 0)),
        own=Money(int(content.get("own_fen") or 0)),
        places=[places.get(code, code) for code in codes],
        starts_on=str(content.get("starts_on") or ""),
        ends_on=str(content.get("ends_on") or ""),
        parts=_parts(content.get("sections") or {}, rules, blind),
        budget=[_line(line, rules) for line in content.get("budget") or ()],
        indicators=list(content.get("indicators") or ()),
        papers=_papers(content.get("files") or (), rules, blind),
    )


def _without(content: dict[str, Any]) -> dict[str, Any]:
    """The snapshot without what names the applicant by itself."""
    return {key: value for key, value in content.items() if key != "organisation"}


def _names(session: Session, application_id: int, organisation: dict[str, Any]) -> set[str]:
    """Whatever gives the applicant away: what the register and the snapshot call it, its people, its numbers."""
    names = names_in(organisation)
    found = session.execute(
        sa.select(
            Organisation.name, Organisation.credit_code, Organisation.legal_representative, Organisation.phone, Organisation.address,
            Organisation.bank_account, Person.name,
        )
        .select_from(Application)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .outerjoin(Membership, Membership.organisation_id == Organisation.id)
        .outerjoin(Person, Person.id == Membership.person_id)
        .where(Application.id == application_id)
    )  # fmt: skip
    return names | {str(value) for line in found for value in line if value}


def _parts(sections: dict[str, dict[str, Any]], rules: CallRules, blind: bool) -> list[Part]:
    """The answers section by section; what tells who applies is left out of a blind reading."""
    found = []
    for section in rules.sections:
        answers = sections.get(section.key) or {}
        asked = [q for q in section.questions if answers.get(q.key) not in (None, "") and not (blind and q.names)]
        lines = [Answer(q.title, told(q, answers[q.key])) for q in asked]
        if lines:
            found.append(Part(section.title, lines))
    return found


def _line(line: dict[str, Any], rules: CallRules) -> BudgetLine:
    def money(key: str) -> Money:
        return Money(int(line.get(key) or 0))

    return BudgetLine(
        rules.line(str(line.get("line", ""))),
        str(line.get("item", "")),
        money("unit_fen"),
        int(line.get("quantity") or 0),
        money("grant_fen"),
        money("own_fen"),
    )


def _papers(files: Any, rules: CallRules, blind: bool) -> list[Paper]:
    titles = {one.key: one.title for one in rules.attachments}
    return [
        Paper(n, titles.get(str(one.get("kind")), "附件"), "" if blind else str(one.get("name", "")), not blind)
        for n, one in enumerate(files, start=1)
    ]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a judge is in the pile: 第 n 份，共 m 份, and the ones beside it."""

    position: int
    total: int
    done: int
    before_id: int | None
    after_id: int | None
    next_open_id: int | None
    """The next one not yet submitted, after this one and then from the start."""
    pile: list[PileLine]


def place_in(session: Session, assignment: Assignment) -> Place:
    """Counts and neighbours in one statement, the part of the pile around it in another."""
    mine = sa.and_(Assignment.panel_id == assignment.panel_id, Assignment.person_id == assignment.person_id, Assignment.state != "recused")
    waiting = Assignment.state == "assigned"
    behind, ahead = Assignment.position < assignment.position, Assignment.position > assignment.position

    def count(*more: Any) -> Any:
        return sa.select(sa.func.count()).where(mine, *more).scalar_subquery()

    def one(order: Any, *more: Any) -> Any:
        return sa.select(Assignment.id).where(mine, *more).order_by(order).limit(1).scalar_subquery()

    up, down = Assignment.position.asc(), Assignment.position.desc()
    found = session.execute(
        sa.select(
            count(behind), count(), count(Assignment.state == "done"), one(down, behind), one(up, ahead),
            sa.func.coalesce(one(up, ahead, waiting), one(up, behind, waiting)),
        )
    ).one()  # fmt: skip
    pile = my_pile(session, assignment.person_id, {assignment.panel_id: start_of(assignment.position)})
    return Place(found[0] + 1, *found[1:], pile)


def aside_from(session: Session, seat: Seat) -> frozenset[int]:
    """The files of his pile that a judge has stood aside from."""
    mine = (Assignment.panel_id == seat.panel_id, Assignment.person_id == seat.person_id, Assignment.state == "recused")
    return frozenset(session.scalars(sa.select(Assignment.id).where(*mine)))


def sheet_of(session: Session, seat: Seat) -> tuple[tuple[Item, ...], list[Entry]]:
    """A judge's whole pile with what its cards say, for the offline sheet; in three statements."""
    tree = session.scalars(sa.select(Rubric.tree).join(Panel, Panel.rubric_id == Rubric.id).where(Panel.id == seat.panel_id)).one()
    mine = sa.and_(Assignment.panel_id == seat.panel_id, Assignment.person_id == seat.person_id, Assignment.state != "recused")
    query = (
        sa.select(Assignment.id, Assignment.position, Assignment.title, Assignment.state, Assignment.scorecard_id, Scorecard.comment)
        .join(Scorecard, Scorecard.id == Assignment.scorecard_id)
        .where(mine)
        .order_by(Assignment.position)
    )
    marks = marks_of(session, sa.select(Assignment.scorecard_id).where(mine))
    return items(tree), [
        Entry(one.id, one.position, one.title, one.state == "done", marks.get(one.scorecard_id, {}), one.comment)
        for one in session.execute(query)
    ]
