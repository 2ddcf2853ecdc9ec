"""A rubric as rows of one to three levels, and its changes. Pure; the caller gives a copy it may change."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from webapp.calls.editing.fields import Field
from webapp.calls.rules.rubric import DEEPEST, most_of
from webapp.scoring.rules.rubric import KINDS

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
USUAL = LEAF[:4]
"""What stands in the table; the rest is folded under the item."""


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


def _leaf(tree: Json) -> Json:
    taken = {one.value["key"] for one in rows(tree)}
    key = next(key for n in range(1, len(taken) + 2) if (key := f"item{n}") not in taken)
    return {"key": key, "title": "新的一项", "most": 500, "anchor": ""}


def change(tree: Json, do: str, place: str) -> None:
    """Add an item after (`after`) or under (`under`) another, or at the end (`add`); move it `up` or `down`; `drop` it.

    An item that gets items under it becomes a heading: its points go to the first of them.
    """
    if do == "add":
        tree["items"].append(_leaf(tree))
        return
    items, n = at(tree, place)
    if do == "after":
        items.insert(n + 1, _leaf(tree))
    elif do == "under":
        _under(tree, items, n, place.count(".") + 1)
    elif do in ("up", "down"):
        other = n + (1 if do == "down" else -1)
        if 0 <= other < len(items):
            items[n], items[other] = items[other], items[n]
    elif do == "drop":
        del items[n]


def _under(tree: Json, items: list[Json], n: int, level: int) -> None:
    if level >= DEEPEST:
        raise LookupError("too deep")
    item, fresh = items[n], _leaf(tree)
    if "items" in item:
        item["items"].append(fresh)
        return
    moved = {**item, "key": fresh["key"], "title": fresh["title"]}
    items[n] = {"key": item["key"], "title": item["title"], "items": [moved]}
