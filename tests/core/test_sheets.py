"""Tables in: encodings, addresses, and every way in which a file is not what it says."""

from __future__ import annotations

import io
import time
import tracemalloc
from datetime import UTC, date, datetime

import pytest
import xlsxwriter

from reports.report import Column
from webapp.core import sheets
from webapp.core.sheets import Fault, Row, SheetError, letters, typed

COLUMNS = ("name", "amount_wan")


def rows(content: bytes, name: str = "表.csv", columns: tuple[str, ...] = COLUMNS) -> list[Row | Fault]:
    return list(sheets.read(io.BytesIO(content), name, columns))


def cells(content: bytes, name: str = "表.csv") -> list[tuple[str, ...]]:
    return [tuple(row.cells.values()) for row in rows(content, name) if isinstance(row, Row)]


def book(*lines: list[object], title: str = "预算", formulas: dict[str, str] | None = None) -> bytes:
    out = io.BytesIO()
    made = xlsxwriter.Workbook(out)
    page = made.add_worksheet(title)
    day = made.add_format({"num_format": "yyyy-mm-dd"})
    for number, line in enumerate(lines):
        for place, value in enumerate(line):
            if isinstance(value, date):
                page.write_datetime(number, place, value, day)
            elif isinstance(value, str):
                page.write_string(number, place, value)
            elif value is not None:
                page.write(number, place, value)
    for cell, formula in (formulas or {}).items():
        page.write_formula(cell, formula, value=3)
    made.close()
    return out.getvalue()


TEXT = "name,amount_wan\n助老,45\n社区“微更新”,3-5\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030"])
def test_a_csv_reads_the_same_in_each_encoding(encoding: str) -> None:
    assert cells(TEXT.encode(encoding)) == [("助老", "45"), ("社区“微更新”", "3-5")]


def test_gb18030_has_characters_that_gbk_lacks() -> None:
    assert cells("name,amount_wan\n𠮷祥社,1\n".encode("gb18030")) == [("𠮷祥社", "1")]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (TEXT.encode("utf-16"), "UTF-16"),
        (TEXT.encode("utf-8-sig")[:-2] + b"\xff\n", "编码不是 UTF-8"),
        (TEXT.encode("big5", "ignore") + b"\x80\xff", "编码"),
    ],
)
def test_another_encoding_is_refused_by_name(content: bytes, says: str) -> None:
    with pytest.raises(SheetError, match=says):
        rows(content)


def test_utf8_with_one_broken_byte_is_not_taken_for_gb18030() -> None:
    """As GB18030 it would read, every Chinese word in it a wrong one."""
    broken = ("name,amount_wan\n" + "公益创投项目,1\n" * 20).encode()
    place = broken.index("创".encode())
    mojibake = broken[:place] + b"\xb4\xb4\xd7\xf7" + broken[place + 6 :]
    mojibake.decode("gb18030", "replace")
    with pytest.raises(SheetError, match=r"第 [12] 行附近"):
        rows(mojibake)


def test_leading_equals_signs_and_blanks_stay_text() -> None:
    assert cells(b"name,amount_wan\n=1+1, 07 \n") == [("=1+1", " 07 ")]


def test_columns_may_stand_in_any_order_beside_others() -> None:
    assert cells(b"more,amount_wan,name\nx,1,a\n") == [("a", "1")]


def test_lines_are_counted_as_an_editor_counts_them() -> None:
    found = rows(b'name,amount_wan\n"two\nlines",1\n\nthree,2\n')
    assert [row.number for row in found if isinstance(row, Row)] == [2, 5]
    last = found[-1]
    assert isinstance(last, Row)
    assert last.at("amount_wan") == "第 5 行“amount_wan”列"


def test_a_row_with_too_many_or_too_few_cells_is_a_fault() -> None:
    found = rows(b"name,amount_wan\na,1,2\nb\nc,3\n")
    assert [str(one) for one in found[:2]] == [
        "第 2 行：有 3 格，表头有 2 格，请检查逗号和引号",
        "第 3 行：有 1 格，表头有 2 格，请检查逗号和引号",
    ]
    assert isinstance(found[2], Row)


