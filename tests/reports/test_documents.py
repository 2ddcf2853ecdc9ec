"""One report, five files: the same figures in each, the same bytes each time, and paper that is fit to be kept."""

import csv
import io
import json
import logging
import os
import re
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
import pikepdf
import pytest

import reports
from reports import comma, glyphs, html, pdf, press, sheet
from reports.money import Money
from reports.report import LOTTERY, Column, Report, Section, Table, Text, Ticks, canonical_json, digest
from tests.reports import judge, papers

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def performance() -> bytes:
    return pdf.write(papers.performance())


@pytest.fixture(scope="module")
def fund() -> bytes:
    return pdf.write(papers.fund(60))


def pdffonts(data: bytes) -> list[list[str]]:
    """What poppler says of the fonts in a PDF, a list of words for each."""
    lines = subprocess.run(["pdffonts", "-"], input=data, capture_output=True, check=True).stdout.decode().splitlines()
    return [line.split() for line in lines[2:]]


def pages(data: bytes) -> list[str]:
    """The text of each page as a reader would select it."""
    read = ["pdftotext", "-layout", "-", "-"]
    return subprocess.run(read, input=data, capture_output=True, check=True).stdout.decode().split("\f")[:-1]


def small(*rows: tuple[object, ...], title: str = "清单", **changes: object) -> Report:
    table = Table((Column("name", "名称"), Column("sum", "金额", "money")), rows, "明细")  # type: ignore[arg-type]
    return Report(title=title, as_of=papers.AS_OF, sections=(Section("", (table,)),), **changes)  # type: ignore[arg-type]


# The value


def test_a_row_must_fit_its_columns():
    with pytest.raises(ValueError, match="3 cells for 2 columns"):
        small(("甲", Money(1), "多"))


@pytest.mark.parametrize("wrong", [1, 1.0, True, Decimal(1)])
def test_only_money_stands_in_a_money_column(wrong):
    with pytest.raises(TypeError, match="no money for column sum"):
        small(("甲", wrong))


def test_words_may_stand_for_a_figure():
    assert "未评" in html.preview(small(("甲", "未评"), ("乙", None)))


def test_a_report_needs_the_zone_of_its_moment():
    with pytest.raises(ValueError, match="zone"):
        Report(title="", as_of=datetime(2026, 1, 1), sections=())


def test_canonical_json_does_not_depend_on_the_zone_a_moment_is_written_in():
    report = papers.performance()
    here = replace(report, as_of=report.as_of.astimezone(timezone(timedelta(hours=-5))))
    assert canonical_json(here) == canonical_json(report)
    assert digest(here) == digest(report)


def test_the_digest_covers_every_figure_but_not_where_it_is_checked():
    assert digest(small(("甲", Money(1)))) != digest(small(("甲", Money(2))))
    assert digest(small(verify_url="https://a.example/")) == digest(small(verify_url="https://b.example/"))
    assert digest(small(demo=True)) != digest(small())


def test_json_is_exact():
    table = Table(
        (
            Column("a", "甲", "percent"),
            Column("b", "乙", "number"),
            Column("c", "丙", "date"),
            Column("d", "丁", "date"),
        ),
        ((Fraction(1, 3), Decimal("1.50"), date(2026, 1, 2), datetime(2026, 1, 1, 16, tzinfo=UTC)),),
    )
    data = json.loads(canonical_json(replace(small(), sections=(Section("", (table,)),))))
    row = data["sections"][0]["blocks"][0]["rows"][0]
    assert row == ["1/3", "1.50", "2026-01-02", "2026-01-02T00:00:00+08:00"]


# Paper


def test_paper_can_be_opened_and_kept(performance):
    with pikepdf.open(io.BytesIO(performance)) as file:
        assert len(file.pages) == 3
        with file.open_metadata() as metadata:
            assert metadata.pdfa_status == "3B"
        assert file.Root.OutputIntents[0].S == "/GTS_PDFA1"
        assert file.Root.Lang == "zh-CN"
        assert file.docinfo.Title == "2026年度公益创投项目绩效报告——“青苗四点半课堂”"


