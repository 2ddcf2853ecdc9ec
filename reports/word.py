"""Word (DOCX): the text of a report for officers who edit it further, in the fonts and measures of an official paper.

The fonts are named, not embedded: every office machine has 仿宋, 黑体 and 楷体, and 方正小标宋 where papers are issued. A chart is
its table, for Word has no use for our drawing. The paper that counts is the PDF; the copy says so.
"""

import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC
from itertools import count
from typing import Any

from reports import format as fmt
from reports.chart import Chart
from reports.chart import Value as ChartValue
from reports.money import Money
from reports.report import (
    Approval,
    Block,
    Cards,
    Cell,
    Column,
    Facts,
    Figure,
    Heading,
    Opinion,
    Report,
    Section,
    Signatures,
    Table,
    Text,
    digest,
    printed,
)
from reports.sankey import Sankey

MIMETYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
BODY, TITLE, HEAD, PART = "仿宋", "方正小标宋简体", "黑体", "楷体"
BODY_PT, TITLE_PT, LINE_PT, TABLE_PT = 16, 22, 28, 10.5
MARGINS_MM = {"top": 37, "bottom": 35, "left": 28, "right": 26}
"""GB/T 9704—2012, 5.2: the type area of 156 by 225 mm on A4, 22 lines of 28 characters."""
EPOCH = (1980, 1, 1, 0, 0, 0)
RIGHT = frozenset({"number", "money", "money_wan", "percent"})


def write(report: Report) -> bytes:
    """The report as DOCX; the same report gives the same bytes."""
    import docx  # noqa: PLC0415 -- brings lxml and its templates; only the worker writes Word

    return _Writer(docx.Document()).write(report)


