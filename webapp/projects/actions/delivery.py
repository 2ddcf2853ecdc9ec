"""The organisation's own work: activities, progress reports, answers to findings."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, time
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from reports.format import yuan
from reports.money import Money
from webapp.accounts.viewer import Viewer
from webapp.calls.models import Call
from webapp.calls.queries import rules_of
from webapp.calls.rules import is_late, report_due
from webapp.core import files, journal
from webapp.core.calendar import deadline
from webapp.core.clock import end_of
from webapp.core.trace import trace
from webapp.core.workflow import Refusal, Refused, begin, refuse, take_step
from webapp.projects.actions.counting import count
from webapp.projects.models import RUNNING, Activity, ActivitySpend, BudgetLine, Milestone, Progress, Project, Rectification
from webapp.projects.queries.facts import of_activity
from webapp.projects.queries.months import words
from webapp.projects.queries.register import named_at
from webapp.projects.rules.delivery import children_stay_inside, times_in_order
from webapp.projects.rules.supervision import own_interest
from webapp.reviews.queries.conflicts import barred
from webapp.workflows import PROJECT

READ_WORKDAYS = 5
FINAL = "final"
"""The period of the final report (总结报告)."""
"""Working days in which a report or an answered finding is expected to be looked at."""


def must_run(project: Project) -> None:
    """Raises Refused unless the project is at work."""
    if project.state not in RUNNING:
        raise refuse("project", f"项目{PROJECT.states[project.state]}，现在不能办理。")


def must_be_free(session: Session, project: Project, *, by: Viewer, at: datetime) -> None:
    """Raises Refused for who is tied in person to the organisation: a community sees what lands with it, and another of it speaks."""
    if tied := barred(session, by.id, [project.organisation_id], at, hosting=False):
        raise Refused(own_interest(tied))


def plan_activity(
    session: Session,
    project: Project,
    *,
    title: str,
    place: str,
    planned_on: date,
    starts: time | None = None,
    ends: time | None = None,
    milestone_id: int | None = None,
    previewed: bool = True,
    by: Viewer,
    at: datetime,
) -> Activity:
    """计划活动: what, where and when; it waits to be recorded, and until then stands in the public list of the month if it may."""
    must_run(project)
    if found := times_in_order(starts, ends):
        raise Refused(found)
    if milestone_id is not None:
        _milestone(session, project.id, milestone_id)
    activity = Activity(
        project_id=project.id, title=title, place=place, planned_on=planned_on, starts=starts, ends=ends, milestone_id=milestone_id,
        previewed=previewed,
    )  # fmt: skip
    begin(session, activity, by=by, at=at)
    activity.due_at = end_of(planned_on)
    trace(session, project.ref, activity.ref)
    return activity


@dataclass(frozen=True, slots=True)
class Planned:
    """One line of a month's plan."""

    title: str
    place: str
    planned_on: date
    starts: time | None = None
    ends: time | None = None
    previewed: bool = True


def plan_month(session: Session, project: Project, lines: Sequence[Planned], *, month: str, by: Viewer, at: datetime) -> list[Activity]:
    """月度计划: several activities of one month at once, or none of them. Refused at `rows`, by line."""
    must_run(project)
    wrong = [
        Refusal("line", f"第 {n} 行：{sentence}", "rows")
        for n, one in enumerate(lines, 1)
        if (sentence := _not_of_the_plan(project, one, month))
    ]
    if wrong or not lines:
        raise Refused(*(wrong or [Refusal("empty", "请至少填写一项活动。", "rows")]))
    return [plan_activity(session, project, **asdict(one), by=by, at=at) for one in lines]


def _not_of_the_plan(project: Project, one: Planned, month: str) -> str:
    if f"{one.planned_on:%Y-%m}" != month:
        return f"日期不在{words(month)}。"
    if not project.starts_on <= one.planned_on <= project.ends_on:
        return f"日期不在项目期限 {project.starts_on:%Y-%m-%d} 至 {project.ends_on:%Y-%m-%d} 之内。"
    found = times_in_order(one.starts, one.ends)
    return found.sentence if found else ""


def _milestone(session: Session, project_id: int, key: int) -> Milestone:
    found = session.get(Milestone, key, with_for_update=True, populate_existing=True)
    if found is None or found.project_id != project_id:
        raise refuse("milestone", "请选择本项目的指标。", "milestone_id")
    return found


def record_activity(
    session: Session, activity: Activity, *, held_on: date, place: str, persons: int, visits: int, starts: time | None = None,
    ends: time | None = None, workers: int = 0, worker_minutes: int = 0, volunteers: int = 0, volunteer_minutes: int = 0, minutes: int = 0,
    minors: bool = False, reflection: str = "", milestone_id: int | None = None, counted: int = 0, spends: Mapping[int, Money] | None = None,
    open_photos: bool = False, sign_in: Sequence[files.Checked] = (), photos: Sequence[files.Checked] = (), by: Viewer, at: datetime, note: str = "",
) -> None:  # fmt: skip
    """记录活动 with its sign-in sheet and photos. The project's 人数 and 人次 and the indicator follow in the same transaction."""
    project = session.get_one(Project, activity.project_id, with_for_update=True, populate_existing=True)
    facts = replace(of_activity(session, activity, by, at), open_photos=open_photos)
    children = minors or facts.children
    if found := children_stay_inside(replace(facts, children=children)):
        raise Refused(found)
    activity.minors, activity.open_photos = children, open_photos
    activity.held_on, activity.place, activity.reflection = held_on, place, reflection
    if found := times_in_order(starts, ends):
        raise Refused(found)
    activity.starts, activity.ends = starts, ends
    activity.workers, activity.worker_minutes = workers, worker_minutes
    activity.volunteers, activity.volunteer_minutes = volunteers, volunteer_minutes
    activity.minutes = minutes or _between(starts, ends)
    _tell_spends(session, activity, spends or {})
    activity.milestone_id, activity.counted = milestone_id, counted if milestone_id else 0
    if visits < persons:
        raise refuse("visits", "人次不能少于人数，请核对。", "visits")
    named = named_at(session, activity.id)
    activity.persons, activity.unnamed, activity.visits = persons, max(persons - named, 0), visits
    for kind, many in (("sign_in", sign_in), ("photo", photos)):
        for one in many:
            files.attach(session, activity.ref, kind, one, by=by.ref, at=at)
    take_step(
        session,
        activity,
        "record",
        by=by,
        at=at,
        note=note,
        data={"persons": activity.persons, "visits": activity.visits, "counted": activity.counted},
    )
    count(session, project)
    if milestone_id is not None:
        _milestone(session, project.id, milestone_id).done += activity.counted
    session.flush()


