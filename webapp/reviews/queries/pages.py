"""What the pages of opinions, panels and calls in review show."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from reports.format import until
from webapp.accounts.models import Area, Organisation, Person
from webapp.applications.models import Application
from webapp.ballots.models import Ballot
from webapp.calls.models import Call
from webapp.core.db import rows
from webapp.core.paging import Page, page
from webapp.core.scope import Viewer, impartial, visible
from webapp.permissions import roles_for
from webapp.reviews.models import FIELDS, VERDICTS, Assignment, Expert, Notice, Opinion, Panel, Seat
from webapp.scoring.models import Scorecard
from webapp.workflows import ASSIGNMENT, CALL, OPINION, PANEL, SEAT

IN_REVIEW = ("closed", "reviewing", "ranked", "decided", "announced", "awarded")


@dataclass(frozen=True, slots=True)
class CallRow:
    """A call in review, with what has been set up for it."""

    id: int
    number: str
    title: str
    state: str
    organiser: str
    area_code: str
    operator_id: int | None
    stages: Any
    applications: int
    asked: int
    panel_id: int | None
    panel_state: str | None
    ballot_id: int | None
    ballot_state: str | None
    notice_id: int | None

    @property
    def state_label(self) -> str:
        return CALL.states[self.state]

    @property
    def panel_label(self) -> str:
        return PANEL.states[self.panel_state] if self.panel_state else ""


def calls_in_review(session: Session, viewer: Viewer, *, call_id: int | None = None, after: str | None) -> Page[CallRow]:
    """The calls past their closing day that the viewer's office has to do with, newest first; or one of them."""
    live = sa.select(Panel.id).where(Panel.call_id == Call.id, Panel.state != "dissolved").order_by(Panel.id.desc()).limit(1)
    panel_state = sa.select(Panel.state).where(Panel.call_id == Call.id, Panel.state != "dissolved").order_by(Panel.id.desc()).limit(1)
    subject = sa.literal("call:").concat(sa.cast(Call.id, sa.Text))
    elections = sa.and_(Ballot.subject == subject, Ballot.purpose == "projects", Ballot.state != "cancelled")
    asked = (
        sa.select(sa.func.count())
        .select_from(Opinion)
        .join(Application, Application.id == Opinion.application_id)
        .where(Application.call_id == Call.id, Opinion.state == "asked", impartial(viewer, Application))
    )
    counted = sa.select(sa.func.count()).where(
        Application.call_id == Call.id, Application.state.not_in(("draft", "withdrawn")), impartial(viewer, Application)
    )
    query = (
        sa.select(
            Call.id, Call.number, Call.title, Call.state, Organisation.name.label("organiser"), Call.area_code, Call.operator_id,
            Call.rules["stages"].label("stages"), counted.scalar_subquery().label("applications"), asked.scalar_subquery().label("asked"),
            live.scalar_subquery().label("panel_id"), panel_state.scalar_subquery().label("panel_state"),
            sa.select(Ballot.id).where(elections).order_by(Ballot.id.desc()).limit(1).scalar_subquery().label("ballot_id"),
            sa.select(Ballot.state).where(elections).order_by(Ballot.id.desc()).limit(1).scalar_subquery().label("ballot_state"),
            sa.select(sa.func.max(Notice.id)).where(Notice.call_id == Call.id).scalar_subquery().label("notice_id"),
        )
        .join(Organisation, Organisation.id == Call.organiser_id)
        .where(visible(viewer, Call, roles_for("panel.list")), Call.state.in_(IN_REVIEW))
    )  # fmt: skip
    if call_id:
        query = query.where(Call.id == call_id)
    return page(session, CallRow, query, [Call.id], after)


@dataclass(frozen=True, slots=True)
class OpinionRow:
    """One opinion in a list."""

    id: int
    title: str
    kind: str
    office: str
    area: str | None
    call: str
    state: str
    verdict: str | None
    due_at: datetime | None

    @property
    def state_label(self) -> str:
        return OPINION.states[self.state]

    @property
    def verdict_label(self) -> str:
        return VERDICTS.get(self.verdict or "", "")


