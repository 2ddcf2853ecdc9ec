"""Verbs of the review, from 进入评审 to the answered objection."""

from webapp.reviews.actions.assignments import finish, recuse, reopen, save, take_sheet
from webapp.reviews.actions.figures import register
from webapp.reviews.actions.meetings import arrange, draw_order, end_meeting, meeting_of_code, new_code, open_meeting, show, sign_in
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
    "arrange",
    "ask_paper",
    "close",
    "confirm",
    "decide",
    "declare_tie",
    "decline",
    "dissolve",
    "draw",
    "draw_order",
    "elect",
    "end",
    "end_meeting",
    "enrol_expert",
    "explain",
    "extend",
    "finish",
    "form_panel",
    "give",
    "lock_totals",
    "meeting_of_code",
    "new_code",
    "object_to",
    "open_meeting",
    "open_sealed",
    "pledge",
    "publish_result",
    "rank",
    "reassign",
    "recuse",
    "register",
    "reopen",
    "replace",
    "review",
    "save",
    "settle",
    "show",
    "sign",
    "sign_in",
    "start",
    "take_sheet",
]  # fmt: skip