def _between(starts: time | None, ends: time | None) -> int:
    """Whole minutes from the start to the end; none when it is not known, or the order is wrong and told elsewhere."""
    if starts is None or ends is None:
        return 0
    return max((ends.hour - starts.hour) * 60 + ends.minute - starts.minute, 0)


def _tell_spends(session: Session, activity: Activity, spends: Mapping[int, Money]) -> None:
    """What the activity cost, line by line, as said by the organisation; no posting. Refused at `spends`."""
    told = {key: amount for key, amount in spends.items() if amount}
    lines = {
        one.id: one
        for one in session.scalars(sa.select(BudgetLine).where(BudgetLine.project_id == activity.project_id, BudgetLine.id.in_(told)))
    }
    for key, amount in told.items():
        line = lines.get(key)
        if line is None:
            raise refuse("line", "请填写本项目的科目，刷新页面再试。", "spends")
        whole = line.grant_fen + line.own_fen
        if amount < Money(0) or amount > whole:
            raise refuse("amount", f"“{line.title}”填了 {yuan(amount)} 元，超出这个科目的预算 {yuan(whole)} 元，请核对。", "spends")
    session.add_all(ActivitySpend(activity_id=activity.id, budget_line_id=key, amount_fen=amount) for key, amount in told.items())


def show_photos(session: Session, activity: Activity, *, shown: bool, by: Viewer, at: datetime) -> None:
    """公开照片 of a recorded activity, or 收回. Refused where children were there."""
    if activity.state != "held":
        raise refuse("planned", "活动记录后才能公开照片。")
    if shown and children_stay_inside(replace(of_activity(session, activity, by, at), open_photos=True)):
        raise refuse("photos_of_minors", "有未成年人参加的活动，照片只能内部留存。")
    activity.open_photos = shown
    session.flush()
    journal.record(session, activity.ref, "open_photos" if shown else "close_photos", by=by.ref, at=at)


def start_progress(session: Session, project: Project, *, period: str, title: str, by: Viewer, at: datetime) -> Progress:
    """新建进展报告 of a period; each period has one."""
    must_run(project)
    if session.scalar(sa.select(Progress.id).where(Progress.project_id == project.id, Progress.period == period)) is not None:
        raise refuse("period", "这一期的进展报告已经有了，请在原报告上修改。", "period")
    progress = Progress(project_id=project.id, period=period, title=title, figures={})
    begin(session, progress, by=by, at=at, data={"period": period})
    plan = rules_of(session.get_one(Call, project.call_id)).breach
    if period == FINAL and plan.report_within is not None:
        progress.due_at = report_due(plan, project.ends_on)
    return progress


def edit_progress(session: Session, progress: Progress, *, done: str, problems: str, next_steps: str, by: Viewer, at: datetime) -> None:
    """Write the report; it can be changed until it is submitted, and again when it is returned."""
    if progress.state not in {"draft", "returned"}:
        raise refuse("state", "报告已经提交，不能再改。需要修改请联系主办单位退回。")
    progress.done, progress.problems, progress.next_steps = done, problems, next_steps
    journal.record(session, progress.ref, "edit", by=by.ref, at=at)


def submit_progress(session: Session, progress: Progress, *, by: Viewer, at: datetime, note: str = "") -> None:
    """提交 with the project's figures of that moment, so that the report says what was true when it was sent."""
    progress.figures = figures_of(session, session.get_one(Project, progress.project_id))
    if progress.state == "draft":
        progress.late = is_late(progress.due_at, at)
    take_step(session, progress, "submit", by=by, at=at, note=note, data=progress.figures, due=deadline(at, READ_WORKDAYS))


def figures_of(session: Session, project: Project) -> dict[str, Any]:
    """What a project has done so far, in numbers; money in fen."""
    held = session.scalar(
        sa.select(sa.func.count()).select_from(Activity).where(Activity.project_id == project.id, Activity.state == "held")
    )
    return {
        "activities": held, "persons": project.persons, "visits": project.visits, "granted_fen": project.granted_fen.fen,
        "paid_fen": project.paid_fen.fen, "spent_fen": project.spent_fen.fen,
    }  # fmt: skip


def answer_rectification(
    session: Session, rectification: Rectification, *, note: str, proofs: Sequence[files.Checked] = (), by: Viewer, at: datetime
) -> None:
    """报告整改: what was done about the finding, with proof where there is any."""
    for one in proofs:
        files.attach(session, rectification.ref, "proof", one, by=by.ref, at=at)
    take_step(session, rectification, "answer", by=by, at=at, note=note, due=deadline(at, READ_WORKDAYS))
