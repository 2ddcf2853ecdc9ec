"""Verbs on projects, from award to closing, one file for each part of the work."""

from webapp.projects.actions.agreements import relist_needs, resolve_needs, sign, sign_org, void
from webapp.projects.actions.award import award_call, award_reserves
from webapp.projects.actions.confirmations import confirm, explain, lapse_due, object_to, remind_due, settle
from webapp.projects.actions.delivery import (
    answer_rectification,
    edit_progress,
    figures_of,
    must_run,
    plan_activity,
    record_activity,
    start_progress,
    submit_progress,
)
from webapp.projects.actions.supervision import (
    approve_change,
    close_rectification,
    insist,
    order_rectification,
    request_change,
    resume,
    tell_organisation,
    urge,
    visit,
)

TICK = (remind_due, lapse_due)

__all__ = [
    "answer_rectification",
    "approve_change",
    "award_call",
    "award_reserves",
    "close_rectification",
    "confirm",
    "edit_progress",
    "explain",
    "figures_of",
    "insist",
    "must_run",
    "object_to",
    "order_rectification",
    "plan_activity",
    "record_activity",
    "relist_needs",
    "request_change",
    "resolve_needs",
    "resume",
    "settle",
    "sign",
    "sign_org",
    "start_progress",
    "submit_progress",
    "tell_organisation",
    "urge",
    "visit",
    "void",
]