@pytest.mark.parametrize("paper", [papers.performance, papers.approval])
def test_a_judge_of_pdf_a_finds_nothing_and_the_paper_is_tagged(paper):
    data = pdf.write(paper(verify_url="https://example.org/verify/x"))
    judge.passes(data)
    with pikepdf.open(io.BytesIO(data)) as file:
        assert file.Root.MarkInfo.Marked
        assert pdf.TAGGED in str(file.docinfo.Subject)
        kinds = Counter(str(item.S) for item in file.objects if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/StructElem")
        assert {"/H1", "/H2", "/P", "/Table", "/TH", "/TD", "/Figure"} <= kinds.keys()
        figures = [item for item in file.objects if isinstance(item, pikepdf.Dictionary) and item.get("/S") == "/Figure"]
        assert all(str(figure.get("/Alt", "")) for figure in figures), "each picture says in words what it shows"
        links = [note for page in file.pages for note in page.get("/Annots", ())]
        assert all(str(link.get("/Contents", "")) for link in links)
        assert links
        assert [item.title for item in file.open_outline().root[0].children]


def test_every_font_is_embedded_as_a_subset(performance):
    fonts = pdffonts(performance)
    assert {font[0].partition("+")[2] for font in fonts} == {
        "GovTitle", "GovFang", "GovKai", "GovHei", "GovSong", "GovSans", "Noto-Serif-CJK-SC",
    }  # fmt: skip
    for font in fonts:
        assert font[-5:-2] == ["yes", "yes", "yes"], font  # embedded, subset, maps to Unicode


def test_text_reads_as_text_and_pages_are_numbered(performance):
    text = pages(performance)
    assert len(text) == 3
    for number, page in enumerate(text, 1):
        assert f"—{number}—" in page.replace(" ", "")
        assert "模拟数据" in page
    whole = "".join(text)
    for words in ("陈镕祎（联系人：䶮先生）", "表1 资金使用情况（单位：元）", "85,262.84", "四、评价意见", "口径"):
        assert words.replace(" ", "") in whole.replace(" ", "")


def test_a_real_report_carries_no_mark():
    text = "".join(pages(pdf.write(papers.performance(demo=False))))
    assert "模拟" not in text


def test_a_long_table_is_landscape_and_repeats_its_head(fund):
    text = pages(fund)
    assert len(text) > 3
    assert all("项目编号" in page for page in text)
    assert sum(page.count("合计") for page in text) == 1
    with pikepdf.open(io.BytesIO(fund)) as file:
        assert all(page.mediabox[2] > page.mediabox[3] for page in file.pages)
    assert "GY2026-0001" in text[0], "the title does not stand alone"


def test_only_the_wide_table_of_an_upright_paper_is_landscape():
    wide = papers.fund(3).sections[0].blocks
    paper = replace(small(), sections=(Section("说明", (Text(("一段话。",)),)), Section("附表", wide)))
    with pikepdf.open(io.BytesIO(pdf.write(paper))) as file:
        assert [page.mediabox[2] > page.mediabox[3] for page in file.pages] == [False, True]


def test_what_a_form_asks_for_is_on_the_paper():
    report = papers.approval()
    text = ["".join(page.split()) for page in pages(pdf.write(report))]
    cover, contents, first, opinions, uses, goals = text
    assert "申请单位晨光社会工作服务中心" in cover
    assert "—" not in cover.replace(LOTTERY, "") + contents, "neither is counted"
    assert LOTTERY in cover
    assert re.findall(r"\.(\d)", contents) == ["1", "1", "3", "4"]
    assert "（一）拨付依据" in first
    assert "√第一期□第二期□尾款" in first
    assert "—1—" in first
    assert "签名：周启明2026年11月20日" in first
    assert "签名：沈雁2026年11月21日09:30" in opinions
    assert "附件：1．资金使用明细2．绩效目标" in opinions
    assert "（盖章）" in opinions
    assert uses.startswith("附件1资金使用明细")
    assert goals.startswith("附件2绩效目标")
    data = json.loads(canonical_json(report))
    assert [one["words"] for one in data["sections"][1]["blocks"][0]["approval"]][1:] == ["经审核，同意。", ""]
    assert data["cover"][2] == ["申请金额", {"fen": 4500000}]
    assert len(data["annexes"]) == 2
    page = html.preview(report)
    ElementTree.fromstring(page)
    assert LOTTERY in page
    assert ' id="' not in page


def test_a_tick_must_be_an_option():
    with pytest.raises(ValueError, match="no option"):
        Ticks(("是", "否"), ("也许",))


def test_paper_carries_its_data(performance):
    report = papers.performance()
    with pikepdf.open(io.BytesIO(performance)) as file:
        assert list(file.attachments) == ["report.json", "tables.xlsx"]
        assert file.attachments["report.json"].get_file().read_bytes() == canonical_json(report)
        assert file.attachments["tables.xlsx"].get_file().read_bytes() == sheet.write(report)
        assert [str(item.AFRelationship) for item in file.Root.AF] == ["/Data", "/Alternative"]
        assert file.attachments["tables.xlsx"].get_file().mime_type == sheet.MIMETYPE


def test_the_digest_and_the_code_to_check_it_are_on_the_paper(performance):
    report = papers.performance()
    text = "".join("".join(pages(performance)).split())
    assert digest(report).removeprefix("sha256:") in text
    assert report.verify_url in text


def test_the_same_report_gives_the_same_bytes_in_another_process():
    code = (
        "import hashlib, reports; from tests.reports import papers; r = papers.performance();"
        "print(*(hashlib.sha256(reports.write(r, s)).hexdigest() for s in reports.WRITERS))"
    )
    here = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/")}
    runs = [
        subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=here | odd, capture_output=True, text=True, check=True)
        for odd in ({"PYTHONHASHSEED": "1", "TZ": "UTC"}, {"PYTHONHASHSEED": "2", "TZ": "America/New_York"})
    ]
    assert runs[0].stdout == runs[1].stdout != ""


