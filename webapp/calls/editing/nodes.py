"""Finding and changing one place of the rules' JSON: a page, a record on it, its rows. Pure; values are copied, never changed in place."""

import copy
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from webapp.calls.editing import params
from webapp.calls.editing.fields import Field, get, put
from webapp.calls.editing.shape import BY_KEY, PART_STARTS, RECORDS, Json, Page, Rows

CHOSEN = {"choice", "choices", "yesno"}
KEYED = {"category", "line", "paper", "bonus", "cost", "part", "section", "question", "column", "tier"}
"""Records that others name by a key; people never see it."""


class Lost(LookupError):
    """The address leads to no place of these rules: somebody has removed or moved it."""


@dataclass(frozen=True, slots=True)
class Crumb:
    """One step of the way to a place: its address and its title."""

    at: str
    title: str


@dataclass(frozen=True, slots=True)
class Node:
    """One place: its value in the copied rules, what is asked of it, and the way to it."""

    page: Page
    at: str
    rules: Json
    value: Json
    fields: tuple[Field, ...]
    rows: tuple[Rows, ...]
    crumbs: tuple[Crumb, ...]
    siblings: tuple[Json, ...] = ()
    """The rows before it."""

    @property
    def title(self) -> str:
        return self.crumbs[-1].title if self.crumbs else self.page.title


def name_of(record: str, value: Mapping[str, Any]) -> str:
    """What a row is called in a list."""
    return str(value.get("text") or value.get("title") or value.get("source") or value.get("trigger") or value.get("grade") or "")


def find(rules: Mapping[str, Any], page: str, at: str = "") -> Node:
    """The place at an address such as `form.2.questions.1` on a page. Raises Lost."""
    if page not in BY_KEY:
        raise Lost(page)
    one, whole = BY_KEY[page], copy.deepcopy(dict(rules))
    if one.part and get(whole, one.part) is None:
        whole[one.part] = copy.deepcopy(PART_STARTS[one.part])
    node = Node(one, "", whole, whole, one.fields, one.rows, ())
    rest = at.strip(".")
    while rest:
        node, rest = _deeper(node, rest)
    return node


def _deeper(node: Node, rest: str) -> tuple[Node, str]:
    for rows in node.rows:
        found = re.match(re.escape(rows.path) + r"\.(\d{1,4})(?:\.|$)", rest)
        items = get(node.value, rows.path)
        if found is None or not rows.own_page or not isinstance(items, list) or int(found[1]) >= len(items):
            continue
        n = int(found[1])
        at = f"{node.at}.{rows.path}.{n}".strip(".")
        fields, more = RECORDS[rows.record].of(items[n])
        crumbs = (*node.crumbs, Crumb(at, name_of(rows.record, items[n])))
        return Node(node.page, at, node.rules, items[n], fields, more, crumbs, tuple(items[:n])), rest[found.end() :]
    raise Lost(rest)


def options(field: Field, node: Node) -> dict[str, str]:
    """The words of a field's options by value."""
    if not isinstance(field.options, str):
        return dict(field.options)
    if field.options == "lines":
        return {one["key"]: one["title"] for one in node.rules["budget"]["lines"]}
    if field.options == "questions":
        found = {
            f"{section['key']}.{one['key']}": f"{section['title']}：{one['title']}"
            for section in node.rules["form"] for one in section["questions"]
        }  # fmt: skip
        now = get(node.value, field.path)
        return {"": "没有问到，由人核对", **({now: now} if now and now not in found else {}), **found}
    if field.options == "earlier":
        return {"": "总是显示", **{one["key"]: one["title"] for one in node.siblings if one.get("kind") in CHOSEN}}
    return {}


def write(node: Node, values: Mapping[str, Any]) -> Json:
    """The rules with new values of the place's fields, by path."""
    for path, value in values.items():
        put(node.value, path, value)
    shown = node.value.get("shown_if")
    if isinstance(shown, dict) and not shown.get("question"):
        node.value["shown_if"] = None
    return node.rules


def write_row(node: Node, rows: Rows, n: int, values: Mapping[str, Any]) -> None:
    """New values of one row of a table, by path."""
    for path, value in values.items():
        put(get(node.value, rows.path)[n], path, value)


def _key(items: list[Json], record: str) -> str:
    taken = {one.get("key") for one in items}
    return next(key for n in range(1, len(items) + 2) if (key := f"{record}{n}") not in taken)


def rows_named(node: Node, path: str) -> Rows:
    """The rows of a place by their path. Raises Lost."""
    for rows in node.rows:
        if rows.path == path:
            return rows
    raise Lost(path)


def add(node: Node, rows: Rows, kind: str = "") -> str:
    """A new row at the end; gives its address."""
    items = get(node.value, rows.path)
    if items is None:
        put(node.value, rows.path, items := [])
    if rows.record == "rule":
        if rows.choose is None or kind not in rows.choose:
            raise Lost(kind)
        items.append(params.new(kind, node.rules, lambda field: next(iter(options(field, node)), "")))
    else:
        items.append(_fresh(rows, items, kind))
    return f"{node.at}.{rows.path}.{len(items) - 1}".strip(".")


def _fresh(rows: Rows, items: list[Json], kind: str) -> Json:
    fresh = copy.deepcopy(rows.start)
    if rows.record in KEYED:
        fresh["key"] = _key(items, rows.record)
    if rows.record == "question":
        if rows.choose is None or kind not in rows.choose:
            raise Lost(kind)
        fresh["kind"] = kind
    if rows.record == "match":
        taken = {one["source"] for one in items}
        fresh["source"] = next((one for one in ("own", "fiscal", "donated", "expected") if one not in taken), "own")
    if rows.record == "consequence":
        given = {one["grade"] for one in items}
        fresh["grade"] = next((one for one in ("优", "良", "中", "差") if one not in given), "优")
    return _ready(fresh)


def _ready(question: Json) -> Json:
    """What a way of answering cannot do without."""
    if question.get("kind") in ("choice", "choices") and "key" in question and not question.get("options"):
        question["options"] = ["选项一", "选项二"]
    if question.get("kind") == "table" and not question.get("columns"):
        question["columns"] = [{"key": "column1", "title": "新的一列", "kind": "text"}]
    return question


def ready(node: Node) -> None:
    """A question whose way of answering was just changed gets what that needs."""
    _ready(node.value)


def move(node: Node, rows: Rows, n: int, by: int) -> None:
    """A row changes places with its neighbour; the first stays first."""
    items = get(node.value, rows.path) or []
    if 0 <= n < len(items) and 0 <= n + by < len(items):
        items[n], items[n + by] = items[n + by], items[n]


def drop(node: Node, rows: Rows, n: int) -> None:
    """A row is removed."""
    items = get(node.value, rows.path) or []
    if 0 <= n < len(items):
        del items[n]


def used_by(rules: Mapping[str, Any], rows: Rows, value: Mapping[str, Any]) -> list[str]:
    """What else of the rules names a row: budget rules a line, conditions a question."""
    key = value.get("key")
    if rows.record == "line":
        named = [one for one in rules["budget"]["rules"] if key in (*one["params"].get("lines", ()), *one["params"].values())]
        return [f"预算规则“{one['text']}”" for one in named]
    if rows.record == "question":
        return [f"题目“{one['title']}”的显示条件" for section in rules["form"] for one in section["questions"]
                if (one.get("shown_if") or {}).get("question") == key and value in section["questions"]]  # fmt: skip
    return []
