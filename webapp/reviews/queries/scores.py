"""The scores of a panel: what they come to, who lies far from the others, and the report that is signed over them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.accounts.models import Person
from webapp.applications.models import Application
from webapp.calls.models import Call
from webapp.calls.queries import rules_of
from webapp.calls.rules import CallRules
from webapp.core import secrets
from webapp.core.db import rows
from webapp.core.scope import HIDDEN, Hidden, Viewer
from webapp.reviews.models import Assignment, Divergence, Meeting, Panel, PanelReport, PanelSignature, Seat
from webapp.reviews.rules.phases import hidden, moment
from webapp.reviews.rules.report import SIGNED, Figured, figured
from webapp.reviews.rules.signing import LockFacts, ReportFacts
from webapp.scoring.models import Rubric, Scorecard
from webapp.scoring.rules import most
from webapp.workflows import PANEL_REPORT


def alias_of(panel_id: int, people: Collection[int]) -> dict[int, str]:
    """评委 A, 评委 B …: the order is a keyed hash, so no list of seats tells who is who."""
    order = sorted(people, key=lambda person: secrets.keyed("alias", f"{panel_id}|{person}"))
    return {person: f"评委{chr(ord('A') + n) if n < 26 else n + 1}" for n, person in enumerate(order)}


def aliases(session: Session, panel_id: int) -> dict[int, str]:
    """The alias of everybody who was given something by a panel or sits on it."""
    given = sa.select(Assignment.person_id).where(Assignment.panel_id == panel_id)
    sits = sa.select(Seat.person_id).where(Seat.panel_id == panel_id, Seat.state == "pledged", Seat.reserve.is_(False))
    return alias_of(panel_id, set(session.scalars(given.union(sits))))


def moment_of(session: Session, panel: Panel) -> tuple[Call, str]:
    """A panel's call, and where its review stands."""
    call = session.get_one(Call, panel.call_id)
    return call, moment(panel.state, call.state)


def figures_of(session: Session, panel: Panel, call: Call) -> Figured:
    """All that the cards handed in come to; in two statements."""
    tree = session.scalars(sa.select(Rubric.tree).where(Rubric.id == panel.rubric_id)).one()
    given: dict[int, dict[int, int]] = {}
    files: dict[int, tuple[int, str, str]] = {}
    query = (
        sa.select(Application.id, Application.number, Application.title, Assignment.person_id, Scorecard.total)
        .join(Assignment, Assignment.application_id == Application.id)
        .join(Scorecard, Scorecard.id == Assignment.scorecard_id)
        .where(Assignment.panel_id == panel.id, Assignment.state == "done")
        .order_by(Application.id, Assignment.id)
    )
    for key, number, title, person, total in session.execute(query):
        files[key] = (key, number, title)
        given.setdefault(person, {})[key] = total or 0
    return figured(list(files.values()), given, rules_of(call), most(tree))


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One application on the board: its scores by alias, and what they come to, in hundredths."""

    application_id: int
    number: str
    title: str
    scores: dict[str, int]
    mean: int
    trimmed: int
    median: int
    spread: int
    standard: int
    calibrated: int
    n: int
    far: list[str]


@dataclass(frozen=True, slots=True)
class Board:
    """The scores of a panel."""

    aliases: list[str]
    adjusted: list[str]
    rows: list[BoardRow]


def board(session: Session, panel: Panel, roles: frozenset[str]) -> Board | Hidden:
    """All scores by alias; not even selected while the phase seals them."""
    call, now = moment_of(session, panel)
    if hidden("scorecard.points", rules_of(call), roles, now):
        return HIDDEN
    return opened(session, panel, call)


def opened(session: Session, panel: Panel, call: Call) -> Board:
    """The board itself, whoever looks: for those to whom it is open, and for an early opening that was journaled."""
    found = figures_of(session, panel, call)
    names = aliases(session, panel.id)
    lines = [
        BoardRow(
            line.application_id, line.number, line.title, {names[person]: total for person, total in line.scores.items()}, line.mean,
            line.trimmed, line.median, line.spread, line.standard, line.calibrated, line.n, sorted(names[person] for person in line.far),
        )
        for line in found.lines
    ]  # fmt: skip
    return Board(
        sorted({name for line in lines for name in line.scores}, key=_order), sorted(names[person] for person in found.adjusted), lines
    )


def _order(alias: str) -> tuple[int, str]:
    return len(alias), alias


@dataclass(frozen=True, slots=True)
class Far:
    """A score far from the others', with what was asked for and what was said."""

    assignment_id: int
    person_id: int
    title: str
    score: int
    asked: str
    reason: str


def divergences(session: Session, panel_id: int) -> list[Far]:
    query = (
        sa.select(Divergence.assignment_id, Assignment.person_id, Assignment.title, Divergence.score, Divergence.asked, Divergence.reason)
        .join(Assignment, Assignment.id == Divergence.assignment_id)
        .where(Assignment.panel_id == panel_id)
        .order_by(Divergence.assignment_id)
    )
    return rows(session, Far, query)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a judge whose score lies far from the others' is asked: never how the others scored."""

    limit: int
    asked: str
    reason: str


