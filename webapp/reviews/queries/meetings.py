"""What those who follow a 路演 see: the present item, the order, who is there, and no more than the phase allows."""

import threading
import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.accounts.models import Person
from webapp.calls.queries import rules_of
from webapp.core.db import reading
from webapp.core.scope import Viewer, impartial
from webapp.reviews.models import Assignment, Meeting, MeetingSign, Panel, Seat
from webapp.reviews.queries.facts import applicants_of, judges_of
from webapp.reviews.queries.scores import moment_of
from webapp.reviews.rules.meeting import PHASES, Heard, MeetingFacts
from webapp.reviews.rules.phases import hidden
from webapp.scoring.models import Scorecard
from webapp.scoring.rules import mean


def heard(session: Session, panel: Panel, at: datetime) -> list[Heard]:
    """The applications of a panel with the judges who leave for each: tied to the applicant, or stepped aside."""
    given = session.execute(
        sa.select(Assignment.application_id, Assignment.person_id, Assignment.state).where(Assignment.panel_id == panel.id)
    ).all()
    files = {one.application_id for one in given}
    owners = {key: owner for key, owner in applicants_of(session, panel.call_id).items() if key in files}
    fields, allowed = judges_of(session, panel, at, owners)
    aside = {(one.application_id, one.person_id) for one in given if one.state == "recused"}
    return [
        Heard(key, owner, frozenset(p for p in fields if p not in allowed[key] or (key, p) in aside)) for key, owner in sorted(owners.items())
    ]  # fmt: skip


def facts_of_meeting(session: Session, meeting: Meeting, by: Any, at: datetime) -> MeetingFacts:
    state = session.scalar(sa.select(Panel.state).where(Panel.id == meeting.panel_id)) or ""
    files = session.scalar(sa.select(sa.func.count()).where(Assignment.panel_id == meeting.panel_id)) or 0
    return MeetingFacts(state, files)


def is_chair(session: Session, meeting: Meeting, person_id: int | None) -> bool:
    query = sa.select(Seat.id).where(Seat.panel_id == meeting.panel_id, Seat.person_id == person_id, Seat.chair)
    return session.scalar(query) is not None


@dataclass(frozen=True, slots=True)
class Item:
    """One application of the order as this viewer may see it."""

    position: int
    title: str
    present: bool
    over: bool
    given: int
    done: int
    mean: int | None
    """Only where the scores are open in this phase."""
    assignment_id: int | None
    """The viewer's own assignment."""
    absent: bool
    """The viewer leaves the room for it."""


@dataclass(frozen=True, slots=True)
class Here:
    """A judge and whether he has signed in."""

    name: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Live:
    """A meeting at this moment."""

    id: int
    panel_id: int
    title: str
    place: str
    starts_at: datetime
    state: str
    turn: int
    position: int
    phase: str
    until: datetime | None
    items: list[Item]
    signed: int
    seats: int
    walks: int
    talk_minutes: int
    question_minutes: int
    seed_digest: str

    @property
    def phase_label(self) -> str:
        return PHASES[self.phase]

    @property
    def present(self) -> Item | None:
        return next((one for one in self.items if one.present), None)

    @property
    def next(self) -> Item | None:
        return next((one for one in self.items if one.position == self.position + 1), None)


def live(session: Session, meeting: Meeting, viewer: Viewer, roles: frozenset[str]) -> Live:
    """What this viewer sees of a meeting; in a constant number of statements."""
    panel = session.get_one(Panel, meeting.panel_id)
    call, now = moment_of(session, panel)
    order = list((meeting.order or {}).get("order", ()))
    sealed = hidden("scorecard.points", rules_of(call), roles, now)
    query = (
        sa.select(Assignment.id, Assignment.application_id, Assignment.person_id, Assignment.title, Assignment.state, Scorecard.total)
        .join(Scorecard, Scorecard.id == Assignment.scorecard_id)
        .where(Assignment.panel_id == panel.id, impartial(viewer, Assignment))
        .order_by(Assignment.id)
    )
    if sealed:
        query = query.with_only_columns(
            Assignment.id, Assignment.application_id, Assignment.person_id, Assignment.title, Assignment.state, sa.null().label("total")
        )
    found: dict[int, list[Any]] = {}
    for one in session.execute(query):
        found.setdefault(one.application_id, []).append(one)
    aside = {one["application"] for one in (meeting.order or {}).get("files", ()) if viewer.id in one["absent"]}
    items = [
        _item(n, found.get(key, []), meeting, viewer, aside=key in aside, sealed=sealed) for n, key in enumerate(order, 1)
    ]  # fmt: skip
    seats = session.scalar(_seats(panel.id)) or 0
    signed = session.scalar(sa.select(sa.func.count()).where(MeetingSign.meeting_id == meeting.id)) or 0
    return Live(
        meeting.id, panel.id, meeting.title, meeting.place, meeting.starts_at, meeting.state, meeting.turn, meeting.position, meeting.phase,
        meeting.until, items, signed, seats, (meeting.order or {}).get("walks", 0), meeting.talk_minutes, meeting.question_minutes,
        meeting.seed_digest,
    )  # fmt: skip


def _seats(panel_id: int) -> sa.Select[Any]:
    return sa.select(sa.func.count()).where(Seat.panel_id == panel_id, Seat.state == "pledged", Seat.reserve.is_(False))


def _item(n: int, lines: list[Any], meeting: Meeting, viewer: Viewer, *, aside: bool, sealed: bool) -> Item:
    mine = next((one for one in lines if one.person_id == viewer.id), None)
    done = [one for one in lines if one.state == "done"]
    return Item(
        n, lines[0].title if lines else "（您应当回避）", n == meeting.position and meeting.state == "running", n < meeting.position,
        sum(one.state != "recused" for one in lines), len(done), None if sealed or not done else mean([one.total or 0 for one in done]),
        mine.id if mine is not None and mine.state != "recused" else None, aside or not lines or (mine is not None and mine.state == "recused"),
    )  # fmt: skip


def present_people(session: Session, meeting: Meeting) -> list[Here]:
    """The seated judges by name with the time they signed in; for the paper on site."""
    query = (
        sa.select(Person.name, MeetingSign.at)
        .select_from(Seat)
        .join(Person, Person.id == Seat.person_id)
        .outerjoin(MeetingSign, sa.and_(MeetingSign.person_id == Seat.person_id, MeetingSign.meeting_id == meeting.id))
        .where(Seat.panel_id == meeting.panel_id, Seat.state == "pledged", Seat.reserve.is_(False))
        .order_by(Seat.position)
    )
    return [Here(name, at) for name, at in session.execute(query)]


FRESH = 0.7
"""Seconds for which one process asks the database only once, however many follow."""
_turns: dict[tuple[str, int], tuple[float, int]] = {}
_asking = threading.Lock()


def turn_of(engine: sa.Engine, meeting_id: int) -> int:
    """The turn of a meeting, for the streams of this process: a read of its own, so that no stream holds a connection."""
    with _asking:
        key = (str(engine.url), meeting_id)
        asked, turn = _turns.get(key, (0.0, -1))
        if time.monotonic() - asked > FRESH:
            with reading(engine) as session:
                turn = session.scalar(sa.select(Meeting.turn).where(Meeting.id == meeting_id)) or 0
            _turns[key] = (time.monotonic(), turn)
        return turn
