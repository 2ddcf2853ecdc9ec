"""What a signed-in person sees first: to-dos over every workflow in one statement, figures, search, inbox."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.accounts.models import Organisation, Person
from webapp.accounts.viewer import Member, Viewer
from webapp.applications.models import Application
from webapp.ballots.models import Ballot, Listed, Participant
from webapp.book import queries as book
from webapp.calls.models import Call
from webapp.calls.queries import run_by
from webapp.core import search as grams
from webapp.core.clock import today
from webapp.core.db import constant, constants, rows
from webapp.core.outbox import Message
from webapp.core.paging import Page, page
from webapp.core.scope import Guarded, Tie, model_named, reached_by, visible
from webapp.core.workflow import FactsOf, Step, Workflow, rules_of
from webapp.funding.models import Tranche
from webapp.needs.models import Need, Voice
from webapp.needs.rules import OVER
from webapp.permissions import roles_for
from webapp.projects.models import Project
from webapp.projects.queries.acting import calls_acted_for
from webapp.projects.rules.project import organiser_acts
from webapp.reviews.models import Opinion, PanelReport, PanelSignature
from webapp.reviews.rules.coreview import ROLES as WRITERS
from webapp.workflows import ALL, NEED

FACTS: dict[str, FactsOf] = {}
MOST = 50
FOUND = 10


@dataclass(frozen=True, slots=True)
class Todo:
    """Something that waits for the viewer."""

    ref: str
    step: str
    title: str
    number: str | None
    todo: str
    due_at: datetime | None
    state_at: datetime
    project: str | None = None
    """The project it is part of, where its own title does not tell."""
    why: str = ""
    """Why it waits, where it came back."""


@dataclass(frozen=True, slots=True)
class Todos:
    """The most urgent to-dos, and how many there are of each kind."""

    rows: list[Todo]
    counts: list[tuple[str, int]]

    @property
    def total(self) -> int:
        return sum(count for _, count in self.counts)


def waiting_states(workflow: Workflow, one: Step) -> Iterator[tuple[str, frozenset[str]]]:
    """The states in which a step is next, each with the stages that must be off for it (an empty set: always)."""
    seen = set()
    ahead: list[tuple[str, frozenset[str]]] = [(state, frozenset()) for state in one.waits or one.sources]
    while ahead:
        found = ahead.pop()
        if found in seen:
            continue
        seen.add(found)
        yield found
        state, off = found
        for skipped in workflow.steps:
            if skipped.target == state and skipped.stage is not None:
                ahead += [(source, off | {skipped.stage}) for source in skipped.sources]


def _on(model: Any, stage: str) -> sa.ColumnElement[bool]:
    """Whether an object's call has a stage; its list of stages is stored as JSON."""
    return sa.cast(model.stages, sa.String).contains(f'"{stage}"', autoescape=True)


def _waits(model: Any, workflow: Workflow, one: Step) -> sa.ColumnElement[bool]:
    """The condition that an object waits for a step: its state, and stages its call leaves out passed over."""
    has_stages = "stages" in sa.inspect(model).columns
    plain = [state for state, off in waiting_states(workflow, one) if not off]
    ways = [model.state.in_(constants(plain))]
    if has_stages:
        ways += [
            sa.and_(model.state == constant(state), *(~_on(model, stage) for stage in sorted(off)))
            for state, off in waiting_states(workflow, one)
            if off
        ]
    found = sa.or_(*ways)
    return sa.and_(found, _on(model, one.stage)) if has_stages and one.stage else found


def _in_charge(model: Any, step: str, ties: Sequence[Tie], members: Sequence[Member]) -> sa.ColumnElement[bool]:
    """The condition that a step is for somebody's own office, and not for another that organises the call or the project.

    Whoever reaches a call or a project only because it lands in his area reads it; the step's rules would refuse him.
    """
    if model is Call:
        return run_by(ties)
    if step == "opinion.give":
        mine = {tie.role for tie in ties}
        return Opinion.office.in_(constants(office for office, roles in WRITERS.items() if roles & mine))
    if step == "tranche.request":
        return Tranche.reached_at.is_not(None)
    if step == "tranche.receipt":
        return Tranche.receipt_number == constant("")
    if organiser_acts not in rules_of(step):
        return sa.true()
    project = model.id if model is Project else model.project_id
    return project.in_(sa.select(Project.id).where(Project.call_id.in_(calls_acted_for(members))))


