"""Word: the same words and figures as on paper, in the named fonts, and the same bytes each time."""

import io
import zipfile

import pytest
from lxml import etree

import reports
from reports.report import digest, printed
from tests.reports.papers import approval, performance

docx = pytest.importorskip("docx", reason="make setup installs it")
qn = docx.oxml.ns.qn


def opened(report):
    return docx.Document(io.BytesIO(reports.write(report, "docx")))


def words(document):
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(one.text for one in document.paragraphs), *cells])


@pytest.mark.parametrize("report", [approval(), performance()], ids=["approval", "performance"])
def test_every_figure_of_the_report_stands_in_it(report):
    found = opened(report)
    told = words(found)
    for table in report.tables:
        assert table.caption in told
        grid = next(one for one in found.tables if [cell.text for cell in one.rows[0].cells] == [c.title for c in table.columns])
        wanted = [[printed(cell, c.kind) for cell, c in zip(row, table.columns, strict=True)] for row in table.rows]
        assert [[cell.text for cell in row.cells] for row in grid.rows[1 : len(wanted) + 1]] == wanted
        assert len(grid.rows) == 1 + len(wanted) + (table.totals is not None)
        assert grid.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None, "the head is repeated on each page"
    for section in report.sections:
        assert section.heading in told
    assert digest(report) in told
    assert reports.write(report, "docx") == reports.write(report, "docx")


def test_the_fonts_of_an_official_paper_are_named():
    found = opened(approval())
    fonts = {name: found.styles[name].element.rPr.rFonts.get(qn("w:eastAsia")) for name in ("Normal", "Heading 1", "Heading 2")}
    assert fonts == {"Normal": "仿宋", "Heading 1": "黑体", "Heading 2": "楷体"}
    assert found.paragraphs[0].runs[0]._r.rPr.rFonts.get(qn("w:eastAsia")) == "方正小标宋简体"
    assert [one.text for one in found.paragraphs if one.style.name == "Heading 1"] == ["一、申请事项", "二、审批意见"]
    assert [one.text for one in found.paragraphs if one.style.name == "Heading 2"] == ["（一）拨付依据", "（二）收款人"]


def test_what_was_entered_in_an_approval_is_printed_and_what_was_not_is_left_for_the_pen():
    told = words(opened(approval()))
    assert "材料齐全，票据与协议相符，拟同意拨付第一期 45,000.00 元。" in told
    assert "签名：周启明　　2026年11月20日" in told
    assert "签名：　　　　　　　　　年　月　日" in told
    assert "彩票公益金资助—中国福利彩票" in opened(approval()).sections[0].header.paragraphs[0].text
    assert "模拟数据" in opened(performance(demo=True)).sections[0].header.paragraphs[0].text


ORDER = {
    "pPr": "pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr suppressLineNumbers pBdr shd tabs suppressAutoHyphens kinsoku wordWrap "
    "overflowPunct topLinePunct autoSpaceDE autoSpaceDN bidi adjustRightInd snapToGrid spacing ind contextualSpacing mirrorIndents suppressOverlap jc "
    "textDirection textAlignment textboxTightWrap outlineLvl divId cnfStyle rPr sectPr pPrChange",
    "tbl": "tblPr tblGrid tr",
    "tblPr": "tblStyle tblpPr tblOverlap bidiVisual tblStyleRowBandSize tblStyleColBandSize tblW jc tblCellSpacing tblInd tblBorders shd tblLayout tblCellMar "
    "tblLook tblCaption tblDescription",
    "tcPr": "cnfStyle tcW gridSpan hMerge vMerge tcBorders shd noWrap tcMar textDirection tcFitText vAlign hideMark",
    "sectPr": "headerReference footerReference footnotePr endnotePr type pgSz pgMar paperSrc pgBorders lnNumType pgNumType cols formProt vAlign noEndnote titlePg "
    "textDirection bidi rtlGutter docGrid",
}
"""In what order Office Open XML (ECMA-376 part 1, wml.xsd) wants the parts of these: Word calls a file that mixes them damaged."""


@pytest.mark.parametrize("report", [approval(), performance()], ids=["approval", "performance"])
def test_its_parts_stand_in_the_order_of_the_schema(report):
    with zipfile.ZipFile(io.BytesIO(reports.write(report, "docx"))) as packed:
        parts = [etree.fromstring(packed.read(name)) for name in packed.namelist() if name.startswith("word/") and name.endswith(".xml")]
    met = set()
    for name, order in ORDER.items():
        places = {qn(f"w:{one}"): n for n, one in enumerate(order.split())}
        for element in (found for part in parts for found in part.iter(qn(f"w:{name}"))):
            found = [places.get(child.tag, child.tag) for child in element]
            assert found == sorted(found), f"{name}: {[child.tag.rpartition('}')[2] for child in element]}"
            met.add(name)
    assert met == set(ORDER)
    for cell in (found for part in parts for found in part.iter(qn("w:tc"))):
        assert cell[-1].tag == qn("w:p"), "a cell ends with a paragraph"
