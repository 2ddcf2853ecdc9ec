"""A rubric is a tree of one to three levels; points are given on its leaves.

`{"items": [leaf | {"key", "title", "items": […]}], "reason_below", "reason_above", "over"}`. A leaf is `{"key", "title",
"most"}` (hundredths) and may say: `anchor` (one line of what is looked for), `anchors` (`[{"least", "text"}]`: what so many
points mean), `kind` (`plus` or `minus`: beside the full marks, blank is none), `na` (不适用 may be chosen, and the other
items are scaled up to the full marks), `reason_below` and `reason_above` (points beyond ask for a reason at the item).
An indicator says how its value is `measure`d (定量 `count`, 定性 `grade`; `rate`, `satisfied` and `goals` are filled in from the
book, from a survey and from the project's own goals), with `unit`, `target` (hundredths), `direction`, `formula`, and `evidence`
(佐证 is asked for). On the tree, `explain_under` and `explain_over` are the percents of a target beyond which the deviation is
explained; a total beyond `reason_below` or `reason_above` asks for a reason in words, and `over` lets plus items lift a
total over the full marks (苏州 2012, 中山 2013: 可超过 100 分).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from webapp.core.workflow import Refusal

KINDS = {"": "评分项", "plus": "加分项", "minus": "扣分项"}
MEASURES = {
    "": "打分", "count": "定量", "grade": "定性（三档）", "rate": "项目支出进度", "satisfied": "满意度（问卷）", "goals": "项目绩效目标", "stars": "一至五分",
}  # fmt: skip
"""How an item is judged: by points, by a quantity, in bands, or by what the book, a survey, the project's own goals say."""
FILLED = frozenset({"rate", "satisfied", "goals"})
"""Measures nobody types: where there is nothing to fill in, the item is 不适用."""
DIRECTIONS = {"more": "不少于", "less": "不超过"}
FORMULAS = {"share": "按完成比例得分", "floor": "低于 60% 不得分", "all": "达到才得分", "cut": "超额过多的按偏离度调减"}
HUNDRED = 100


@dataclass(frozen=True, slots=True)
class Band:
    """A band of a quality, in percent of the points."""

    key: str
    title: str
    least: int
    most: int


