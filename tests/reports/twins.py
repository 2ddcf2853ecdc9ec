"""A report's files hold the same figures: a check for every report there is, used by the tests of each."""

import io
import re
import subprocess
from collections import Counter
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

import openpyxl

from reports import format as fmt
from reports import pdf, sheet
from reports.money import Money
from reports.report import Cell, ColumnKind, Report, Row, Table, printed


def agree(report: Report, paper: bytes | None = None, book: bytes | None = None) -> None:
    """Fails where a figure of the XLSX or of the PDF is not the report's. Figures are numbers, long numbers are text."""
    opened = openpyxl.load_workbook(io.BytesIO(book or sheet.write(report)))
    assert len(opened.sheetnames) == len(report.tables) + 1
    for table, name in zip(report.tables, opened.sheetnames, strict=False):
        lines = list(opened[name].iter_rows(min_row=2))
        rows = [*table.rows, *([table.totals] if table.totals is not None else [])]
        assert len(lines) == len(rows), f"{name}: {len(lines)} rows for {len(rows)}"
        for line, row in zip(lines, rows, strict=True):
            for found, cell, column in zip(line, row, table.columns, strict=False):
                assert _same(found.value, cell, column.kind), f"{name} {found.coordinate}: {found.value!r} for {cell!r}"
                if isinstance(cell, str):
                    assert found.data_type == "s" or cell == "", f"{name} {found.coordinate}: text became {found.data_type}"
                if isinstance(cell, Money) and column.kind == "money":
                    assert found.number_format == "#,##0.00"
    content = paper or pdf.write(report)
    text = subprocess.run(["pdftotext", "-layout", "-", "-"], input=content, capture_output=True, check=True).stdout.decode()
    lines = Counter(tuple(line.split()) for line in text.splitlines())
    told = [(table.caption, _figures(table, row)) for table in report.tables for row in (*table.rows, table.totals) if row is not None]
    for caption, figures in sorted(told, key=lambda one: -len(one[1])):
        _take(lines, figures, f"{caption}: {figures} stands in no line of the paper")


def _figures(table: Table, row: Row) -> list[str]:
    """What of a row is a figure, as it is printed: amounts, counts, shares, and points that came as text."""
    cells = [(cell, printed(cell, column.kind)) for cell, column in zip(row, table.columns, strict=True)]
    return [text for cell, text in cells if isinstance(cell, Money | int | Decimal | Fraction) or FIGURE.fullmatch(text)]


FIGURE = re.compile(r"-?[\d,]+(\.\d+)?%?")


def _take(lines: Counter[tuple[str, ...]], figures: list[str], lacking: str) -> None:
    """Strike out the shortest line in which a row's figures stand one after the other; each line answers for one row alone."""
    if not figures:
        return
    found = [line for line, left in lines.items() if left and _in_order(figures, line)]
    assert found, lacking
    lines[min(found, key=len)] -= 1


def _in_order(figures: list[str], line: tuple[str, ...]) -> bool:
    words = iter(line)
    return all(any(figure == word for word in words) for figure in figures)


def _same(found: object, cell: Cell, kind: ColumnKind) -> bool:
    match cell:
        case None | "":
            return found is None or found == ""
        case Money():
            scale = -6 if kind == "money_wan" else -2
            return isinstance(found, int | float) and Decimal(str(found)) == Decimal(cell.fen).scaleb(scale)
        case Fraction():
            return isinstance(found, int | float) and abs(Fraction(found) - cell) < Fraction(1, 10**12)
        case int() | Decimal():
            return isinstance(found, int | float) and Decimal(str(found)) == cell
        case datetime():
            return isinstance(found, datetime) and abs((found - fmt.local(cell).replace(tzinfo=None)).total_seconds()) < 1
        case date():
            return isinstance(found, datetime) and found.date() == cell
        case _:
            return found == str(cell)
