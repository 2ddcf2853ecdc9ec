"""The gates of a tranche, and who may take it on."""

from dataclasses import dataclass
from datetime import date

from reports.format import yuan
from reports.money import Money
from webapp.calls.models import LEGAL_FORMS
from webapp.calls.rules import LEGAL, TRIGGERS
from webapp.core.workflow import Refusal, Rule
from webapp.funding.models import RECEIPT_KINDS
from webapp.projects.rules.project import organiser_acts
from webapp.workflows import PROJECT

PASSED = frozenset({"passed", "closing", "accepted", "evaluated", "archived"})


REACHED: dict[str, frozenset[str]] = {
    "signed": PASSED | {"delivering", "rectifying"},
    "announced": PASSED | {"delivering", "rectifying"},
    "midterm": PASSED,
    "accepted": frozenset({"accepted", "evaluated", "archived"}),
    "graded": frozenset({"evaluated", "archived"}),
    "audit": frozenset({"accepted", "evaluated", "archived"}),
}
"""Trigger of a tranche → the states of its project in which it is reached; 签约 lies before all of them."""


OPEN_TRANCHES = ("planned", "requested", "prepared", "checked", "approved", "sent", "bounced")


UNDER_WAY = ("approved", "sent")


@dataclass(frozen=True, slots=True)
class TrancheFacts:
    """What a tranche's steps look at."""

    acts_for: bool
    actor_id: int | None
    project: str
    trigger: str
    position: int
    unpaid_before: int
    """Earlier tranches neither paid nor cancelled."""
    open_rectifications: int
    legal_form: str
    receipt_kind: str
    receipt_number: str
    receipts: int
    """Receipt files attached."""
    amount: Money
    to_request: Money
    """What the book still holds for the project and has not been requested."""
    prepared_by_id: int | None
    checked_by_id: int | None
    approved_by_id: int | None
    has_account: bool
    paid_on: date | None
    batch: bool


def project_is_alive(facts: TrancheFacts) -> Refusal | None:
    if facts.project in {"suspended", "terminated", "opened"}:
        return Refusal("project", f"项目{PROJECT.states[facts.project]}，不能拨款。")
    return None


def trigger_is_reached(facts: TrancheFacts) -> Refusal | None:
    """A later tranche follows the result before it (天津滨海新区项目协议 50/40/10: 签约、中期、验收)."""
    if facts.project in {"suspended", "terminated", "opened"} or facts.project in REACHED[facts.trigger]:
        return None
    return Refusal("trigger", f"这一期在“{TRIGGERS[facts.trigger]}”后拨付，现在项目{PROJECT.states[facts.project]}。")


def earlier_ones_are_paid(facts: TrancheFacts) -> Refusal | None:
    return Refusal("previous", "前一期还没有到账，到账后再办这一期。") if facts.unpaid_before else None


def nothing_to_rectify(facts: TrancheFacts) -> Refusal | None:
    """海曙: 整改未完成，停拨后续资金. The first tranche is not held."""
    if facts.position > 1 and facts.open_rectifications:
        return Refusal("rectification", f"还有 {facts.open_rectifications} 项整改未销号，销号后再拨付。")
    return None


def receipt_fits(facts: TrancheFacts) -> Refusal | None:
    """收款票据 by 资金方式: kind, number and scan."""
    allowed = LEGAL[facts.legal_form].receipts
    if facts.receipt_kind not in allowed:
        names = "、".join(RECEIPT_KINDS[kind] for kind in allowed)
        return Refusal("receipt_kind", f"资金方式是“{LEGAL_FORMS[facts.legal_form]}”，收款票据应为{names}。", "receipt_kind")
    if not facts.receipt_number.strip():
        return Refusal("receipt_number", "请填写收款票据号码。", "receipt_number")
    return None if facts.receipts else Refusal("receipt", "请上传收款票据。", "papers")


def account_is_known(facts: TrancheFacts) -> Refusal | None:
    return None if facts.has_account else Refusal("account", "单位还没有登记收款账户，请先在单位信息中登记。")


def money_is_reserved(facts: TrancheFacts) -> Refusal | None:
    if facts.amount > facts.to_request:
        return Refusal("book", f"账上为本项目预留未请款的只有 {yuan(facts.to_request)} 元，不够 {yuan(facts.amount)} 元。")
    return None


def another_person_checks(facts: TrancheFacts) -> Refusal | None:
    if facts.prepared_by_id == facts.actor_id:
        return Refusal("two_people", "审核人不能是拟办人，请由另一位同事审核。")
    return None


def another_person_approves(facts: TrancheFacts) -> Refusal | None:
    if facts.actor_id in {facts.prepared_by_id, facts.checked_by_id}:
        return Refusal("two_people", "批准人不能是拟办人或审核人，请由另一位领导批准。")
    return None


def stands_in_a_batch(facts: TrancheFacts) -> Refusal | None:
    return None if facts.batch else Refusal("batch", "请在“建立拨款批次”中选择后一并送支付。")


def has_its_day(facts: TrancheFacts) -> Refusal | None:
    return None if facts.paid_on is not None else Refusal("paid_on", "请填写银行付款日期。", "paid_on")


def approver_is_another(facts: TrancheFacts) -> Refusal | None:
    if facts.approved_by_id is None or facts.approved_by_id == facts.actor_id:
        return Refusal("two_people", "付款登记人不能是批准人。")
    return None


REQUIRED: dict[str, tuple[Rule, ...]] = {
    "tranche.request": (project_is_alive, trigger_is_reached, earlier_ones_are_paid, nothing_to_rectify, account_is_known, receipt_fits),
    "tranche.prepare": (organiser_acts, project_is_alive, nothing_to_rectify, money_is_reserved),
    "tranche.return": (organiser_acts,),
    "tranche.check": (organiser_acts, project_is_alive, receipt_fits, money_is_reserved, another_person_checks),
    "tranche.approve": (
        organiser_acts,
        project_is_alive,
        trigger_is_reached,
        nothing_to_rectify,
        money_is_reserved,
        another_person_approves,
    ),
    "tranche.send": (organiser_acts, stands_in_a_batch, project_is_alive),
    "tranche.pay": (organiser_acts, has_its_day, approver_is_another),
    "tranche.bounce": (organiser_acts,),
    "tranche.unpay": (),
    "tranche.resend": (organiser_acts, project_is_alive),
    "tranche.cancel": (organiser_acts,),
}

WORDS = {
    "tranche.create": "列入拨款计划",
    "batch.create": "建立拨款批次",
    "batch.export": "下载支付申请文件",
    "batch.answer": "导入银行回单",
}
