"""Long tables are set by a second engine: no row is lost, the look and the numbers go on, and nothing becomes markup."""

import hashlib
import io
import os
import re
import subprocess
import sys
from dataclasses import replace
from itertools import accumulate

import pikepdf
import pytest

from reports import pdf, rows
from reports.money import Money
from reports.report import Column, Report, Section, Table, Text, Ticks
from tests.reports import judge, papers
from tests.reports.test_documents import ROOT, pages

if not os.environ.get("CI"):  # a developer's packages may be older than requirements.txt
    pytest.importorskip("typst", reason="make setup installs it")


def paper(*tables: Table, **changes) -> Report:
    return Report(title="清单", as_of=papers.AS_OF, sections=(Section("甲", (Text(("前言。",)), *tables)),), **changes)


def listed(count: int, columns: int = 3, **changes) -> Table:
    """A portrait table whose first column names its rows."""
    heads = (Column("no", "编号"), Column("name", "姓名"), Column("sum", "金额", "money"))[:columns]
    lines = tuple((f"No{n:05}", "陈镕祎", Money(n * 101))[:columns] for n in range(1, count + 1))
    return Table(heads, lines, "名单", **changes)


def numbers(text: str) -> list[int]:
    return [int(n) for n in re.findall(r"No(\d{5})", text)]


@pytest.fixture
def set_by_typst(monkeypatch):
    monkeypatch.setattr(rows, "MANY", 0)


def test_five_thousand_rows_are_all_there_and_add_up():
    report = papers.fund(5000)
    text = pages(pdf.write(report))
    lines = [line for page in text for line in re.findall(r"GY2026-(\d{4}).*?([\d,]+\.\d\d) +([\d,]+\.\d\d)", page)]
    assert [int(number) for number, _, _ in lines] == list(range(1, 5001))
    granted, paid = (sum(int(re.sub(r"\D", "", line[i])) for line in lines) for i in (1, 2))
    totals = report.tables[0].totals
    assert (Money(granted), Money(paid)) == (totals[5], totals[6])
    assert f"{granted / 100:,.2f}" in text[-1]
    assert [int(n) for page in text for n in re.findall(r"— ?(\d+) ?—", page)] == list(range(1, len(text) + 1))
    assert all("项目编号" in page for page in text)
    assert sum(page.count("合计") for page in text) == 1


def test_a_long_paper_passes_the_judge_and_keeps_its_data_and_bookmarks():
    report = papers.performance()
    long = Section("附表", papers.fund(210).sections[0].blocks)
    report = replace(report, sections=(*report.sections[:3], long, *report.sections[3:]), contents=True)
    data = pdf.write(report)
    judge.passes(data)
    text = ["".join(page.split()) for page in pages(data)]
    with pikepdf.open(io.BytesIO(data)) as file:
        assert list(file.attachments) == ["report.json", "tables.xlsx"]
        assert "/MarkInfo" not in file.Root, "tags would say that all is tagged"
        assert str(file.docinfo.Subject).endswith(f"{pdf.UNTAGGED}。")
        heads = [item.title for item in file.open_outline().root[0].children]
        assert heads[3:] == ["四、附表", "五、评价意见"]
        wide = [page.mediabox[2] > page.mediabox[3] for page in file.pages]
    begins = int(re.search(r"四、附表\.*(\d+)", text[0])[1])
    assert wide.index(True) == begins
    assert "四、附表" in text[begins]
    assert f"—{begins}—" in text[begins]
    ids = [n for page in text for n in re.findall(r"GY2026-(\d{4})", page)]
    assert ids == [f"{n:04}" for n in range(1, 211)]
    assert all("模拟数据" in page for page in text)


def test_what_follows_a_long_table_follows_it_on_its_last_page(set_by_typst):
    text = pages(pdf.write(paper(listed(3), listed(60), listed(2))))
    assert numbers("".join(text)) == [1, 2, 3, *range(1, 61), 1, 2]
    assert len(text) == 3
    assert (
        text[0].index("前言")
        < text[0].index("表1")
        < text[0].index("No00003")
        < text[0].index("表2")
        < text[0].index("No00001", text[0].index("表2"))
    )
    assert "表3" in text[-1]
    assert "数据摘要" in text[-1]


