"""Who is registered as 社工, who gets 津贴 for a month, and what the list requires. Pure."""

import calendar
from dataclasses import dataclass
from datetime import date

from reports.format import yuan
from reports.money import Money
from webapp.core.workflow import Refusal, Rule


@dataclass(frozen=True, slots=True)
class WorkerFacts:
    papers: int
    """Scans of the certificate attached."""
    entered_by_id: int
    actor_id: int | None
    from_day: date
    until_day: date | None
    today: date


@dataclass(frozen=True, slots=True)
class AllowanceFacts:
    total: Money
    free: Money
    """What the fund's year still has to give."""
    prepared_by_id: int
    checked_by_id: int | None
    approved_by_id: int | None
    actor_id: int | None
    paid_on: date | None
    bank_reference: str
    today: date


def last_of(month: date) -> date:
    return month.replace(day=calendar.monthrange(month.year, month.month)[1])


def entitled(month: date, *, certified_on: date, from_day: date, until_day: date | None) -> bool:
    """A worker gets a month's 津贴 who held the certificate and worked from its first to its last day (whole months, as 云龙 counts them)."""
    return certified_on <= month and from_day <= month and (until_day is None or until_day >= last_of(month))


def certificate_is_seen(facts: WorkerFacts) -> Refusal | None:
    return None if facts.papers else Refusal("papers", "还没有上传证书扫描件，请单位补上后再核实。")


def another_compares(facts: WorkerFacts) -> Refusal | None:
    return Refusal("two_people", "登记人不能核实自己登记的社工。") if facts.entered_by_id == facts.actor_id else None


def leaves_after_coming(facts: WorkerFacts) -> Refusal | None:
    if facts.until_day is None:
        return Refusal("until_day", "请填写最后在岗的日期。", "until_day")
    if facts.until_day < facts.from_day:
        return Refusal("until_day", f"离职日期不能早于入职的 {facts.from_day:%Y-%m-%d}。", "until_day")
    return Refusal("until_day", "离职日期还没有到，离职后再登记。", "until_day") if facts.until_day > facts.today else None


def money_is_there(facts: AllowanceFacts) -> Refusal | None:
    if facts.total > facts.free:
        return Refusal("money", f"合计 {yuan(facts.total)} 元，资金本年度可用 {yuan(facts.free)} 元，不够。请追加预算或换一项资金。")
    return None


def checker_is_another(facts: AllowanceFacts) -> Refusal | None:
    return Refusal("two_people", "审核人不能是编制人，请由另一位同事审核。") if facts.prepared_by_id == facts.actor_id else None


def approver_is_another(facts: AllowanceFacts) -> Refusal | None:
    if facts.actor_id in {facts.prepared_by_id, facts.checked_by_id}:
        return Refusal("two_people", "批准人不能是编制人或审核人，请由另一位领导批准。")
    return None


def payer_is_another(facts: AllowanceFacts) -> Refusal | None:
    return Refusal("two_people", "登记发放的人不能是批准人。") if facts.approved_by_id == facts.actor_id else None


def bank_has_paid(facts: AllowanceFacts) -> Refusal | None:
    if not facts.bank_reference.strip():
        return Refusal("bank_reference", "请填写银行流水号。", "bank_reference")
    if facts.paid_on is None:
        return Refusal("paid_on", "请填写银行付款日期。", "paid_on")
    return Refusal("paid_on", "银行付款日期还没有到。", "paid_on") if facts.paid_on > facts.today else None


REQUIRED: dict[str, tuple[Rule, ...]] = {
    "worker.register": (certificate_is_seen, another_compares),
    "worker.refuse": (),
    "worker.leave": (leaves_after_coming,),
    "allowance.check": (money_is_there, checker_is_another),
    "allowance.approve": (money_is_there, approver_is_another),
    "allowance.pay": (payer_is_another, bank_has_paid),
    "allowance.withdraw": (),
}
WORDS = {"worker.create": "登记社工", "allowance.create": "编制津贴发放表", "allowance.export": "下载付款名单"}
