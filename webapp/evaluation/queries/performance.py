"""Reads of 资金绩效: what the book and the projects say of a fund's year as of a day, and where each figure comes from."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from reports.money import Money
from webapp.book import queries as books
from webapp.calls.models import Call, Fund
from webapp.core.clock import end_of
from webapp.core.db import rows
from webapp.core.journal import Entry
from webapp.core.scope import Viewer
from webapp.evaluation.models import Evaluation, Survey
from webapp.evaluation.models.performance import FundPerformance
from webapp.evaluation.rules.combining import grade_of
from webapp.evaluation.rules.performance import MEASURES, Aim, PerformanceFacts, aims_of, worked
from webapp.projects.models import Activity, Milestone, Project
from webapp.scoring.rules import divided
from webapp.workflows import FUND_PERFORMANCE

GOOD = 8000
"""良 and better."""
UNITS = {"activities": ("场", "次", "场次", "期"), "visits": ("人次",)}
"""Units of the projects' own goals that make up a proposal for the year."""


def of_performance(session: Session, one: FundPerformance, by: Viewer, at: datetime) -> PerformanceFacts:
    """The facts of a step, of what the verb has just filled in."""
    last: Any = one.assessment if one.assessment else (one.monitorings[-1] if one.monitorings else {"lines": []})
    lines = last["lines"]
    return PerformanceFacts(
        by.id, one.prepared_by_id, one.assessed_by_id, one.goal, frozenset(aim.measure.group for aim in aims_of(one.aims)),
        tuple((line["key"], line["title"]) for line in lines if line["ask"] and not line["why"].strip()), one.decision, one.decided, one.document,
        any(line["actual"] is not None for line in lines),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sums:
    """The money of a fund's year as of a day, out of the book."""

    budget: Money
    committed: Money
    paid: Money
    spent: Money

    def kept(self) -> dict[str, int]:
        return {"budget": self.budget.fen, "committed": self.committed.fen, "paid": self.paid.fen, "spent": self.spent.fen}


def sums(session: Session, fund: str, year: int, on: date) -> Sums:
    """Budget, committed, paid and spent of a fund's year up to the end of a day."""
    found = books.totals(session, fund=fund, year=year, as_of=end_of(on))
    return Sums(found.budget, found.committed, found.paid, found.spent)


def _projects(one: FundPerformance) -> Any:
    return sa.select(Project.id).join(Call, Call.id == Project.call_id).where(Call.fund_id == one.fund_id, Call.fund_year == one.year)


def actuals(session: Session, one: FundPerformance, on: date, money: Sums) -> dict[str, int | None]:
    """What each measure comes to as of a day (hundredths; None where it cannot be told), in four statements.

    What a project had reached by the day is read from the journal, activities by the day they were held, surveys and final
    evaluations by when they ended; so an earlier day can be asked for.
    """
    until, mine = end_of(on), _projects(one)
    subject = sa.literal("project:") + sa.cast(Project.id, sa.String)

    def by(step: str) -> Any:
        return sa.exists().where(Entry.subject == subject, Entry.step == step, Entry.at <= until).correlate(Project)

    over = Project.ends_on <= on
    started, accepted, ended, due, done = session.execute(
        sa.select(
            sa.func.count().filter(by("start")), sa.func.count().filter(by("accept")), sa.func.count().filter(by("terminate")),
            sa.func.count().filter(over, ~by("terminate")), sa.func.count().filter(over, by("accept")),
        ).select_from(Project).where(Project.id.in_(mine))
    ).one()  # fmt: skip
    held = sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(Activity.visits), 0)).where(
        Activity.project_id.in_(mine), Activity.state == "held", Activity.held_on <= on
    )
    activities, visits = session.execute(held).one()
    finals = sa.select(sa.func.count(), sa.func.count().filter(Evaluation.total >= GOOD)).where(
        Evaluation.project_id.in_(mine), Evaluation.kind == "final", Evaluation.state == "confirmed", Evaluation.state_at <= until
    )
    judged, good = session.execute(finals).one()
    asked = sa.select(sa.func.coalesce(sa.func.sum(Survey.answered), 0), sa.func.coalesce(sa.func.sum(Survey.satisfied), 0)).where(
        Survey.project_id.in_(mine), Survey.state == "closed", Survey.score.is_not(None), Survey.state_at <= until
    )
    answered, satisfied = session.execute(asked).one()
    return {
        "execution": money.paid.fen if money.budget.fen > 0 else None, "projects": started * 100, "activities": activities * 100,
        "visits": visits * 100, "accepted": _percent(accepted, accepted + ended), "ontime": _percent(done, due),
        "cost": _percent(money.committed.fen, money.budget.fen), "good": _percent(good, judged), "satisfied": _percent(satisfied, answered),
    }  # fmt: skip


def _percent(part: int, whole: int) -> int | None:
    return divided(part * 10_000, whole) if whole > 0 else None


def proposed(session: Session, one: FundPerformance) -> dict[str, int]:
    """Values to start the aims from (hundredths): the fund's projects and what they agreed to, and usual percentages."""
    mine = _projects(one)
    projects = session.scalar(sa.select(sa.func.count()).select_from(mine.subquery())) or 0
    query = sa.select(Milestone.unit, sa.func.sum(Milestone.target)).where(Milestone.project_id.in_(mine)).group_by(Milestone.unit)
    by_unit: dict[str, int] = dict(session.execute(query).all())
    found = {"projects": projects * 100} | {key: sum(by_unit.get(unit, 0) for unit in units) * 100 for key, units in UNITS.items()}
    return {measure.key: found.get(measure.key) or measure.usual for measure in MEASURES}


@dataclass(frozen=True, slots=True)
class YearRow:
    """A year of a fund's performance, as the fund's page lists it."""

    id: int
    year: int
    state: str
    score: int | None
    grade: str

    @property
    def state_label(self) -> str:
        return FUND_PERFORMANCE.states[self.state]


def of_fund(session: Session, fund_id: int) -> list[YearRow]:
    """The years of a fund's performance, newest first."""
    return rows(session, YearRow, _of_fund(), {"fund": fund_id})


@cache
def _of_fund() -> sa.Select[*tuple[Any, ...]]:
    columns = (FundPerformance.id, FundPerformance.year, FundPerformance.state, FundPerformance.score, FundPerformance.grade)
    return sa.select(*columns).where(FundPerformance.fund_id == sa.bindparam("fund")).order_by(FundPerformance.year.desc())


def fund_of(session: Session, one: FundPerformance) -> Fund:
    return session.get_one(Fund, one.fund_id)


def aims(one: FundPerformance) -> tuple[Aim, ...]:
    return aims_of(one.aims)


def scores_follow(session: Session) -> Iterator[str]:
    """The score and grade of an assessed year are what its lines give."""
    for one in session.scalars(sa.select(FundPerformance).where(FundPerformance.assessment.is_not(None)).order_by(FundPerformance.id)):
        kept: Any = one.assessment
        again = worked(aims_of(one.aims), kept["money"]["budget"], {line["key"]: line["actual"] for line in kept["lines"]})[1]
        if one.score != again or one.grade != grade_of(again):
            yield f"{one.ref} 自评 {one.score} {one.grade}，重算为 {again} {grade_of(again)}"
