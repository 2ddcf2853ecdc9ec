"""A card: what one judge gave on each item, the total it comes to, and what handing it in asks for."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from webapp.core.workflow import Refusal, Rule
from webapp.scoring.rules.figures import divided
from webapp.scoring.rules.indicators import band_of, deviates, limits, points_of
from webapp.scoring.rules.rubric import FILLED, Item, items, said


@dataclass(frozen=True, slots=True)
class Mark:
    """What a judge gave on one item: points (hundredths; None when none yet), or 不适用, and the reason where one was written.

    Of an indicator also its actual value (hundredths) or its band, and a reference to what proves it.
    """

    points: int | None = None
    na: bool = False
    reason: str = ""
    actual: int | None = None
    band: str = ""
    evidence: str = ""


Marks = Mapping[str, Mark]


def given(points: Mapping[str, int]) -> dict[str, Mark]:
    """Plain points as marks."""
    return {key: Mark(value) for key, value in points.items()}


def shown(mark: Mark | None) -> str:
    """A mark as people read it: 18.5, 不适用, or nothing."""
    if mark is None:
        return ""
    return "不适用" if mark.na else "" if mark.points is None else said(mark.points)


def check_points(tree: Mapping[str, Any], points: Mapping[str, Any]) -> list[Refusal]:
    """All points that do not fit their rubric: unknown items, and points below zero or above the item's most."""
    known = {item.key: item for item in items(tree)}
    found = []
    for key, value in points.items():
        item = known.get(key)
        if item is None:
            found.append(Refusal("unknown_item", f"评分表里没有“{key}”这一项，请刷新页面。", key))
        elif type(value) is not int or not 0 <= value <= item.most:
            found.append(Refusal("out_of_range", f"“{item.title}”请给 0 到 {said(item.most)} 分。", key))
    return found


def check_na(tree: Mapping[str, Any], keys: Mapping[str, Any] | frozenset[str]) -> list[Refusal]:
    """不适用 only where the rubric allows it."""
    known = {item.key: item for item in items(tree)}
    return [
        Refusal("na", f"“{known[key].title if key in known else key}”要打分，不能选“不适用”。", key)
        for key in keys
        if key not in known or not (known[key].na or known[key].measure in FILLED)
    ]  # fmt: skip


def check_measured(tree: Mapping[str, Any], marks: Marks) -> list[Refusal]:
    """All measured items whose points are not what their value comes to, and qualities whose points lie outside their band."""
    found = []
    for item in items(tree):
        mark = marks.get(item.key)
        if mark is None or mark.na or mark.points is None:
            continue
        if item.measured and (mark.actual is None or mark.points != points_of(item, mark.actual)):
            found.append(Refusal("measured", f"“{item.title}”的得分与实际完成值不符，请刷新页面后重新填写。", item.key))
        if item.measure == "grade":
            found += _in_band(item, mark)
    return found


def _in_band(item: Item, mark: Mark) -> list[Refusal]:
    band = band_of(mark.band)
    if band is None:
        return [Refusal("band", f"“{item.title}”请先选达成情况。", f"{item.key}.band")]
    low, high = limits(item, band)
    if mark.points is not None and not low <= mark.points <= high:
        return [Refusal("band", f"“{item.title}”选的是“{band.title}”，请给 {said(low)} 到 {said(high)} 分。", item.key)]
    return []


def total(tree: Mapping[str, Any], marks: Marks) -> int:
    """What a card comes to, in hundredths.

    The ordinary items are added; where some are 不适用, the rest is scaled up to the full marks, half rounded up. Plus items
    are added and minus items taken off; never below zero, and over the full marks only where the rubric says `over`.
    Raises ValueError for marks that do not fit the rubric.
    """
    if wrong := check_points(tree, {key: mark.points for key, mark in marks.items() if mark.points is not None}):
        raise ValueError(wrong[0].sentence)
    leaves = items(tree)
    plain = [item for item in leaves if not item.kind]
    whole = sum(item.most for item in plain)
    open_to = sum(item.most for item in plain if not _na(marks, item))
    base = sum(_points(marks, item) for item in plain if not _na(marks, item))
    if open_to != whole:
        base = divided(base * whole, open_to) if open_to else 0
    base += sum(_points(marks, item) for item in leaves if item.kind == "plus")
    base -= sum(_points(marks, item) for item in leaves if item.kind == "minus")
    return max(0, base if tree.get("over") else min(base, whole))


