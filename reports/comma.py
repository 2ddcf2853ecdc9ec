"""A report's tables as CSV for other programs: UTF-8 with a byte order mark, so Excel reads Chinese.

Amounts are plain yuan (`1234.50`) or exact ten thousands, days ISO 8601; totals are left out, for they are not data.
"""

import csv
import io
from datetime import date, datetime
from decimal import Decimal

from reports import format as fmt
from reports.money import Money
from reports.report import Cell, ColumnKind, Report, printed

# What Excel would take for a formula. The apostrophe is its own sign for “this is text”.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write(report: Report) -> bytes:
    """All tables; where there is more than one, each stands under its caption and an empty line parts them."""
    out = io.StringIO()
    lines = csv.writer(out)
    many = len(report.tables) > 1
    for number, table in enumerate(report.tables, 1):
        if number > 1:
            lines.writerow([])
        if many:
            lines.writerow([_text(table.caption or f"表{number}")])
        lines.writerow([_text(heading) for heading in table.headings])
        kinds = [column.kind for column in table.columns]
        lines.writerows([_value(cell, kind) for cell, kind in zip(row, kinds, strict=True)] for row in table.rows)
    return out.getvalue().encode("utf-8-sig")


def _value(cell: Cell, kind: ColumnKind) -> str:
    match cell:
        case None:
            return ""
        case str():
            return _text(cell)
        case Money():
            return f"{Decimal(cell.fen).scaleb(-6):f}" if kind == "money_wan" else str(cell)
        case int() | Decimal():
            return f"{cell:f}" if isinstance(cell, Decimal) else str(cell)
        case datetime():
            return fmt.local(cell).isoformat(" ", "minutes")
        case date():
            return cell.isoformat()
        case _:
            return printed(cell, kind)


def _text(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA) else text
