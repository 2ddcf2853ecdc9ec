"""Steps of an evaluation that several tests take."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.cast import Cast
from tests.conftest import START
from webapp.calls.rules import leaves
from webapp.evaluation import actions, queries
from webapp.evaluation.models import Evaluation
from webapp.evaluation.queries import indicators
from webapp.projects.models import Milestone, Project
from webapp.scoring.actions import Measured
from webapp.scoring.rules import BANDS, items


def self_assess(session: Session, cast: Cast, evaluation: Evaluation, *, score: int = 9000, share: int = 100, at: datetime = START) -> None:
    """自评: one figure, or on the call's tree so many percent of each of its indicators."""
    keys = list(session.scalars(sa.select(Milestone.id).where(Milestone.project_id == evaluation.project_id)))
    project = session.get_one(Project, evaluation.project_id)
    tree = indicators.self_tree(queries.plan_of(session, project), evaluation)
    actions.self_assess(
        session,
        evaluation,
        text="按计划完成",
        self_score=score,
        actuals=dict.fromkeys(keys, 20),
        given=given(indicators.filling(session, project, tree).tree, share) if tree else None,
        by=cast.member.viewer(session, at),
        at=at,
    )


def given(tree: dict[str, Any], share: int) -> actions.Given:
    """So many percent of each item of a tree, every deviation explained."""
    points: dict[str, int | None] = {}
    measured = {}
    for item in items(tree):
        if item.measure == "count":
            measured[item.key] = Measured(item.target * share // 100)
        elif item.measure == "grade":
            measured[item.key] = Measured(band=next(one.key for one in BANDS if share >= one.least))
            points[item.key] = item.most * share // 100
        elif not item.measure:
            points[item.key] = 0 if item.kind else item.most * share // 100
    return actions.Given(points, measured, {item.key: "说明偏差" for item in items(tree) if item.measure in ("count", "grade")})


def judged(session: Session, evaluation: Evaluation, share: int) -> actions.Given:
    """The evaluator's tree, so many percent of each item."""
    project = session.get_one(Project, evaluation.project_id)
    tree = indicators.judge_tree(queries.plan_of(session, project), evaluation.kind)
    return given(indicators.filling(session, project, tree).tree, share)


def community(session: Session, who: Any, evaluation: Evaluation, share: int) -> None:
    tree = queries.community_tree(session, session.get_one(Project, evaluation.project_id))
    points = {leaf["key"]: leaf["most"] * share // 100 for leaf in leaves(tree)}
    actions.assess_by_community(session, evaluation, points=points, comment="居民满意", by=who.viewer(session, START), at=START)


def boxes(page: Any, prefix: str, share: int = 100) -> dict[str, str]:
    """Every box of the form whose name begins so, filled with a share of what its label says is the most."""
    found = {}
    for name in page.tree.xpath(f'//input[starts-with(@name,"{prefix}")]/@name'):
        label = page.tree.xpath(f'string(//label[@for="{name}"])')
        if "最多" not in label:
            most = float(label.split("满分")[1].split("分")[0]) if "满分" in label else 20
            found[name] = f"{most * share / 100:g}"
    return found


def tree_boxes(page: Any, share: int) -> dict[str, str]:
    """Every box of a tree of indicators: points, bands, actual values, and a word on each deviation."""
    found = {**boxes(page, "points_", share), **boxes(page, "actual_")}
    found |= dict.fromkeys(page.tree.xpath('//select[starts-with(@name,"band_")]/@name'), "reached" if share >= 80 else "partly")
    return found | dict.fromkeys(page.tree.xpath('//textarea[starts-with(@name,"reason_")]/@name'), "场地临时调整，已补做。")
