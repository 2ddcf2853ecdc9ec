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


OPEN_TRANCHES = ("planned", "requested", "prepared", "reviewed", "checked", "discussed", "approved", "sent", "bounced")


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
    reviewed_by_id: int | None = None
    today: date | None = None
    meeting: str = ""
    meeting_on: date | None = None
    minutes_number: str = ""
    minutes: int = 0
    """Scans of the minutes of 集体研究."""
    receipt_later: bool = False
    """先款后票: the call lets the receipt follow the payment."""
    unreceipted_before: int = 0
    """Earlier tranches that were paid and still have no receipt."""
    audits: int = 0
    """Audit reports (审计报告) attached."""


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
    """One tranche after the other, and each with its receipt."""
    if facts.unpaid_before:
        return Refusal("previous", "前一期还没有到账，到账后再办这一期。")
    return Refusal("previous_receipt", "前一期已到账，还没有补交收款票据，补交后再办这一期。") if facts.unreceipted_before else None


def audit_is_there(facts: TrancheFacts) -> Refusal | None:
    """A tranche after 财务审计 waits for the report."""
    if facts.trigger != "audit" or facts.audits:
        return None
    return Refusal("audit", "这一期在财务审计后拨付，请上传审计报告。", "audit")


def nothing_to_rectify(facts: TrancheFacts) -> Refusal | None:
    """海曙: 整改未完成，停拨后续资金. The first tranche is not held."""
    if facts.position > 1 and facts.open_rectifications:
        return Refusal("rectification", f"还有 {facts.open_rectifications} 项整改未销号，销号后再拨付。")
    return None


def receipt_fits(facts: TrancheFacts) -> list[Refusal]:
    """收款票据 by 资金方式: kind, number and scan, all that is missing at once. Where the call says 先款后票 it may follow the payment."""
    return [] if facts.receipt_later and not facts.receipt_number.strip() and not facts.receipts else receipt_is_whole(facts)


def receipt_is_whole(facts: TrancheFacts) -> list[Refusal]:
    """A receipt of the right kind, with number and scan."""
    found = []
    allowed = LEGAL[facts.legal_form].receipts
    if facts.receipt_kind not in allowed:
        names = "、".join(RECEIPT_KINDS[kind] for kind in allowed)
        found.append(Refusal("receipt_kind", f"资金方式是“{LEGAL_FORMS[facts.legal_form]}”，收款票据应为{names}。", "receipt_kind"))
    if not facts.receipt_number.strip():
        found.append(Refusal("receipt_number", "请填写收款票据号码。", "receipt_number"))
    if not facts.receipts:
        found.append(Refusal("receipt", "请上传收款票据。", "papers"))
    return found


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


def another_person_reviews(facts: TrancheFacts) -> Refusal | None:
    if facts.prepared_by_id == facts.actor_id:
        return Refusal("two_people", "科室负责人不能审核自己拟办的拨款，请由另一位同事审核。")
    return None


def another_person_approves(facts: TrancheFacts) -> Refusal | None:
    if facts.actor_id in {facts.prepared_by_id, facts.reviewed_by_id, facts.checked_by_id}:
        return Refusal("two_people", "批准人不能是拟办人或审核人，请由另一位领导批准。")
    return None


def meeting_is_recorded(facts: TrancheFacts) -> list[Refusal]:
    """集体研究: which meeting, when, under which number, and the scan of its minutes."""
    found = []
    if not facts.meeting.strip():
        found.append(Refusal("meeting_name", "请填写会议名称。", "meeting_name"))
    if facts.meeting_on is None or (facts.today is not None and facts.meeting_on > facts.today):
        found.append(Refusal("meeting_on", "请填写已经召开的会议日期。", "meeting_on"))
    if not facts.minutes_number.strip():
        found.append(Refusal("minutes_number", "请填写会议纪要编号。", "minutes_number"))
    if not facts.minutes:
        found.append(Refusal("minutes", "请上传会议纪要扫描件。", "minutes"))
    return found


def stands_in_a_batch(facts: TrancheFacts) -> Refusal | None:
    return None if facts.batch else Refusal("batch", "请在“建立拨款批次”中选择后一并送支付。")


def has_its_day(facts: TrancheFacts) -> Refusal | None:
    return None if facts.paid_on is not None else Refusal("paid_on", "请填写银行付款日期。", "paid_on")


def approver_is_another(facts: TrancheFacts) -> Refusal | None:
    if facts.approved_by_id is None or facts.approved_by_id == facts.actor_id:
        return Refusal("two_people", "付款登记人不能是批准人。")
    return None


REQUIRED: dict[str, tuple[Rule, ...]] = {
    "tranche.request": (
        project_is_alive,
        trigger_is_reached,
        earlier_ones_are_paid,
        nothing_to_rectify,
        account_is_known,
        receipt_fits,
        audit_is_there,
    ),
    "tranche.review": (organiser_acts, project_is_alive, another_person_reviews),
    "tranche.discuss": (organiser_acts, project_is_alive, meeting_is_recorded),
    "tranche.receipt": (receipt_is_whole,),
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
    "tranche.reach": "达到拨款条件",
    "tranche.urge": "催办",
    "setting.approval": "设置拨款审批链",
    "setting.columns": "设置支付文件的列",
    "batch.create": "建立拨款批次",
    "batch.export": "下载支付申请文件",
    "batch.answer": "导入银行回单",
}