@pytest.mark.parametrize("at_once", [20_000, 150])
def test_each_page_says_what_it_adds_up_to_and_what_came_before(monkeypatch, at_once):
    monkeypatch.setattr(rows, "AT_ONCE", at_once)
    whole = Money(sum(n * 101 for n in range(1, 131)))
    text = pages(pdf.write(paper(listed(130, totals=("合计", "", whole), page_sums=True))))
    assert numbers("".join(text)) == list(range(1, 131))
    text = [page for page in text if numbers(page)]

    def amounts(page: str, label: str) -> list[int]:
        return [int(re.sub(r"\D", "", found)) for found in re.findall(label + r"\s+([\d,]+\.\d\d)", page)]

    of_page = [amounts(page, "本页小计") for page in text]
    assert of_page == [[sum(n * 101 for n in numbers(page))] for page in text]
    assert [amounts(page, "承前页") for page in text] == [[], *[[n] for n in accumulate(n for (n,) in of_page[:-1])]]
    assert amounts(text[-1], "合计") == [whole.fen]


def test_where_a_row_has_room_but_not_with_its_sums_the_table_begins_on_the_next_page():
    table = listed(60, totals=("合计", "", sum((Money(n * 101) for n in range(1, 61)), Money(0))), page_sums=True)
    frame = rows.Frame(width=440, height=640, start=555)
    laid = rows.lay(table, [1, 1, 1], frame, rows.LOOKS["tall"])
    (content, count), *more = laid.files
    assert not more
    text = pages(content)
    assert (len(text), text[0].strip()) == (count, "")
    assert numbers("".join(text)) == list(range(1, 61))


def test_pages_that_do_not_add_up_to_the_totals_are_not_printed():
    with pytest.raises(ValueError, match="add up"):
        pdf.write(paper(listed(3, totals=("合计", "", Money(1)), page_sums=True)))


def test_a_table_in_parts_loses_no_row_at_a_seam(monkeypatch, set_by_typst):
    monkeypatch.setattr(rows, "AT_ONCE", 120)
    text = "".join(pages(pdf.write(paper(listed(200)))))
    assert numbers(text) == list(range(1, 201))


def test_no_text_of_a_row_higher_than_a_page_is_lost(monkeypatch, set_by_typst):
    monkeypatch.setattr(rows, "AT_ONCE", 40)
    long = "".join(f"第{n}句话说明情况。" for n in range(1, 401))
    lines = tuple((f"No{n:05}", long if n in (12, 13, 14, 30) else "短") for n in range(1, 41))
    printed = pages(pdf.write(paper(Table((Column("no", "编号", width=1), Column("text", "说明", width=5)), lines))))
    text = "".join(re.sub(r"编号 +说明|— ?\d+ ?—|\s|No\d{5}", "", page) for page in printed)
    assert sorted(numbers("".join(printed))) == list(range(1, 41))
    assert all(text.count(f"第{n}句话") == 4 for n in range(1, 401))


def test_text_cannot_become_markup_and_rare_names_are_drawn(set_by_typst):
    words = '#strong[a] $x$ *b* _c_ @ref <lab> \\ // c "q" `d` = h'
    lines = (
        (words, Ticks(("是", "否"), ("是",))),
        ("镕祎䶮㑇𬱖", "https://example.org/a/very/long/address/that/no/line/holds"),
        ("上\n下\x0b", ""),
    )
    data = pdf.write(paper(Table((Column("a", "甲*a*", width=3), Column("b", "乙", width=1)), lines)))
    judge.passes(data)
    text = "".join("".join(pages(data)).split())
    assert "".join(words.split()) in text
    assert "甲*a*" in text
    assert "镕祎䶮㑇𬱖" in text
    assert "√是□否" in text
    assert "上下" in text
    fonts = subprocess.run(["pdffonts", "-"], input=data, capture_output=True, check=True).stdout.decode()
    assert "NotoSerifCJK" in fonts.replace("-", "")


def test_the_same_long_report_gives_the_same_bytes_in_another_process():
    code = "import hashlib; from reports import pdf; from tests.reports import papers; print(hashlib.sha256(pdf.write(papers.fund(201))).hexdigest())"
    other = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert other.stdout.strip() == hashlib.sha256(pdf.write(papers.fund(201))).hexdigest()