def test_nothing_in_the_style_sheets_is_ignored(caplog):
    press.engine.cache_clear()
    with caplog.at_level(logging.WARNING, "weasyprint"):
        pdf.write(small(("甲", Money(1))))
    press.engine.cache_clear()
    assert caplog.messages == []


def test_text_cannot_become_markup():
    report = small(("<b>&\x0b</b>", Money(1)), title="<script>甲</script>", issuer='"><img src="file:///etc/passwd"/>')
    text = "".join(pages(pdf.write(report)))
    assert {"<script>甲</script>", "<b>&</b>"} <= set(text.split())
    assert '<img src="file:///etc/passwd"/>' in text
    assert "<b>" not in html.preview(report)


def test_rare_names_have_a_font_and_what_has_none_is_found():
    assert pdf.missing_glyphs(small(("镕祎䶮翀喆玥昇", Money(1)))) == ()
    assert pdf.missing_glyphs(small(("王😀\u200b\ufe0f\t\n", Money(1)))) == ("😀",)
    with pytest.raises(glyphs.MissingGlyphs, match="U\\+1F600") as caught:
        pdf.write(small(("王😀", Money(1))))
    assert caught.value.characters == ("😀",)


def test_without_a_full_font_rare_names_are_found_before_printing(monkeypatch):
    glyphs._full.cache_clear()
    monkeypatch.setattr(glyphs, "FULL", ())
    try:
        assert pdf.missing_glyphs(small(("镕祎", Money(1)))) == ("祎", "镕")
    finally:
        glyphs._full.cache_clear()


# Files for other programs


