"""算例: a tree of indicators worked through with made-up figures, line by line, so that an officer sees how it counts. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from webapp.scoring.rules import BANDS, Goal, Item, Mark, deviates, filled, items, of_stars, points_of, said, total, worked

GOALS = (Goal(1, "陪伴活动（例）", "场", 2000), Goal(2, "服务老人（例）", "人次", 40_000))
REACHED = {"goal1": 1800, "goal2": 56_000}
RECEIVED, SPENT = 9_000_000, 8_550_000
STARS = (5, 5, 5, 5, 4, 4, 4, 4, 4, 3)


@dataclass(frozen=True, slots=True)
class Line:
    """One item of the example: what was given, and how its points come about."""

    above: str
    title: str
    most: int
    how: str
    points: int
    deviation: str
    """Why it would have to be explained; empty where not."""


@dataclass(frozen=True, slots=True)
class Example:
    lines: tuple[Line, ...]
    total: int
    sum_said: str
    """The points added up, as anybody can check."""


def mark_of(item: Item) -> Mark:
    """The made-up mark of an item: nearly all of it."""
    if item.key in REACHED:
        actual = REACHED[item.key]
    elif item.measure == "rate":
        actual = SPENT
    else:
        actual = item.target * (105 if item.direction == "less" else 95) // 100
    match item.measure:
        case "count" | "rate" | "satisfied":
            return Mark(points_of(item, actual), actual=actual)
        case "grade":
            return Mark(item.most * 9 // 10, band=BANDS[0].key)
        case "stars":
            return Mark(of_stars(item.most, sum(STARS), len(STARS)))
    return Mark({"plus": min(item.most, 200), "minus": min(item.most, 100)}.get(item.kind, item.most * 9 // 10))


def example(tree: Mapping[str, Any]) -> Example:
    """The tree with two goals, 90,000 元 received and 85,500 元 spent, and ten answers of a survey."""
    whole = filled(tree, GOALS, RECEIVED)
    marks = {item.key: mark_of(item) for item in items(whole)}
    lines = tuple(_line(item, marks[item.key]) for item in items(whole))
    signs = [("−" if item.kind == "minus" else "+", said(marks[item.key].points or 0)) for item in items(whole)]
    words = " ".join(f"{sign} {points}" for sign, points in signs).removeprefix("+ ")
    return Example(lines, total(whole, marks), words)


def _line(item: Item, mark: Mark) -> Line:
    points = mark.points or 0
    how = worked(item, mark.actual, points, band=mark.band)
    if item.measure == "stars":
        how = f"{len(STARS)} 份答卷平均 {sum(STARS) / len(STARS):.2f} 星 ÷ 5 × {said(item.most)} 分 = {said(points)} 分"
    if item.kind:
        how = f"{'加' if item.kind == 'plus' else '扣'} {said(points)} 分"
    return Line(" · ".join(item.above), item.title, item.most, how, points, deviates(item, mark.actual, mark.band))
