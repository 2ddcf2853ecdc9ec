"""Reads of evaluations, one file for each object; here what the house asks of every slice."""

from webapp.core.workflow import FactsOf
from webapp.evaluation.queries import checking, checks, facts, performance, surveys
from webapp.evaluation.queries.one import (
    COMMUNITY,
    PlaceRow,
    community_mean,
    community_tree,
    figures,
    of_project,
    parts_of,
    places_of,
    plan_of,
)

FACTS: dict[str, FactsOf] = {
    "evaluation": facts.of_evaluation,
    "survey": surveys.of_survey,
    "observation": checking.of_observation,
    "fund_performance": performance.of_performance,
    "project.pass": facts.of_project,
    "project.rectify": facts.of_project,
    "project.close": facts.of_project,
    "project.accept": facts.of_project,
    "project.evaluate": facts.of_project,
}

CHECKS = {
    "评估总分和等级可以重算": checks.totals_follow,
    "评估各方得分与原始评分相符": checks.parties_follow,
    "资金绩效自评可以重算": performance.scores_follow,
    "满意度问卷的份数和得分可以重算": surveys.answers_follow,
    "满意度问卷的抽样一人一份": surveys.slips_follow,
}

__all__ = [
    "CHECKS",
    "COMMUNITY",
    "FACTS",
    "PlaceRow",
    "community_mean",
    "community_tree",
    "figures",
    "of_project",
    "parts_of",
    "places_of",
    "plan_of",
]
