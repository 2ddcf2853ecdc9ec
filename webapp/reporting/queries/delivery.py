"""What the progress report is made of (项目进展情况报告): how each project stood at a moment."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from reports.money import Money
from webapp.core.clock import today
from webapp.funding.models import Tranche
from webapp.projects.models import Activity, Attendance, Milestone, Rectification, Visit
from webapp.reporting.queries.asked import Subject, Wish, is_demo, states, subjects
from webapp.workflows import PROJECT


@dataclass(frozen=True, slots=True)
class Goal:
    """A milestone (子目标)."""

    project: str
    title: str
    unit: str
    target: int
    done: int
    due_on: date


@dataclass(frozen=True, slots=True)
class Standing:
    """How one project stood."""

    subject: Subject
    state: str
    goals: int
    goals_done: int
    activities: int
    persons: int
    attendances: int
    visits: int
    rectifications: int
    rectifications_open: int
    tranches: int
    tranches_paid: int
    planned: Money
    paid: Money


@dataclass(frozen=True, slots=True)
class Delivery:
    projects: Sequence[Standing]
    goals: Sequence[Goal]
    demo: bool


def gather(session: Session, wish: Wish) -> Delivery:
    """The rows of the progress report; states are those the journal had at the moment, deeds those done until then."""
    at, day = wish.as_of, today(wish.as_of)
    stood = states(session, "project", at)
    found = [one for one in subjects(session, wish) if one.id in stood]
    ids = [one.id for one in found]
    goals = session.execute(
        sa.select(Milestone.project_id, Milestone.title, Milestone.unit, Milestone.target, Milestone.done, Milestone.due_on)
        .where(Milestone.project_id.in_(ids))
        .order_by(Milestone.project_id, Milestone.id)
    ).all()
    held = _by_project(
        session,
        sa.select(
            Activity.project_id, sa.func.count(), sa.func.coalesce(sa.func.sum(Activity.unnamed), 0),
            sa.func.coalesce(sa.func.sum(Activity.visits), 0),
        ).where(Activity.project_id.in_(ids), Activity.state == "held", Activity.held_on <= day).group_by(Activity.project_id),
    )  # fmt: skip
    named = _by_project(
        session,
        sa.select(Activity.project_id, sa.func.count(sa.distinct(Attendance.beneficiary_id)))
        .join(Attendance, Attendance.activity_id == Activity.id)
        .where(Activity.project_id.in_(ids), Activity.state == "held", Activity.held_on <= day)
        .group_by(Activity.project_id),
    )
    held = {key: (many, unnamed + named.get(key, (0,))[0], times) for key, (many, unnamed, times) in held.items()}
    visits = _by_project(
        session,
        sa.select(Visit.project_id, sa.func.count()).where(Visit.project_id.in_(ids), Visit.at <= at).group_by(Visit.project_id),
    )
    findings = _findings(session, ids, states(session, "rectification", at))
    money = _money(session, ids, states(session, "tranche", at))
    rows = [_standing(one, stood[one.id], goals, held, visits, findings, money) for one in found]
    names = {one.id: one.number for one in found}
    return Delivery(rows, [Goal(names[g.project_id], g.title, g.unit, g.target, g.done, g.due_on) for g in goals], is_demo(session))


def _standing(one: Subject, state: str, goals: Sequence[Any], held: Any, visits: Any, findings: Any, money: Any) -> Standing:
    mine = [goal for goal in goals if goal.project_id == one.id]
    activities, persons, attendances = held.get(one.id, (0, 0, 0))
    return Standing(
        one, PROJECT.states.get(state, state), len(mine), sum(goal.done >= goal.target for goal in mine), activities, persons,
        attendances, *visits.get(one.id, (0,)), *findings.get(one.id, (0, 0)), *money.get(one.id, (0, 0, Money(0), Money(0))),
    )  # fmt: skip


def _by_project(session: Session, query: Any) -> dict[int, tuple[int, ...]]:
    return {key: tuple(int(figure) for figure in figures) for key, *figures in session.execute(query)}


def _findings(session: Session, ids: list[int], stood: dict[int, str]) -> dict[int, tuple[int, int]]:
    """整改 by project: all of them, and those not yet closed."""
    found: dict[int, tuple[int, int]] = {}
    query = sa.select(Rectification.id, Rectification.project_id).where(Rectification.project_id.in_(ids))
    for key, project_id in session.execute(query):
        if key in stood:
            total, still = found.get(project_id, (0, 0))
            found[project_id] = (total + 1, still + (stood[key] != "closed"))
    return found


def _money(session: Session, ids: list[int], stood: dict[int, str]) -> dict[int, tuple[int, int, Money, Money]]:
    """拨款 by project: tranches, those paid, and both in money; a cancelled one counts no more."""
    found: dict[int, tuple[int, int, Money, Money]] = {}
    query = sa.select(Tranche.id, Tranche.project_id, Tranche.amount_fen).where(Tranche.project_id.in_(ids))
    for key, project_id, amount in session.execute(query):
        state = stood.get(key, "cancelled")
        if state == "cancelled":
            continue
        number, paid, planned, received = found.get(project_id, (0, 0, Money(0), Money(0)))
        done = state == "paid"
        found[project_id] = (number + 1, paid + done, planned + amount, received + amount if done else received)
    return found