def _branches(ties: Sequence[Tie], members: Sequence[Member]) -> Iterator[sa.Select[*tuple[Any, ...]]]:
    """One select for each step that somebody waits for and who has these ties may take."""
    mine = {tie.role for tie in ties}
    for workflow in ALL:
        model: Any = model_named(workflow.name)
        reached: dict[frozenset[str], sa.ColumnElement[bool]] = {}
        for one in workflow.steps:
            who = one.who & mine
            if model is None or not one.todo or not who:
                continue
            if who not in reached:
                reached[who] = reached_by(ties, model, who)
            columns = sa.inspect(model).columns
            yield (
                sa.select(
                    constant(workflow.name).label("name"),
                    model.id.label("id"),
                    constant(one.name).label("step"),
                    (model.title if "title" in columns else constant(workflow.label)).label("title"),
                    (model.number if "number" in columns else sa.cast(sa.null(), sa.String)).label("number"),
                    constant(one.todo).label("todo"),
                    model.due_at.label("due_at"),
                    (Tranche.reached_at if model is Tranche and one.name == "request" else model.state_at).label("state_at"),
                    (model.project_id if "project_id" in columns else sa.cast(sa.null(), sa.Integer)).label("project_id"),
                    (Tranche.bounce_reason if (model, one.name) == (Tranche, "resend") else constant("")).label("why"),
                )
                .where(_waits(model, workflow, one), reached[who], _in_charge(model, f"{workflow.name}.{one.name}", ties, members))
                .order_by(None)
            )


def _unheard(ties: Sequence[Tie]) -> Iterator[sa.Select[*tuple[Any, ...]]]:
    """The needs with a recording that nobody has written down yet, for who may do so. No step: it changes no state."""
    who = roles_for("voice.write_down") & {tie.role for tie in ties}
    unheard = sa.select(Voice.need_id).where(Voice.written_down == sa.literal_column("0"))  # as the index says it
    if who:
        yield (
            sa.select(
                constant("need").label("name"), Need.id, constant("write_down").label("step"), Need.title, Need.number,
                constant("待听写").label("todo"), Need.due_at, Need.state_at, sa.cast(sa.null(), sa.Integer).label("project_id"),
                constant("").label("why"),
            )
            .where(Need.id.in_(unheard), Need.state.not_in(constants(OVER)), reached_by(ties, Need, who))
            .order_by(None)
        )  # fmt: skip


def _unsigned(ties: Sequence[Tie]) -> Iterator[sa.Select[*tuple[Any, ...]]]:
    """The panel reports that a judge has not signed yet, since silence will count as consent. No step: it changes no state."""
    who = roles_for("panel_report.sign") & {tie.role for tie in ties}
    people = {tie.value for tie in ties if tie.role in who}
    signed = sa.select(PanelSignature.report_id).where(PanelSignature.person_id.in_(people))
    if who:
        yield (
            sa.select(
                constant("panel_report").label("name"), PanelReport.id, constant("sign").label("step"), PanelReport.title,
                sa.cast(sa.null(), sa.String).label("number"), constant("评审报告待签署").label("todo"), PanelReport.due_at,
                PanelReport.state_at, sa.cast(sa.null(), sa.Integer).label("project_id"), constant("").label("why"),
            )
            .where(PanelReport.state == constant("signing"), PanelReport.id.not_in(signed), reached_by(ties, PanelReport, who))
            .order_by(None)
        )  # fmt: skip


@lru_cache(maxsize=64)
def _waiting(ties: tuple[Tie, ...], members: tuple[Member, ...]) -> tuple[Any, Any, Any] | None:
    """Three statements over all that waits: how many of each kind, all of them, those of one kind (`todo`).

    Kept for those who were here last, since building them takes longer than asking them.
    """
    branches = [*_branches(ties, members), *_unheard(ties), *_unsigned(ties)]
    if not branches:
        return None
    every = sa.union_all(*branches).subquery()
    counts = sa.select(every.c.todo, sa.func.count()).group_by(every.c.todo).order_by(sa.func.count().desc(), every.c.todo)
    found = (
        sa.select(every, Project.title.label("project"))
        .outerjoin(Project, Project.id == every.c.project_id)
        .order_by(every.c.due_at.is_(None), every.c.due_at, every.c.state_at.desc(), every.c.name, every.c.id, every.c.step)
        .limit(sa.bindparam("most"))
    )
    return counts, found, found.where(every.c.todo == sa.bindparam("todo"))


def todos(session: Session, viewer: Viewer, *, todo: str = "", most: int = MOST) -> Todos:
    """What waits for the viewer: what is due first, then what came last. Two statements, however many workflows."""
    waiting = _waiting(tuple(viewer.ties), viewer.members)
    if waiting is None:
        return Todos([], [])
    counted, whole, of_kind = waiting
    counts = [(label, count) for label, count in session.execute(counted)]
    asked = {"most": most, "todo": todo} if todo else {"most": most}
    found = [
        Todo(f"{one.name}:{one.id}", one.step, one.title, one.number, one.todo, one.due_at, one.state_at, one.project, one.why)
        for one in (session.execute(of_kind if todo else whole, asked) if counts else ())
    ]
    return Todos(found, counts)


@dataclass(frozen=True, slots=True)
class Mine:
    """A need of one's own."""

    id: int
    number: str
    title: str
    state: str
    state_at: datetime

    @property
    def state_label(self) -> str:
        return NEED.states[self.state]


def my_needs(session: Session, person_id: int) -> list[Mine]:
    """The needs one raised or has a voice in, newest first."""
    query = sa.select(Need.id, Need.number, Need.title, Need.state, Need.state_at).where(
        sa.or_(Need.resident_id == person_id, Need.id.in_(sa.select(Voice.need_id).where(Voice.person_id == person_id)))
    )
    return rows(session, Mine, query.order_by(Need.id.desc()).limit(10))


