"""Verbs of handling, and what follows the steps of needs and what time brings."""

from typing import Any

from webapp.handling.actions.clocks import answer_escalation, escalate, follow, remind
from webapp.handling.actions.orders import (
    assign,
    cancel,
    decline,
    finish,
    give_up,
    grab,
    order_from_menu,
    place,
    publish_item,
    retire_item,
)  # fmt: skip
from webapp.handling.actions.people import CategoryTerms, draw_sample, edit_category, edit_elsewhere, end_team, record_call, set_team
from webapp.handling.actions.pledges import (
    confirm,
    confirm_gift,
    lapse,
    lapse_overdue,
    offer,
    pledge,
    record_gift,
    sign,
    unoffer,
    use,
    withdraw,
)  # fmt: skip
from webapp.handling.actions.referral import call_back, judged, refer, send_back


def _follow_need(*args: Any, **more: Any) -> None:
    follow(*args, **more)
    judged(*args, **more)


FOLLOWS = {"need": _follow_need}
TICK = (remind, escalate, lapse_overdue)

__all__ = [
    "FOLLOWS", "TICK", "CategoryTerms", "answer_escalation", "assign", "call_back", "cancel", "confirm", "confirm_gift", "decline",
    "draw_sample", "edit_category", "edit_elsewhere", "end_team", "escalate", "finish", "follow", "give_up", "grab", "lapse", "lapse_overdue", "offer",
    "order_from_menu", "place", "pledge", "publish_item", "record_call", "record_gift", "refer", "remind", "retire_item", "send_back",
    "set_team", "sign", "unoffer", "use", "withdraw",
]  # fmt: skip
