"""The budget as a workbook that goes out and comes back, and as text pasted from one: every bad cell named by its place."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, BinaryIO

from reports.money import AmountError, Money
from reports.report import Column
from webapp.calls.rules import CallRules, count
from webapp.core import sheets
from webapp.core.sheets import Fault, SheetError

SHEET = "预算"
TITLES = {"line": "科目", "item": "内容", "unit": "单价（元）", "quantity": "数量", "grant": "资助（元）", "own": "配套（元）"}
MOST_ROWS = 300


def write(rules: CallRules, rows: Sequence[Mapping[str, Any]], *, at: datetime) -> bytes:
    """The rows as they were typed, in an XLSX file; without rows, one for each budget line to start from."""
    lines = rows or [{"line": line.key} for line in rules.budget.lines]
    table = [[rules.line(str(row[name])) if name == "line" else str(row.get(name) or "") for name in TITLES] for row in lines]
    return sheets.write("xlsx", SHEET, [Column(name, title) for name, title in TITLES.items()], table, at=at)


def read(rules: CallRules, file: BinaryIO, name: str) -> tuple[list[dict[str, str]], list[Fault]]:
    """The rows of a workbook, or what is wrong, each at its cell (`Sheet 预算 C7`). Rows of a line without content are passed over.

    Raises SheetError for a file that is no such table at all.
    """
    found: list[dict[str, str]] = []
    faults: list[Fault] = []
    for row in sheets.read(file, name, list(TITLES.values())):
        if isinstance(row, Fault):
            faults.append(row)
            continue
        typed = {key: row[title].strip() for key, title in TITLES.items()}
        if not any(value for key, value in typed.items() if key != "line"):
            continue
        wrong = _wrong(rules, typed)
        faults += [Fault(row.at(TITLES[key]), reason) for key, reason in wrong.items()]
        found.append(_keyed(rules, typed))
    if len(found) > MOST_ROWS:
        raise SheetError(f"预算有 {len(found)} 行，最多 {MOST_ROWS} 行，请合并同类开支。")
    return found, faults


def pasted(rules: CallRules, text: str) -> tuple[list[dict[str, str]], list[Fault]]:
    """Rows copied from a sheet: cells parted by tabs, in the order of the columns; a line of headings is passed over."""
    found: list[dict[str, str]] = []
    faults: list[Fault] = []
    for n, line in enumerate(text.replace("\r", "").split("\n"), 1):
        cells = [cell.strip() for cell in line.split("\t")]
        if not any(cells) or cells[0] == TITLES["line"]:
            continue
        if len(cells) > len(TITLES):
            faults.append(Fault(f"第 {n} 行", f"有 {len(cells)} 格，应为 {len(TITLES)} 格：{'、'.join(TITLES.values())}"))
            continue
        typed = dict(zip(TITLES, [*cells, *[""] * len(TITLES)], strict=False))
        faults += [Fault(f"第 {n} 行“{TITLES[key]}”", reason) for key, reason in _wrong(rules, typed).items()]
        found.append(_keyed(rules, typed))
    return found, faults


def merged(old: Iterable[Mapping[str, Any]], new: Sequence[Mapping[str, str]]) -> list[dict[str, str]]:
    """The new rows, each keeping the need it served where a row of the same line and content was there before."""
    needs = {(row.get("line"), row.get("item")): str(row.get("need") or "") for row in old}
    return [{**row, "need": needs.get((row["line"], row["item"]), "")} for row in new]


def _keyed(rules: CallRules, typed: Mapping[str, str]) -> dict[str, str]:
    keys = {line.title: line.key for line in rules.budget.lines}
    return {**typed, "line": keys.get(typed["line"], "")}


def _wrong(rules: CallRules, typed: Mapping[str, str]) -> dict[str, str]:
    """What is wrong with the cells of a row, by column; whether the row adds up is the budget's own check."""
    found = {}
    titles = [line.title for line in rules.budget.lines]
    if typed["line"] not in titles:
        found["line"] = f"没有“{typed['line']}”这个科目，请从这些里选：{'、'.join(titles)}" if typed["line"] else "没有写科目"
    if not typed["item"]:
        found["item"] = "没有写内容"
    for key in ("unit", "grant", "own"):
        try:
            Money.parse(typed[key] or "0")
        except AmountError as error:
            found[key] = str(error)
    try:
        count(typed["quantity"])
    except ValueError as error:
        found["quantity"] = str(error)
    return found
