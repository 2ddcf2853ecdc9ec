"""What moving money between funds, and taking a posting back, require. Pure."""

from dataclasses import dataclass

from reports.format import yuan
from reports.money import Money
from webapp.core.workflow import Refusal, Rule

CORRECTABLE = {
    "budget": "下达预算",
    "carry_out": "结转下年",
    "carry_in": "上年结转",
    "transfer_out": "资金转出",
    "transfer_in": "资金转入",
    "pay": "拨付",
}
"""What may be taken back by hand. Everything else has a step of its own that puts it right together with the object it was posted for."""
INSTEAD = {
    "reserve": "立项预留随项目变更或终止释放。", "release": "预留释放不能冲销。", "request": "送支付由银行回单登记到账或退回。",
    "bounce": "银行退回后请重新送支付。",
    "spend": "支出请在支出凭证页面作废。", "unspend": "支出退回请重新登记支出凭证。", "return": "结余收回请联系主办单位重新核对。",
    "donate": "捐赠到账请在认领页面办理。", "use": "捐赠使用请在认领页面办理。", "reverse": "冲销的账不能再冲销，请重新记一笔。",
}  # fmt: skip
"""What to do with the others."""


@dataclass(frozen=True, slots=True)
class TransferFacts:
    """A transfer as its steps judge it."""

    acts_for: bool
    """Whether the person keeps the fund the money leaves."""
    amount: Money
    free: Money
    prepared_by_id: int
    actor_id: int | None


@dataclass(frozen=True, slots=True)
class CorrectionFacts:
    """A correction as its steps judge it."""

    kind: str
    reversed: bool
    prepared_by_id: int
    actor_id: int | None


def source_office_confirms(facts: TransferFacts) -> Refusal | None:
    return None if facts.acts_for else Refusal("organiser", "资金转移由转出单位的财务或分管领导复核。")


def another_confirms(facts: TransferFacts | CorrectionFacts) -> Refusal | None:
    """Money moves by two people."""
    return Refusal("two_people", "登记人不能复核自己登记的这一笔，请另一位同事复核。") if facts.prepared_by_id == facts.actor_id else None


def still_free(facts: TransferFacts) -> Refusal | None:
    if facts.amount > facts.free:
        return Refusal("free", f"转出资金现在可用 {yuan(facts.free)} 元，不够 {yuan(facts.amount)} 元。请退回后重新登记。")
    return None


def can_be_taken_back(facts: CorrectionFacts) -> Refusal | None:
    if facts.reversed:
        return Refusal("reversed", "这笔账已经冲销过。")
    return None if facts.kind in CORRECTABLE else Refusal("kind", INSTEAD.get(facts.kind, "这笔账不能冲销。"))


def transfer_refusal(kind: str, to_kind: str, amount: Money, free: Money, year: int) -> Refusal | None:
    """What a transfer must meet when it is written down. 财政、福彩、捐赠 money is never mixed: it goes to a fund of the same source."""
    if kind != to_kind:
        return Refusal("kind", "两项资金来源不同，不能互转。请选择来源相同的资金。", "to_fund_id")
    if not amount or amount > free:
        return Refusal("amount", f"{year} 年度账上可用预算 {yuan(free)} 元，请填写大于零、不超过它的金额。", "amount")
    return None


REQUIRED: dict[str, tuple[Rule, ...]] = {
    "transfer.confirm": (source_office_confirms, another_confirms, still_free),
    "transfer.refuse": (source_office_confirms,),
    "correction.confirm": (another_confirms, can_be_taken_back),
    "correction.refuse": (),
}

WORDS = {"transfer.create": "登记资金转移", "correction.create": "申请冲销"}
