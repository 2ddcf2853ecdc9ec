"""Who sees what, and from when: the moment of a call's review, and the three switches of its rules. One place for all pages."""

from dataclasses import dataclass

from webapp.calls.rules import HIDDEN_UNTIL, CallRules
from webapp.permissions import hides

OVER = {"decided": "decided", "announced": "released", "awarded": "released"}
FIELDS = {"application.applicant": "applicant", "panel.reviewer": "reviewer", "scorecard.points": "scores"}


def moment(panel_state: str, call_state: str) -> str:
    """Where a review stands, as `permissions.HIDES` and `LATER` name it: the panel's state, then decided, then released."""
    return OVER.get(call_state, panel_state)


def hidden(field: str, rules: CallRules, roles: frozenset[str], now: str) -> bool:
    """Whether a field is hidden from these roles at this moment of a call with these rules."""
    return hides(field, roles, now, getattr(rules.panel.blind, FIELDS[field]))


@dataclass(frozen=True, slots=True)
class Switch:
    """One of the three switches of a call's review as its panel's page shows it."""

    label: str
    until: str
    """Until when it is hidden, in words."""
    now: bool
    """Whether it is hidden at this moment."""


WATCHED = {
    "application.applicant": ("申报单位（对评委）", frozenset({"expert"})),
    "panel.reviewer": ("评委姓名（对申报单位和其他评委）", frozenset({"expert", "org_lead"})),
    "scorecard.points": ("分数（对经办人和其他评委）", frozenset({"bureau", "expert"})),
}
"""Each switch in words, and from whom it hides."""


def switches(rules: CallRules, now: str) -> list[Switch]:
    """The three in a row: applicant, reviewer, scores."""
    found = []
    for field, (label, roles) in WATCHED.items():
        until = getattr(rules.panel.blind, FIELDS[field])
        words = "不隐去" if until == "open" else HIDDEN_UNTIL[until] + ("" if until == "always" else "前隐去")
        found.append(Switch(label, words, hidden(field, rules, roles, now)))
    return found
