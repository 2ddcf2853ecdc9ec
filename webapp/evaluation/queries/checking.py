"""Reads of 核查: a commission's projects, a sample with its calls, and what an evaluation's page says of both."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from webapp.accounts.models import Organisation, Person
from webapp.accounts.viewer import Viewer
from webapp.calls.models import Call
from webapp.core.db import rows
from webapp.core.paging import Page, page
from webapp.core.scope import Viewer as AnyViewer
from webapp.core.scope import visible
from webapp.evaluation.models import KINDS, RESULTS, SIDES, AcceptanceSign, Evaluation, Observation, SampleCall, SiteCheck, Survey
from webapp.evaluation.queries.acceptance import of_this_round
from webapp.evaluation.rules.checking import QUESTIONS, CallFacts, ObservationFacts, doubts
from webapp.permissions import roles_for
from webapp.projects.models import Project, RegisterDrawn, RegisterSample
from webapp.projects.queries import register
from webapp.projects.queries.acting import acts_for, call_of
from webapp.workflows import EVALUATION, OBSERVATION, PROJECT

PENDING = ("raised", "answered")
MOST_POSITIONS = 10_000
"""More than the places of any draw: a place of a draw as one number."""


def of_observation(session: Session, observation: Observation, by: AnyViewer, at: datetime) -> ObservationFacts:
    project = session.get_one(Project, observation.project_id)
    evaluation = session.get_one(Evaluation, observation.evaluation_id)
    return ObservationFacts(
        acts_for(by, call_of(session, project.call_id)), evaluation.state == "confirmed", observation.state, observation.due_at, at,
        observation.answer, observation.reason,
    )  # fmt: skip


def open_evaluation(session: Session, project_id: int) -> int | None:
    """The evaluation of a project that is under way, the newest."""
    query = sa.select(sa.func.max(Evaluation.id)).where(Evaluation.project_id == project_id, Evaluation.state != "confirmed")
    return session.scalar(query)


def drawn_key(session: Session, sample_id: int, position: int) -> int | None:
    """Who of the register stands at a place of a draw."""
    return session.scalar(
        sa.select(RegisterDrawn.beneficiary_id).where(RegisterDrawn.sample_id == sample_id, RegisterDrawn.position == position)
    )


def to_call(session: Session, sample: RegisterSample, position: int, by: Viewer) -> tuple[register.Listed | None, CallFacts]:
    """Who would be called, and what decides whether they may be."""
    key = drawn_key(session, sample.id, position)
    found = register.one(session, key) if key is not None else None
    past = session.scalars(
        sa.select(SampleCall.result).where(SampleCall.sample_id == sample.id, SampleCall.position == position).order_by(SampleCall.attempt)
    )
    return found, CallFacts(
        sample.by_id == by.id, open_evaluation(session, sample.project_id) is not None, found is not None,
        found is not None and found.erased_at is not None, bool(found and found.phone), tuple(past),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Called:
    """One of a sample with the calls made: nothing by which anybody is known."""

    position: int
    label: str
    times: int
    gone: bool
    attempts: int
    result: str
    call_id: int | None

    @property
    def result_label(self) -> str:
        if self.call_id is not None and not self.result:
            return "通话中"
        return RESULTS.get(self.result, "待拨打")

    @property
    def waits(self) -> bool:
        """Whether a call may still be made."""
        return not self.gone and self.result in ("", "missed") and (self.call_id is None or bool(self.result))


def called(session: Session, sample_id: int) -> list[Called]:
    """A sample in the order of its draw with the newest call to each, in two statements."""
    query = sa.select(SampleCall.position, SampleCall.id, SampleCall.result, SampleCall.attempt).where(SampleCall.sample_id == sample_id)
    newest = {place: (key, result, attempt) for place, key, result, attempt in session.execute(query.order_by(SampleCall.attempt))}
    found = []
    for one in register.drawn(session, sample_id):
        key, result, attempts = newest.get(one.position, (None, "", 0))
        found.append(Called(one.position, one.label, one.times, one.gone, attempts, result, key))
    return found


@dataclass(frozen=True, slots=True)
class Answers:
    """A question with how often each choice was given, of those who answered."""

    title: str
    counts: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Checked:
    """核查 of an evaluation in figures."""

    drawn: int
    """People in the samples that were called from."""
    called: int
    """People called at least once; answered, refused and not reached add up to them, one call still going on apart."""
    answered: int
    refused: int
    missed: int
    doubtful: int
    """Who answered and said something that speaks against the record."""
    answers: tuple[Answers, ...]


def figures(session: Session, evaluation_id: int) -> Checked:
    """The calls of an evaluation by person: the last call to each counts. In two statements."""
    query = sa.select(SampleCall.sample_id, SampleCall.position, SampleCall.result, SampleCall.answers).where(
        SampleCall.evaluation_id == evaluation_id
    )
    last: dict[tuple[int, int], tuple[str, Mapping[str, Any]]] = {}
    for sample, position, result, answers in session.execute(query.order_by(SampleCall.attempt)):
        last[sample, position] = (result, answers)
    if not last:
        return Checked(0, 0, 0, 0, 0, 0, ())
    sizes = sa.select(sa.func.sum(RegisterSample.size)).where(RegisterSample.id.in_({sample for sample, _ in last}))
    given = [answers for result, answers in last.values() if result == "answered"]
    by = {name: sum(1 for result, _ in last.values() if result == name) for name in RESULTS}
    told = tuple(
        Answers(one.title, tuple((words, sum(1 for each in given if each.get(one.key) == key)) for key, words in one.choices.items()))
        for one in QUESTIONS
    )
    return Checked(
        session.scalar(sizes) or 0, len(last), by["answered"], by["refused"], by["missed"], sum(1 for each in given if doubts(each)),
        told if given else (),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """A visit, a finding or a sample of an evaluation, as its page lists them."""

    ref: str
    title: str
    state: str
    state_label: str
    reason: str


def found_of(session: Session, evaluation_id: int) -> tuple[list[Row], list[Row], list[Row]]:
    """The visits and the findings of an evaluation, and the signatures under its 验收意见书, in one statement.

    The state of a signature is its side; its reason is empty where it agrees.
    """
    who = Organisation.name + " " + Person.name
    visits = sa.select(
        sa.literal(SiteCheck.REF).label("kind"), SiteCheck.id, SiteCheck.place.label("title"), sa.cast(SiteCheck.held_on, sa.String).label("state"),
        sa.literal("").label("reason"),
    ).where(SiteCheck.evaluation_id == evaluation_id)  # fmt: skip
    findings = sa.select(sa.literal(Observation.REF), Observation.id, Observation.title, Observation.state, Observation.reason).where(
        Observation.evaluation_id == evaluation_id
    )
    signed = (
        sa.select(sa.literal(AcceptanceSign.REF), AcceptanceSign.id, who, AcceptanceSign.side, AcceptanceSign.reason)
        .join(Organisation, Organisation.id == AcceptanceSign.organisation_id)
        .join(Person, Person.id == AcceptanceSign.person_id)
        .join(Evaluation, Evaluation.id == AcceptanceSign.evaluation_id)
        .where(AcceptanceSign.evaluation_id == evaluation_id, of_this_round())
    )
    every = sa.union_all(visits, findings, signed).subquery()
    found: dict[str, list[Row]] = {SiteCheck.REF: [], Observation.REF: [], AcceptanceSign.REF: []}
    labels = {**OBSERVATION.states, **SIDES}
    for kind, key, title, state, reason in session.execute(sa.select(every).order_by(every.c.kind, every.c.id)):
        found[kind].append(Row(f"{kind}:{key}", title, state, labels.get(state, state), reason))
    return found[SiteCheck.REF], found[Observation.REF], found[AcceptanceSign.REF]


def samples_here(session: Session, project_id: int, person_id: int | None) -> list[register.SampleRow]:
    """One's own draws from a project's register, to call from."""
    return register.samples_of(session, project_id, person_id) if person_id is not None else []


def pending(evaluation: Any) -> Any:
    """How many findings of an evaluation are not final, as a subquery for its facts."""
    return (
        sa.select(sa.func.count())
        .select_from(Observation)
        .where(Observation.evaluation_id == evaluation, Observation.state.in_(PENDING))
        .scalar_subquery()
    )


@dataclass(frozen=True, slots=True)
class CommissionRow:
    """A project of a commission: where its evaluation stands, and how far the checking has come."""

    id: int
    number: str
    title: str
    project_state: str
    organisation: str
    call: str
    evaluation_id: int | None
    kind: str | None
    state: str | None
    due_at: datetime | None
    survey: str | None
    drawn: int
    called: int
    answered: int
    refused: int
    sites: int
    open_findings: int

    @property
    def stage(self) -> str:
        """What the evaluation waits for, or where the project stands while there is none."""
        if self.kind is None or self.state is None:
            return f"项目{PROJECT.states[self.project_state]}，评估还没有开始"
        return f"{KINDS[self.kind]}：{EVALUATION.states[self.state]}"

    @property
    def mine(self) -> bool:
        """Whether the evaluator's own work is what is waited for."""
        return self.state == "self_assessed"


