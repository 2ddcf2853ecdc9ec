"""What each channel gave, as it was before it was combined: kept with the ranking's run, and shown beside what was made of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reports import format as printed
from reports.money import Money
from webapp.calls.rules import CHANNELS
from webapp.reviews.rules.ranking import OLD_FIGURES, raised, scores_of, settled
from webapp.scoring.rules import statistics

FULL = 100_00


@dataclass(frozen=True, slots=True)
class Raw:
    """One application's figures, in words, one pair for each."""

    pairs: tuple[tuple[str, str], ...]


def raw_of(inputs: Mapping[str, Any], bonuses: Mapping[str, str]) -> dict[int, Raw]:
    """Application → what each channel gave it. `bonuses`: the titles of the call's 加分. Judges have no names here."""
    scaled = scores_of(inputs)
    return {one["id"]: Raw(tuple(_pairs(one, inputs, scaled[one["id"]], bonuses))) for one in inputs["applications"]}


def _pairs(one: Mapping[str, Any], inputs: Mapping[str, Any], scaled: Sequence[int], bonuses: Mapping[str, str]) -> list[tuple[str, str]]:
    figures = inputs.get("figures", OLD_FIGURES)
    given = statistics(one["panel"], trim=figures["trim"], trim_from=figures["trim_from"])
    pairs = [("专家各评分", points(one["panel"]))]
    if one["panel"]:
        kept = f"去掉 {figures['trim']} 个最高、{figures['trim']} 个最低" if given.trimmed != given.mean else "评委人数不够去高低，同平均"
        pairs += [("平均", _point(given.mean)), ("去高低平均", f"{_point(given.trimmed)}（{kept}）"), ("中位数", _point(given.median))]
        pairs += [("最高与最低相差", _point(given.spread))]
    if inputs["aggregation"] == "standard":
        pairs += [("标准分", points(scaled))]
    pairs += [(f"{CHANNELS['community']}各评分", points(one["community"]))]
    if (votes := one["residents"]) is not None:
        pairs += [("居民选票", f"{votes['votes']} 票，{votes['turnout']} 人参加")]
    if one.get("jury") is not None:
        pairs += [(CHANNELS["jury"], f"{_point(one['jury'])} 分")]
    if (amount := one.get("donation_fen")) is not None and (part := raised(one, inputs)) is not None:
        pairs += [("定向捐助到账", f"{printed.yuan(Money(amount))} 元，折算 {_point(settled(part * FULL, figures))} 分")]
    pairs += [(bonuses.get(key, key), f"加 {_point(value)} 分") for key, value in one.get("bonuses", {}).items() if value]
    return pairs


def points(values: Sequence[int]) -> str:
    """Scores beside each other; a channel that gave nothing says so."""
    return "、".join(map(_point, values)) if values else "没有评分"


def _point(value: int | None) -> str:
    return "—" if value is None else f"{value // 100}.{value % 100:02}"
