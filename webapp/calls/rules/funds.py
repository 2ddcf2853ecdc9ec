"""What a fund asks of the calls it pays for, and of carrying money over. Pure."""

import dataclasses
from dataclasses import dataclass

from reports import format as printed
from reports.money import Money
from webapp.calls.rules.parts import Rule as BudgetRule
from webapp.calls.rules.shape import CallRules
from webapp.core.workflow import Refusal, Rule

NOTHING = Money(0)


@dataclass(frozen=True, slots=True)
class FundRules:
    """A fund as its calls inherit it."""

    name: str
    barred: tuple[str, ...] = ()
    legal_forms: tuple[str, ...] = ()
    ceiling: Money | None = None
    quota: Money | None = None
    """What the areas of the call have of the fund's year together; None where it is not given out by area."""


@dataclass(frozen=True, slots=True)
class CarryFacts:
    """A carry-over as its steps judge it."""

    amount: Money
    free: Money
    prepared_by_id: int
    by_id: int | None


def inherited(rules: CallRules, fund: FundRules) -> CallRules:
    """The rules with what the fund forbids as a rule of the budget, so that it is frozen and checked with the others; another fund's is gone."""
    kept = tuple(one for one in rules.budget.rules if not (one.kind == "forbidden" and one.source.startswith(SOURCE)))
    if fund.barred:
        words = "、".join(fund.barred)
        kept = (*kept, BudgetRule("forbidden", {"words": list(fund.barred)}, f"本项资金不得用于{words}", f"{SOURCE}{fund.name}”的规定"))
    return dataclasses.replace(rules, budget=dataclasses.replace(rules.budget, rules=kept))


SOURCE = "资金“"
"""How the source of an inherited rule begins."""


def fund_refusals(fund: FundRules, legal_form: str, form_words: str, rules: CallRules) -> list[Refusal]:
    """What of a call does not fit its fund, each with what to do."""
    found = []
    if fund.legal_forms and legal_form not in fund.legal_forms:
        found.append(Refusal("fund_form", f"“{fund.name}”不能用于{form_words}，请换法律形式，或换一项资金。", "legal_form"))
    covered = {word for one in rules.budget.rules if one.kind == "forbidden" for word in one.params["words"]}
    if missing := [word for word in fund.barred if word not in covered]:
        said = f"“{fund.name}”不得用于{'、'.join(missing)}，预算规则里没有写。请打开“基本情况”保存一次，规则会自动加上。"
        found.append(Refusal("fund_barred", said, "fund_id"))
    for line in rules.budget.lines:
        if word := next((word for word in fund.barred if word in line.title), None):
            found.append(Refusal("fund_line", f"“{fund.name}”不得用于{word}，请去掉预算科目“{line.title}”。", "lines"))
    if fund.ceiling is not None:
        most = max(rules.ceiling(key) for key in ("", *(one.key for one in rules.categories)))
        if most > fund.ceiling:
            said = f"“{fund.name}”每个项目最多 {printed.yuan(fund.ceiling)} 元，现在的上限是 {printed.yuan(most)} 元。"
            found.append(Refusal("fund_ceiling", said, "ceiling"))
    if fund.quota is not None and rules.pool > fund.quota:
        said = f"本地区这一年度的额度合计 {printed.yuan(fund.quota)} 元，资金总额 {printed.yuan(rules.pool)} 元超过了。"
        found.append(Refusal("fund_quota", said, "pool"))
    return found


def quota_refusal(area: str, quota: Money, used: Money, asked: Money) -> Refusal | None:
    """A project gets no more than its area has left."""
    left = quota - used
    if asked <= left:
        return None
    said = f"{area}本年度额度 {printed.yuan(quota)} 元，已用 {printed.yuan(used)} 元，还可以用 {printed.yuan(left)} 元，不够 {printed.yuan(asked)} 元。"
    return Refusal("quota", said)


def _two_people(facts: CarryFacts) -> Refusal | None:
    if facts.by_id is None or facts.by_id != facts.prepared_by_id:
        return None
    return Refusal("two_people", "结转由您登记，要由另一位同事复核。")


def _enough(facts: CarryFacts) -> Refusal | None:
    if facts.amount <= facts.free:
        return None
    return Refusal("balance", f"账上可用预算 {printed.yuan(facts.free)} 元，不够结转 {printed.yuan(facts.amount)} 元。")


REQUIRED: dict[str, tuple[Rule, ...]] = {"carry.confirm": (_two_people, _enough), "carry.refuse": ()}