WHICH = {"": "全部", "due": "待我评估", "going": "评估进行中", "findings": "有未认定的核查问题"}


def commission(session: Session, viewer: AnyViewer, *, which: str = "", after: str | None = None) -> Page[CommissionRow]:
    """The projects that the viewer's office was commissioned to evaluate, newest first, each with its newest evaluation."""
    newest = sa.select(sa.func.max(Evaluation.id)).where(Evaluation.project_id == Project.id).correlate(Project).scalar_subquery()

    def people(*results: str) -> Any:
        one = sa.func.count(sa.distinct(SampleCall.sample_id * MOST_POSITIONS + SampleCall.position))
        query = sa.select(one).where(SampleCall.evaluation_id == Evaluation.id)
        return (query.where(SampleCall.result.in_(results)) if results else query).scalar_subquery()

    drawn = sa.select(sa.func.coalesce(sa.func.sum(RegisterSample.size), 0)).where(
        RegisterSample.project_id == Project.id, RegisterSample.by_id == viewer.id
    )
    sites = sa.select(sa.func.count()).select_from(SiteCheck).where(SiteCheck.evaluation_id == Evaluation.id)
    query = (
        sa.select(
            Project.id, Project.number, Project.title, Project.state.label("project_state"), Organisation.name.label("organisation"),
            Call.title.label("call"), Evaluation.id.label("evaluation_id"), Evaluation.kind, Evaluation.state, Evaluation.due_at,
            Survey.state.label("survey"), drawn.scalar_subquery().label("drawn"), people().label("called"),
            people("answered").label("answered"), people("refused").label("refused"), sites.scalar_subquery().label("sites"),
            pending(Evaluation.id).label("open_findings"),
        )
        .join(Organisation, Organisation.id == Project.organisation_id)
        .join(Call, Call.id == Project.call_id)
        .outerjoin(Evaluation, Evaluation.id == newest)
        .outerjoin(Survey, Survey.project_id == Project.id)
        .where(visible(viewer, Project, roles_for("commission.list")))
    )  # fmt: skip
    conditions = {
        "due": Evaluation.state == "self_assessed", "going": Evaluation.state != "confirmed", "findings": pending(Evaluation.id) > 0,
    }  # fmt: skip
    if which in conditions:
        query = query.where(conditions[which])
    return page(session, CommissionRow, query, (Project.id,), after)