@dataclass(frozen=True, slots=True)
class OpenBallot:
    """A ballot that is open where one lives; `taken` when one has already taken part."""

    id: int
    title: str
    closes_at: datetime
    taken: bool


def my_ballots(session: Session, person_id: int, area_code: str | None, *, at: datetime) -> list[OpenBallot]:
    """The ballots one can take part in now; those with a roll only where one's phone stands on it."""
    if not area_code:
        return []
    phone = sa.select(Person.phone_key).where(Person.id == person_id).scalar_subquery()
    line = sa.literal("roll:") + sa.cast(Listed.id, sa.String)
    listed = sa.exists().where(Listed.ballot_id == Ballot.id, Listed.phone_key == phone)
    by_line = sa.exists().where(Listed.ballot_id == Ballot.id, Listed.phone_key == phone, line == Participant.who)
    who = sa.or_(Participant.who == f"person:{person_id}", by_line)
    taken = sa.exists().where(Participant.ballot_id == Ballot.id, who)
    query = sa.select(Ballot.id, Ballot.title, Ballot.closes_at, taken.label("taken")).where(
        Ballot.state == "open",
        Ballot.opens_at <= at,
        Ballot.closes_at > at,
        Ballot.area_code.in_([area_code[:n] for n in (2, 4, 6, 9, 12, 15, 18) if n <= len(area_code)]),
        sa.or_(Ballot.roll_size == 0, listed),
    )
    return rows(session, OpenBallot, query.order_by(Ballot.closes_at, Ballot.id).limit(10))


def figures(session: Session, viewer: Viewer, *, at: datetime) -> book.Totals | None:
    """This year's budget, committed, paid … of the viewer's areas; None for who has no business with money."""
    if not roles_for("book.read") & {tie.role for tie in viewer.ties}:
        return None
    return book.totals(session, year=today(at).year, viewer=viewer)


@dataclass(frozen=True, slots=True)
class Hit:
    """One object that was found."""

    id: int
    title: str
    number: str | None
    state: str | None


@dataclass(frozen=True, slots=True)
class Found:
    """What was found of one kind; `more` when there is more than is shown."""

    kind: str
    label: str
    hits: list[Hit]
    more: bool


KINDS: tuple[tuple[str, type[Guarded], str], ...] = (
    ("需求", Need, "need.read"),
    ("征集公告", Call, "call.read"),
    ("申报", Application, "application.read"),
    ("项目", Project, "project.read"),
    ("单位", Organisation, "organisation.read"),
)


def search(session: Session, viewer: Viewer, q: str) -> list[Found]:
    """Objects by number or by neighbouring characters of their title, only those the viewer could open. One statement a kind."""
    found = []
    typed = q.strip()
    if not grams.grams(typed):
        return []
    for label, kind, right in KINDS:
        if not roles_for(right) & {tie.role for tie in viewer.ties}:
            continue
        one = _search(session, kind, visible(viewer, kind, roles_for(right)), typed, label)
        if one.hits:
            found.append(one)
    others = sa.and_(Need.public, sa.not_(visible(viewer, Need, roles_for("need.read"))))
    public = _search(session, Need, others, typed, "公开的需求")
    return [*found, replace(public, kind="public_need")] if public.hits else found


def _search(session: Session, kind: Any, reached: sa.ColumnElement[bool], typed: str, label: str) -> Found:
    columns = sa.inspect(kind).columns
    number = kind.number if "number" in columns else kind.credit_code
    state = kind.state if "state" in columns else sa.cast(sa.null(), sa.String)
    title = kind.title if "title" in columns else kind.name
    query = (
        sa.select(kind.id, title.label("title"), number.label("number"), state.label("state"))
        .where(reached, sa.or_(number == typed.upper(), grams.matches(kind.REF, kind.id, typed)))
        .order_by(kind.id.desc())
        .limit(FOUND + 1)
    )
    workflow = getattr(kind, "WORKFLOW", None)
    hits = [Hit(h.id, h.title, h.number, workflow.states[h.state] if workflow else None) for h in session.execute(query)]
    return Found(kind.REF, label, hits[:FOUND], len(hits) > FOUND)


@dataclass(frozen=True, slots=True)
class Letter:
    """One message in the inbox."""

    id: int
    subject: str
    title: str
    body: str
    at: datetime
    read_at: datetime | None


def inbox(session: Session, person_id: int, *, after: str | None = None) -> Page[Letter]:
    """One's messages, newest first."""
    query = sa.select(Message.id, Message.subject, Message.title, Message.body, Message.at, Message.read_at)
    return page(session, Letter, query.where(Message.person_id == person_id), [Message.id], after, size=20)


def unread(session: Session, person_id: int) -> int:
    """How many messages were not read yet."""
    query = sa.select(sa.func.count()).where(Message.person_id == person_id, Message.read_at.is_(None))
    return session.scalar(query) or 0
