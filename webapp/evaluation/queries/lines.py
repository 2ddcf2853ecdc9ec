"""A card that was handed in, indicator by indicator, as pages and papers show it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from reports.money import Money
from webapp.evaluation.queries.indicators import SELF, Given, proofs
from webapp.evaluation.queries.one import COMMUNITY
from webapp.scoring.rules import Item, Mark, band_of, figure, percent, rate, worked

PARTY = {SELF: "自评", COMMUNITY: "社区协同评估", "midterm": "第三方（主办单位）评估", "final": "第三方（主办单位）评估"}
WAYS = {
    "self_assessment": "自评得分", "community": "各社区得分的平均", "residents": "居民平均分 ÷ 5 × 100", "evaluator": "第三方（主办单位）得分",
}  # fmt: skip
SURVEYED = "满意度问卷各题得分相加"
"""What each party is called, and how its points come about."""


@dataclass(frozen=True, slots=True)
class Line:
    """One indicator of a card as paper shows it."""

    heads: tuple[str, ...]
    """The first and second level above it, empty where the tree has none there or the line above says the same."""
    title: str
    most: int
    target: str
    actual: str
    points: int | None
    na: bool
    reason: str
    evidence: str
    evidence_href: str
    """Where who may read it finds it; empty for who may not."""
    how: str


def proofs_of(session: Session, project_id: int, cards: Sequence[Given]) -> dict[str, str]:
    """The words of all that stands as 佐证 on some cards."""
    kept = {mark.evidence for card in cards for mark in card.marks.values() if mark.evidence}
    return {**(proofs(session, project_id, kept - {"papers"}) if kept - {"papers"} else {}), "papers": "见所附材料"}


def _line(item: Item, mark: Mark, before: tuple[str, ...], said: dict[str, str], where: Callable[[str], str]) -> Line:
    above = (*item.above, "", "")[:2]
    same = [above[: n + 1] == before[: n + 1] for n in range(2)]
    band = band_of(mark.band)
    actual = band.title if band else "" if mark.actual is None else figure(item, mark.actual)
    sign = {"more": "≥ ", "less": "≤ "}[item.direction] if item.measured else ""
    kind = {"plus": "加分：", "minus": "扣分："}.get(item.kind, "")
    how = worked(item, mark.actual, mark.points, na=mark.na, band=mark.band)
    return Line(
        tuple("" if repeat else head for head, repeat in zip(above, same, strict=True)), item.title, item.most,
        f"{sign}{figure(item, item.target)}" if item.measured and item.target else "", actual, mark.points, mark.na, mark.reason,
        said.get(mark.evidence, ""), where(mark.evidence), f"{kind}{how}" if how else "",
    )  # fmt: skip


def lines_of(given: Given, said: dict[str, str], where: Callable[[str], str] = lambda ref: "") -> list[Line]:
    """The indicators of a card from top to bottom; `said` the words of its 佐证, `where` the page of one."""
    found: list[Line] = []
    before: tuple[str, ...] = ("", "")
    for item in given.items:
        found.append(_line(item, given.marks.get(item.key, Mark()), before, said, where))
        before = (*item.above, "", "")[:2]
    return found


def money_of(given: Given, granted: Money) -> dict[str, Any] | None:
    """The first block of the table: 年初预算, 全年预算, 全年执行, 分值, 执行率, 得分; None for a tree without it."""
    item = next((one for one in given.items if one.measure == "rate"), None)
    if item is None:
        return None
    mark = given.marks.get(item.key, Mark())
    known = mark.actual is not None and item.target > 0
    return {
        "granted": granted, "received": Money(item.target), "spent": Money(mark.actual or 0) if known else None, "most": item.most,
        "rate": percent(rate(item, mark.actual or 0)) if known else "", "points": mark.points,
        "reason": mark.reason, "paid": percent(rate(Item("", "", 1, target=granted.fen), item.target)),
    }  # fmt: skip
