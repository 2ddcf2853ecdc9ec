"""A report's tables as XLSX: one sheet each, and 说明 with what a reader needs to trust them.

Amounts are numbers in yuan made from whole fen; text stays text, whatever it begins with. The same report gives the
same bytes.
"""

import io
import re
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import xlsxwriter

from reports import format as fmt
from reports.money import Money
from reports.report import LOTTERY, Cell, Column, ColumnKind, Link, Report, Row, Table, Ticks, digest, printed

MIMETYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
EXACT = 2**53  # a spreadsheet's number holds whole fen up to here; beyond, the figure is written as text
MANY = 1000  # rows; fewer are kept in memory, which takes a third of the time of temporary files
LONGEST_TEXT = 32767
ABOUT = "说明"

FORMATS: dict[ColumnKind, str] = {
    "number": "#,##0.######",
    "money": "#,##0.00",
    "money_wan": "#,##0.00####",
    "percent": "0.0%",
    "date": "yyyy-mm-dd",
}


def write(report: Report) -> bytes:
    """The tables as XLSX, first sheet first, 说明 last."""
    out = io.BytesIO()
    many = sum(len(table.rows) for table in report.tables) > MANY
    book = xlsxwriter.Workbook(out, {"constant_memory": many, "in_memory": not many, "default_date_format": "yyyy-mm-dd"})
    created = report.as_of.astimezone(UTC).replace(tzinfo=None)
    book.set_properties(
        {
            "title": report.title.replace("\n", ""),
            "author": report.issuer,
            "comments": digest(report),
            "created": created,
        }
    )
    names: set[str] = {ABOUT}
    for number, table in enumerate(report.tables, 1):
        _table(book, report, table, _sheet_name(table.caption or f"表{number}", names))
    _about(book, report)
    book.close()
    return out.getvalue()


def _table(book: Any, report: Report, table: Table, name: str) -> None:
    page = book.add_worksheet(name)
    page.set_paper(9)  # A4
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)
    page.freeze_panes(1, 0)
    page.set_footer("&C— &P —")
    if report.demo:
        page.set_header("&C模拟数据")
    if table.wide:
        page.set_landscape()
    head = book.add_format({"bold": True, "text_wrap": True, "align": "center", "bg_color": "#F1F3F2", "bottom": 1})
    looks = [book.add_format({"num_format": FORMATS.get(column.kind, "@")}) for column in table.columns]
    strong = [book.add_format({"num_format": FORMATS.get(column.kind, "@"), "bold": True, "top": 1}) for column in table.columns]
    for i, heading in enumerate(table.headings):
        page.set_column(i, i, _width(table, i, heading))
        page.write_string(0, i, heading, head)
    for number, row in enumerate(table.rows, 1):
        _row(page, number, table.columns, row, looks)
    if table.rows:
        page.autofilter(0, 0, len(table.rows), len(table.columns) - 1)
    if table.totals is not None:
        _row(page, len(table.rows) + 1, table.columns, table.totals, strong)


def _row(page: Any, number: int, columns: tuple[Column, ...], row: Row, looks: list[Any]) -> None:
    for i, (column, cell, look) in enumerate(zip(columns, row, looks, strict=True)):
        match _value(cell, column.kind):
            case None:
                page.write_blank(number, i, None, look)
            case str(text):
                page.write_string(number, i, text[:LONGEST_TEXT], look)  # so it is never read as a formula
            case date() as day:
                page.write_datetime(number, i, day, look)
            case figure:
                page.write_number(number, i, figure, look)


def _value(cell: Cell, kind: ColumnKind) -> str | float | date | None:
    """A cell as a spreadsheet keeps it: exact, or as text where its numbers could not hold it."""
    match cell:
        case None | str():
            return cell
        case Ticks() | Link():
            return str(cell)
        case datetime():
            return fmt.local(cell).replace(tzinfo=None)
        case date():
            return cell
        case Money():
            exact, figure = abs(cell.fen) <= EXACT, Decimal(cell.fen).scaleb(-6 if kind == "money_wan" else -2)
            return float(figure) if exact else printed(cell, kind)
        case int() | Decimal() | Fraction():
            return float(cell) if -EXACT <= cell <= EXACT else printed(cell, kind)


def _width(table: Table, i: int, heading: str) -> float:
    """In characters, from the first rows: enough to read by, without walking a hundred thousand of them."""
    texts = [heading, *(printed(row[i], table.columns[i].kind) for row in table.rows[:200])]
    return min(50.0, max(sum(2 if ord(c) > 0x2000 else 1 for c in text) for text in texts) + 3)


def _sheet_name(wanted: str, taken: set[str]) -> str:
    """A name Excel accepts (31 characters, none of []:*?/\\), made unique."""
    base = re.sub(r"[\[\]:*?/\\]", " ", wanted).strip().strip("'")[:28] or "表"
    name, n = base, 1
    while name.lower() in {other.lower() for other in taken}:
        n += 1
        name = f"{base[:27]} {n}"
    taken.add(name)
    return name


def _about(book: Any, report: Report) -> None:
    page = book.add_worksheet(ABOUT)
    page.set_column(0, 0, 12)
    page.set_column(1, 1, 90)
    bold = book.add_format({"bold": True, "valign": "top"})
    wrap = book.add_format({"text_wrap": True, "valign": "top", "num_format": "@"})
    pairs = [
        ("题名", report.title.replace("\n", "")),
        ("文号", report.number),
        ("编制单位", report.issuer),
        ("日期", report.date_line),
        ("数据截至", fmt.moment(report.as_of)),
        ("口径", report.scope_note),
        ("数据来源", "；".join(report.sources)),
        ("资助标识", LOTTERY if report.lottery else ""),
        *(("注", note) for note in report.notes),
        ("数据性质", "模拟数据，仅供演示，不作为任何依据" if report.demo else ""),
        ("数据摘要", digest(report)),
        ("核验", report.verify_url or ""),
    ]
    for number, (name, text) in enumerate(pair for pair in pairs if pair[1]):
        page.write_string(number, 0, name, bold)
        page.write_string(number, 1, text[:LONGEST_TEXT], wrap)
