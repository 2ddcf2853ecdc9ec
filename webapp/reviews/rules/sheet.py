"""The offline score sheet (离线评分表): one row for each file of a judge's pile, out and in. Pure.

What comes back is read strictly: each thing wrong is told at its cell, and then nothing is taken. A sheet that comes back as
it went out changes nothing. It never carries the applicant's name: a file is known by its number and its title as the judge
sees it.
"""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from reports.report import Column
from webapp.core.sheets import Fault, Row
from webapp.scoring.rules import Item, Mark, said

NAME = "评分"
KEY, PLACE, TITLE, COMMENT, STATE = "评审号", "序号", "项目", "评语", "状态"
NA = "不适用"
LONGEST = {"reason": 300, "comment": 1000}


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of the pile with what its card says."""

    id: int
    position: int
    title: str
    done: bool
    marks: Mapping[str, Mark]
    comment: str


@dataclass(frozen=True, slots=True)
class Change:
    """What a sheet changes on one card, as the verb of saving takes it."""

    id: int
    points: dict[str, int | None]
    reasons: dict[str, str]
    na: frozenset[str]
    comment: str


def headings(items: Sequence[Item]) -> dict[str, str]:
    """Item key → its column: `需求度（40 分）`; titles used twice carry those above them."""
    plain = [item.title for item in items]
    found = {}
    for item in items:
        name = item.title if plain.count(item.title) == 1 else "·".join((*item.above, item.title, item.key))
        kind = {"plus": "加分至多 ", "minus": "扣分至多 "}.get(item.kind, "")
        found[item.key] = f"{name}（{kind}{said(item.most)} 分）"
    return found


def reason_of(heading: str) -> str:
    return f"{heading} 理由"


def columns(items: Sequence[Item]) -> list[Column]:
    """The columns in order; an item with limits has one for its reason beside it."""
    found = [Column("id", KEY), Column("position", PLACE, "number"), Column("title", TITLE), Column("state", STATE)]
    for item, heading in zip(items, headings(items).values(), strict=True):
        found.append(Column(item.key, heading, "number"))
        if has_reason(item):
            found.append(Column(f"{item.key}.reason", reason_of(heading)))
    return [*found, Column("comment", COMMENT)]


def has_reason(item: Item) -> bool:
    return item.reason_below is not None or item.reason_above is not None


def lines(items: Sequence[Item], entries: Iterable[Entry]) -> list[list[Any]]:
    """The rows as the workbook holds them."""
    return [
        [
            str(entry.id), entry.position, entry.title, "已提交" if entry.done else "待评",
            *(cell for item in items for cell in _cells(item, entry.marks.get(item.key, Mark()))),
            entry.comment,
        ]
        for entry in entries
    ]  # fmt: skip


def _cells(item: Item, mark: Mark) -> list[Any]:
    points = NA if mark.na else None if mark.points is None else Decimal(mark.points).scaleb(-2)
    return [points, mark.reason] if has_reason(item) else [points]


def read(
    rows: Iterable[Row | Fault], items: Sequence[Item], entries: Iterable[Entry], gone: Container[int] = ()
) -> tuple[list[Change], list[Fault]]:
    """What the sheet changes, and all that is wrong with it; rows that say what the card says are no change.

    `gone`: files the judge has stood aside from since the sheet went out; their rows are passed over.
    """
    known = {str(entry.id): entry for entry in entries}
    seen: set[str] = set()
    changes, faults = [], []
    for row in rows:
        if isinstance(row, Fault):
            faults.append(row)
            continue
        key = row[KEY].strip()
        if key.isdecimal() and int(key) in gone:
            continue
        entry = known.get(key)
        if entry is None or key in seen:
            faults.append(Fault(row.at(KEY), f"“{key}”重复了" if entry else f"“{key}”不是分派给您的评审号，请勿改动这一列"))
            continue
        seen.add(key)
        change, wrong = _read(row, items, entry)
        if entry.done and (wrong or change is not None):
            faults.append(Fault(row.at(), "这一份已经提交，不能再改；需要修改的，请联系组织单位退回复评"))
        elif wrong:
            faults += wrong
        elif change is not None:
            changes.append(change)
    return changes, faults


def _read(row: Row, items: Sequence[Item], entry: Entry) -> tuple[Change | None, list[Fault]]:
    points: dict[str, int | None] = {}
    reasons: dict[str, str] = {}
    na, faults = set(), []
    for key, heading in headings(items).items():
        item = next(one for one in items if one.key == key)
        typed = row[heading].strip()
        if typed == NA:
            if item.na:
                na.add(key)
            else:
                faults.append(Fault(row.at(heading), "这一项要打分，不能填“不适用”"))
            points[key] = None
        else:
            points[key], wrong = _points(typed, item)
            faults += [Fault(row.at(heading), wrong)] if wrong else []
        if has_reason(item):
            reasons[key] = row[reason_of(heading)].strip()
            if len(reasons[key]) > LONGEST["reason"]:
                faults.append(Fault(row.at(reason_of(heading)), f"最多 {LONGEST['reason']} 个字"))
    comment = row[COMMENT].strip()
    if len(comment) > LONGEST["comment"]:
        faults.append(Fault(row.at(COMMENT), f"最多 {LONGEST['comment']} 个字"))
    if faults or _same(points, reasons, na, comment, entry):
        return None, faults
    return Change(entry.id, points, reasons, frozenset(na), comment), []


def _points(typed: str, item: Item) -> tuple[int | None, str]:
    if not typed:
        return None, ""
    try:
        value = Decimal(typed) * 100
    except InvalidOperation:
        return None, f"“{typed[:20]}”不是分数，请填数字，例如 18 或 18.5" + ("，不涉及的填“不适用”" if item.na else "")
    if not value.is_finite() or not 0 <= value <= item.most:
        return None, f"请填 0 到 {said(item.most)} 之间的分数"
    if value != value.to_integral_value():
        return None, "最多两位小数"
    return int(value), ""


def _same(points: Mapping[str, int | None], reasons: Mapping[str, str], na: set[str], comment: str, entry: Entry) -> bool:
    """Whether a row says what the card says."""
    marks = entry.marks
    return (
        all(marks.get(key, Mark()).points == value for key, value in points.items())
        and all(marks.get(key, Mark()).reason == value for key, value in reasons.items())
        and na == {key for key, mark in marks.items() if mark.na}
        and comment == entry.comment.strip()
    )