@dataclass(frozen=True, slots=True)
class CallRow:
    """A commission: the call, its projects, and what of them waits for the evaluator."""

    title: str
    projects: int
    starts_on: date
    ends_on: date
    waiting: int
    due_at: datetime | None
    """The nearest deadline among what waits."""
    confirmed: int


def commissions(session: Session, viewer: AnyViewer) -> list[CallRow]:
    """The calls one's office was commissioned for, the newest first, in one statement."""

    within = aliased(Project)

    def evaluations(what: Any, state: str) -> Any:
        of = sa.select(what).select_from(Evaluation).join(within, within.id == Evaluation.project_id)
        return of.where(within.call_id == Call.id, Evaluation.state == state).scalar_subquery()

    query = (
        sa.select(
            Call.title, sa.func.count(Project.id).label("projects"), sa.func.min(Project.starts_on).label("starts_on"),
            sa.func.max(Project.ends_on).label("ends_on"), evaluations(sa.func.count(), "self_assessed").label("waiting"),
            evaluations(sa.func.min(Evaluation.due_at), "self_assessed").label("due_at"),
            evaluations(sa.func.count(), "confirmed").label("confirmed"),
        )
        .join(Project, Project.call_id == Call.id)
        .where(visible(viewer, Project, roles_for("commission.list")))
        .group_by(Call.id, Call.title)
        .order_by(Call.id.desc())
        .limit(20)
    )  # fmt: skip
    return rows(session, CallRow, query)
