"""The rows of a 发放表 as people type them: in a form, pasted, or in a workbook, every bad cell named by its place (`Sheet 劳务费 C7`)."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import BinaryIO

from reports.format import yuan
from reports.money import AmountError, Money
from reports.report import Column
from webapp.core import sheets
from webapp.core.clock import CHINA
from webapp.core.sheets import Fault, SheetError
from webapp.funding.rules.sheets import MOST, SHEETS, UNITS, PayLine
from webapp.funding.rules.vouchers import folded, identity_key, is_identity, name_key

TITLES = {
    "name": "姓名", "identity": "公民身份号码", "role": "事项", "on": "日期", "starts": "开始", "ends": "结束", "rate": "标准（元）", "unit": "单位",
    "quantity": "数量",
}  # fmt: skip
KEPT = "*"
"""Before the last characters of a number that was given before: `*1234`."""
_TIME = re.compile(r"(\d{1,2})[:：](\d{2})(?::\d{2})?")
_QUANTITY = re.compile(r"\d{1,4}(?:\.\d)?")
Known = Mapping[tuple[str, str], str]
"""Identity keys by (name key, last characters), of the persons who stand on the sheet already."""


def known_of(rows: Sequence[PayLine]) -> dict[tuple[str, str], str]:
    """The persons of a sheet as `typed` finds them again."""
    return {(name_key(row.name), row.tail): row.identity_key for row in rows}


def typed(cells: Mapping[str, str], known: Known) -> tuple[PayLine | None, dict[str, str]]:
    """One row from its cells, or what is wrong, by column."""
    wrong: dict[str, str] = {}
    text = {name: cells.get(name, "").strip() for name in TITLES}
    if not text["name"]:
        wrong["name"] = "没有写姓名"
    key, tail = _identity(text, known, wrong)
    if not text["role"]:
        wrong["role"] = "没有写事项，例如 讲课、陪诊志愿服务"
    on, starts, ends = _day(text["on"]), _time(text["starts"]), _time(text["ends"])
    for name, value, hint in (("on", on, "2026-03-02"), ("starts", starts, "09:00"), ("ends", ends, "11:30")):
        if value is None:
            wrong[name] = f"“{text[name]}”看不懂，请写成 {hint}" if text[name] else f"没有写{TITLES[name]}，例如 {hint}"
    unit = next((name for name, label in UNITS.items() if text["unit"] in (name, label)), "")
    if not unit:
        wrong["unit"] = f"单位应是{'、'.join(UNITS.values())}之一"
    rate = _rate(text["rate"], wrong)
    if not _QUANTITY.fullmatch(text["quantity"]):
        wrong["quantity"] = f"“{text['quantity']}”不是数量，最多一位小数，例如 1.5"
    if wrong or on is None or starts is None or ends is None or rate is None:
        return None, wrong
    whole, _, part = text["quantity"].partition(".")
    return PayLine(
        text["name"][:30], key, tail, text["role"][:40], datetime.combine(on, starts, CHINA), datetime.combine(on, ends, CHINA), unit,
        int(whole) * 10 + int(part or 0), rate,
    ), {}  # fmt: skip


def _identity(text: Mapping[str, str], known: Known, wrong: dict[str, str]) -> tuple[str, str]:
    number = folded(text["identity"])
    if text["identity"].startswith(KEPT):
        key = known.get((name_key(text["name"]), number), "")
        if not key:
            wrong["identity"] = "姓名改了，请重新填写完整的公民身份号码"
        return key, number
    if not is_identity(number):
        wrong["identity"] = "不是有效的 18 位公民身份号码，请核对" if number else "没有写公民身份号码"
    return identity_key(number), number[-4:]


def _rate(text: str, wrong: dict[str, str]) -> Money | None:
    try:
        return Money.parse(text, "元")
    except AmountError as error:
        wrong["rate"] = str(error).removesuffix("。")
        return None


def _day(text: str) -> date | None:
    parts = re.findall(r"\d+", text[:11])
    try:
        return date(*(int(part) for part in parts[:3])) if len(parts) >= 3 else None
    except ValueError:
        return None


def _time(text: str) -> time | None:
    found = _TIME.fullmatch(text)
    try:
        return time(int(found[1]), int(found[2])) if found else None
    except ValueError:
        return None


def cells_of(row: PayLine) -> dict[str, str]:
    """A row as it stands in the cells; of the identity number only that it is kept."""
    starts, ends = row.starts.astimezone(CHINA), row.ends.astimezone(CHINA)
    return {
        "name": row.name, "identity": f"{KEPT}{row.tail}", "role": row.role, "on": f"{starts:%Y-%m-%d}", "starts": f"{starts:%H:%M}",
        "ends": f"{ends:%H:%M}", "rate": yuan(row.rate).replace(",", ""), "unit": UNITS[row.unit], "quantity": row.quantity,
    }  # fmt: skip


def write(kind: str, rows: Sequence[PayLine], *, at: datetime) -> bytes:
    """The workbook to fill in, with the rows that are there; without any, one example."""
    example = {"name": "张示例（请删去本行）", "identity": "", "role": "讲课", "on": f"{at.astimezone(CHINA):%Y-%m-%d}", "starts": "09:00", "ends": "11:00",
               "rate": "100.00", "unit": "小时", "quantity": "2"}  # fmt: skip
    table = [tuple(cells_of(row)[name] for name in TITLES) for row in rows] or [tuple(example[name] for name in TITLES)]
    return sheets.write("xlsx", SHEETS[kind], [Column(name, title) for name, title in TITLES.items()], table, at=at)


def read(file: BinaryIO, name: str, known: Known) -> tuple[list[PayLine], list[Mapping[str, str]], list[Fault]]:
    """The rows of a workbook with the place of each, and what is wrong, each at its cell. Raises SheetError for a file that is no such table."""
    found: list[PayLine] = []
    places: list[Mapping[str, str]] = []
    faults: list[Fault] = []
    for row in sheets.read(file, name, list(TITLES.values())):
        if isinstance(row, Fault):
            faults.append(row)
            continue
        line, wrong = typed({key: row[title] for key, title in TITLES.items()}, known)
        faults += [Fault(row.at(TITLES[key]), reason) for key, reason in wrong.items()]
        if line is not None:
            found.append(line)
            places.append({key: row.at(title) for key, title in TITLES.items()})
    if len(found) > MOST:
        raise SheetError(f"有 {len(found)} 行，一张表最多 {MOST} 行，请分成几张。")
    return found, places, faults


def pasted(text: str, known: Known) -> tuple[list[PayLine], list[Mapping[str, str]], list[Fault]]:
    """Rows copied from a workbook, in the order of its columns; a line of headings is passed over."""
    found: list[PayLine] = []
    places: list[Mapping[str, str]] = []
    faults: list[Fault] = []
    for n, line in enumerate(text.replace("\r", "").split("\n"), 1):
        cells = [cell.strip() for cell in line.split("\t")]
        if not any(cells) or cells[0] == TITLES["name"]:
            continue
        row, wrong = typed(dict(zip(TITLES, cells, strict=False)), known)
        faults += [Fault(f"第 {n} 行“{TITLES[key]}”", reason) for key, reason in wrong.items()]
        if row is not None:
            found.append(row)
            places.append({key: f"第 {n} 行“{title}”" for key, title in TITLES.items()})
    return found, places, faults
