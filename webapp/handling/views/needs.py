"""The steps of a need that belong to its handling, and what its page shows of that."""

from typing import Any

from flask import request, url_for

from webapp.core import links, web
from webapp.core.clock import today
from webapp.core.web import Part, Verb, db, now, viewer
from webapp.handling import actions, forms, queries
from webapp.handling.views.blueprint import bp
from webapp.needs.models import Need


def _fill_refer(form: Any, need: Need) -> None:
    form.department_id.choices = [(0, "请选择"), *queries.departments(db.session(), need.area_code)]


def _fill_order(form: Any, need: Need) -> None:
    if request.method == "GET":
        form.title.data = need.title[:40]


def _to_pledges(need: Need) -> str:
    return url_for("handling.pledges")


web.steps(
    bp,
    Need,
    {
        "refer": Verb(forms.Refer, actions.refer, prepare=_fill_refer, said="已转办，已告诉部门和反映人。"),
        "answer": Verb(said="已答复，反映人会收到。"),
        "send_back": Verb(act=actions.send_back, said="已退回社区。"),
        "recall": Verb(said="已收回，由社区办理。"),
        "order": Verb(forms.Place, actions.place, prepare=_fill_order, said="已点单，请支部派单。"),
        "unorder": Verb(said="已撤单，由社区另作安排。"),
        "offer": Verb(forms.Offer, actions.offer, said="已公开认领。", show=lambda need: {"explain": NO_MONEY}),
        "unoffer": Verb(act=actions.unoffer, said="公开认领已结束。"),
        "call_back": Verb(forms.CallBack, actions.call_back, said="已记下回访。"),
    },
)  # fmt: skip

NO_MONEY = "平台不收款，也不向公众募款。款物由认领单位与受赠单位签订捐赠协议后，直接交给受赠单位。"


def _handling(need: Need) -> Part | None:
    """The five links, the escalation, the order and the offer."""
    found = queries.handling_of(db.session(), need.id)
    if found.number is None:
        return None
    staff = bool(web.roles_here() - {"resident", "public", "taker", "teller"})
    order = f"order:{found.order_id}" if found.order_id and found.order_state != "cancelled" else ""
    return Part(
        "handling/_need.html",
        {
            "handling": found, "links": found.links(now()), "overdue": bool(found.clock_due and found.clock_due < now()), "staff": staff,
            "order_href": links.hrefs([order]).get(order, "") if order else "",
        },
    )  # fmt: skip


def _visits(need: Need) -> Part | None:
    """What was heard at 回访; for the handlers alone."""
    if need.state not in {"rated", "accepted"} or not {"community", "party_lead", "street"} & web.roles_here():
        return None
    found = queries.revisits_of(db.session(), need.id) if need.rating else []
    return Part("handling/_revisits.html", {"revisits": found}) if found else None


def _team(need: Need) -> Part | None:
    """三级联动小组 of who spoke; for them and for the handlers."""
    if need.resident_id is None or not {"community", "party_lead", "grid_worker", "street", "resident"} & web.roles_here():
        return None
    whose = viewer().id if "resident" in web.roles_here() else need.resident_id
    cadres = queries.team_for(db.session(), person_id=whose, organisation_ids=[], area_code=need.area_code, day=today(now()))
    return Part("handling/_team.html", {"cadres": cadres})


PARTS = {"need": (_handling, _visits, _team)}
