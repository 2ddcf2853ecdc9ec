"""Steps of an evaluation that several tests take."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.cast import Cast
from tests.conftest import START
from webapp.calls.queries import rules_of
from webapp.calls.rules import leaves
from webapp.evaluation import actions, queries
from webapp.evaluation.models import Evaluation
from webapp.projects.models import Milestone, Project
from webapp.projects.queries.acting import call_of


def self_assess(session: Session, cast: Cast, evaluation: Evaluation, *, score: int = 9000) -> None:
    keys = session.scalars(sa.select(Milestone.id).where(Milestone.project_id == evaluation.project_id))
    actions.self_assess(
        session,
        evaluation,
        text="按计划完成",
        self_score=score,
        actuals=dict.fromkeys(keys, 20),
        by=cast.member.viewer(session, START),
        at=START,
    )


def card(session: Session, evaluation: Evaluation, share: int) -> dict[str, int]:
    """Points of the evaluator's rubric: so many percent of the most of each item."""
    plan = queries.plan_of(session, session.get_one(Project, evaluation.project_id))
    tree = plan.midterm_rubric if evaluation.kind == "midterm" else plan.final_rubric
    return {leaf["key"]: leaf["most"] * share // 100 for leaf in leaves(tree)}


def community(session: Session, who: Any, evaluation: Evaluation, share: int) -> None:
    call = call_of(session, session.get_one(Project, evaluation.project_id).call_id)
    points = {leaf["key"]: leaf["most"] * share // 100 for leaf in leaves(rules_of(call).community_rubric)}
    actions.assess_by_community(session, evaluation, points=points, comment="居民满意", by=who.viewer(session, START), at=START)