@pytest.mark.parametrize(
    ("content", "name", "says"),
    [
        (b"", "a.csv", "是空的"),
        (b"\n\n", "a.csv", "是空的"),
        (b"\xef\xbb\xbf", "a.csv", "是空的"),
        (b"name,amount_wan\n", "a.csv", "没有数据行"),
        (b"name\na\n", "a.csv", "缺少列：amount_wan"),
        (b"name,amount_wan,name\na,1,b\n", "a.csv", "重复的列：name"),
        (b'name,amount_wan\n"a,1\n', "a.csv", "引号"),
        (b"%PDF-1.7 xxxx", "a.csv", "PDF"),
        (b"a,b\x00c\n", "a.csv", "不是文字表格"),
        (b"name,amount_wan\na,1\n", "a.txt", "请用 CSV 或 XLSX"),
        (b"name,amount_wan\na,1\n", "a.xls", "另存为 .xlsx"),
        (b"name,amount_wan\na,1\n", "a.xlsx", "不是 XLSX"),
        (b"", "a.xlsx", "是空的"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest", "a.xlsx", "旧版 Excel"),
        (b"PK\x03\x04rubbish", "a.xlsx", "不是 XLSX"),
    ],
)
def test_a_file_that_is_no_such_table_is_refused_in_a_sentence(content: bytes, name: str, says: str) -> None:
    with pytest.raises(SheetError, match=says):
        rows(content, name)


def test_an_xlsx_under_the_name_of_a_csv_is_found_out() -> None:
    with pytest.raises(SheetError, match="不是 CSV"):
        rows(book(["name", "amount_wan"], ["a", 1]), "a.csv")


def test_an_xlsx_gives_its_cells_as_typed_with_their_addresses() -> None:
    content = book(["name", "amount_wan"], ["助老", 45], ["=1+1", 7.2], [date(2026, 1, 2), 0.1], ["0012", None])
    assert cells(content, "a.xlsx") == [("助老", "45"), ("=1+1", "7.2"), ("2026-01-02", "0.1"), ("0012", "")]
    first = rows(content, "a.xlsx")[0]
    assert isinstance(first, Row)
    assert first.at("amount_wan") == "Sheet 预算 B2"


def test_a_formula_is_an_error_at_its_cell() -> None:
    content = book(["name", "x", "amount_wan"], ["a", 1, 2], ["b", 1, None], formulas={"C3": "=1+2", "B2": "=5"})
    found = rows(content, "a.xlsx")
    assert isinstance(found[0], Row), "a formula in a column nobody asked for does no harm"
    assert str(found[1]) == "Sheet 预算 C3：是公式，请改成数值"


def test_a_sheet_that_does_not_begin_in_its_corner_keeps_its_addresses() -> None:
    content = book([None], [None], [None, "name", "amount_wan"], [None, "a", 1])
    found = rows(content, "a.xlsx")[0]
    assert isinstance(found, Row)
    assert found.at("amount_wan") == "Sheet 预算 C4"


def test_the_name_of_a_column() -> None:
    assert [letters(n) for n in (0, 25, 26, 51, 52, 701, 702)] == ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]


@pytest.mark.parametrize(
    ("value", "text"),
    [(45.0, "45"), (7.2, "7.2"), (1e21, "1000000000000000000000"), (0.000001, "0.000001"), (True, "TRUE"), (None, ""), ("=a", "=a"), (100, "100"), (-3.5, "-3.5")],
)  # fmt: skip
def test_values_as_typed(value: object, text: str) -> None:
    assert typed(value) == text


def test_a_hundred_thousand_lines_take_no_more_memory_than_a_few() -> None:
    content = io.BytesIO(b"name,amount_wan\n" + b"\xe5\x8a\xa9\xe8\x80\x81,45\n" * 100_000)
    tracemalloc.start()
    began = time.monotonic()
    count = sum(1 for _ in sheets.read(content, "a.csv", COLUMNS))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 100_000
    assert peak < 8_000_000, f"{peak} bytes after {time.monotonic() - began:.1f} s"


def test_text_goes_out_as_text_whatever_it_begins_with() -> None:
    at = datetime(2026, 11, 22, tzinfo=UTC)
    columns = (Column("name", "name"), Column("amount_wan", "amount_wan"))
    line = [("=1+1", "3-5")]
    assert "'=1+1" in sheets.write("csv", "清单", columns, line, at=at).decode("utf-8-sig")
    written = sheets.write("xlsx", "清单", columns, line, at=at)
    assert cells(written, "out.xlsx") == [("=1+1", "3-5")], "not a formula, or reading it back would refuse it"
