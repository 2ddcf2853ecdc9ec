"""The budget goes out as a workbook and comes back: unchanged as no change, damaged with each error at its cell."""

import io

import openpyxl
import pytest

from tests.applications import forms
from tests.conftest import START
from webapp.applications import budget_sheet
from webapp.calls.rules import template
from webapp.core.sheets import SheetError

RULES = template()
ROWS = forms.BUDGET["rows"]


def out(rows=ROWS):
    return io.BytesIO(budget_sheet.write(RULES, rows, at=START))


def damaged(**cells):
    book = openpyxl.load_workbook(out())
    for cell, value in cells.items():
        book.worksheets[0][cell] = value
    kept = io.BytesIO()
    book.save(kept)
    kept.seek(0)
    return kept


def test_an_unchanged_workbook_is_no_change():
    rows, faults = budget_sheet.read(RULES, out(), "预算.xlsx")
    assert faults == []
    assert budget_sheet.merged(ROWS, rows) == ROWS


def test_an_empty_budget_goes_out_with_every_line_and_comes_back_empty():
    rows, faults = budget_sheet.read(RULES, out([]), "预算.xlsx")
    assert (rows, faults) == ([], [])


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        (0, "餐饮费", "没有“餐饮费”这个科目"),
        (1, "", "没有写内容"),
        (2, "两百", "金额"),
        (3, "1.5", "请填写整数"),
        (4, "25,000.001", "分"),
        (5, "=1+1", "是公式"),
    ],
)
def test_a_damaged_cell_is_named(column, value, said):
    book = openpyxl.load_workbook(out())
    row = next(n for n in range(1, 30) if book.worksheets[0].cell(n, 2).value == "社工补贴")
    cell = f"{'ABCDEF'[column]}{row}"
    _, faults = budget_sheet.read(RULES, damaged(**{cell: value}), "预算.xlsx")
    assert [one.place for one in faults] == [f"Sheet 预算 {cell}"]
    assert said in faults[0].reason


def test_another_file_is_refused_whole():
    with pytest.raises(SheetError, match="不是 XLSX"):
        budget_sheet.read(RULES, io.BytesIO(b"PK\x03\x04 no workbook"), "预算.xlsx")


def test_rows_copied_from_a_sheet_are_read():
    text = (
        "科目\t内容\t单价（元）\t数量\t资助（元）\t配套（元）\r\n业务活动费\t陪诊物资\t200\t150\t25000\t5000\n\n宣传费\t折页\t2\t十\t20\t\n"
    )
    rows, faults = budget_sheet.pasted(RULES, text)
    assert rows[0] == {"line": "activity", "item": "陪诊物资", "unit": "200", "quantity": "150", "grant": "25000", "own": "5000"}
    assert [str(one) for one in faults] == ["第 4 行“数量”：请填写整数，例如 120。"]
