"""A project as its closing papers tell it: who was served, what was found on the way, what changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.applications.models import ApplicationNeed
from webapp.core.clock import today
from webapp.core.db import rows
from webapp.evaluation.models import Evaluation
from webapp.needs.models import Need
from webapp.projects.models import CHANGE_KINDS, Change, Progress, Project, Rectification, Visit
from webapp.projects.queries import register
from webapp.projects.queries.one import LineRow, lines_of
from webapp.projects.queries.register import Counts
from webapp.reporting.queries.works import Goal, Head, Held, goals_of, head_of, held_of
from webapp.workflows import CHANGE, RECTIFICATION


@dataclass(frozen=True, slots=True)
class Found:
    """整改 or 督办."""

    kind: str
    title: str
    text: str
    due_at: datetime | None
    state: str

    @property
    def state_label(self) -> str:
        return RECTIFICATION.states[self.state]


@dataclass(frozen=True, slots=True)
class Changed:
    """A change that was asked for."""

    kind: str
    title: str
    why: str
    state: str
    effective_at: datetime | None

    @property
    def kind_label(self) -> str:
        return CHANGE_KINDS.get(self.kind, self.kind)

    @property
    def state_label(self) -> str:
        return CHANGE.states[self.state]


@dataclass(frozen=True, slots=True)
class Answered:
    """A need it answers."""

    number: str
    title: str


@dataclass(frozen=True, slots=True)
class Told:
    """What the organisation wrote in its report of a period."""

    done: str
    problems: str
    next_steps: str


@dataclass(frozen=True, slots=True)
class Whole:
    """A project with all that was recorded of its delivery."""

    head: Head
    needs: tuple[Answered, ...]
    goals: tuple[Goal, ...]
    held: tuple[Held, ...]
    lines: tuple[LineRow, ...]
    persons: int
    named: int
    visits: int
    counts: Counts
    verdicts: Mapping[str, int]
    """Visits of 协同督导 by their verdict."""
    found: tuple[Found, ...]
    changes: tuple[Changed, ...]
    final: Told | None
    self_text: str
    """What the organisation wrote of itself in the final evaluation."""
    state: str


def whole_of(session: Session, project: Project, until: datetime) -> Whole:
    """A constant number of statements."""
    needs = (
        sa.select(Need.number, Need.title)
        .join(ApplicationNeed, ApplicationNeed.need_id == Need.id)
        .where(ApplicationNeed.application_id == project.application_id)
        .order_by(Need.id)
    )
    verdicts = sa.select(Visit.verdict, sa.func.count()).where(Visit.project_id == project.id, Visit.at <= until).group_by(Visit.verdict)
    found = sa.select(Rectification.kind, Rectification.title, Rectification.text, Rectification.due_at, Rectification.state)
    changes = sa.select(Change.kind, Change.title, Change.why, Change.state, Change.effective_at)
    told = sa.select(Progress.done, Progress.problems, Progress.next_steps).where(
        Progress.project_id == project.id, Progress.period == "final", Progress.state != "draft"
    )
    wrote = sa.select(Evaluation.self_text).where(
        Evaluation.project_id == project.id, Evaluation.kind == "final", Evaluation.state != "opened"
    )
    last = rows(session, Told, told)
    by_verdict: dict[str, int] = dict(session.execute(verdicts).all())
    return Whole(
        head_of(session, project.id), tuple(rows(session, Answered, needs)), goals_of(session, project.id),
        held_of(session, project.id, today(until)), tuple(lines_of(session, project.id)), project.persons, project.named, project.visits,
        register.counts(session, project.id), by_verdict,
        tuple(rows(session, Found, found.where(Rectification.project_id == project.id).order_by(Rectification.id))),
        tuple(rows(session, Changed, changes.where(Change.project_id == project.id).order_by(Change.id))), last[0] if last else None,
        session.scalar(wrote) or "", project.state_label,
    )  # fmt: skip
