"""A rubric as rows of one to three levels, and its changes. Pure; the caller gives a copy it may change."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from webapp.calls.editing.fields import Field
from webapp.calls.rules.rubric import DEEPEST, most_of
from webapp.scoring.rules.rubric import DIRECTIONS, FORMULAS, KINDS, MEASURES

Json = dict[str, Any]
TITLE = Field("title", "名称")
LEAF = (
    TITLE,
    Field("most", "满分", "points"),
    Field("kind", "性质", "one", KINDS, optional=True),
    Field("anchor", "看什么", optional=True, longest=300),
    Field("na", "可以选“不适用”", "yes"),
    Field("reason_below", "低于几分要写理由", "points", optional=True),
    Field("reason_above", "高于几分要写理由", "points", optional=True),
    Field("anchors", "评分说明", "anchors", optional=True, help="一行一档，例如：16 分：有居民签名的清单"),
)
WHOLE = (
    Field("reason_below", "总分低于几分要写理由", "points", optional=True),
    Field("reason_above", "总分高于几分要写理由", "points", optional=True),
    Field("over", "加分以后可以超过满分", "yes"),
)


def _usual_first(options: Mapping[str, str]) -> dict[str, str]:
    """Options of which the first is what an item has that says nothing."""
    first, *rest = options.items()
    return {"": first[1], **dict(rest)}


MEASURED = (
    Field("measure", "怎样评", "one", {key: words for key, words in MEASURES.items() if key != "stars"}, optional=True),
    Field("target", "目标值", "number", optional=True, help="定量和满意度填写；满意度按百分数，例如 90。"),
    Field("unit", "单位", optional=True, longest=10),
    Field("direction", "目标是", "one", _usual_first(DIRECTIONS), optional=True),
    Field("formula", "计分办法", "one", _usual_first(FORMULAS), optional=True),
    Field("evidence", "要有佐证", "yes"),
)
"""What an indicator has beside a plain item."""
EXPLAINED = (
    Field("explain_under", "完成率低于百分之几要说明偏差", "whole", optional=True, high=100),
    Field("explain_over", "完成率高于百分之几要说明偏差", "whole", optional=True, low=100, high=1000),
)
STARS = (TITLE, LEAF[1])
USUAL = LEAF[:4]
"""What stands in the table; the rest is folded under the item."""


INDICATORS = ("evaluation.self_tree", "evaluation.midterm_rubric", "evaluation.final_rubric")
RESIDENTS = "evaluation.residents_tree"


def fields_of(path: str) -> tuple[tuple[Field, ...], tuple[Field, ...]]:
    """What is asked of an item of the tree at a path, and of the whole: indicators have more, a question has little."""
    if path == RESIDENTS:
        return STARS, ()
    return ((*LEAF, *MEASURED), (*WHOLE, *EXPLAINED)) if path in INDICATORS else (LEAF, WHOLE)


@dataclass(frozen=True, slots=True)
class Branch:
    """One row of the tree as it is shown: where it stands, how deep, what it sums up to."""

    at: str
    level: int
    value: Json
    leaf: bool
    total: int
    """Its full marks, those of its items for a heading; hundredths."""
    number: str
    """1, 1.2, 1.2.3 as people count."""
    deeper: bool
    """Whether items may be put under it."""


def rows(tree: Mapping[str, Any]) -> list[Branch]:
    """All rows from top to bottom."""
    return list(_rows(tree["items"], (), ()))


def _rows(items: Sequence[Json], at: tuple[int, ...], numbers: tuple[int, ...]) -> Iterator[Branch]:
    for n, item in enumerate(items):
        here, leaf = (*at, n), "items" not in item
        total = item["most"] if leaf else most_of(item)
        yield Branch(".".join(map(str, here)), len(here), item, leaf, total, ".".join(map(str, (*numbers, n + 1))), len(here) < DEEPEST)
        if not leaf:
            yield from _rows(item["items"], here, (*numbers, n + 1))


def at(tree: Json, place: str) -> tuple[list[Json], int]:
    """The list an address lies in, and where. Raises LookupError."""
    *way, last = (int(one) for one in place.split("."))
    items = tree["items"]
    for n in way:
        items = items[n]["items"]
    if not 0 <= last < len(items):
        raise LookupError(place)
    return items, last


def _leaf(tree: Json, path: str) -> Json:
    taken = {one.value["key"] for one in rows(tree)}
    key = next(key for n in range(1, len(taken) + 2) if (key := f"item{n}") not in taken)
    return {"key": key, "title": "新的一项", "most": 500, "anchor": "", **({"measure": "stars"} if path == RESIDENTS else {})}


def change(tree: Json, do: str, place: str, path: str = "") -> None:
    """Add an item after (`after`) or under (`under`) another, or at the end (`add`); move it `up` or `down`; `drop` it.

    An item that gets items under it becomes a heading: its points go to the first of them.
    """
    if do == "add":
        tree["items"].append(_leaf(tree, path))
        return
    items, n = at(tree, place)
    if do == "after":
        items.insert(n + 1, _leaf(tree, path))
    elif do == "under":
        _under(tree, items, n, place.count(".") + 1, path)
    elif do in ("up", "down"):
        other = n + (1 if do == "down" else -1)
        if 0 <= other < len(items):
            items[n], items[other] = items[other], items[n]
    elif do == "drop":
        del items[n]


def _under(tree: Json, items: list[Json], n: int, level: int, path: str) -> None:
    if level >= DEEPEST:
        raise LookupError("too deep")
    item, fresh = items[n], _leaf(tree, path)
    if "items" in item:
        item["items"].append(fresh)
        return
    moved = {**item, "key": fresh["key"], "title": fresh["title"]}
    items[n] = {"key": item["key"], "title": item["title"], "items": [moved]}