class _Writer:
    """One document on its way; `docx` knows only paragraphs, tables and their XML."""

    def __init__(self, document: Any) -> None:
        from docx import enum, oxml, shared  # noqa: PLC0415 -- as above
        from docx.enum import section, table, text  # noqa: F401, PLC0415 -- as above

        self.document, self.enum, self.oxml, self.shared = document, enum, oxml, shared

    def write(self, report: Report) -> bytes:
        self._measures()
        self._frame(report)
        for line in report.title.split("\n"):
            self._line(line, TITLE, TITLE_PT, centred=True)
        if report.number:
            self._line(report.number, BODY, BODY_PT, centred=True)
        if report.cover is not None:
            self._facts(report.cover)
        many = len(report.sections) > 1
        for n, section in enumerate(report.sections, 1):
            self._section(section, f"{fmt.numeral(n)}、" if many else "")
        self._end(report)
        for n, annex in enumerate(report.annexes, 1):
            self.document.add_page_break()
            self._line(f"附件{n}" if len(report.annexes) > 1 else "附件", HEAD, BODY_PT)
            self._line(annex.heading, TITLE, TITLE_PT, centred=True)
            self._blocks(annex.blocks)
        return self._bytes(report)

    # the page

    def _measures(self) -> None:
        page, mm = self.document.sections[0], self.shared.Mm
        page.page_width, page.page_height = mm(210), mm(297)
        page.top_margin, page.bottom_margin = mm(MARGINS_MM["top"]), mm(MARGINS_MM["bottom"])
        page.left_margin, page.right_margin = mm(MARGINS_MM["left"]), mm(MARGINS_MM["right"])
        for name, font, level in (("Normal", BODY, 0), ("Heading 1", HEAD, 1), ("Heading 2", PART, 2)):
            style = self.document.styles[name]
            self._font(style.element.get_or_add_rPr(), font)
            style.font.size, style.font.bold = self.shared.Pt(BODY_PT), False
            style.font.color.rgb = self.shared.RGBColor(0, 0, 0)
            shape = style.paragraph_format
            shape.line_spacing, shape.space_before, shape.space_after = self.shared.Pt(LINE_PT), self.shared.Pt(0), self.shared.Pt(0)
            if level:
                self._indented(style.element.get_or_add_pPr())

    def _font(self, properties: Any, name: str) -> None:
        fonts = properties.get_or_add_rFonts()
        for theme in [key for key in fonts.attrib if "heme" in key]:
            del fonts.attrib[theme]
        for part in ("ascii", "hAnsi", "eastAsia", "cs"):
            fonts.set(self.oxml.ns.qn(f"w:{part}"), name)
        fonts.set(self.oxml.ns.qn("w:hint"), "eastAsia")  # quotation marks are Chinese ones

    def _indented(self, properties: Any) -> None:
        indent = properties.get_or_add_ind()
        indent.set(self.oxml.ns.qn("w:firstLineChars"), "200")
        indent.set(self.oxml.ns.qn("w:firstLine"), str(2 * BODY_PT * 20))

    def _frame(self, report: Report) -> None:
        """What stands on each page: 模拟数据 and 彩票公益金 above, the number below."""
        page = self.document.sections[0]
        above = [
            *(["模拟数据　仅供演示，不作为任何依据"] if report.demo else []),
            *(["彩票公益金资助—中国福利彩票"] if report.lottery else []),
        ]
        if above:
            self._written(page.header.paragraphs[0], "　".join(above), BODY, TABLE_PT, centred=True)
        foot = page.footer.paragraphs[0]
        self._written(foot, "— ", "宋体", 14, centred=True)
        for kind, words in (("begin", ""), ("", "PAGE"), ("end", "")):
            run = foot.add_run()
            self._font(run._r.get_or_add_rPr(), "宋体")
            run.font.size = self.shared.Pt(14)
            if kind:
                mark = self.oxml.OxmlElement("w:fldChar")
                mark.set(self.oxml.ns.qn("w:fldCharType"), kind)
            else:
                mark = self.oxml.OxmlElement("w:instrText")
                mark.text = words
            run._r.append(mark)
        self._written(foot, " —", "宋体", 14, centred=True)

    # what it says

    def _line(self, words: str, font: str, size: float, *, centred: bool = False, right: bool = False) -> None:
        self._written(self.document.add_paragraph(), words, font, size, centred=centred, right=right)

    def _written(
        self, paragraph: Any, words: str, font: str, size: float, *, centred: bool = False, right: bool = False
    ) -> None:  # fmt: skip
        run = paragraph.add_run(words)
        self._font(run._r.get_or_add_rPr(), font)
        run.font.size = self.shared.Pt(size)
        if size < BODY_PT:
            paragraph.paragraph_format.line_spacing = 1.0
        if centred or right:
            sides = self.enum.text.WD_ALIGN_PARAGRAPH
            paragraph.alignment = sides.CENTER if centred else sides.RIGHT

    def _section(self, section: Section, number: str) -> None:
        if section.heading:
            self.document.add_paragraph(f"{number}{section.heading}", style="Heading 1")
        self._blocks(section.blocks)

    def _blocks(self, blocks: Iterable[Block]) -> None:
        parts = count(1)
        for block in blocks:
            self._block(block, parts)

    def _block(self, block: Block, parts: Iterator[int]) -> None:
        match block:
            case Text():
                for words in block.paragraphs:
                    properties = self.document.add_paragraph(words)._p.get_or_add_pPr()
                    if not block.flush:
                        self._indented(properties)
            case Heading():
                self.document.add_paragraph(f"（{fmt.numeral(next(parts))}）{block.text}", style="Heading 2")
            case Table():
                self._table(block)
            case Figure(chart=Sankey() as flow):
                stages = (*(Column(f"stage{n}", stage) for n, stage in enumerate(flow.stages)), Column("amount", "金额", "money"))
                self._table(Table(stages, tuple((*way.places, way.amount) for way in flow.ways), block.caption, unit="元"))
            case Figure(chart=Chart() as chart):
                columns = (Column("label", ""), *(Column(f"s{n}", one.name) for n, one in enumerate(chart.series)))
                told = [[_value(value, chart.unit) for value in one.values] for one in chart.series]
                rows = tuple((label, *(one[n] for one in told)) for n, label in enumerate(chart.labels))
                self._table(Table(columns, rows, block.caption, unit=chart.unit))
            case Facts():
                self._facts(block)
            case Signatures():
                self._grid([[f"{box}\n\n年　　月　　日" for box in block.boxes[n : n + 2]] for n in range(0, len(block.boxes), 2)])
            case Approval():
                self._grid([[one.title, _opinion(one)] for one in block.opinions], narrow=True)
            case Cards():
                self._grid([["\n".join((card.title, card.code, *card.lines, card.address))] for card in block.cards])

    def _facts(self, block: Facts) -> None:
        self._grid([[name, _fact(value)] for name, value in block.pairs], narrow=True)

    def _table(self, table: Table) -> None:
        if table.caption:
            self._line(table.caption, HEAD, 12, centred=True)
        if table.unit:
            self._line(f"单位：{table.unit}", BODY, TABLE_PT, right=True)
        rows = [[printed(cell, column.kind) for cell, column in zip(row, table.columns, strict=True)] for row in table.rows]
        if table.totals is not None:
            cells = zip(table.totals, table.columns, strict=True)
            rows.append(["" if cell is None else printed(cell, column.kind) for cell, column in cells])
        right = [column.kind in RIGHT for column in table.columns]
        self._grid([[column.title for column in table.columns], *rows], head=True, right=right)

    def _grid(self, rows: Sequence[Sequence[str]], *, head: bool = False, narrow: bool = False, right: Sequence[bool] = ()) -> None:
        """A table with lines. `head`: the first row is repeated on each page; `narrow`: the first column names the second."""
        width = max(len(row) for row in rows) if rows else 0
        if not width:
            return
        grid = self.document.add_table(rows=len(rows), cols=width, style="Table Grid")
        for n, row in enumerate(rows):
            line = grid.rows[n]
            marks = ["w:cantSplit", *(["w:tblHeader"] if head and not n else [])]
            for mark in marks:
                line._tr.get_or_add_trPr().append(self.oxml.OxmlElement(mark))
            for m, (cell, words) in enumerate(zip(line.cells, row, strict=False)):
                font = HEAD if (head and not n) or (narrow and not m) else BODY
                parts = words.split("\n")
                to_right = bool(n or not head) and m < len(right) and right[m]
                for k, part in enumerate(parts):
                    paragraph = cell.paragraphs[0] if not k else cell.add_paragraph()
                    self._written(paragraph, part, font, TABLE_PT, centred=head and not n, right=to_right)
        if narrow and width == 2:
            for row in grid.rows:
                row.cells[0].width, row.cells[1].width = self.shared.Mm(40), self.shared.Mm(116)

    def _end(self, report: Report) -> None:
        """附件说明, signature and date, and what a reader needs to trust the figures."""
        for n, annex in enumerate(report.annexes, 1):
            words = f"附件：{n}. {annex.heading}" if n == 1 else f"　　　{n}. {annex.heading}"
            self.document.add_paragraph(words if len(report.annexes) > 1 else f"附件：{annex.heading}")
        for words in (report.issuer, report.date_line):
            if words:
                self._line(words, BODY, BODY_PT, right=True)
        told = (
            ("口径", report.scope_note), ("数据来源", "；".join(report.sources)), *(("注", note) for note in report.notes),
            ("数据摘要", digest(report)), ("核验", report.verify_url or ""),
        )  # fmt: skip
        for name, words in told:
            if words:
                self._line(f"{name}：{words}", BODY, TABLE_PT)
        self._line("本件供修改文字用，改动后与数据摘要不再相符；以平台签发的 PDF 为准。", BODY, TABLE_PT)

    def _bytes(self, report: Report) -> bytes:
        told = self.document.core_properties
        told.title, told.author, told.last_modified_by = report.title.replace("\n", ""), report.issuer, report.issuer
        told.created = told.modified = report.as_of.astimezone(UTC).replace(tzinfo=None)  # Word keeps moments in UTC, without a zone
        told.comments, told.language, told.revision = report.number, "zh-CN", 1
        made = io.BytesIO()
        self.document.save(made)
        fixed = io.BytesIO()
        with zipfile.ZipFile(made) as source, zipfile.ZipFile(fixed, "w", zipfile.ZIP_DEFLATED) as packed:
            for name in source.namelist():
                entry = zipfile.ZipInfo(name, EPOCH)
                entry.compress_type = zipfile.ZIP_DEFLATED
                packed.writestr(entry, source.read(name))
        return fixed.getvalue()


def _opinion(one: Opinion) -> str:
    """The wording entered, who and when; what was not entered is left for the pen."""
    day = printed(one.at, "date") if one.at else "　　年　月　日"
    return f"{one.words}\n\n签名：{one.by or '　' * 5}　　{day}"


def _fact(value: Cell) -> str:
    return fmt.yuan(value, unit=True) if isinstance(value, Money) else printed(value, "text")


def _value(value: ChartValue, unit: str) -> str:
    """A value of a chart in the unit the chart is in."""
    return printed(value, "money_wan" if unit == "万元" else "text")
