"""Rubrics, points and their statistics. Pure, and exact: points are whole hundredths, no float comes near a score.

A rubric is a tree, `{"items": [{"key", "title", "most", "anchor"} | {"key", "title", "items": […]}], "reason_below", "reason_above"}`:
points are given on its leaves, up to `most` hundredths each; a total below `reason_below` or above `reason_above`
(hundredths, or None) asks for a reason in words.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from webapp.core.workflow import Refusal, Rule

ENOUGH_TO_TRIM = 5
"""From so many judges on, the highest and the lowest score are dropped for the trimmed mean."""


@dataclass(frozen=True, slots=True)
class Item:
    """A leaf of a rubric: what is scored, up to how many hundredths, and the titles above it."""

    key: str
    title: str
    most: int
    anchor: str = ""
    above: tuple[str, ...] = ()


def items(tree: Mapping[str, Any]) -> tuple[Item, ...]:
    """The leaves in order."""
    return tuple(_leaves(tree["items"], ()))


def _leaves(nodes: Sequence[Mapping[str, Any]], above: tuple[str, ...]) -> Iterator[Item]:
    for node in nodes:
        if "items" in node:
            yield from _leaves(node["items"], (*above, node["title"]))
        else:
            yield Item(node["key"], node["title"], node["most"], node.get("anchor", ""), above)


def most(tree: Mapping[str, Any]) -> int:
    """The highest total there can be, in hundredths."""
    return sum(item.most for item in items(tree))


def check_tree(tree: Mapping[str, Any]) -> list[Refusal]:
    """All that is wrong with a rubric."""
    found = list(_check_nodes(tree.get("items"), set()))
    if found:
        return found
    whole = most(tree)
    for name, words in (("reason_below", "低于"), ("reason_above", "高于")):
        limit = tree.get(name)
        if limit is not None and (type(limit) is not int or not 0 <= limit <= whole):
            found.append(Refusal("limit", f"总分{words}多少要写理由：请填 0 到 {whole // 100} 分之间的数。", name))
    return found


def _check_nodes(nodes: Any, seen: set[str]) -> Iterator[Refusal]:
    if not isinstance(nodes, list) or not nodes:
        yield Refusal("no_items", "评分表至少要有一项。", "items")
        return
    for node in nodes:
        key, title = node.get("key"), node.get("title")
        if not key or not isinstance(key, str) or len(key) > 40 or key in seen:
            yield Refusal("key", f"评分项“{title or key}”的代号缺失、太长或重复。", "items")
            continue
        seen.add(key)
        if not title:
            yield Refusal("title", f"评分项 {key} 没有名称。", "items")
        if "items" in node:
            yield from _check_nodes(node["items"], seen)
        elif type(node.get("most")) is not int or node["most"] <= 0:
            yield Refusal("most", f"评分项“{title}”的满分要大于零。", "items")


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


def said(hundredths: int) -> str:
    """Points as people write them, without idle zeros: 8650 → 86.5."""
    whole, rest = divmod(hundredths, 100)
    return f"{whole}.{rest:02d}".rstrip("0") if rest else str(whole)


def total(tree: Mapping[str, Any], points: Mapping[str, int]) -> int:
    """The sum of the points given, in hundredths. Raises ValueError for points that do not fit the rubric."""
    if wrong := check_points(tree, points):
        raise ValueError(wrong[0].sentence)
    return sum(points.values())


@dataclass(frozen=True, slots=True)
class CardFacts:
    """What handing in a card depends on: the rubric, the points given so far, and the words."""

    tree: Mapping[str, Any]
    points: Mapping[str, int]
    comment: str


def all_fit(facts: CardFacts) -> Refusal | None:
    return next(iter(check_points(facts.tree, facts.points)), None)


def all_scored(facts: CardFacts) -> Refusal | None:
    missing = [item for item in items(facts.tree) if item.key not in facts.points]
    if not missing:
        return None
    names = "、".join(item.title for item in missing[:3]) + ("等" if len(missing) > 3 else "")
    return Refusal("unscored", f"还有 {len(missing)} 项没有打分：{names}。", missing[0].key)


def reason_given(facts: CardFacts) -> Refusal | None:
    """Very low and very high totals are explained in words (rule of the rubric)."""
    if facts.comment.strip() or all_scored(facts) is not None:
        return None
    points = sum(facts.points.values())
    below, above = facts.tree.get("reason_below"), facts.tree.get("reason_above")
    if below is not None and points < below:
        return Refusal("reason", f"总分 {said(points)} 低于 {said(below)} 分，请写明理由。", "comment")
    if above is not None and points > above:
        return Refusal("reason", f"总分 {said(points)} 高于 {said(above)} 分，请写明理由。", "comment")
    return None


REQUIRED: dict[str, tuple[Rule, ...]] = {
    "scorecard.submit": (all_fit, all_scored, reason_given),
    "scorecard.reopen": (),
    "scorecard.lock": (),
    "scorecard.void": (),
}


@dataclass(frozen=True, slots=True)
class Statistics:
    """What several totals say together, in hundredths, half rounded up; all but `n` are None where there is none."""

    n: int
    mean: int | None
    trimmed: int | None
    """The mean without one highest and one lowest, from five judges on; before that, the mean."""
    median: int | None
    spread: int | None
    low: int | None
    high: int | None


def statistics(values: Sequence[int]) -> Statistics:
    """Mean, trimmed mean, median and spread of some totals (whole hundredths, none negative).

    Raises ValueError for a negative value: there are no such points, and half up would turn its meaning round.
    """
    if any(type(value) is not int or value < 0 for value in values):
        raise ValueError("totals are whole hundredths of zero or more")
    if not values:
        return Statistics(0, None, None, None, None, None, None)
    ranked = sorted(values)
    kept = ranked[1:-1] if len(ranked) >= ENOUGH_TO_TRIM else ranked
    middle = ranked[(len(ranked) - 1) // 2 : len(ranked) // 2 + 1]
    low, high = ranked[0], ranked[-1]
    return Statistics(len(ranked), mean(ranked), mean(kept), mean(middle), high - low, low, high)


def mean(values: Sequence[int]) -> int:
    """The mean of one or more whole numbers of zero or more, half rounded up, by whole numbers alone."""
    return (2 * sum(values) + len(values)) // (2 * len(values))