def test_all_files_hold_the_same_figures(performance):
    report = papers.performance()
    book = openpyxl.load_workbook(io.BytesIO(sheet.write(report)))
    data = json.loads(canonical_json(report))
    tables = [block for section in data["sections"] for block in section["blocks"] if "table" in block]
    lines = list(csv.reader(io.StringIO(comma.write(report).decode("utf-8-sig"))))
    paper = "".join(pages(performance))
    for table, from_json in zip(report.tables, tables, strict=True):
        rows = [[cell.value for cell in row] for row in book[table.caption].iter_rows(min_row=2)]
        for i, row in enumerate([*table.rows, table.totals]):
            fen = [cell.fen for cell in row if isinstance(cell, Money)]
            assert [round(v * 100) for v, c in zip(rows[i], row, strict=True) if isinstance(c, Money)] == fen
            plain = from_json["rows"][i] if i < len(table.rows) else from_json["totals"]
            assert [v for v, c in zip(plain, row, strict=True) if isinstance(c, Money)] == fen
            assert all(f"{value / 100:,.2f}" in paper for value in fen)
        for row in table.rows:
            assert next(line for line in lines if line and line[0] == row[0])[1] == str(row[1])


def test_a_sheet_has_its_units_formats_and_what_it_is_worth():
    book = openpyxl.load_workbook(io.BytesIO(sheet.write(papers.performance())))
    assert book.sheetnames == ["资金使用情况", "绩效目标完成情况", "说明"]
    page = book["资金使用情况"]
    assert [cell.value for cell in page[1]] == ["科目", "预算（元）", "支出（元）", "执行率", "说明"]
    assert page["B2"].value == 47200
    assert page["B2"].number_format == "#,##0.00"
    assert page.freeze_panes == "A2"
    about = {row[0].value: row[1].value for row in book["说明"].iter_rows()}
    assert about["数据摘要"] == digest(papers.performance())
    assert about["数据性质"].startswith("模拟数据")


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://x")'])
def test_text_never_becomes_a_formula(text):
    report = small((text, Money(1)))
    cell = openpyxl.load_workbook(io.BytesIO(sheet.write(report)))["明细"]["A2"]
    assert (cell.value, cell.data_type) == (text, "s")
    assert list(csv.reader(io.StringIO(comma.write(report).decode("utf-8-sig"))))[1] == [f"'{text}", "0.01"]


def test_sheets_of_like_names_stay_apart():
    table = Table((Column("a", "甲"),), (), "名字/里有[不许]的字符" + "长" * 40)
    report = replace(small(), sections=(Section("", (table, table, replace(table, caption="说明"))),))
    names = openpyxl.load_workbook(io.BytesIO(sheet.write(report))).sheetnames
    assert len({name.lower() for name in names}) == 4
    assert all(len(name) <= 31 for name in names)


def test_a_figure_too_large_for_a_spreadsheet_is_written_out():
    page = openpyxl.load_workbook(io.BytesIO(sheet.write(small(("甲", Money(2**53 + 1))))))["明细"]
    assert page["B2"].value == "90,071,992,547,409.93"


# The page


def test_the_page_is_well_formed_and_free_of_inline_styles():
    fragment = html.preview(papers.performance())
    tree = ElementTree.fromstring(fragment)
    assert not [element for element in tree.iter() if "style" in element.attrib]
    assert len(list(tree.iter("table"))) == 4
    assert all(th.get("scope") for th in tree.iter("th"))
    assert [h.text for h in tree.iter("h2")] == ["一、项目基本情况", "二、资金使用", "三、目标完成", "四、评价意见"]
    assert not list(tree.iter("h1")), "the page has its own"


def test_an_empty_table_says_so():
    assert "本期没有数据" in html.preview(small())


@pytest.mark.parametrize("suffix", sorted(reports.WRITERS))
def test_one_door_writes_every_kind(suffix):
    assert reports.write(small(("甲", Money(1))), suffix)
    assert suffix in reports.MIMETYPES


def test_web_processes_do_not_load_the_press():
    code = "import sys, reports; print([m for m in ('weasyprint', 'fontTools', 'pandas') if m in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
