"""The blueprint, and what its pages share."""

from typing import Any

from flask import Blueprint

from webapp.calls.models import Call
from webapp.core.web import db, now, viewer
from webapp.core.workflow import NotAllowed, Refusal
from webapp.permissions import roles_for
from webapp.reviews.queries import ties
from webapp.reviews.rules.conflicts import who_can

bp = Blueprint("reviews", __name__)


def me() -> Any:
    return viewer()


def only_its_own(call: Call, right: str) -> None:
    """A call reaches down to those in its area, who read it; its organiser, its watchers and its operator get further (403)."""
    roles = roles_for(right)
    for tie in me().ties:
        below = tie.relation == "area" and call.area_code.startswith(tie.value)
        if tie.role in roles and (below or (tie.relation == "operator" and tie.value == call.operator_id)):
            if right.partition(".")[0] == "ranking":
                stands_clear(call.id)
            return
    raise NotAllowed(Refusal("not_yours", "本次征集由主办单位办理，您在这里没有权限。"))


def stands_clear(call_id: int) -> None:
    """Pages on which all applications of a call are scored and ranked are not for who stands aside for one of them (403)."""
    tied = ties.has_call(db.session(), me(), call_id, now())
    if tied:
        raise NotAllowed(Refusal("aside", told(ties.others(db.session(), me(), tied, now()))))


def told(others: list[str]) -> str:
    """What an officer reads who stands aside: that it is so, who can be asked, and how a mistake is mended."""
    can = who_can(others)
    return f"您与申报（承接）单位有利害关系，应当回避，有关的材料、意见和评分都不向您显示。{can}关系登记有误的，请另一位经办人在“回避登记”里核实解除。"