def opinions(session: Session, viewer: Viewer, *, state: str = "", after: str | None = None) -> Page[OpinionRow]:
    """The opinions of one's area, newest first."""
    query = (
        sa.select(
            Opinion.id, Opinion.title, Opinion.kind, Opinion.office, Area.name.label("area"), Call.title.label("call"), Opinion.state,
            Opinion.verdict, Opinion.due_at,
        )
        .join(Application, Application.id == Opinion.application_id)
        .join(Call, Call.id == Application.call_id)
        .outerjoin(Area, Area.code == Opinion.area_code)
        .where(visible(viewer, Opinion, roles_for("opinion.list")))
    )  # fmt: skip
    if state in OPINION.states:
        query = query.where(Opinion.state == state)
    return page(session, OpinionRow, query, [Opinion.id], after)


@dataclass(frozen=True, slots=True)
class OpinionPage:
    """One opinion with the application it is about."""

    id: int
    application_id: int
    number: str
    project: str
    organisation: str
    call: str
    kind: str
    office: str
    area: str | None
    state: str
    verdict: str | None
    reason: str
    total: int | None
    answer: str | None
    answered_at: datetime | None
    shown_at: datetime | None
    extended_at: datetime | None

    @property
    def state_label(self) -> str:
        return OPINION.states[self.state]

    @property
    def verdict_label(self) -> str:
        return VERDICTS.get(self.verdict or "", "")

    @property
    def writes(self) -> str:
        """Who gives it."""
        return "街道" if self.office == "street" else "社区"


def around_opinion(session: Session, key: int) -> tuple[Call, OpinionPage]:
    """An opinion for its page, and the call it belongs to, in one statement."""
    query = (
        sa.select(
            Call, Opinion.id, Opinion.application_id, Application.number, Application.title.label("project"),
            Organisation.name.label("organisation"), Call.title.label("call"), Opinion.kind, Opinion.office, Area.name.label("area"),
            Opinion.state, Opinion.verdict, Opinion.reason, Scorecard.total, Opinion.answer, Opinion.answered_at, Opinion.shown_at,
            Opinion.extended_at,
        )
        .join(Application, Application.id == Opinion.application_id)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .join(Call, Call.id == Application.call_id)
        .outerjoin(Area, Area.code == Opinion.area_code)
        .outerjoin(Scorecard, Scorecard.id == Opinion.scorecard_id)
        .where(Opinion.id == key)
    )  # fmt: skip
    call, *columns = session.execute(query).one()
    return call, OpinionPage(*columns)


@dataclass(frozen=True, slots=True)
class PanelPage:
    """One panel; the seed is not among its fields until the draw has published it in the minutes."""

    id: int
    call_id: int
    call: str
    title: str
    size: int
    finance: int
    reserves: int
    per_application: int
    seed_digest: str
    witness: str
    minutes: dict[str, Any] | None
    closes_at: datetime
    state: str
    state_label: str


def panel(found: Panel, call: Call) -> PanelPage:
    """Whoever holds the call spares the steps' facts fetching it again."""
    return PanelPage(
        found.id, found.call_id, call.title, found.title, found.size, found.finance, found.reserves, found.per_application,
        found.seed_digest, found.witness, found.minutes, found.closes_at, found.state, found.state_label,
    )  # fmt: skip


def witness(session: Session, found: Panel) -> str:
    """Who signed the minutes as 监督人, and when; empty while nobody has."""
    if found.witness_id is None or found.witnessed_at is None:
        return ""
    name = session.scalar(sa.select(Person.name).where(Person.id == found.witness_id))
    return f"{name}（{until(found.witnessed_at)} 签字）"


