"""Tables in and out: CSV and XLSX read as text, every cell with its address, so that a bad one can be found and mended.

A file is never guessed at: its encoding is UTF-8 or GB18030 or it is refused, its header names every column asked for,
and a cell holding a formula is an error at its cell. Rows come one after the other, so that a hundred thousand of them
need no more memory than ten (a workbook is held compressed by its reader, a CSV not at all).
"""

import codecs
import csv
import io
import re
import unicodedata
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, BinaryIO
from xml.etree import ElementTree
from xml.parsers import expat

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

import reports
from reports.report import Column, Report, Section, Table

LARGEST = 512 * 1024 * 1024
"""Bytes a workbook may unpack to; beyond, it is a trap or no table for people."""
LONGEST = 32_767
_CHUNK = 1 << 16
_NUMERIC_TAIL = re.compile(r"\.0+$")
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_OTHER = (
    (b"%PDF", "PDF"),
    (b"PK\x03\x04", "XLSX、DOCX 或压缩包"),
    (b"\xd0\xcf\x11\xe0", "旧版 Excel(.xls)或加密文件"),
    (b"\xff\xd8\xff", "图片"),
    (b"\x89PNG", "图片"),
)


class SheetError(ValueError):
    """A file that cannot be read as the table asked for; `str(error)` is the sentence to show."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its cells as text by column, and where it stands."""

    number: int
    """The line of a CSV, the row of a sheet, counted from 1 as people see it."""
    cells: Mapping[str, str]
    places: Mapping[str, int] = field(repr=False)
    """The position of each column, from 0."""
    sheet: str = ""

    def __getitem__(self, column: str) -> str:
        return self.cells[column]

    def at(self, column: str = "") -> str:
        """How people find a cell: `第 7 行“amount_wan”列`, `Sheet 预算 C7`; without a column, the row."""
        if not self.sheet:
            return f"第 {self.number} 行" + (f"“{column}”列" if column else "")
        return f"Sheet {self.sheet} {letters(self.places[column])}{self.number}" if column else f"Sheet {self.sheet} 第 {self.number} 行"


@dataclass(frozen=True, slots=True)
class Fault:
    """A place and what is wrong there."""

    place: str
    reason: str

    def __str__(self) -> str:
        return f"{self.place}：{self.reason}"


def letters(position: int) -> str:
    """The name of a sheet's column: 0 → A, 25 → Z, 26 → AA."""
    name = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        name = chr(65 + rest) + name
    return name


def read(file: BinaryIO, name: str, columns: Sequence[str], also: Sequence[str] = ()) -> Iterator[Row | Fault]:
    """The rows of a CSV or XLSX file that has these columns; a row that cannot be taken comes as its fault.

    The file must stay open while the rows are taken. Columns of `also` are taken where the file has them; columns not
    asked for are passed over, empty rows too.
    Raises SheetError for a file that is empty, of another kind than its name says, in another encoding, or whose
    header lacks a column or names one twice.
    """
    ending = name.rpartition(".")[2].lower()
    start = file.read(8)
    file.seek(0)
    if ending not in {"csv", "xlsx"}:
        hint = "旧版 .xls 请用 Excel 或 WPS 另存为 .xlsx。" if ending == "xls" else "请用 CSV 或 XLSX。"
        raise SheetError(f"文件“{name}”不是表格文件，{hint}")
    if not start:
        raise SheetError(f"文件“{name}”是空的。")
    yield from (_csv if ending == "csv" else _xlsx)(file, name, columns, also, start)


def _header(found: Sequence[str], wanted: Sequence[str], name: str) -> dict[str, int]:
    """Where each column stands. Raises SheetError when one is missing or named twice."""
    titles = [title.strip() for title in found]
    doubled = sorted({title for title in titles if title and titles.count(title) > 1})
    if doubled:
        raise SheetError(f"文件“{name}”的表头有重复的列：{'、'.join(doubled)}。")
    if missing := [column for column in wanted if column not in titles]:
        raise SheetError(f"文件“{name}”缺少列：{'、'.join(missing)}。表头应有：{'、'.join(wanted)}。")
    return {title: place for place, title in enumerate(titles) if title}


def _nothing(name: str) -> SheetError:
    return SheetError(f"文件“{name}”没有数据行，只有表头或空行。")


