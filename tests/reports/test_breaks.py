"""Where pages end: a table is begun and ended by some of its rows, nobody signs an empty page, and a cover holds its form."""

import io
import re
from datetime import date

import pikepdf
import pytest

from reports import html, pdf
from reports.money import Money
from reports.report import Column, Facts, Report, Section, Signatures, Table, Text
from tests.reports import papers
from tests.reports.test_documents import pages

FILLERS = (8, 10, 12, 13, 14, 16)
"""Lines above what is tried, so that a page ends at each place of it."""


def paper(above: int, *blocks, heading: str = "乙", **changes) -> Report:
    filler = Text(tuple(f"第{n}段。" for n in range(above)))
    return Report(title="清单", as_of=papers.AS_OF, sections=(Section("甲", (filler,)), Section(heading, blocks)), **changes)


def rows(count: int, *, page_sums: bool = False) -> Table:
    more = "\n第二行" if page_sums else ""
    lines = tuple((f"No{n:03}{more}", Money(n)) for n in range(1, count + 1))
    total = ("合计", Money(sum(range(1, count + 1))))
    return Table((Column("no", "编号"), Column("sum", "金额", "money")), lines, "名单", total, "元", page_sums)


def of(text: str) -> int:
    return len(re.findall(r"No\d{3}", text))


@pytest.mark.parametrize("page_sums", [False, True])
def test_a_table_begins_with_head_and_three_rows_and_ends_with_two_and_its_totals(page_sums):
    broken = 0
    for above in FILLERS:
        text = pages(pdf.write(paper(above, rows(12, page_sums=page_sums))))
        here = [page for page in text if of(page)]
        assert "表1" in here[0]
        assert "二、乙" in here[0]
        assert of(here[0]) >= 3
        assert of(here[-1]) >= 2
        assert "合计" in here[-1]
        assert sum(map(of, here)) == 12
        broken += len(here) > 1
    assert broken >= 1, "no page ends within the table: the test tries nothing"


def test_nobody_signs_a_page_without_a_word_of_the_paper():
    moved = 0
    for above in FILLERS:
        text = pages(pdf.write(paper(above, Signatures(("主办单位（盖章）：新康区民政局", "承办单位")), heading="签字")))
        signed = next(page for page in text if "承办单位" in page)
        assert "段。" in signed
        assert "二、签字" in signed
        moved += len(text) > 1
    assert moved >= 1


@pytest.mark.parametrize("many", [6, 8, 10])
def test_a_cover_holds_its_form_and_who_and_when(many):
    long = "姑苏区社会组织公益服务发展与评估促进中心青少年事务部"
    form = Facts(tuple((f"第{n}项", long if n == 2 else f"答{n}") for n in range(1, many + 1)))
    cover = pages(pdf.write(papers.approval(cover=form, contents=False)))[0]
    assert [n for n in range(1, many + 1) if f"第{n}项" not in cover] == []
    assert "2026年11月22日" in cover


def test_what_follows_a_landscape_table_is_upright_from_its_heading_on():
    wide, tall = papers.fund(4).sections[0].blocks, (rows(30),)
    found = Report(
        title="报告", as_of=papers.AS_OF, sections=(Section("甲", (Text(("一段。",)),)), Section("乙", wide), Section("丙", tall))
    )
    data = pdf.write(found)
    text = pages(data)
    with pikepdf.open(io.BytesIO(data)) as file:
        landscape = [page.mediabox[2] > page.mediabox[3] for page in file.pages]
    assert [("GY2026" in page) for page in text] == landscape
    assert not landscape[next(n for n, page in enumerate(text) if "三、丙" in page)]


def test_the_name_of_who_signs_stands_below_what_it_is_for():
    section = Section("", (Signatures(("甲方（盖章）：新康区民政局\n代表签字：",)), Table((Column("a", "甲"),), (), unit="元")))
    page = html.preview(Report(title="", as_of=papers.AS_OF, sections=(section,)))
    assert "甲方（盖章）：<br/>新康区民政局<br/>代表签字：</p>" in page
    assert "<caption>单位：元</caption>" in page


def test_a_day_a_figure_and_a_code_are_not_broken_however_narrow_their_column_was_given():
    columns = (
        Column("on", "日期", "date", 1),
        Column("no", "编号", width=1),
        Column("sum", "金额", "money", 1),
        Column("text", "说明", width=12),
    )
    lines = tuple((date(2027, 10, 11), f"G2026-00{n:02}", Money(123456789), "一段说明文字。" * 8) for n in range(10, 15))
    text = "\n".join(pages(pdf.write(paper(0, Table(columns, lines)))))
    for whole in ("2027年10月11日", "G2026-0012", "1,234,567.89"):
        assert whole in text