@dataclass(frozen=True, slots=True)
class ExpertRow:
    """An expert of the pool as the draw sees it."""

    person_id: int
    name: str
    field: str
    employer: str
    title: str
    ties: int = 0

    @property
    def field_label(self) -> str:
        return FIELDS.get(self.field, self.field)


def pool(session: Session) -> list[ExpertRow]:
    """The experts that are available."""
    query = (
        sa.select(Expert.person_id, Person.name, Expert.field, Expert.employer, Expert.title)
        .join(Person, Person.id == Expert.person_id)
        .where(Expert.available)
        .order_by(Expert.field, Expert.person_id)
    )
    return rows(session, ExpertRow, query)


@dataclass(frozen=True, slots=True)
class SeatRow:
    """One drawn place with how far its expert has come."""

    id: int
    person_id: int
    name: str
    employer: str | None
    field: str
    position: int
    reserve: bool
    state: str
    reason: str
    chair: bool
    total: int
    done: int

    @property
    def field_label(self) -> str:
        return FIELDS.get(self.field, self.field)

    @property
    def state_label(self) -> str:
        return "候补" if self.reserve and self.state == "drawn" else SEAT.states[self.state]


def changing(session: Session, seat: Seat, following: int | None) -> tuple[str, str]:
    """The names of who leaves a seat and of who takes it; the second empty when nobody fits."""
    found = session.execute(sa.select(Person.id, Person.name).where(Person.id.in_((seat.person_id, following))))
    names: dict[int, str] = {one.id: one.name for one in found}
    return names[seat.person_id], names.get(following or 0, "")


def seats(session: Session, panel_id: int) -> list[SeatRow]:
    mine = sa.and_(Assignment.panel_id == Seat.panel_id, Assignment.person_id == Seat.person_id)
    total = sa.select(sa.func.count()).where(mine, Assignment.state != "recused").scalar_subquery()
    done = sa.select(sa.func.count()).where(mine, Assignment.state == "done").scalar_subquery()
    query = (
        sa.select(
            Seat.id, Seat.person_id, Person.name, Expert.employer, Seat.field, Seat.position, Seat.reserve, Seat.state,
            Seat.reason, Seat.chair, total.label("total"), done.label("done"),
        )
        .join(Person, Person.id == Seat.person_id)
        .outerjoin(Expert, Expert.person_id == Seat.person_id)
        .where(Seat.panel_id == panel_id)
        .order_by(Seat.position)
    )  # fmt: skip
    return rows(session, SeatRow, query)


@dataclass(frozen=True, slots=True)
class Pile:
    """How many judges an application has, and how many are done: counts only, never points."""

    application_id: int
    number: str
    title: str
    given: int
    done: int
    recused: int


def piles(rows_given: Sequence["GivenRow"]) -> list[Pile]:
    """The same, counted over what was given."""
    found: dict[int, list[GivenRow]] = {}
    for one in rows_given:
        found.setdefault(one.application_id, []).append(one)
    return [
        Pile(
            key, mine[0].number, mine[0].title, sum(one.state != "recused" for one in mine), sum(one.state == "done" for one in mine),
            sum(one.state == "recused" for one in mine),
        )
        for key, mine in found.items()
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class GivenRow:
    """Who was given what, and whether it is done: never points."""

    id: int
    application_id: int
    number: str
    title: str
    name: str
    state: str

    @property
    def state_label(self) -> str:
        return ASSIGNMENT.states[self.state]


def given(session: Session, panel_id: int, viewer: Viewer) -> list[GivenRow]:
    """Without what the viewer has to stand aside for."""
    query = (
        sa.select(Assignment.id, Assignment.application_id, Application.number, Application.title, Person.name, Assignment.state)
        .join(Application, Application.id == Assignment.application_id)
        .join(Person, Person.id == Assignment.person_id)
        .where(Assignment.panel_id == panel_id, impartial(viewer, Application))
        .order_by(Application.id, Assignment.id)
    )
    return rows(session, GivenRow, query)