# CSV


def _csv(file: BinaryIO, name: str, columns: Sequence[str], also: Sequence[str], start: bytes) -> Iterator[Row | Fault]:
    if other := next((kind for mark, kind in _OTHER if start.startswith(mark)), None):
        raise SheetError(f"文件“{name}”的内容不是 CSV,像是{other}，请确认后另存为 CSV。")
    encoding = _encoding(file, name)
    text = io.TextIOWrapper(file, encoding, "strict", newline="")
    try:
        yield from _lines(csv.reader(text, strict=True), name, columns, also)
    except csv.Error as error:
        raise SheetError(f"文件“{name}”的引号或换行不成对，不能按 CSV 读（{error}）。") from error
    finally:
        text.detach()


def _lines(lines: Any, name: str, columns: Sequence[str], also: Sequence[str]) -> Iterator[Row | Fault]:
    header = next((line for line in lines if any(cell.strip() for cell in line)), None)
    if header is None:
        raise SheetError(f"文件“{name}”是空的。")
    places = _header(header, columns, name)
    columns = [*columns, *(column for column in also if column in places)]
    before, none = lines.line_num, True
    for line in lines:
        number, before = before + 1, lines.line_num
        if not any(cell.strip() for cell in line):
            continue
        none = False
        if len(line) != len(header):
            yield Fault(f"第 {number} 行", f"有 {len(line)} 格，表头有 {len(header)} 格，请检查逗号和引号")
        elif any(len(cell) > LONGEST for cell in line):
            yield Fault(f"第 {number} 行", f"有一格超过 {LONGEST} 个字")
        else:
            yield Row(number, {column: line[places[column]] for column in columns}, places)
    if none:
        raise _nothing(name)


def _encoding(file: BinaryIO, name: str) -> str:
    """UTF-8 (with or without its mark) or GB18030, by trying all of the file strictly. Raises SheetError for others."""
    start = file.read(4)
    file.seek(0)
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise SheetError(f"文件“{name}”的编码是 UTF-16，请另存为 UTF-8 的 CSV。")
    trouble = _undecodable(file, "utf-8-sig", name)
    if trouble is None:
        return "utf-8-sig"
    # A UTF-8 file with one broken byte would read as GB18030 too, and every Chinese word in it would be a wrong one.
    if not start.startswith(codecs.BOM_UTF8) and not _mostly_utf8(file) and _undecodable(file, "gb18030", name) is None:
        return "gb18030"
    raise SheetError(f"文件“{name}”的编码不是 UTF-8 也不是 GB18030（第 {trouble} 行附近有读不出的字），请另存为 UTF-8 的 CSV。")


def _undecodable(file: BinaryIO, encoding: str, name: str) -> int | None:
    """The line of the first byte that this encoding cannot read; None when it reads all."""
    file.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    line = 1
    try:
        while chunk := file.read(_CHUNK):
            if b"\x00" in chunk:
                raise SheetError(f"文件“{name}”的内容不是文字表格，请确认后另存为 CSV。")
            text = decoder.decode(chunk)
            if encoding == "gb18030" and any(unicodedata.category(char) in {"Co", "Cn"} for char in set(text)):
                return line
            line += text.count("\n")
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return line
    finally:
        file.seek(0)
    return None


def _mostly_utf8(file: BinaryIO) -> bool:
    """Whether nearly all that is not ASCII reads as UTF-8: then it is UTF-8 with something broken in it."""
    file.seek(0)
    sample = file.read(1 << 20)
    file.seek(0)
    high = sum(byte > 127 for byte in sample)
    good = sum(byte > 127 for byte in sample.decode("utf-8", "ignore").encode())
    return good * 10 > high * 8


# XLSX


