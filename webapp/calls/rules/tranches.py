"""How a grant is divided into its tranches, to the fen."""

from collections.abc import Sequence

from reports.money import Money
from webapp.calls.rules.parts import TranchePlan
from webapp.core.workflow import Refusal

HUNDRED = 100


def amounts(plans: Sequence[TranchePlan], granted: Money) -> list[Money]:
    """The amount of each tranche; they add up to the grant.

    Percents alone are split by largest remainder. Beside a rest, a percent is rounded down to the fen; a fixed amount is never
    more than what the earlier tranches left. Raises ValueError for plans that `refusal` would refuse.
    """
    if not plans:
        return []
    if all(one.kind == "percent" for one in plans):
        return granted.share([one.percent for one in plans])
    if sum(one.kind == "rest" for one in plans) != 1:
        raise ValueError("fixed amounts need exactly one tranche that takes the rest")
    left, found = granted, []
    for one in plans:
        wanted = one.fixed if one.kind == "fixed" else Money(granted.fen * one.percent // HUNDRED) if one.kind == "percent" else Money(0)
        found.append(min(wanted, left))
        left -= found[-1]
    rest = next(n for n, one in enumerate(plans) if one.kind == "rest")
    found[rest] = left
    return found


def part(percent: int, kind: str = "percent") -> str:
    """Which part of a grant a tranche is, in words."""
    return {"fixed": "定额", "rest": "余额"}.get(kind, f"{percent}%")


def refusal(plans: Sequence[TranchePlan]) -> Refusal | None:
    """Percents alone add up to 100; with a fixed amount one tranche takes the rest, and percents leave something for it."""
    total = sum(one.percent for one in plans if one.kind == "percent")
    rests = sum(one.kind == "rest" for one in plans)
    if all(one.kind == "percent" for one in plans):
        return None if total == HUNDRED else Refusal("tranches", f"各期拨款比例合计应为 100%，现在是 {total}%。", "tranche_signed")
    if rests != 1:
        return Refusal("tranches", f"有定额拨款时，应有且只有一期拨付余额，现在有 {rests} 期。", "tranche_signed")
    if total >= HUNDRED:
        return Refusal("tranches", f"有一期拨付余额时，其余各期比例合计应小于 100%，现在是 {total}%。", "tranche_signed")
    return None
