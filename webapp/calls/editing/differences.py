"""What changed between two sets of rules, in words: each sentence with the page it belongs to."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from webapp.calls.editing import nodes, trees
from webapp.calls.editing.fields import Field, get, spelled
from webapp.calls.editing.shape import PAGES, RECORDS, Json, Page, Rows
from webapp.scoring.rules import said


@dataclass(frozen=True, slots=True)
class Difference:
    """One change: on which page, and what."""

    page: str
    sentence: str


def differences(old: Json, new: Json) -> list[Difference]:
    """All changes from the older rules to the newer, in the order of the editor's pages."""
    return [Difference(page.title, sentence) for page in PAGES for sentence in _page(page, old, new)]


def _page(page: Page, old: Json, new: Json) -> Iterator[str]:
    if page.part:
        before, after = get(old, page.part), get(new, page.part)
        if (before is None) != (after is None):
            yield f"{'增加' if before is None else '取消'}“{page.title}”"
        if before is None or after is None:
            return
    yield from _record(page, page.fields, page.rows, old, new, old, new, "")
    for path, title in page.trees.items():
        yield from _tree(title, path, get(old, path) or {"items": []}, get(new, path) or {"items": []})


def _words(page: Page, field: Field, value: Any, whole: Json, record: Json) -> str:
    node = nodes.Node(page, "", whole, record, (), (), (), ())
    return spelled(field, value, nodes.options(field, node))


def _record(
    page: Page, fields: Sequence[Field], rows: Sequence[Rows], old: Json, new: Json, whole_old: Json, whole_new: Json, where: str
) -> Iterator[str]:
    for field in fields:
        before, after = get(old, field.path), get(new, field.path)
        if (before or None) != (after or None):
            yield f"{where}{field.label}：{_words(page, field, before, whole_old, old)} 改为 {_words(page, field, after, whole_new, new)}"
    for one in rows:
        yield from _rows(page, one, get(old, one.path) or [], get(new, one.path) or [], whole_old, whole_new, where)


def _mark(rows: Rows, value: Mapping[str, Any]) -> Any:
    """What makes a row the same row: its key, or what it is called."""
    if rows.record == "rule":
        return value["kind"], value["text"]
    return value.get("key") or value.get("title") or (value.get("source"), value.get("trigger"), value.get("kind"), value.get("grade"))


def _paired(rows: Rows, old: Sequence[Json], new: Sequence[Json]) -> tuple[list[tuple[Json, Json]], list[Json], list[Json]]:
    """Rows that stayed, rows that went, rows that came; a rule reworded is the same rule while its kind is the only one left."""
    left, came, same = list(old), [], []
    for value in new:
        found = next((one for one in left if _mark(rows, one) == _mark(rows, value)), None)
        if found is None:
            came.append(value)
            continue
        left.remove(found)
        same.append((found, value))
    if rows.record == "rule":
        for value in list(came):
            alike = [one for one in left if one["kind"] == value["kind"]]
            if len(alike) == 1 and sum(one["kind"] == value["kind"] for one in came) == 1:
                left.remove(alike[0])
                came.remove(value)
                same.append((alike[0], value))
    return same, left, came


def _rows(page: Page, rows: Rows, old: Sequence[Json], new: Sequence[Json], whole_old: Json, whole_new: Json, where: str) -> Iterator[str]:
    same, gone, came = _paired(rows, old, new)
    record = RECORDS[rows.record]
    for before, after in same:
        fields, inner = record.of(after)
        name = nodes.name_of(rows.record, before)
        yield from _record(page, fields, inner, before, after, whole_old, whole_new, f"{where}“{name}”的")
    yield from (f"{where}{rows.title}：取消“{nodes.name_of(rows.record, one)}”" for one in gone)
    yield from (f"{where}{rows.title}：增加“{nodes.name_of(rows.record, one)}”" for one in came)
    if not gone and not came and [_mark(rows, one) for one in old] != [_mark(rows, one) for one in new]:
        yield f"{where}{rows.title}：先后次序有调整"


def _tree(title: str, path: str, old: Json, new: Json) -> Iterator[str]:
    leaf, whole = trees.fields_of(path)
    before = {one.value["key"]: one for one in trees.rows(old)}
    after = {one.value["key"]: one for one in trees.rows(new)}
    for field in whole:
        if (get(old, field.path) or None) != (get(new, field.path) or None):
            yield f"{title}评分表：{field.label}由{spelled(field, get(old, field.path), {})}改为{spelled(field, get(new, field.path), {})}"
    for key, one in after.items():
        if key not in before:
            yield f"{title}评分表：增加“{one.value['title']}”（{said(one.total)} 分）"
        elif before[key].leaf and one.leaf:
            yield from _leaf(title, leaf, before[key].value, one.value)
        elif before[key].value["title"] != one.value["title"]:
            yield f"{title}评分表：“{before[key].value['title']}”改称“{one.value['title']}”"
    yield from (f"{title}评分表：取消“{one.value['title']}”" for key, one in before.items() if key not in after)


def _leaf(title: str, fields: Sequence[Field], old: Json, new: Json) -> Iterator[str]:
    for field in fields:
        one, other = old.get(field.path), new.get(field.path)
        if (one or None) != (other or None):
            options = dict(field.options) if not isinstance(field.options, str) else {}
            yield f"{title}评分表“{old['title']}”的{field.label}：{spelled(field, one, options)} 改为 {spelled(field, other, options)}"
