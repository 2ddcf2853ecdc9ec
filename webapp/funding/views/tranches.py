"""Tranches: the list, the page of one, and its steps."""

from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from reports import format as printed
from webapp.calls.models import LEGAL_FORMS
from webapp.calls.queries import rules_of
from webapp.calls.rules import LEGAL, TRIGGERS
from webapp.core import web
from webapp.core.forms import optional
from webapp.core.web import Verb, db, entry, now, page, viewer
from webapp.core.workflow import refusals
from webapp.funding import actions, forms
from webapp.funding.models import RECEIPT_KINDS, Tranche
from webapp.funding.queries import pages
from webapp.funding.views import bp
from webapp.permissions import roles_for
from webapp.projects.models import Project
from webapp.projects.queries import one
from webapp.projects.queries.acting import call_of
from webapp.workflows import ROLES, TRANCHE


@bp.get("/tranches")
@entry("tranche.list")
def tranches() -> ResponseReturnValue:
    """The tranches one may see."""
    state, project, due, year = (request.args.get(name, "").strip() for name in ("state", "project", "due", "year"))
    due = due if due in pages.DUE else ""
    found = pages.tranches(
        db.session(), viewer(), state=state, project=int(project) if project.isdecimal() else None,
        due=pages.due_by(due, now()) if due else None, year=int(year) if year.isdecimal() else None, after=request.args.get("after"),
    )  # fmt: skip
    may_send = any(tie.role in roles_for("batch.create") for tie in viewer().ties)
    return page(
        "funding/tranches.html", heading="拨款", page=web.listing(found, state=state, project=project, due=due, year=year), state=state, year=year,
        states=TRANCHE.states,
        due=due, dues=pages.DUE,
        may_send=may_send, may_list=any(tie.role in roles_for("batch.list") for tie in viewer().ties),
        clear_href=url_for("funding.tranches") if state or project or due or year else "",
    )  # fmt: skip


@bp.get("/tranches/<int:id>")
@entry("tranche.read", Tranche)
def tranche_show(tranche: Tranche) -> ResponseReturnValue:
    """One tranche: its gates, its receipt, who has looked at it."""
    session = db.session()
    steps = [*_open(tranche), *_to_batch(tranche)]
    entries = web.timeline(tranche.ref)
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
        bounce_reason=tranche.bounce_reason if tranche.state == "bounced" else "",
        batch=f"batch:{tranche.batch_id}" if tranche.batch_id else "",
        project=one.whose(session, tranche.project_id),
        others=pages.of_project(session, tranche.project_id),
        own_id=tranche.id,
        files=one.files_of(session, tranche.ref),
        more=web.parts(tranche),
        stages=web.where(tranche),
        steps=steps,
        due=web.due(tranche.due_at) if tranche.state not in {"planned", "cancelled"} else None,
        pay_by=web.due(tranche.pay_by) if tranche.pay_by and tranche.state not in {"paid", "cancelled"} else None,
        chain=_chain(tranche, entries),
        gates=_gates(tranche, steps),
        meeting=(tranche.meeting_name, tranche.meeting_on, tranche.minutes_number),
        urge_href=_urge_href(tranche),
        entries=entries,
    )


@dataclass(frozen=True, slots=True)
class Hand:
    """One hand a payment passes through, and who it was."""

    label: str
    who: str
    at: datetime | None


CHAIN = ("prepare", "review", "check", "discuss", "approve")


def _chain(tranche: Tranche, entries: list[web.Told]) -> list[Hand]:
    """Who has signed and who is still to, since the payment was last asked for. Before 拟办, as the chain in force now asks."""
    stages = tranche.stages
    if tranche.prepared_by_id is None:
        call = call_of(db.session(), db.session().get_one(Project, tranche.project_id).call_id)
        stages = actions.chain_for(db.session(), call.area_code, now()).stages(tranche.amount_fen)
    back = {TRANCHE.step("return").label, TRANCHE.step("request").label}
    since = list(takewhile(lambda one: one.label not in back, entries)) if tranche.prepared_by_id is not None else []
    done = {one.label: one for one in since}
    hands = []
    for name in CHAIN:
        one = TRANCHE.step(name)
        if one.stage is None or one.stage in stages:
            told = done.get(one.label)
            hands.append(
                Hand(one.label, told.who if told else "、".join(ROLES[role] for role in sorted(one.who)), told.at if told else None)
            )
    return hands


def _gates(tranche: Tranche, steps: list[web.Can]) -> list[str]:
    """What the organisation's request still lacks, for the offices that wait for it; who may ask sees it beside the button."""
    if tranche.state != "planned" or any(one.name == "request" for one in steps):
        return []
    found = refusals(db.session(), tranche, "request", by=viewer(), at=now())
    return [one.sentence for one in found]


