"""Verbs on projects, from award to closing, one file for each part of the work."""

from webapp.projects.actions.agreements import drop_open, relist_needs, resolve_needs, sign, sign_org, void
from webapp.projects.actions.award import award_call, award_reserves
from webapp.projects.actions.changes import (
    Proposal,
    approve_change,
    propose_budget,
    propose_content,
    propose_people,
    propose_time,
    request_change,
)
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
    close_rectification,
    insist,
    order_rectification,
    resume,
    resume_passed,
    suspend,
    tell_organisation,
    urge,
    visit,
)

TICK = (remind_due, lapse_due)

__all__ = [
    "Proposal",
    "answer_rectification",
    "approve_change",
    "award_call",
    "award_reserves",
    "close_rectification",
    "confirm",
    "drop_open",
    "edit_progress",
    "explain",
    "figures_of",
    "insist",
    "must_run",
    "object_to",
    "order_rectification",
    "plan_activity",
    "propose_budget",
    "propose_content",
    "propose_people",
    "propose_time",
    "record_activity",
    "relist_needs",
    "request_change",
    "resolve_needs",
    "resume",
    "resume_passed",
    "settle",
    "sign",
    "sign_org",
    "start_progress",
    "submit_progress",
    "suspend",
    "tell_organisation",
    "urge",
    "visit",
    "void",
]
