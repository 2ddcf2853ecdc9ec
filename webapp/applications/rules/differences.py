"""What changed between two savings of a section, or between two snapshots: word by word, each answer by its title."""

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from reports import format as printed
from reports.money import Money
from webapp.applications.rules.answers import BUDGET_ROW, INDICATOR_ROW
from webapp.calls.rules import SOURCES, CallRules, told

_WORD = re.compile(r"[A-Za-z0-9.,]+|\s+|.", re.DOTALL)
_BASICS = {
    "title": "项目名称", "category": "项目类别", "starts_on": "开始日期", "ends_on": "结束日期", "communities": "落地社区", "needs": "回应的需求",
}  # fmt: skip
_CELLS = {
    "budget": {
        "line": "科目", "item": "内容", "unit": "单价", "quantity": "数量", "grant": "资助", "own": "配套", "need": "对应需求",
    },
    "indicators": {"title": "指标", "unit": "单位", "target": "目标值", "due_on": "完成日期"},
}  # fmt: skip
_DAYS = frozenset({"starts_on", "ends_on", "due_on"})
_SUMS = frozenset({"unit", "grant", "own"})


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text that is `same`, `gone` or `new`."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Difference:
    """One answer that is not what it was."""

    title: str
    pieces: tuple[Piece, ...]


def compare(before: str, after: str) -> tuple[Piece, ...]:
    """Two texts word by word (a Chinese character is a word); joining what is not `new` gives the first, not `gone` the second."""
    old, new = _WORD.findall(before), _WORD.findall(after)
    found: list[Piece] = []
    for kind, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            found.append(Piece("same", "".join(old[a:b])))
            continue
        if a < b:
            found.append(Piece("gone", "".join(old[a:b])))
        if c < d:
            found.append(Piece("new", "".join(new[c:d])))
    return tuple(found)


def differences(before: Mapping[str, str], after: Mapping[str, str]) -> list[Difference]:
    """The answers in words that differ, in the order of the later one; what is gone altogether comes last."""
    titles = [*after, *(title for title in before if title not in after)]
    return [
        Difference(title, compare(before.get(title, ""), after.get(title, "")))
        for title in titles
        if before.get(title, "") != after.get(title, "")
    ]


def in_words(rules: CallRules, key: str, typed: Mapping[str, Any]) -> dict[str, str]:
    """What was typed in a section, valid or not, as words by title; telephone numbers masked."""
    if key == "basics":
        found = {_BASICS[name]: _day(typed.get(name)) if name in _DAYS else _plain(typed.get(name)) for name in _BASICS}
        return found | {"项目类别": rules.category(str(typed.get("category") or ""))}
    if key in {"budget", "indicators"}:
        names = BUDGET_ROW if key == "budget" else INDICATOR_ROW
        head = {"申请资助金额": _sum(typed.get("requested"))} if key == "budget" else {}
        head |= {words: _sum(typed[f"source_{name}"]) for name, words in SOURCES.items() if typed.get(f"source_{name}")}
        return head | {f"第 {n + 1} 行": _row(rules, key, names, row) for n, row in enumerate(typed.get("rows") or ())}
    section = next((one for one in rules.sections if one.key == key), None)
    return {question.title: _answer(question, typed.get(question.key)) for question in (section.questions if section else ())}


def _answer(question: Any, value: Any) -> str:
    if question.kind == "money":  # as typed: it need not be an amount
        return _plain(value)
    if question.kind == "table" and isinstance(value, list):
        cells = [
            "；".join(
                f"{column.title}：{told(column, row[column.key]) if column.kind == 'phone' else _plain(row[column.key])}"
                for column in question.columns
                if row.get(column.key)
            )
            for row in value
        ]
        return "\n".join(cells)
    return _plain(value)


def _row(rules: CallRules, key: str, names: tuple[str, ...], row: Mapping[str, Any]) -> str:
    """One line of the budget or of the indicators."""

    def said(name: str) -> str:
        if name == "line":
            return rules.line(str(row[name]))
        if name in _DAYS:
            return _day(row[name])
        return _sum(row[name]) if key == "budget" and name in _SUMS else _plain(row[name])

    return "；".join(f"{_CELLS[key].get(name, name)}：{said(name)}" for name in names if row.get(name))


def _day(value: Any) -> str:
    """A day in words; what is none, as typed."""
    try:
        return printed.day(date.fromisoformat(str(value or "")))
    except ValueError:
        return _plain(value)


def _sum(value: Any) -> str:
    """An amount in yuan; what is none, as typed."""
    try:
        return f"{printed.yuan(Money.parse(str(value or '')))} 元"
    except ValueError:
        return _plain(value)


def _plain(value: Any) -> str:
    return "、".join(map(str, value)) if isinstance(value, list | tuple) else str(value or "")
