"""Verbs of evaluation: opening, 自评, 协同评估, judging, confirming, and the project's steps that follow."""

from webapp.evaluation.actions.opening import OPEN_TO, create
from webapp.evaluation.actions.parties import Given, assess_by_community, judge, self_assess, send_back
from webapp.evaluation.actions.result import accept, close, confirm, evaluate, pass_midterm, rectify
from webapp.evaluation.actions.surveys import answer, close_due, close_survey, decline, open_survey, refuse_for, tell_issued

TICK = (close_due,)

__all__ = [
    "OPEN_TO",
    "TICK",
    "Given",
    "accept",
    "answer",
    "assess_by_community",
    "close",
    "close_survey",
    "confirm",
    "create",
    "decline",
    "evaluate",
    "judge",
    "open_survey",
    "pass_midterm",
    "rectify",
    "refuse_for",
    "self_assess",
    "send_back",
    "tell_issued",
]
