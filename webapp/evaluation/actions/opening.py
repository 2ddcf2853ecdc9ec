"""Opening an evaluation: the organisation is asked for its 自评, the residents for their rating."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from webapp.accounts.viewer import Viewer
from webapp.ballots import actions as ballots
from webapp.ballots.models import Ballot
from webapp.core.calendar import deadline
from webapp.core.clock import end_of, today
from webapp.core.trace import trace
from webapp.core.workflow import begin, carrying, refuse
from webapp.evaluation import queries
from webapp.evaluation.models import KINDS, Evaluation
from webapp.evaluation.rules import common_area
from webapp.projects import actions as projects
from webapp.projects.models import Project

SELF_WORKDAYS, JUDGE_WORKDAYS, CONFIRM_WORKDAYS = 10, 15, 5
RATING_DAYS = 10
"""Days in which residents rate a project's results."""
OPEN_TO = {"midterm": frozenset({"delivering", "rectifying"}), "final": frozenset({"closing", "accepted"})}


def create(session: Session, project: Project, kind: str, *, by: Viewer, at: datetime) -> Evaluation:
    """开始中期评估 or 末期评估: the organisation is asked for its 自评; the final also asks the residents.

    Raises Refused when the project is not at that stage, or has that evaluation already.
    """
    if project.state not in OPEN_TO[kind]:
        raise refuse("project", f"项目{project.state_label}，现在不能开始{KINDS[kind]}。")
    if queries.of_project(session, project.id, kind) is not None:
        raise refuse("exists", f"这个项目已经开始了{KINDS[kind]}。")
    evaluation = Evaluation(
        project_id=project.id,
        kind=kind,
        title=f"{project.title} {KINDS[kind]}",
        figures=queries.figures(session, project, final=kind == "final"),
    )
    begin(session, evaluation, by=by, at=at, data={"kind": kind, "title": KINDS[kind]})
    evaluation.due_at = deadline(at, SELF_WORKDAYS)
    trace(session, project.ref, evaluation.ref)
    plan = queries.plan_of(session, project)
    if kind == "final" and plan.weights.residents and plan.residents_by == "ballot":
        evaluation.ballot_id = _rating(session, project, evaluation, by=by, at=at).id
    projects.tell_organisation(session, project, evaluation.ref, f"项目 {project.number} 开始{KINDS[kind]}", "请提交自评。", at)
    return evaluation


def _rating(session: Session, project: Project, evaluation: Evaluation, *, by: Viewer, at: datetime) -> Ballot:
    """评价绩效: the residents of the project's communities give 1 to 5 points; opened at once."""
    codes = [place.code for place in queries.places_of(session, project.id)] or [project.area_code]
    ballot = ballots.create(
        session,
        purpose="results",
        subject=project.ref,
        title=f"请为“{project.title}”的成效打分",
        area_code=common_area(codes),
        method="score",
        most=1,
        choices=[ballots.NewChoice(project.title, "", project.ref)],
        opens_at=at,
        closes_at=end_of(today(at) + timedelta(days=RATING_DAYS)),
        by=by,
        at=at,
    )
    ballots.open_ballot(session, ballot, by=carrying(by), at=at)
    trace(session, evaluation.ref, ballot.ref)
    return ballot