def _urge_href(tranche: Tranche) -> str:
    """Where who may can urge those it waits for."""
    if (
        not roles_for("tranche.urge") & web.roles_here()
        or not actions.next_roles(tranche)
        or actions.next_roles(tranche) & web.roles_here()
    ):
        return ""
    return url_for("funding.tranche_urge", id=tranche.id)


@bp.post("/tranches/<int:id>/urge")
@entry("tranche.urge", Tranche)
def tranche_urge(tranche: Tranche) -> ResponseReturnValue:
    """催办 those a tranche waits for."""
    me: Any = viewer()
    many = actions.urge(db.session(), tranche, by=me, at=now())
    flash(f"已催办，{many} 位同事会收到消息。" if many else "这一环节现在没有人承担，请联系主办单位。", "ok" if many else "warn")
    return redirect(url_for("funding.tranche_show", id=tranche.id))


def _open(tranche: Tranche) -> list[web.Can]:
    """What can be done; 补交收款票据 only where one is missing."""
    return [one for one in web.can(tranche) if one.name != "receipt" or not tranche.receipt_number]


def _to_batch(tranche: Tranche) -> list[web.Can]:
    """送支付 is taken for a whole batch, on the batch's page."""
    one = TRANCHE.step("send")
    if tranche.state not in one.sources or not one.who & web.roles_here():
        return []
    return [web.Can(one.name, one.label, url_for("funding.batch_new"), one.kind, "", "", True, ())]


def _fill_request(form: Any, tranche: Tranche) -> None:
    if tranche.trigger != "audit":
        del form.audit
    call = call_of(db.session(), db.session().get_one(Project, tranche.project_id).call_id)
    if rules_of(call).receipt_after is not None:
        form.receipt_number.validators, form.receipt_number.flags.required = optional(40), False
        form.receipt_number.description = "本次征集可以先款后票，现在没有可以不填，到账后补交。"
    _fill_kinds(form, tranche)
    if request.method == "GET" and tranche.receipt_number:
        form.receipt_kind.data, form.receipt_number.data = tranche.receipt_kind, tranche.receipt_number


def _fill_kinds(form: Any, tranche: Tranche) -> None:
    call = call_of(db.session(), db.session().get_one(Project, tranche.project_id).call_id)
    form.receipt_kind.choices = [(kind, RECEIPT_KINDS[kind]) for kind in LEGAL[call.legal_form].receipts]
    form.receipt_kind.description = f"资金方式：{LEGAL_FORMS[call.legal_form]}。"


def _say_amount(tranche: Tranche) -> dict[str, Any]:
    whose = one.whose(db.session(), tranche.project_id)
    amount = f"{printed.yuan(tranche.amount_fen)} 元（{printed.capital(tranche.amount_fen)}）"
    return {"explain": f"{whose.organisation}，{whose.title}，{tranche.title}，{amount}。"}


def _say_account(tranche: Tranche) -> dict[str, Any]:
    """Which account the money goes to now, masked, beside what the bank sent back."""
    told = _say_amount(tranche)["explain"]
    bank, account = pages.account_of(db.session(), tranche.project_id)
    told += f"退回原因：{tranche.bounce_reason}。"
    return {"explain": f"{told}单位现在登记的收款账户：{bank}，尾号 {account[-4:] or '没有登记'}。"}


web.steps(
    bp,
    Tranche,
    {
        "request": Verb(forms.Request, actions.request, prepare=_fill_request, show=_say_amount, said="已请款，等待经办拟办。"),
        "prepare": Verb(forms.Prepare, actions.prepare, show=_say_amount, said="已拟办，等待财务审核。"),
        "return": Verb(show=_say_amount, act=actions.send_back, said="已退回单位。"),
        "review": Verb(forms.Check, actions.review, show=_say_amount, said="已审核，等待财务审核。"),
        "check": Verb(forms.Check, actions.check, show=_say_amount, said="已审核，等待领导批准。"),
        "discuss": Verb(forms.Discuss, actions.discuss, show=_say_amount, said="已登记集体研究，等待领导批准。"),
        "receipt": Verb(forms.Receipt, actions.give_receipt, prepare=_fill_kinds, show=_say_amount, said="收款票据已补交。"),
        "approve": Verb(show=_say_amount, act=actions.approve, said="已批准，等待财务送支付。"),
        "pay": Verb(forms.Pay, actions.pay, show=_say_amount, said="已登记到账。"),
        "bounce": Verb(forms.Bounce, actions.bounce, show=_say_amount, said="已登记退回。"),
        "resend": Verb(forms.Resend, actions.resend, show=_say_account, said="已更正，等待下一批送支付。"),
        "cancel": Verb(show=_say_amount, act=actions.cancel, said="不再拨付，预留资金已释放。"),
    },
)
