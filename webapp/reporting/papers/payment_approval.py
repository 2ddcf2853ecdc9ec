"""拨款审批表 (呈批表): one payment with the hands it passes through, each with the words that were entered, who and when."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from reports import format as fmt
from reports.money import Money
from reports.report import Approval, Cell, Column, Facts, Opinion, Report, Section, Table
from webapp.calls.rules import TRIGGERS
from webapp.core.clock import today
from webapp.core.workflow import Refusal
from webapp.funding.models import RECEIPT_KINDS, Tranche
from webapp.funding.queries import pages
from webapp.funding.queries.pages import TrancheRow
from webapp.reporting.papers import Asked, Paper
from webapp.reporting.queries.works import Hand, Head, hands_of, head_of

ASKED, PREPARED = ("request",), ("prepare", "review", "check", "discuss", "approve")
BOXES = {"prepare": "拟办", "review": "科室审核", "check": "财务审核", "discuss": "集体研究", "approve": "批示"}
STAGES = {"review": "head", "discuss": "meeting"}
"""Steps only some payments pass (`Tranche.stages`)."""


@dataclass(frozen=True, slots=True)
class Proposed:
    head: Head
    position: int
    amount: Money
    trigger: str
    receipt: str
    bank: str
    account: str
    """Masked."""
    stages: tuple[str, ...]
    meeting: tuple[str, date | None, str]
    pay_by: datetime | None
    state: str
    paid_on: date | None
    bank_reference: str
    others: tuple[TrancheRow, ...]
    hands: tuple[Hand, ...]
    """Since it was last asked for: what was signed before a 退回 no longer counts."""


def gather(session: Session, tranche: Tranche, asked: Asked) -> Proposed:
    """The payment with its hands; the account is masked for everybody, the request file alone has it."""
    every = hands_of(session, tranche.ref, asked.as_of, (*ASKED, *PREPARED))
    last = max((n for n, one in enumerate(every) if one.step == "request"), default=0)
    bank, account = pages.account_of(session, tranche.project_id)
    receipt = f"{RECEIPT_KINDS.get(tranche.receipt_kind, '')} {tranche.receipt_number}".strip()
    return Proposed(
        head_of(session, tranche.project_id), tranche.position, tranche.amount_fen, TRIGGERS[tranche.trigger], receipt, bank, fmt.mask_id(account),
        tuple(tranche.stages), (tranche.meeting_name, tranche.meeting_on, tranche.minutes_number), tranche.pay_by, tranche.state_label, tranche.paid_on,
        tranche.bank_reference, tuple(pages.of_project(session, tranche.project_id)), every[last:],
    )  # fmt: skip


def build(found: Proposed, asked: Asked) -> Report:
    head = found.head
    request = next((one for one in found.hands if one.step == "request"), None)
    paid = sum((one.amount_fen for one in found.others if one.state == "paid"), Money(0))
    pairs: tuple[tuple[str, Cell], ...] = (
        ("项目名称", head.title), ("项目编号", head.number), ("收款单位", head.organisation), ("开户银行", found.bank or None), ("账号", found.account or None),
        ("付款单位", head.payer), ("资金来源", head.fund), ("资助金额", head.granted), ("已拨付", paid), ("本次拨付", f"第{fmt.numeral(found.position)}期"),
        ("本次金额", found.amount), ("大写金额", fmt.capital(found.amount)), ("拨付条件", found.trigger),
        ("应付期限", f"{fmt.until(found.pay_by)} 前" if found.pay_by else None), ("收款票据", found.receipt or None),
        ("请款", f"{request.who}　{fmt.moment(request.at)}" if request else None),
    )  # fmt: skip
    asks = [step for step in PREPARED if step not in STAGES or STAGES[step] in found.stages]
    by = {one.step: one for one in found.hands}
    boxes = Approval(tuple(_box(step, by.get(step), found) for step in asks))
    paying = (
        (Facts((("拨款状态", found.state), ("到账日期", found.paid_on), ("银行流水号", found.bank_reference or None)), beside=True),)
        if found.paid_on
        else ()
    )
    return asked.report(
        "项目资金拨款审批表",
        (
            Section("拨款事项", (Facts(pairs, beside=True),)),
            Section("审批意见", (boxes,)),
            Section("本项目各期拨款", (_all(found),)),
            *((Section("拨付结果", paying),) if paying else ()),
        ),
        paper="form", issuer=head.organiser, lottery=head.lottery, scope_note="意见为办理时填写的原文；没有填写意见的，只列办理人和日期。账号只列首尾。",
        sources=("本平台拨款审批记录",),
    )  # fmt: skip


def _box(step: str, hand: Hand | None, found: Proposed) -> Opinion:
    if hand is None:
        return Opinion(BOXES[step])
    words = hand.note
    if step == "discuss" and found.meeting[0]:
        name, on, number = found.meeting
        words = f"{name}（{fmt.day(on) if on else fmt.NOTHING}），纪要编号 {number}。" + (hand.note or "")
    return Opinion(BOXES[step], words, hand.who, today(hand.at))


def _all(found: Proposed) -> Table:
    columns = (
        Column("n", "期次", width=3), Column("trigger", "拨付条件", width=6), Column("amount", "金额", "money", 5), Column("share", "占比", "percent", 3),
        Column("state", "状态", width=4), Column("paid_on", "到账日期", "date", 7),
    )  # fmt: skip
    rows = tuple(
        (
            f"第{fmt.numeral(one.position)}期", one.trigger_label, one.amount_fen, one.amount_fen.percent_of(found.head.granted), one.state_label,
            one.paid_on,
        )
        for one in found.others
    )  # fmt: skip
    total = sum((one.amount_fen for one in found.others), Money(0))
    return Table(columns, rows, "各期拨款", ("合计", "", total, total.percent_of(found.head.granted), "", None), "元")


def prepared(tranche: Tranche) -> Refusal | None:
    """Somebody has prepared it: before that there is nothing to approve."""
    return Refusal("prepare", "这期拨款还没有拟办。") if tranche.state in {"planned", "requested"} or not tranche.prepared_by_id else None


PAPER = Paper(
    key="payment_approval", title="拨款审批表", about=Tranche, right="tranche.read", shared=True, gather=gather, build=build, retention="30",
    author="payer", ready=prepared,
)  # fmt: skip
