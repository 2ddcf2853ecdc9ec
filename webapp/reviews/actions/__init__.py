"""Verbs of the review, from 进入评审 to the answered objection."""

from webapp.reviews.actions.assignments import finish, recuse, reopen, save
from webapp.reviews.actions.fees import keep_account, open_accounts, write_fee
from webapp.reviews.actions.minutes import JOBS, ask_minutes
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
    sign_draw,
    start,
)
from webapp.reviews.actions.plans import change, read_plan, try_out
from webapp.reviews.actions.pool import add_tie, be_away, read_in, write_down
from webapp.reviews.actions.ranking import OUTCOMES, Change, adjust, decide, elect, elect_counted, rank

TICK = (ask_late, lapse_due, close_due, elect_counted, end_due)

__all__ = [
    "JOBS",
    "OUTCOMES",
    "TICK",
    "Change",
    "add_tie",
    "adjust",
    "announce",
    "answer",
    "ask_minutes",
    "be_away",
    "change",
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
    "extend",
    "finish",
    "form_panel",
    "give",
    "keep_account",
    "object_to",
    "open_accounts",
    "pledge",
    "publish_result",
    "rank",
    "read_in",
    "read_plan",
    "reassign",
    "recuse",
    "reopen",
    "replace",
    "review",
    "save",
    "sign_draw",
    "start",
    "try_out",
    "write_down",
    "write_fee",
]  # fmt: skip