def _xlsx(file: BinaryIO, name: str, columns: Sequence[str], also: Sequence[str], start: bytes) -> Iterator[Row | Fault]:
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        raise SheetError(f"文件“{name}”是旧版 Excel(.xls)或设了密码，请去掉密码，另存为 .xlsx。")
    try:
        book = CalamineWorkbook.from_filelike(file)
        shown = [s for s in book.sheets_metadata if s.typ == SheetTypeEnum.WorkSheet and s.visible == SheetVisibleEnum.Visible]
        if not shown:
            raise SheetError(f"文件“{name}”里没有可见的工作表。")
        title = shown[0].name
        formulas = _formulas(file, title, name)
        sheet = book.get_sheet_by_name(title)
    except (CalamineError, zipfile.BadZipFile, KeyError, ElementTree.ParseError, expat.ExpatError) as error:
        raise SheetError(f"文件“{name}”的内容不是 XLSX,请确认后用 Excel 或 WPS 另存为 .xlsx。") from error
    left = sheet.start[1] if sheet.start else 0  # the reader gives the empty rows above, but not the empty columns before
    places: dict[str, int] = {}
    width, none = 0, True
    for number, values in enumerate(sheet.iter_rows(), 1):
        line = ["" for _ in range(left)] + [typed(value) for value in values]
        filled = any(cell.strip() for cell in line)
        if not places:
            if filled:
                places, width = _header(line, columns, name), len(line)
                columns = [*columns, *(column for column in also if column in places)]
            continue
        bad = [place for place in formulas.pop(number, ()) if place in {places[column] for column in columns}]
        if not filled and not bad:
            continue
        none = False
        if bad:
            for place in sorted(bad):
                yield Fault(f"Sheet {title} {letters(place)}{number}", "是公式，请改成数值")
        elif any(len(cell) > LONGEST for cell in line[:width]):
            yield Fault(f"Sheet {title} 第 {number} 行", f"有一格超过 {LONGEST} 个字")
        else:
            yield Row(number, {column: line[places[column]] for column in columns}, places, title)
    if not places:
        raise SheetError(f"文件“{name}”的工作表“{title}”是空的。")
    if none:
        raise _nothing(name)


def _formulas(file: BinaryIO, title: str, name: str) -> dict[int, list[int]]:
    """The columns of the formula cells of each row, read from the sheet itself: its values alone do not tell."""
    file.seek(0)
    archive = zipfile.ZipFile(file)
    if sum(item.file_size for item in archive.infolist()) > LARGEST:
        raise SheetError(f"文件“{name}”解开后太大，请分成几个文件。")
    book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
    key = next(sheet.get(_LINK) for sheet in book.iter(f"{_MAIN}sheet") if sheet.get("name") == title)
    links = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    target = next(link.get("Target", "") for link in links if link.get("Id") == key)
    path = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    found: dict[int, list[int]] = {}
    at = ""

    def opened(tag: str, attributes: dict[str, str]) -> None:
        nonlocal at
        if tag.endswith("|c") or tag == "c":
            at = attributes.get("r", "")
        elif (tag.endswith("|f") or tag == "f") and (match := re.fullmatch(r"([A-Z]+)(\d+)", at)):
            found.setdefault(int(match[2]), []).append(_position(match[1]))

    parser = expat.ParserCreate(namespace_separator="|")
    parser.StartElementHandler = opened
    with archive.open(path) as page:
        parser.ParseFile(page)
    file.seek(0)
    return found


def _position(name: str) -> int:
    position = 0
    for letter in name:
        position = position * 26 + ord(letter) - 64
    return position - 1


def typed(value: Any) -> str:
    """A cell's value as a person typed it: 45, not 45.0; days as 2026-01-02; nothing as empty text."""
    match value:
        case None:
            return ""
        case str():
            return value
        case bool():
            return "TRUE" if value else "FALSE"
        case int():
            return str(value)
        case float():
            return _NUMERIC_TAIL.sub("", f"{Decimal(repr(value)):f}")
        case datetime():
            return value.isoformat(" ", "seconds")
        case date() | time():
            return value.isoformat()
        case timedelta():
            return str(value)
        case _:
            return str(value)


# Out


def write(
    suffix: str,
    title: str,
    columns: Sequence[Column],
    rows: Sequence[Sequence[Any]],
    *,
    at: datetime,
    sources: Sequence[str] = (),
    demo: bool = False,
) -> bytes:
    """A list as a file (csv or xlsx), by the one way all documents go: text stays text, whatever it begins with."""
    table = Table(tuple(columns), tuple(tuple(row) for row in rows), title)
    report = Report(title=title, as_of=at, sections=(Section("", (table,)),), sources=tuple(sources), demo=demo)
    return reports.write(report, suffix)