def asked_of(found: Divergence | None, panel: Panel, rules: CallRules) -> Asked | None:
    """What is asked of the judge whose score was found far, once all scores are in; None when nothing is."""
    if panel.state == "scoring":
        return None
    return None if found is None else Asked(rules.figures.divergence or 0, found.asked, found.reason)


def live_report(session: Session, panel_id: int) -> PanelReport | None:
    """The report of a panel that is being signed or is settled."""
    return session.scalars(sa.select(PanelReport).where(PanelReport.panel_id == panel_id, PanelReport.state != "void")).one_or_none()


@dataclass(frozen=True, slots=True)
class Beside:
    """What a panel has besides its draw and its piles: the live report, and the 路演."""

    report_id: int | None
    report_state: str | None
    signed: int
    meeting_id: int | None

    @property
    def report_label(self) -> str:
        return PANEL_REPORT.states[self.report_state] if self.report_state else ""


def beside(session: Session, panel_id: int) -> Beside:
    """Both, in one statement."""
    live = sa.and_(PanelReport.panel_id == panel_id, PanelReport.state != "void")
    signed = (
        sa.select(sa.func.count()).select_from(PanelSignature).join(PanelReport, PanelReport.id == PanelSignature.report_id).where(live)
    )
    found = session.execute(
        sa.select(
            sa.select(PanelReport.id).where(live).scalar_subquery(),
            sa.select(PanelReport.state).where(live).scalar_subquery(),
            signed.scalar_subquery(),
            sa.select(Meeting.id).where(Meeting.panel_id == panel_id, Meeting.state != "cancelled").scalar_subquery(),
        )
    ).one()
    return Beside(*found)


def chair_of(session: Session, panel_id: int) -> Seat | None:
    return session.scalars(sa.select(Seat).where(Seat.panel_id == panel_id, Seat.chair)).one_or_none()


def _sits(panel_id: int) -> tuple[sa.ColumnElement[bool], ...]:
    return Seat.panel_id == panel_id, Seat.state == "pledged", Seat.reserve.is_(False)


def _seats(session: Session, panel_id: int) -> Sequence[Any]:
    query = sa.select(Seat.person_id, Person.name, Seat.chair).join(Person, Person.id == Seat.person_id)
    return session.execute(query.where(*_sits(panel_id)).order_by(Seat.position)).all()


def seated(session: Session, panel_id: int) -> dict[int, str]:
    """Every seated judge with the name: those who sign."""
    return {person: name for person, name, _ in _seats(session, panel_id)}


@dataclass(frozen=True, slots=True)
class Signed:
    """One judge's answer to a report; the name is hidden from fellow judges until the phase says.

    Name or alias, never both: who is who is told by no page.
    """

    name: str | Hidden
    alias: str
    mine: bool
    chair: bool
    kind: str
    text: str
    at: datetime | None

    @property
    def label(self) -> str:
        return SIGNED.get(self.kind, "未签署")


def signatures(session: Session, report: PanelReport, viewer: Viewer, roles: frozenset[str]) -> list[Signed]:
    """Every seated judge and what was said so far."""
    panel = session.get_one(Panel, report.panel_id)
    call, now = moment_of(session, panel)
    hide = hidden("panel.reviewer", rules_of(call), roles, now)
    given = {one.person_id: one for one in session.scalars(sa.select(PanelSignature).where(PanelSignature.report_id == report.id))}
    aliases: Mapping[str, str] = report.content["judges"]
    found = []
    for person, name, leads in _seats(session, panel.id):
        said, mine = given.get(person), person == viewer.id
        shown, alias = (HIDDEN, aliases.get(str(person), "")) if hide and not mine else (name, "")
        kind, text, at = (said.kind, said.text, said.at) if said else ("", "", None)
        found.append(Signed(shown, alias, mine, leads, kind, text, at))
    return found


def recused(session: Session, panel_id: int) -> list[dict[str, Any]]:
    """How often somebody stepped aside from an application: a number, never who."""
    query = (
        sa.select(Application.title, sa.func.count())
        .join(Assignment, Assignment.application_id == Application.id)
        .where(Assignment.panel_id == panel_id, Assignment.state == "recused")
        .group_by(Application.id, Application.title)
        .order_by(Application.id)
    )
    return [{"title": title, "judges": count} for title, count in session.execute(query)]


def facts_of_report(session: Session, report: PanelReport, by: Any, at: datetime) -> ReportFacts:
    signed = sa.select(sa.func.count()).where(PanelSignature.report_id == report.id).scalar_subquery()
    many = sa.select(sa.func.count() - signed).where(*_sits(report.panel_id))
    return ReportFacts(session.scalar(many) or 0, at, report.due_at, session.get_one(Panel, report.panel_id).state)


def facts_of_lock(session: Session, panel: Panel, person_id: int | None) -> LockFacts:
    """What locking the totals depends on."""
    chair, waiting = chair_of(session, panel.id), [one for one in divergences(session, panel.id) if not one.reason]
    live = live_report(session, panel.id)
    return LockFacts(
        panel.state, chair is not None and chair.person_id == person_id, tuple(one.title for one in waiting), live is not None,
    )  # fmt: skip
