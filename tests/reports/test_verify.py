"""What somebody brings is read without a traceback, and what was changed is named."""

import io
import json
import os
import random
from dataclasses import replace

import pikepdf
import pytest

from reports import pdf, verify
from reports.money import Money
from reports.report import Section, Table, canonical_json, digest
from tests.reports import papers, twins

COPIES = 1000 if os.environ.get("SANSHE_SOAK") else 20
PAPERS = [papers.performance, papers.approval, lambda: papers.fund(205)]


@pytest.mark.parametrize("paper", [*PAPERS, lambda: papers.fund(205, page_sums=True)])
def test_the_files_of_a_report_are_twins(paper):
    twins.agree(paper())


def test_a_figure_that_is_not_the_reports_is_found():
    """Any single figure of a table changed: in the book alone, and on paper alone."""
    report = papers.performance()
    paper, book = pdf.write(report), twins.sheet.write(report)
    tried = 0
    for n, table in enumerate(report.tables):
        for row in range(0, len(table.rows), 3):
            for column, cell in enumerate(table.rows[row]):
                if isinstance(cell, Money | int) and cell:
                    other = with_cell(report, n, row, column, Money(cell.fen + 1) if isinstance(cell, Money) else cell + 1)
                    with pytest.raises(AssertionError, match=r"\d for "):
                        twins.agree(other, pdf_of_nothing, book)
                    with pytest.raises(AssertionError, match="stands in no line"):
                        twins.agree(other, paper, twins.sheet.write(other))
                    tried += 1
    assert tried > 9


pdf_of_nothing = b""
"""The book is looked at first."""


def with_cell(report, n, row, column, cell):
    """The report with another cell in one of its tables."""
    table = report.tables[n]
    changed = (*table.rows[row][:column], cell, *table.rows[row][column + 1 :])
    other = replace(table, rows=(*table.rows[:row], changed, *table.rows[row + 1 :]))
    parts = [replace(part, blocks=tuple(other if block is table else block for block in part.blocks)) for part in report.sections]
    return replace(report, sections=tuple(parts))


def test_a_paper_says_what_is_inside():
    report = papers.performance()
    found = verify.inside(pdf.write(report))
    assert found is not None
    assert (found.number, found.digest, found.printed) == (report.number, digest(report), digest(report))


@pytest.mark.soak
@pytest.mark.parametrize("paper", PAPERS)
def test_a_byte_changed_anywhere_gives_another_name_and_no_traceback(paper):
    whole, chance = pdf.write(paper()), random.Random(1)
    name = verify.sha256(whole)
    for _ in range(COPIES):
        at, bit = chance.randrange(len(whole)), chance.randrange(1, 256)
        changed = whole[:at] + bytes([whole[at] ^ bit]) + whole[at + 1 :]
        assert verify.sha256(changed) != name
        if (found := verify.inside(changed)) is not None:
            verify.differences(json.loads(canonical_json(paper())), found.data)


def test_what_is_no_paper_of_ours_has_nothing_inside():
    with pikepdf.new() as file:
        out = io.BytesIO()
        file.save(out)
    for content in (b"", b"%PDF-1.7", out.getvalue(), b"PK\x03\x04" * 100):
        assert verify.inside(content) is None


def test_differences_are_named_by_table_row_and_column():
    report = papers.performance()
    table = report.tables[0]
    rows = (table.rows[0], ("人员补贴", Money(3200000), Money(3300000), *table.rows[1][3:]), *table.rows[2:-1])
    facts = replace(
        report.sections[0], blocks=(papers.Facts((("项目名称", "青苗四点半课堂"), ("资助金额", Money(1)))), report.sections[0].blocks[1])
    )
    other = replace(
        report,
        title="另一个题名",
        sections=(
            facts,
            Section("资金使用", (Table(table.columns, rows, table.caption, table.totals, table.unit), *report.sections[1].blocks[1:])),
            *report.sections[2:],
        ),
    )
    issued, shown = (json.loads(canonical_json(one)) for one in (report, other))
    told = "\n".join(verify.differences(issued, shown))
    assert "表“资金使用情况”第2行“支出”：签发的是 32,000.00 元，文件中是 33,000.00 元" in told
    assert "表“资金使用情况”第5行：文件中没有这一行" in told
    assert "题名：签发的是" in told
    assert "表单“资助金额”：签发的是 90,000.00 元，文件中是 0.01 元" in told
    assert verify.differences(issued, issued) == []
    assert verify.differences(issued, {"sections": 3, "x": [1, {"y": None}]})