def _na(marks: Marks, item: Item) -> bool:
    return item.key in marks and marks[item.key].na


def _points(marks: Marks, item: Item) -> int:
    mark = marks.get(item.key)
    return 0 if mark is None or mark.points is None else mark.points


@dataclass(frozen=True, slots=True)
class CardFacts:
    """What handing in a card depends on: the rubric, what was given so far, and the words."""

    tree: Mapping[str, Any]
    marks: Marks
    comment: str


def all_fit(facts: CardFacts) -> Refusal | None:
    points = {key: mark.points for key, mark in facts.marks.items() if mark.points is not None}
    chosen = frozenset(key for key, mark in facts.marks.items() if mark.na)
    wrong = [*check_points(facts.tree, points), *check_na(facts.tree, chosen), *check_measured(facts.tree, facts.marks)]
    return next(iter(wrong), None)


def all_scored(facts: CardFacts) -> Refusal | None:
    """Every ordinary item has points or 不适用; plus and minus items may stay blank."""
    plain = [item for item in items(facts.tree) if not item.kind]
    missing = [item for item in plain if not _na(facts.marks, item) and facts.marks.get(item.key, Mark()).points is None]
    if missing:
        names = "、".join(item.title for item in missing[:3]) + ("等" if len(missing) > 3 else "")
        return Refusal("unscored", f"还有 {len(missing)} 项没有打分或填写：{names}。", missing[0].key)
    if all(_na(facts.marks, item) for item in plain):
        return Refusal("nothing_applies", "不能每一项都选“不适用”，至少要给一项打分。", plain[0].key)
    return None


def items_explained(facts: CardFacts) -> Refusal | None:
    """Points at an item's extremes are explained at the item (rule of the rubric)."""
    for item in items(facts.tree):
        mark = facts.marks.get(item.key)
        if mark is None or mark.na or mark.points is None or mark.reason.strip():
            continue
        if words := item.asks_why(mark.points):
            return Refusal("item_reason", f"“{item.title}”{words}，请在这一项写明理由。", f"{item.key}.reason")
        if words := deviates(item, mark.actual, mark.band):
            return Refusal("deviation", f"“{item.title}”{words}，请写明偏差原因和改进措施。", f"{item.key}.reason")
    return None


def items_proved(facts: CardFacts) -> Refusal | None:
    """Where the rubric asks for 佐证, it is named."""
    for item in items(facts.tree):
        mark = facts.marks.get(item.key)
        if item.evidence and mark is not None and mark.points is not None and not mark.evidence:
            return Refusal("evidence", f"“{item.title}”要有佐证，请选择活动、凭证或上传材料。", f"{item.key}.evidence")
    return None


def reason_given(facts: CardFacts) -> Refusal | None:
    """Very low and very high totals are explained in words (rule of the rubric)."""
    if facts.comment.strip() or all_fit(facts) is not None or all_scored(facts) is not None:
        return None
    points = total(facts.tree, facts.marks)
    below, above = facts.tree.get("reason_below"), facts.tree.get("reason_above")
    if below is not None and points < below:
        return Refusal("reason", f"总分 {said(points)} 低于 {said(below)} 分，请写明理由。", "comment")
    if above is not None and points > above:
        return Refusal("reason", f"总分 {said(points)} 高于 {said(above)} 分，请写明理由。", "comment")
    return None


REQUIRED: dict[str, tuple[Rule, ...]] = {
    "scorecard.submit": (all_fit, all_scored, items_explained, items_proved, reason_given),
    "scorecard.reopen": (),
    "scorecard.lock": (),
    "scorecard.void": (),
}

__all__ = ["REQUIRED", "CardFacts", "Mark", "check_measured", "check_na", "check_points", "given", "shown", "total"]
