"""Amounts by area as a workbook that goes out and comes back, every bad cell named by its place (`Sheet 额度 C7`)."""

from collections.abc import Mapping
from datetime import datetime
from typing import BinaryIO

from reports.money import AmountError, Money
from reports.report import Column
from webapp.core import sheets
from webapp.core.sheets import Fault

SHEET = "额度"
TITLES = {"code": "地区代码", "area": "地区", "amount": "额度（万元）"}
UNIT = 1_000_000
"""Fen of 万元."""


def write(areas: Mapping[str, str], amounts: Mapping[str, Money], *, at: datetime) -> bytes:
    """One row for each community of the fund's area, and for each other area that has an amount; without one the cell is empty."""
    rows = [
        (code, name, _wan(amounts[code]) if code in amounts else "")
        for code, name in areas.items()
        if len(code) == len("320508019036") or code in amounts
    ]
    return sheets.write("xlsx", SHEET, [Column(name, title) for name, title in TITLES.items()], rows, at=at)


def _wan(amount: Money) -> str:
    return f"{amount.fen // UNIT}.{amount.fen % UNIT:06d}".rstrip("0").rstrip(".")


def read(file: BinaryIO, name: str, areas: Mapping[str, str]) -> tuple[dict[str, Money], list[Fault]]:
    """The amounts by area, or what is wrong, each at its cell; a row without an amount is passed over.

    Raises SheetError for a file that is no such table at all.
    """
    found: dict[str, Money] = {}
    faults: list[Fault] = []
    for row in sheets.read(file, name, list(TITLES.values())):
        if isinstance(row, Fault):
            faults.append(row)
            continue
        code, amount = row[TITLES["code"]].strip(), row[TITLES["amount"]].strip()
        if not amount:
            continue
        if code not in areas:
            faults.append(Fault(row.at(TITLES["code"]), f"“{code}”不是这项资金所在地区的街道或社区" if code else "没有写地区代码"))
            continue
        if code in found:
            faults.append(Fault(row.at(TITLES["code"]), f"“{areas[code]}”写了两次"))
            continue
        if row[TITLES["area"]].strip() not in ("", areas[code]):
            faults.append(Fault(row.at(TITLES["area"]), f"代码 {code} 是“{areas[code]}”，这里写的是“{row[TITLES['area']].strip()}”"))
        try:
            found[code] = Money.parse(amount, "万元")
        except AmountError as error:
            faults.append(Fault(row.at(TITLES["amount"]), str(error)))
            continue
        if found[code] <= Money(0):
            faults.append(Fault(row.at(TITLES["amount"]), "额度要大于零；没有额度的请留空"))
    return found, faults
