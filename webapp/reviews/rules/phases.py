"""Who sees what, and from when: the moment of a call's review, and the three switches of its rules. One place for all pages."""

from webapp.calls.rules import CallRules
from webapp.permissions import hides

OVER = {"decided": "decided", "announced": "released", "awarded": "released"}
FIELDS = {"application.applicant": "applicant", "panel.reviewer": "reviewer", "scorecard.points": "scores"}


def moment(panel_state: str, call_state: str) -> str:
    """Where a review stands, as `permissions.HIDES` and `LATER` name it: the panel's state, then decided, then released."""
    return OVER.get(call_state, panel_state)


def hidden(field: str, rules: CallRules, roles: frozenset[str], now: str) -> bool:
    """Whether a field is hidden from these roles at this moment of a call with these rules."""
    return hides(field, roles, now, getattr(rules.panel.blind, FIELDS[field]))
