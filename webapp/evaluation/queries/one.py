"""One evaluation: what it is about, what each party gave."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.accounts.models import Area
from webapp.calls.queries import rules_of
from webapp.calls.rules import EvaluationPlan, Tree
from webapp.evaluation.models import Evaluation
from webapp.evaluation.rules import Part, mean, to_hundred
from webapp.projects.models import BudgetLine, Milestone, Place, Project
from webapp.projects.queries.acting import call_of
from webapp.scoring import queries as scoring

COMMUNITY = "community"
"""The purpose of a community's scorecard on an evaluation; the evaluator's has the evaluation's kind."""


def plan_of(session: Session, project: Project) -> EvaluationPlan:
    """How the project's call has its projects evaluated."""
    return rules_of(call_of(session, project.call_id)).evaluation


def community_tree(session: Session, project: Project) -> Tree:
    """What the landing communities judge by: the call's tree of 协同评估, or else its rubric of 协同审核."""
    rules = rules_of(call_of(session, project.call_id))
    return rules.evaluation.community_tree or rules.community_rubric


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


def parts_of(evaluation: Evaluation, plan: EvaluationPlan, residents: tuple[int | None, int] | None = None) -> tuple[Part, ...]:
    """What each party gave, with its weight; residents rate the final only: what was kept of them, or what they gave by now."""
    weights = plan.weights
    score, n = residents or (evaluation.residents_score, evaluation.residents_n)
    return (
        Part("self_assessment", evaluation.self_score, weights.self_assessment),
        Part("community", evaluation.community_score, weights.community),
        *((Part("residents", score, weights.residents, n),) if evaluation.kind == "final" else ()),
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
