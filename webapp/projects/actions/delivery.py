"""The organisation's own work: activities, progress reports, answers to findings."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.accounts.viewer import Viewer
from webapp.core import files, journal
from webapp.core.calendar import deadline
from webapp.core.clock import end_of
from webapp.core.trace import trace
from webapp.core.workflow import begin, refuse, take_step
from webapp.projects.actions.counting import count
from webapp.projects.models import RUNNING, Activity, Milestone, Progress, Project, Rectification
from webapp.projects.queries.register import named_at
from webapp.workflows import PROJECT

READ_WORKDAYS = 5
"""Working days in which a report or an answered finding is expected to be looked at."""


def must_run(project: Project) -> None:
    """Raises Refused unless the project is at work."""
    if project.state not in RUNNING:
        raise refuse("project", f"项目{PROJECT.states[project.state]}，现在不能办理。")


def plan_activity(
    session: Session,
    project: Project,
    *,
    title: str,
    place: str,
    planned_on: date,
    milestone_id: int | None = None,
    by: Viewer,
    at: datetime,
) -> Activity:
    """计划活动: what, where and when; it waits to be recorded."""
    must_run(project)
    if milestone_id is not None:
        _milestone(session, project.id, milestone_id)
    activity = Activity(project_id=project.id, title=title, place=place, planned_on=planned_on, milestone_id=milestone_id)
    begin(session, activity, by=by, at=at)
    activity.due_at = end_of(planned_on)
    trace(session, project.ref, activity.ref)
    return activity


def _milestone(session: Session, project_id: int, key: int) -> Milestone:
    found = session.get(Milestone, key, with_for_update=True, populate_existing=True)
    if found is None or found.project_id != project_id:
        raise refuse("milestone", "请选择本项目的指标。", "milestone_id")
    return found


def record_activity(
    session: Session, activity: Activity, *, held_on: date, place: str, persons: int, visits: int, workers: int = 0, volunteers: int = 0,
    minutes: int = 0, reflection: str = "", milestone_id: int | None = None, counted: int = 0,
    sign_in: Sequence[files.Checked] = (), photos: Sequence[files.Checked] = (), by: Viewer, at: datetime, note: str = "",
) -> None:  # fmt: skip
    """记录活动 with its sign-in sheet and photos. The project's 人数 and 人次 and the indicator follow in the same transaction."""
    project = session.get_one(Project, activity.project_id, with_for_update=True, populate_existing=True)
    activity.held_on, activity.place, activity.reflection = held_on, place, reflection
    activity.workers, activity.volunteers, activity.minutes = workers, volunteers, minutes
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


def start_progress(session: Session, project: Project, *, period: str, title: str, by: Viewer, at: datetime) -> Progress:
    """新建进展报告 of a period; each period has one."""
    must_run(project)
    if session.scalar(sa.select(Progress.id).where(Progress.project_id == project.id, Progress.period == period)) is not None:
        raise refuse("period", "这一期的进展报告已经有了，请在原报告上修改。", "period")
    progress = Progress(project_id=project.id, period=period, title=title, figures={})
    begin(session, progress, by=by, at=at, data={"period": period})
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
