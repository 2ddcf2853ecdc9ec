"""The facts the rules of evaluations and of their projects look at."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from webapp.ballots.models import Ballot
from webapp.calls.queries import rules_of
from webapp.core.clock import today
from webapp.core.scope import Viewer
from webapp.evaluation.models import AcceptanceSign, Evaluation, Survey
from webapp.evaluation.queries import acceptance, checking, indicators, standing
from webapp.evaluation.queries.one import plan_of
from webapp.evaluation.rules import FULL, EvaluationFacts, ProjectFacts
from webapp.projects.models import Activity, Change, Project, Rectification
from webapp.projects.queries.acting import acts_for, call_of


def of_evaluation(session: Session, evaluation: Evaluation, by: Viewer, at: datetime) -> EvaluationFacts:
    project = session.get_one(Project, evaluation.project_id)
    call = call_of(session, project.call_id)
    plan = plan_of(session, project)
    weights = plan.weights
    ballot, survey, findings = session.execute(
        sa.select(
            sa.select(Ballot.state).where(Ballot.id == evaluation.ballot_id).scalar_subquery(),
            sa.select(Survey.state).where(Survey.project_id == project.id).scalar_subquery(),
            checking.pending(evaluation.id),
        )
    ).one()
    return EvaluationFacts(
        evaluation.kind, project.state, acts_for(by, call), evaluation.self_text, evaluation.self_score,
        tuple(one["title"] for one in evaluation.figures.get("indicators", []) if one.get("actual") is None), evaluation.evaluator_score,
        evaluation.opinion, evaluation.community_score, weights.community, ballot, weights.residents, evaluation.judged_by_id, by.id,
        evaluation.total, 2 * FULL if indicators.self_tree(plan, evaluation) else FULL,
        survey if evaluation.kind == "final" else None, findings,
        standing.table(session, evaluation, plan).missing if plan.missing == "wait" else (),
    )  # fmt: skip


def _signing(
    session: Session, project: Project, call: Any, accepted: Mapping[str, Any], final: str | None, at: datetime
) -> tuple[tuple[str, ...], bool]:
    """Who is still waited for under the 验收意见书, and whether it is drafted; asks the database only where the call wants signatures."""
    if not rules_of(call).evaluation.acceptance_signs or project.state != "closing" or final is None:
        return (), True
    if not accepted.get("until"):
        return (), False
    if today(at).isoformat() > accepted["until"]:
        return (), True
    signed = sa.select(AcceptanceSign.side).join(Evaluation, Evaluation.id == AcceptanceSign.evaluation_id)
    return acceptance.waited_for(set(session.scalars(signed.where(Evaluation.project_id == project.id, acceptance.of_this_round())))), True


def of_project(session: Session, project: Project, by: Viewer, at: datetime) -> ProjectFacts:
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
            many(Rectification, Rectification.kind == "rectify", Rectification.state != "closed"),
            many(Activity, Activity.state == "planned"),
            many(Change, Change.state == "requested"),
            midterm.late_papers,
            midterm.excuse,
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
        *_signing(session, project, call, accepted, found[2], at),
        midterm_failed=bool(found[10]) and not found[11],
    )
