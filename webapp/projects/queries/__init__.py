"""Reads of projects, one file for each object; here what the house asks of every slice."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from reports.money import Money
from webapp.core.workflow import FactsOf
from webapp.projects.models import Activity, Attendance, BudgetLine, Change, Milestone, Project
from webapp.projects.queries import facts
from webapp.projects.queries.register import MINE as MINE

FACTS: dict[str, FactsOf] = {
    "need.deliver": facts.of_need,
    "need.relist": facts.of_need,
    "need.resolve": facts.of_need,
    "call.award": facts.of_award,
    "application.award": facts.of_application,
    "project.start": facts.of_start,
    "project.suspend": facts.of_project,
    "project.resume": facts.of_project,
    "project.resume_passed": facts.of_project,
    "agreement": facts.of_agreement,
    "agreement_template": facts.of_template,
    "confirmation": facts.of_confirmation,
    "activity": facts.of_activity,
    "progress": facts.of_progress,
    "rectification": facts.of_rectification,
    "change": facts.of_change,
    "charge": facts.of_charge,
    "task": facts.of_task,
}


def _sums_of_activities(session: Session) -> Iterator[str]:
    """人数: everybody of the register once, however many activities they came to; who was counted without a name each time."""
    held = (
        sa.select(Activity.project_id, sa.func.sum(Activity.unnamed).label("unnamed"), sa.func.sum(Activity.visits).label("visits"))
        .where(Activity.state == "held")
        .group_by(Activity.project_id)
        .subquery()
    )
    called = (
        sa.select(Activity.project_id, sa.func.count(sa.distinct(Attendance.beneficiary_id)).label("named"))
        .join(Attendance, Attendance.activity_id == Activity.id)
        .where(Activity.state == "held")
        .group_by(Activity.project_id)
        .subquery()
    )
    named, visits = sa.func.coalesce(called.c.named, 0), sa.func.coalesce(held.c.visits, 0)
    persons = named + sa.func.coalesce(held.c.unnamed, 0)
    wrong = (
        sa.select(Project.number, Project.persons, persons, Project.named, named, Project.visits, visits)
        .outerjoin(held, held.c.project_id == Project.id)
        .outerjoin(called, called.c.project_id == Project.id)
        .where(sa.or_(Project.persons != persons, Project.named != named, Project.visits != visits))
    )
    for number, kept, counted, kept_named, counted_named, kept_visits, counted_visits in session.execute(wrong):
        yield (
            f"项目 {number} 记人数 {kept}（名册 {kept_named}）、人次 {kept_visits}，"
            f"活动合计 {counted}（名册 {counted_named}）、{counted_visits}"
        )


def _names_called(session: Session) -> Iterator[str]:
    called = sa.select(sa.func.count()).where(Attendance.activity_id == Activity.id).scalar_subquery()
    query = sa.select(Activity.id, Activity.persons - Activity.unnamed, called).where(
        Activity.state == "held", Activity.persons - Activity.unnamed != called
    )
    for key, kept, counted in session.execute(query):
        yield f"活动 {key} 记名册中 {kept} 人，点名 {counted} 人"


def _sums_of_milestones(session: Session) -> Iterator[str]:
    done = (
        sa.select(sa.func.coalesce(sa.func.sum(Activity.counted), 0))
        .where(Activity.milestone_id == Milestone.id, Activity.state == "held")
        .scalar_subquery()
    )
    for key, kept, counted in session.execute(sa.select(Milestone.id, Milestone.done, done).where(Milestone.done != done)):
        yield f"指标 {key} 记完成 {kept}，活动合计 {counted}"


def _lines_add_up(session: Session) -> Iterator[str]:
    total = sa.func.coalesce(sa.func.sum(sa.cast(BudgetLine.grant_fen, sa.BigInteger)), 0)
    query: Any = (
        sa.select(Project.number, sa.cast(Project.granted_fen, sa.BigInteger), total)
        .outerjoin(BudgetLine, BudgetLine.project_id == Project.id)
        .group_by(Project.id, Project.number, Project.granted_fen)
        .having(total != sa.cast(Project.granted_fen, sa.BigInteger))
    )
    for number, granted, lines in session.execute(query):
        yield f"项目 {number} 资助 {granted} 分，预算科目合计 {lines} 分"


def _free_moves_add_up(session: Session) -> Iterator[str]:
    """What was moved without approval, out of the changes themselves, beside what each line keeps of it."""
    used: dict[int, int] = {}
    net: dict[int, int] = {}
    for moves in session.scalars(sa.select(Change.moves).where(Change.state == "applied").execution_options(yield_per=500)):
        for one in moves:
            used[one["line"]] = used.get(one["line"], 0) + abs(one["delta_fen"])
            net[one["line"]] = net.get(one["line"], 0) + one["delta_fen"]
    moved = sa.or_(BudgetLine.free_fen != Money(0), BudgetLine.grant_fen != BudgetLine.base_fen)
    kept = sa.select(BudgetLine.id, BudgetLine.free_fen, BudgetLine.grant_fen, BudgetLine.base_fen).where(moved)
    for key, free, grant, base in session.execute(kept):
        counted = used.pop(key, 0), net.pop(key, 0)
        if (free.fen, (grant - base).fen) != counted:
            yield f"科目 {key} 记自行调整 {free.fen} 分、相差 {(grant - base).fen} 分，变更合计 {counted[0]} 分、{counted[1]} 分"
    for key, fen in sorted(used.items()):
        yield f"科目 {key} 没有记自行调整，变更合计 {fen} 分"


CHECKS = {
    "项目人数人次与活动记录相符": _sums_of_activities,
    "活动的名册人数与点名相符": _names_called,
    "项目指标完成数与活动记录相符": _sums_of_milestones,
    "项目预算科目合计等于资助金额": _lines_add_up,
    "预算自行调整与变更记录相符": _free_moves_add_up,
}
