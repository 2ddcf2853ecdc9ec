"""Verbs of the review, from 进入评审 to the answered objection."""

from webapp.reviews.actions.assignments import finish, recuse, reopen, save, take_sheet
from webapp.reviews.actions.notices import announce, answer, end, end_due, extend, object_to, publish_result
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
from webapp.reviews.actions.results import (
    JOBS,
    appoint_chair,
    ask_paper,
    explain,
    lock_totals,
    open_sealed,
    settle,
    settle_due,
    sign,
)

TICK = (ask_late, lapse_due, close_due, elect_counted, end_due, settle_due)

__all__ = [
    "JOBS",
    "OUTCOMES",
    "TICK",
    "Change",
    "adjust",
    "announce",
    "answer",
    "appoint_chair",
    "ask_paper",
    "close",
    "confirm",
    "decide",
    "declare_tie",
    "decline",
    "dissolve",
    "draw",
    "elect",
    "end",
    "enrol_expert",
    "explain",
    "extend",
    "finish",
    "form_panel",
    "give",
    "lock_totals",
    "object_to",
    "open_sealed",
    "pledge",
    "publish_result",
    "rank",
    "reassign",
    "recuse",
    "reopen",
    "replace",
    "review",
    "save",
    "settle",
    "sign",
    "start",
    "take_sheet",
]  # fmt: skip
