"""Reads of evaluations, and the facts their rules look at."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from webapp.accounts.models import Area
from webapp.ballots.models import Ballot
from webapp.calls.models import Call
from webapp.calls.queries import rules_of
from webapp.calls.rules import EvaluationPlan
from webapp.core.scope import Viewer
from webapp.core.workflow import FactsOf
from webapp.evaluation.models import Evaluation
from webapp.evaluation.rules import EvaluationFacts, Part, ProjectFacts, combine, grade_of, mean, to_hundred
from webapp.projects.models import Activity, BudgetLine, Change, Milestone, Place, Project, Rectification
from webapp.projects.queries.acting import acts_for, call_of
from webapp.scoring import queries as scoring

COMMUNITY = "community"
"""The purpose of a community's scorecard on an evaluation; the evaluator's has the evaluation's kind."""


def plan_of(session: Session, project: Project) -> EvaluationPlan:
    """How the project's call has its projects evaluated."""
    return rules_of(call_of(session, project.call_id)).evaluation


def facts_of_evaluation(session: Session, evaluation: Evaluation, by: Viewer, at: datetime) -> EvaluationFacts:
    project = session.get_one(Project, evaluation.project_id)
    call = call_of(session, project.call_id)
    weights = plan_of(session, project).weights
    ballot = session.scalar(sa.select(Ballot.state).where(Ballot.id == evaluation.ballot_id)) if evaluation.ballot_id else None
    return EvaluationFacts(
        evaluation.kind, project.state, acts_for(by, call), evaluation.self_text, evaluation.self_score,
        tuple(one["title"] for one in evaluation.figures.get("indicators", []) if one.get("actual") is None), evaluation.evaluator_score,
        evaluation.opinion, evaluation.community_score, weights.community, ballot, weights.residents, evaluation.judged_by_id, by.id,
        evaluation.total,
    )  # fmt: skip


def facts_of_project(session: Session, project: Project, by: Viewer, at: datetime) -> ProjectFacts:
    """In one statement beside the call, so that the page of a project stays cheap."""
    midterm, final = aliased(Evaluation), aliased(Evaluation)

    def many(model: Any, *conditions: Any) -> Any:
        return sa.select(sa.func.count()).select_from(model).where(model.project_id == project.id, *conditions).scalar_subquery()

    found = session.execute(
        sa.select(
            midterm.state,
            midterm.total,
            final.state,
            final.total,
            final.grade,
            final.community_score,
            final.acceptance,
            many(Rectification, Rectification.state != "closed"),
            many(Activity, Activity.state == "planned"),
            many(Change, Change.state == "requested"),
        )
        .select_from(Project)
        .outerjoin(midterm, sa.and_(midterm.project_id == Project.id, midterm.kind == "midterm"))
        .outerjoin(final, sa.and_(final.project_id == Project.id, final.kind == "final"))
        .where(Project.id == project.id)
    ).one()
    call = call_of(session, project.call_id)
    accepted: dict[str, Any] = found[6] or {}
    return ProjectFacts(
        acts_for(by, call),
        rules_of(call).evaluation.pass_line,
        found[0],
        found[1],
        found[2],
        found[3],
        found[4] or "",
        found[5],
        found[7],
        found[8],
        found[9],
        accepted.get("opinion", ""),
        tuple(accepted.get("members", ())),
    )


FACTS: dict[str, FactsOf] = {
    "evaluation": facts_of_evaluation,
    "project.pass": facts_of_project,
    "project.rectify": facts_of_project,
    "project.close": facts_of_project,
    "project.accept": facts_of_project,
    "project.evaluate": facts_of_project,
}


def of_project(session: Session, project_id: int, kind: str) -> Evaluation | None:
    """The evaluation of a kind of a project."""
    return session.scalars(sa.select(Evaluation).where(Evaluation.project_id == project_id, Evaluation.kind == kind)).one_or_none()


def figures(session: Session, project: Project, *, final: bool) -> dict[str, Any]:
    """The indicators with target and what the activities recorded; in the final also the 决算 by budget line, in fen."""
    query = sa.select(Milestone.id, Milestone.title, Milestone.unit, Milestone.target, Milestone.done).where(
        Milestone.project_id == project.id
    )
    found: dict[str, Any] = {
        "indicators": [
            {"id": key, "title": title, "unit": unit, "target": target, "actual": done}
            for key, title, unit, target, done in session.execute(query.order_by(Milestone.id))
        ]
    }
    if final:
        lines = session.scalars(sa.select(BudgetLine).where(BudgetLine.project_id == project.id).order_by(BudgetLine.position))
        found["budget"] = [
            {"title": line.title, "grant_fen": line.grant_fen.fen, "own_fen": line.own_fen.fen, "spent_fen": line.spent_fen.fen}
            for line in lines
        ]
    return found


def parts_of(evaluation: Evaluation, plan: EvaluationPlan) -> tuple[Part, ...]:
    """What each party gave, with its weight; residents rate the final only."""
    weights = plan.weights
    return (
        Part("self_assessment", evaluation.self_score, weights.self_assessment),
        Part("community", evaluation.community_score, weights.community),
        *(
            (Part("residents", evaluation.residents_score, weights.residents, evaluation.residents_n),)
            if evaluation.kind == "final"
            else ()
        ),
        Part("evaluator", evaluation.evaluator_score, weights.evaluator),
    )


def community_mean(session: Session, evaluation: Evaluation, most: int) -> int | None:
    """The mean of the communities' submitted cards, each brought to a hundred points."""
    given = scoring.totals(session, COMMUNITY, [evaluation.ref]).get(evaluation.ref, [])
    return mean([to_hundred(points, most) for points in given])


@dataclass(frozen=True, slots=True)
class PlaceRow:
    code: str
    name: str


def places_of(session: Session, project_id: int) -> list[PlaceRow]:
    """The communities of a project, by code."""
    query = sa.select(Place.area_code, sa.func.coalesce(Area.name, Place.area_code)).outerjoin(Area, Area.code == Place.area_code)
    return [PlaceRow(code, name) for code, name in session.execute(query.where(Place.project_id == project_id).order_by(Place.area_code))]


def _totals_follow(session: Session) -> Iterator[str]:
    """A confirmed total is what its parties' points and the call's weights give, and the final's grade is its band."""
    query = sa.select(Evaluation, Call).join(Project, Project.id == Evaluation.project_id).join(Call, Call.id == Project.call_id)
    for evaluation, call in session.execute(query.where(Evaluation.state == "confirmed")):
        total = combine(parts_of(evaluation, rules_of(call).evaluation))
        if total != evaluation.total:
            yield f"{evaluation.ref} 总分 {evaluation.total}，重算为 {total}"
        if evaluation.kind == "final" and total is not None and evaluation.grade != grade_of(total):
            yield f"{evaluation.ref} 等级 {evaluation.grade}，重算为 {grade_of(total)}"


CHECKS = {"评估总分和等级可以重算": _totals_follow}
