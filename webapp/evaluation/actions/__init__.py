"""Verbs of evaluation: opening, 自评, 协同评估, judging, confirming, and the project's steps that follow."""

from webapp.evaluation.actions.opening import OPEN_TO, create
from webapp.evaluation.actions.parties import Given, assess_by_community, judge, self_assess, send_back
from webapp.evaluation.actions.result import accept, close, confirm, evaluate, pass_midterm, rectify

__all__ = [
    "OPEN_TO",
    "Given",
    "accept",
    "assess_by_community",
    "close",
    "confirm",
    "create",
    "evaluate",
    "judge",
    "pass_midterm",
    "rectify",
    "self_assess",
    "send_back",
]
