"""What each payment, claim and recovery requires. Money never moves before all gates are open and two people have looked."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from reports.format import yuan
from reports.money import Money
from webapp.calls.models import LEGAL_FORMS
from webapp.calls.rules import LEGAL, TRIGGERS
from webapp.core.workflow import Refusal, Rule
from webapp.funding.models import RECEIPT_KINDS
from webapp.projects.rules import organiser_acts
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


@dataclass(frozen=True, slots=True)
class ClaimFacts:
    """What a claim on a spending document looks at, before it is made."""

    project: str
    starts_on: date
    ends_on: date
    today: date
    spent_on: date
    face: Money
    known_face: Money | None
    """The face value somebody gave for the same document before."""
    claimed: Money
    """What is already claimed on the document, over all projects."""
    amount: Money
    line_left: Money | None
    """What is left of the line's grant after all claims that stand; None for a line of another project."""
    paid_left: Money
    """What was paid to the project, less what was claimed or given back."""
    files: int
    key: str


@dataclass(frozen=True, slots=True)
class SpendingFacts:
    acts_for: bool
    actor_id: int | None
    by_id: int
    project: str
    state: str


@dataclass(frozen=True, slots=True)
class RecoveryFacts:
    bank_reference: str
    actor_id: int | None
    by_id: int


@dataclass(frozen=True, slots=True)
class ProjectFacts:
    """What 归档 and 终止 look at."""

    acts_for: bool
    open_tranches: int
    under_way: int
    open_claims: int
    open_recoveries: int
    to_request: Money
    in_payment: Money
    unspent: Money


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


def document_is_named(facts: ClaimFacts) -> Refusal | None:
    if not facts.key:
        return Refusal("key", "请填写凭证号码。", "key")
    return None if facts.files else Refusal("files", "请上传凭证的扫描件或照片。", "papers")


def spent_within_the_project(facts: ClaimFacts) -> Refusal | None:
    if facts.spent_on < facts.starts_on or facts.spent_on > facts.ends_on:
        return Refusal("spent_on", f"支出日期不在项目期限内（{facts.starts_on:%Y-%m-%d} 至 {facts.ends_on:%Y-%m-%d}）。", "spent_on")
    return Refusal("spent_on", "支出日期还没有到。", "spent_on") if facts.spent_on > facts.today else None


def project_spends(facts: ClaimFacts) -> Refusal | None:
    if facts.project in {"delivering", "rectifying", "passed", "closing", "accepted"}:
        return None
    return Refusal("project", f"项目{PROJECT.states[facts.project]}，不能登记支出。")


def within_the_face(facts: ClaimFacts) -> Refusal | None:
    """The sum claimed on one document over all projects never exceeds its face; for a share a 分割单 is drawn up."""
    if facts.known_face is not None and facts.known_face != facts.face:
        return Refusal("face", f"这张凭证以前登记的票面金额是 {yuan(facts.known_face)} 元，与这次填写的不同，请核对。", "face")
    if facts.amount <= Money(0):
        return Refusal("amount", "报销金额要大于零。", "amount")
    if facts.claimed + facts.amount > facts.face:
        left = facts.face - facts.claimed
        return Refusal(
            "face",
            f"这张凭证票面 {yuan(facts.face)} 元，各项目已报 {yuan(facts.claimed)} 元，最多还能报 {yuan(left)} 元。",
            "amount",
        )
    return None


def within_the_line(facts: ClaimFacts) -> Refusal | None:
    if facts.line_left is None:
        return Refusal("line", "请选择本项目的预算科目。", "budget_line_id")
    if facts.amount > facts.line_left:
        return Refusal("line", f"这个科目的资助只剩 {yuan(facts.line_left)} 元。超出的部分请用配套资金，或先申请预算变更。", "amount")
    return None


def within_what_was_paid(facts: ClaimFacts) -> Refusal | None:
    if facts.amount > facts.paid_left:
        return Refusal("paid", f"已到账的资助只剩 {yuan(facts.paid_left)} 元没有报销。", "amount")
    return None


CLAIM: tuple[Callable[[ClaimFacts], Refusal | None], ...] = (
    project_spends,
    document_is_named,
    spent_within_the_project,
    within_the_face,
    within_the_line,
    within_what_was_paid,
)
"""What a claim must meet; it has no step of its own, for it begins the spending document's life."""


def another_person_accepts(facts: SpendingFacts) -> Refusal | None:
    return Refusal("two_people", "登记人不能审核自己的凭证。") if facts.by_id == facts.actor_id else None


def books_are_open(facts: SpendingFacts) -> Refusal | None:
    if facts.project in {"evaluated", "archived", "terminated"}:
        return Refusal("project", f"项目{PROJECT.states[facts.project]}，凭证不能再变动。")
    return None


def bank_has_it(facts: RecoveryFacts) -> Refusal | None:
    return None if facts.bank_reference.strip() else Refusal("bank_reference", "请填写银行流水号。", "bank_reference")


def another_person_receives(facts: RecoveryFacts) -> Refusal | None:
    return Refusal("two_people", "发起收回的人不能确认到账。") if facts.by_id == facts.actor_id else None


def all_is_settled(facts: ProjectFacts) -> Refusal | None:
    """归档: nothing is open and the book holds nothing of the project any more."""
    if facts.open_tranches:
        return Refusal("tranches", f"还有 {facts.open_tranches} 期拨款没有办完，请拨付或确定不再拨付。")
    if facts.open_claims:
        return Refusal("claims", f"还有 {facts.open_claims} 张支出凭证没有审核。")
    if facts.open_recoveries:
        return Refusal("recoveries", f"还有 {facts.open_recoveries} 笔结余没有收回。")
    if facts.unspent:
        return Refusal("unspent", f"还有 {yuan(facts.unspent)} 元已拨付、未支出，请先发起结余收回。")
    if facts.to_request or facts.in_payment:
        return Refusal("book", f"账上还有预留 {yuan(facts.to_request)} 元、支付中 {yuan(facts.in_payment)} 元。")
    return None


def nothing_is_under_way(facts: ProjectFacts) -> Refusal | None:
    if facts.under_way:
        return Refusal("under_way", f"有 {facts.under_way} 期拨款已批准或正在支付，等银行回音后再终止。")
    return Refusal("claims", f"还有 {facts.open_claims} 张支出凭证没有审核，请先审核。") if facts.open_claims else None


REQUIRED: dict[str, tuple[Rule, ...]] = {
    "project.archive": (organiser_acts, all_is_settled),
    "project.terminate": (organiser_acts, nothing_is_under_way),
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
    "tranche.resend": (organiser_acts, project_is_alive),
    "tranche.cancel": (organiser_acts,),
    "spending.accept": (organiser_acts, another_person_accepts, books_are_open),
    "spending.reject": (organiser_acts, another_person_accepts),
    "spending.void": (books_are_open,),
    "recovery.receive": (bank_has_it, another_person_receives),
    "recovery.waive": (another_person_receives,),
}

WORDS = {
    "tranche.create": "列入拨款计划",
    "spending.create": "登记支出凭证",
    "recovery.create": "发起结余收回",
    "batch.create": "建立拨款批次",
    "batch.export": "下载支付申请文件",
    "batch.answer": "导入银行回单",
}
