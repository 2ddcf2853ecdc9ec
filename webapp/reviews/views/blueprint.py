"""The blueprint, and what its pages share."""

from typing import Any

from flask import Blueprint

from webapp.calls.models import Call
from webapp.core.web import viewer
from webapp.core.workflow import NotAllowed, Refusal
from webapp.permissions import roles_for

bp = Blueprint("reviews", __name__)


def me() -> Any:
    return viewer()


def only_its_own(call: Call, right: str) -> None:
    """A call reaches down to those in its area, who read it; its organiser, its watchers and its operator get further (403)."""
    roles = roles_for(right)
    for tie in me().ties:
        below = tie.relation == "area" and call.area_code.startswith(tie.value)
        if tie.role in roles and (below or (tie.relation == "operator" and tie.value == call.operator_id)):
            return
    raise NotAllowed(Refusal("not_yours", "本次征集由主办单位办理，您在这里没有权限。"))
