"""What recovery, 归档 and 终止 require."""

from dataclasses import dataclass

from reports.format import yuan
from reports.money import Money
from webapp.core.workflow import Refusal, Rule
from webapp.projects.rules.project import organiser_acts


@dataclass(frozen=True, slots=True)
class RecoveryFacts:
    acts_for: bool
    bank_reference: str
    actor_id: int | None
    by_id: int | None


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
    "recovery.demand": (organiser_acts,),
    "recovery.keep": (organiser_acts,),
    "recovery.receive": (bank_has_it, another_person_receives),
    "recovery.waive": (another_person_receives,),
}

WORDS = {
    "recovery.create": "发起结余收回",
    "recovery.expire": "资金到期未用完",
}
