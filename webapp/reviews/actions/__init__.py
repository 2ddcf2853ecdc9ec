"""Verbs of the review, from 进入评审 to the answered objection."""

from webapp.reviews.actions.assignments import finish, recuse, reopen, save
from webapp.reviews.actions.board import adopt, save_run
from webapp.reviews.actions.letters import edit, wordings
from webapp.reviews.actions.notices import announce, end, end_due, extend, publish_result
from webapp.reviews.actions.objections import answer, appeal, assign, object_to, promote, register, renounce, settle
from webapp.reviews.actions.opinions import ask_late, give, lapse_due, review
from webapp.reviews.actions.panels import (
    close,
    close_due,
    confirm,
    declare_tie,
    decline,
    dissolve,
    draw,
    enrol_expert,
    form_panel,
    pledge,
    reassign,
    replace,
    start,
)
from webapp.reviews.actions.ranking import OUTCOMES, Change, adjust, decide, elect, elect_counted, rank

TICK = (ask_late, lapse_due, close_due, elect_counted, end_due)

__all__ = [
    "OUTCOMES",
    "TICK",
    "Change",
    "adjust",
    "adopt",
    "announce",
    "answer",
    "appeal",
    "assign",
    "close",
    "confirm",
    "decide",
    "declare_tie",
    "decline",
    "dissolve",
    "draw",
    "edit",
    "elect",
    "end",
    "enrol_expert",
    "extend",
    "finish",
    "form_panel",
    "give",
    "object_to",
    "pledge",
    "promote",
    "publish_result",
    "rank",
    "reassign",
    "recuse",
    "register",
    "renounce",
    "reopen",
    "replace",
    "review",
    "save",
    "save_run",
    "settle",
    "start",
    "wordings",
]  # fmt: skip