BANDS = (
    Band("reached", "达成年度指标", 80, 100),
    Band("partly", "部分达成并具有一定效果", 60, 80),
    Band("missed", "未达成且效果较差", 0, 60),
)
"""财预〔2020〕10号: 100%–80%（含 80%）、80%–60%（含 60%）、60%–0%."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """What points from `least` (hundredths) on mean."""

    least: int
    text: str

    @property
    def from_said(self) -> str:
        return said(self.least)


@dataclass(frozen=True, slots=True)
class Item:
    """A leaf of a rubric: what is scored, up to how many hundredths, and the titles above it."""

    key: str
    title: str
    most: int
    anchor: str = ""
    above: tuple[str, ...] = ()
    kind: str = ""
    na: bool = False
    anchors: tuple[Anchor, ...] = ()
    reason_below: int | None = None
    reason_above: int | None = None
    measure: str = ""
    unit: str = ""
    target: int = 0
    direction: str = "more"
    formula: str = "share"
    evidence: bool = False
    under: int | None = None
    """Percent of the target below which the deviation is explained."""
    over: int | None = None

    @property
    def measured(self) -> bool:
        """Whether the points are worked out from an actual value."""
        return self.measure in ("count", "rate", "satisfied")

    @property
    def full_said(self) -> str:
        return said(self.most)

    def asks_why(self, points: int) -> str:
        """The words for points that need a reason: `低于 5 分`; empty where they do not."""
        if self.reason_below is not None and points < self.reason_below:
            return f"低于 {said(self.reason_below)} 分"
        if self.reason_above is not None and points > self.reason_above:
            return f"高于 {said(self.reason_above)} 分"
        return ""


def items(tree: Mapping[str, Any]) -> tuple[Item, ...]:
    """The leaves in order."""
    return tuple(_leaves(tree["items"], (), tree))


def _leaves(nodes: Sequence[Mapping[str, Any]], above: tuple[str, ...], tree: Mapping[str, Any]) -> Iterator[Item]:
    for node in nodes:
        if "items" in node:
            yield from _leaves(node["items"], (*above, node["title"]), tree)
        else:
            yield _leaf(node, above, tree)


def _leaf(node: Mapping[str, Any], above: tuple[str, ...], tree: Mapping[str, Any]) -> Item:
    anchors = sorted((Anchor(one["least"], one["text"]) for one in node.get("anchors") or ()), key=lambda one: -one.least)
    return Item(
        node["key"], node["title"], node["most"], node.get("anchor") or "", above, node.get("kind") or "", bool(node.get("na")),
        tuple(anchors), node.get("reason_below"), node.get("reason_above"), node.get("measure") or "", node.get("unit") or "",
        node.get("target") or 0, node.get("direction") or "more", node.get("formula") or "share", bool(node.get("evidence")),
        tree.get("explain_under"), tree.get("explain_over"),
    )  # fmt: skip


def most(tree: Mapping[str, Any]) -> int:
    """The full marks in hundredths: all items but the plus and minus ones."""
    return sum(item.most for item in items(tree) if not item.kind)


def said(hundredths: int) -> str:
    """Points as people write them, without idle zeros: 8650 → 86.5."""
    whole, rest = divmod(abs(hundredths), 100)
    sign = "-" if hundredths < 0 else ""
    return sign + (f"{whole}.{rest:02d}".rstrip("0") if rest else str(whole))


def check_tree(tree: Mapping[str, Any]) -> list[Refusal]:
    """All that is wrong with a rubric."""
    found = list(_check_nodes(tree.get("items"), set()))
    if found:
        return found
    whole = most(tree)
    if not whole:
        return [Refusal("no_marks", "评分表不能只有加分项和扣分项，至少要有一个普通评分项。", "items")]
    return [*_limits(tree, whole, "总分"), *_percents(tree), *_goals(tree)]


def _percents(tree: Mapping[str, Any]) -> Iterator[Refusal]:
    for name, low, high, words in (
        ("explain_under", 0, HUNDRED, "完成率低于百分之几要说明原因：请填 0 到 100 之间的整数。"),
        ("explain_over", HUNDRED, 1000, "完成率高于百分之几要说明原因：请填 100 到 1000 之间的整数。"),
    ):
        limit = tree.get(name)
        if limit is not None and (type(limit) is not int or not low <= limit <= high):
            yield Refusal("percent", words, name)


def _goals(tree: Mapping[str, Any]) -> Iterator[Refusal]:
    if sum(item.measure == "goals" for item in items(tree)) > 1:
        yield Refusal("goals", "“项目绩效目标”在一张指标表里只能有一项。", "items")


def _limits(node: Mapping[str, Any], whole: int, what: str) -> Iterator[Refusal]:
    for name, words in (("reason_below", "低于"), ("reason_above", "高于")):
        limit = node.get(name)
        if limit is not None and (type(limit) is not int or not 0 <= limit <= whole):
            yield Refusal("limit", f"{what}{words}多少要写理由：请填 0 到 {said(whole)} 分之间的数。", name)


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
        else:
            yield from _check_leaf(node)


def _check_leaf(node: Mapping[str, Any]) -> Iterator[Refusal]:
    title, kind = node["title"], node.get("kind") or ""
    if kind not in KINDS:
        yield Refusal("kind", f"评分项“{title}”只能是普通项、加分项或扣分项。", "items")
    if kind and node.get("na"):
        yield Refusal("na", f"“{title}”是{KINDS.get(kind, '')}，不涉及的不填就是，不用设“不适用”。", "items")
    yield from _limits(node, node["most"], f"“{title}”")
    yield from _check_measure(node, title, kind)
    for one in node.get("anchors") or ():
        least = one.get("least")
        if type(least) is not int or not 0 <= least <= node["most"] or not one.get("text"):
            yield Refusal("anchor", f"“{title}”的评分说明要写明从多少分起（0 到 {said(node['most'])}）和相应的表现。", "items")


def _check_measure(node: Mapping[str, Any], title: str, kind: str) -> Iterator[Refusal]:
    measure = node.get("measure") or ""
    if measure not in MEASURES:
        yield Refusal("measure", f"“{title}”的评法只能是{'、'.join(MEASURES.values())}。", "items")
        return
    if measure and kind:
        yield Refusal("measure", f"“{title}”是{KINDS[kind]}，只能打分。", "items")
    target = node.get("target") or 0
    if type(target) is not int or target < 0 or (measure in ("count", "satisfied") and not target):
        yield Refusal("target", f"“{title}”要写目标值，并且大于零。", "items")
    if (node.get("direction") or "more") not in DIRECTIONS or (node.get("formula") or "share") not in FORMULAS:
        yield Refusal("formula", f"“{title}”的计分办法不在可选范围内。", "items")
