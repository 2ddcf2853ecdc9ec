"""Tranches: the list, the page of one, and its steps."""

from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue

from reports import format as printed
from webapp.calls.models import LEGAL_FORMS
from webapp.calls.rules import LEGAL, TRIGGERS
from webapp.core import web
from webapp.core.web import Verb, db, entry, page, viewer
from webapp.funding import actions, forms
from webapp.funding.models import RECEIPT_KINDS, Tranche
from webapp.funding.queries import pages
from webapp.funding.views import bp
from webapp.permissions import roles_for
from webapp.projects.models import Project
from webapp.projects.queries import one
from webapp.projects.queries.acting import call_of
from webapp.workflows import TRANCHE


@bp.get("/tranches")
@entry("tranche.list")
def tranches() -> ResponseReturnValue:
    """The tranches one may see."""
    state, project = (request.args.get(name, "").strip() for name in ("state", "project"))
    found = pages.tranches(
        db.session(), viewer(), state=state, project=int(project) if project.isdecimal() else None, after=request.args.get("after")
    )
    may_send = any(tie.role in roles_for("batch.create") for tie in viewer().ties)
    return page(
        "funding/tranches.html", heading="拨款", page=web.listing(found, state=state, project=project), state=state, states=TRANCHE.states,
        may_send=may_send, may_list=any(tie.role in roles_for("batch.list") for tie in viewer().ties),
        clear_href=url_for("funding.tranches") if state or project else "",
    )  # fmt: skip


@bp.get("/tranches/<int:id>")
@entry("tranche.read", Tranche)
def tranche_show(tranche: Tranche) -> ResponseReturnValue:
    """One tranche: its gates, its receipt, who has looked at it."""
    session = db.session()
    steps = [*web.can(tranche), *_to_batch(tranche)]
    return page(
        "funding/tranche.html",
        heading=tranche.title,
        state_label=tranche.state_label,
        amount=tranche.amount_fen,
        trigger=TRIGGERS[tranche.trigger],
        receipt_kind=RECEIPT_KINDS.get(tranche.receipt_kind, ""),
        receipt_number=tranche.receipt_number,
        paid_on=tranche.paid_on,
        bank_reference=tranche.bank_reference,
        batch=f"batch:{tranche.batch_id}" if tranche.batch_id else "",
        project=one.whose(session, tranche.project_id),
        others=pages.of_project(session, tranche.project_id),
        own_id=tranche.id,
        files=one.files_of(session, tranche.ref),
        stages=web.where(tranche),
        steps=steps,
        due=web.due(tranche.due_at) if tranche.state not in {"planned", "paid", "cancelled"} else None,
        entries=web.timeline(tranche.ref),
    )


def _to_batch(tranche: Tranche) -> list[web.Can]:
    """送支付 is taken for a whole batch, on the batch's page."""
    one = TRANCHE.step("send")
    if tranche.state not in one.sources or not one.who & web.roles_here():
        return []
    return [web.Can(one.name, one.label, url_for("funding.batch_new"), one.kind, "", "", True, ())]


def _fill_request(form: Any, tranche: Tranche) -> None:
    call = call_of(db.session(), db.session().get_one(Project, tranche.project_id).call_id)
    form.receipt_kind.choices = [(kind, RECEIPT_KINDS[kind]) for kind in LEGAL[call.legal_form].receipts]
    form.receipt_kind.description = f"资金方式：{LEGAL_FORMS[call.legal_form]}。"
    if request.method == "GET" and tranche.receipt_number:
        form.receipt_kind.data, form.receipt_number.data = tranche.receipt_kind, tranche.receipt_number


def _say_amount(tranche: Tranche) -> dict[str, Any]:
    whose = one.whose(db.session(), tranche.project_id)
    amount = f"{printed.yuan(tranche.amount_fen)} 元（{printed.capital(tranche.amount_fen)}）"
    return {"explain": f"{whose.organisation}，{whose.title}，{tranche.title}，{amount}。"}


web.steps(
    bp,
    Tranche,
    {
        "request": Verb(forms.Request, actions.request, prepare=_fill_request, show=_say_amount, said="已请款，等待经办拟办。"),
        "prepare": Verb(forms.Prepare, actions.prepare, show=_say_amount, said="已拟办，等待财务审核。"),
        "return": Verb(show=_say_amount, act=actions.send_back, said="已退回单位。"),
        "check": Verb(forms.Check, actions.check, show=_say_amount, said="已审核，等待领导批准。"),
        "approve": Verb(show=_say_amount, act=actions.approve, said="已批准，等待财务送支付。"),
        "pay": Verb(forms.Pay, actions.pay, show=_say_amount, said="已登记到账。"),
        "bounce": Verb(show=_say_amount, act=actions.bounce, said="已登记退回。"),
        "resend": Verb(show=_say_amount, act=actions.resend, said="已更正，等待下一批送支付。"),
        "cancel": Verb(show=_say_amount, act=actions.cancel, said="不再拨付，预留资金已释放。"),
    },
)
