"""The blueprint, and what its pages share."""

from typing import Any

from flask import Blueprint

from webapp.calls.models import Call
from webapp.calls.queries import runs
from webapp.core.web import viewer
from webapp.core.workflow import NotAllowed, Refusal

bp = Blueprint("reviews", __name__)


def me() -> Any:
    return viewer()


def only_its_own(call: Call) -> None:
    """A call reaches down to those in its area, who read it; only its organiser and operator get further (403)."""
    if not runs(me(), call.area_code, call.operator_id):
        raise NotAllowed(Refusal("not_yours", "本次征集由主办单位办理,您在这里没有权限。"))
