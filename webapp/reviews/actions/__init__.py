"""Verbs of the review, from 进入评审 to the answered objection."""

from webapp.reviews.actions.assignments import finish, recuse, reopen, save, take_sheet
from webapp.reviews.actions.board import adopt, save_run
from webapp.reviews.actions.coreview import answer as answer_opinion
from webapp.reviews.actions.coreview import dissent, hand_up, lapse_due, remind_due, stand_aside, witness
from webapp.reviews.actions.fees import keep_account, open_accounts, write_fee
from webapp.reviews.actions.figures import register
from webapp.reviews.actions.letters import edit, wordings
from webapp.reviews.actions.meetings import arrange, draw_order, end_meeting, meeting_of_code, new_code, open_meeting, show, sign_in
from webapp.reviews.actions.notices import announce, end, end_due, extend, publish_result
from webapp.reviews.actions.objections import (
    answer,
    appeal,
    assign,
    free_award,
    object_to,
    promote,
    register_objection,
    renounce,
    settle_objection,
)
from webapp.reviews.actions.opinions import ask_late, give, review
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
    reschedule,
    sign_draw,
    start,
)
from webapp.reviews.actions.plans import change, read_plan, try_out
from webapp.reviews.actions.pool import be_away, read_in, write_down
from webapp.reviews.actions.ranking import OUTCOMES, Change, adjust, decide, elect, elect_counted, rank
from webapp.reviews.actions.results import (
    appoint_chair,
    explain,
    lock_totals,
    open_sealed,
    settle,
    settle_due,
    sign,
)
from webapp.reviews.actions.ties import add_tie, clear, undo

TICK = (ask_late, remind_due, lapse_due, close_due, elect_counted, end_due, settle_due)

__all__ = [
    "OUTCOMES",
    "TICK",
    "Change",
    "add_tie",
    "adjust",
    "adopt",
    "announce",
    "answer",
    "answer_opinion",
    "appeal",
    "appoint_chair",
    "arrange",
    "assign",
    "be_away",
    "change",
    "clear",
    "close",
    "confirm",
    "decide",
    "declare_tie",
    "decline",
    "dissent",
    "dissolve",
    "draw",
    "draw_order",
    "edit",
    "elect",
    "end",
    "end_meeting",
    "enrol_expert",
    "explain",
    "extend",
    "finish",
    "form_panel",
    "free_award",
    "give",
    "hand_up",
    "keep_account",
    "lock_totals",
    "meeting_of_code",
    "new_code",
    "object_to",
    "open_accounts",
    "open_meeting",
    "open_sealed",
    "pledge",
    "promote",
    "publish_result",
    "rank",
    "read_in",
    "read_plan",
    "reassign",
    "recuse",
    "register",
    "register_objection",
    "renounce",
    "reopen",
    "replace",
    "reschedule",
    "review",
    "save",
    "save_run",
    "settle",
    "settle_objection",
    "show",
    "sign",
    "sign_draw",
    "sign_in",
    "stand_aside",
    "start",
    "take_sheet",
    "try_out",
    "undo",
    "witness",
    "wordings",
    "write_down",
    "write_fee",
]  # fmt: skip
