"""What a call's rules say of points and money given out: bonuses within their bounds, and the least share of a category."""

from collections.abc import Mapping

from reports import format as printed
from reports.money import Money
from webapp.calls.rules.parts import Bonus
from webapp.calls.rules.shape import CallRules
from webapp.core.workflow import Refusal


def bonus_refusal(bonus: Bonus, points: int) -> Refusal | None:
    """A bonus is nothing, or lies between its bounds (中山2013: 特别观察加分 5–20); points in hundredths."""
    if not points or bonus.least <= points <= bonus.most:
        return None
    low, high = printed.number(bonus.least // 100), printed.number(bonus.most // 100)
    return Refusal("bonus", f"“{bonus.title}”请填 0，或 {low} 到 {high} 分。", bonus.key)


def least_shares(rules: CallRules, awarded: Mapping[str, Money]) -> list[Refusal]:
    """Categories that get less than their least share of all that is awarded (益阳: 老年人福利 ≥ 55%); `awarded` by category."""
    whole = sum(awarded.values(), Money(0))
    found = []
    for one in rules.categories:
        part = awarded.get(one.key, Money(0))
        if part.fen * 100 < whole.fen * one.least_percent:
            said = f"“{one.title}”拟立项 {printed.yuan(part)} 元，占 {printed.percent(part, whole)}，规则要求不少于 {one.least_percent}%。"
            found.append(Refusal("least_share", said, f"category_{one.key}"))
    return found
