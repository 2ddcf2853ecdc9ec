"""A report as markup: a fragment for the page, and the very same blocks for paper.

Everything is escaped, well-formed as HTML and as XML alike, and free of inline styles on the page. `reports.pdf` wraps
the same blocks for print, where column widths are set and charts carry their font.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html import escape
from itertools import count, groupby

import segno

from reports import chart, rows, sankey
from reports import format as fmt
from reports.chart import Medium
from reports.columns import em, widths
from reports.money import Money
from reports.report import (
    LOTTERY,
    WIDE,
    Approval,
    Block,
    Card,
    Cards,
    Cell,
    Column,
    Facts,
    Figure,
    Heading,
    Link,
    Opinion,
    Report,
    Row,
    Section,
    Signatures,
    Table,
    Text,
    Ticks,
    digest,
    printed,
)
from reports.sankey import Sankey

Rooms = Sequence[Sequence[float]]
"""For each long table how much of each page it needs, in points."""

DEMO = "模拟数据　仅供演示，不作为任何依据"
TICK = '<span class="tick">√</span>'
PIECE = "piece:"  # an address that `reports.binder` turns into a page
BOXES = 3  # places to sign beside each other
WHOLE, FORM = 8, 10  # a table, a form of no more lines is not broken over pages
HALF = 10.5  # characters of an answer that leaves room for another beside it
NAMED = re.compile("：(?=[^\n])")
SLIPS = 2  # slips to cut out beside each other
ROOM_AT_LEAST = 85.0  # points; a long table does not begin lower on a page


SHOWN = 200  # rows of a table on the page; all of them are in its files


def _held(name: str) -> str:
    """What is wider than a phone scrolls in its own place, by the keyboard too."""
    return f' tabindex="0" role="group" aria-label="{safe(name)}"'


def preview(report: Report) -> str:
    """The report as an HTML fragment for a page that has its own `h1`: begins with `h2` headings."""
    mark = f'<p class="demo">{DEMO}</p>' if report.demo else ""
    as_of = f'<p class="asof small quiet">数据截至 {fmt.moment(report.as_of)}</p>'
    cover = facts(report.cover) if report.cover else ""
    main, annexes = sections(report, "screen")
    body = f"{lottery(report)}{cover}{main}{annexes}"
    return f'<article class="report">{mark}{as_of}{body}<footer class="small quiet">{remarks(report)}</footer></article>'


def sections(report: Report, medium: Medium, rooms: Rooms = ()) -> tuple[str, str]:
    """The sections with the list of annexes below them, and the annexes. `rooms`: what paper leaves for each long table."""
    writer = _Writer(medium, rooms)
    many = len(report.sections) > 1
    main = [writer.section(section, i if many else 0) for i, section in enumerate(report.sections, 1)]
    return "".join(main) + _listed(report), "".join(map(writer.annex, report.annexes, annex_labels(report)))


def annex_labels(report: Report) -> tuple[str, ...]:
    """附件1, 附件2 …; one alone has no number."""
    many = len(report.annexes) > 1
    return tuple(f"附件{i}" if many else "附件" for i in range(1, len(report.annexes) + 1))


def _listed(report: Report) -> str:
    """附件说明, as GB/T 9704 has it between text and signature."""
    many = len(report.annexes) > 1
    names = (f"{i}．{safe(one.heading)}" if many else safe(one.heading) for i, one in enumerate(report.annexes, 1))
    return f'<p class="annexes">附件：{"<br/>".join(names)}</p>' if report.annexes else ""


def contents(report: Report) -> str:
    """目录: what paper has headings for, with the page each stands on. Empty where the report asks for none."""
    if not report.contents:
        return ""
    many = len(report.sections) > 1
    heads = [(f"s{i}", f"{fmt.numeral(i)}、" if many else "", one) for i, one in enumerate(report.sections, 1)]
    heads += [(f"a{i}", f"{label}　", one) for i, (label, one) in enumerate(zip(annex_labels(report), report.annexes, strict=True), 1)]
    lines = (f'<p><a href="#{key}">{prefix}{safe(one.heading)}</a></p>' for key, prefix, one in heads if one.heading)
    return f'<div class="contents"><p class="head">目　录</p>{"".join(lines)}</div>'


def lottery(report: Report) -> str:
    """The words that lottery money carries."""
    return f'<p class="lottery">{LOTTERY}</p>' if report.lottery else ""


def remarks(report: Report) -> str:
    """What a reader needs to trust the figures: 口径, sources, notes, the digest."""
    pairs = [
        ("口径", report.scope_note),
        ("数据来源", "；".join(report.sources)),
        *((f"注{i}" if len(report.notes) > 1 else "注", note) for i, note in enumerate(report.notes, 1)),
        ("数据摘要", spaced(digest(report))),
    ]
    return "".join(f'<p class="remark"><span class="name">{k}：</span>{safe(v)}</p>' for k, v in pairs if v)


def spaced(name: str) -> str:
    """A digest in groups a person can compare, the algorithm in front: `SHA-256 0f3a… …`."""
    algorithm, _, value = name.partition(":")
    groups = " ".join(value[i : i + 16] for i in range(0, len(value), 16))
    return f"{algorithm.upper().replace('SHA256', 'SHA-256')} {groups}"


def safe(text: str) -> str:
    """Text as markup: escaped, what XML forbids left out, line ends kept."""
    return escape(fmt.clean(text)).replace("\n", "<br/>")


def _only_signed(section: Section) -> bool:
    return bool(section.blocks) and isinstance(section.blocks[0], Signatures)


def opens_wide(section: Section) -> bool:
    """Whether a section begins with a table for a landscape page."""
    return bool(section.blocks) and isinstance(section.blocks[0], Table) and section.blocks[0].wide


@dataclass
class _Writer:
    """Writes blocks for one medium, numbering tables and figures as it goes."""

    medium: Medium
    rooms: Rooms
    long: Iterator[int] = field(default_factory=count)
    tables: Iterator[int] = field(default_factory=lambda: count(1))
    figures: Iterator[int] = field(default_factory=lambda: count(1))
    heads: Iterator[int] = field(default_factory=lambda: count(1))
    annexes: Iterator[int] = field(default_factory=lambda: count(1))
    parts: Iterator[int] = field(default_factory=lambda: count(1))

    def section(self, section: Section, number: int) -> str:
        # A heading alone above a landscape page would be left on a page of its own.
        kind = ' class="wide"' if opens_wide(section) else ' class="signing"' if _only_signed(section) else ""
        prefix = f"{fmt.numeral(number)}、" if number else ""
        key = self._id("s", next(self.heads))
        heading = f"<h2{key}{kind}>{prefix}{safe(section.heading)}</h2>" if section.heading else ""
        return heading + self.blocks(section)

    def annex(self, section: Section, label: str) -> str:
        """An attachment on a page of its own, its label at the top left."""
        kind = "annex wide" if opens_wide(section) else "annex"
        heading = f'<h2{self._id("a", next(self.annexes))}><span class="label">{label}　</span>{safe(section.heading)}</h2>'
        return f'<div class="{kind}">{heading}{self.blocks(section)}</div>'

    def blocks(self, section: Section) -> str:
        self.parts = count(1)
        return "".join(map(self.block, section.blocks))

    def _id(self, letter: str, number: int) -> str:
        """Where 目录 points to; a page has ids of its own."""
        return f' id="{letter}{number}"' if self.medium == "print" else ""

    def block(self, block: Block) -> str:
        match block:
            case Text():
                start = '<p class="flush">' if block.flush else "<p>"
                return "".join(f"{start}{safe(paragraph)}</p>" for paragraph in block.paragraphs)
            case Heading():
                return f"<h3>（{fmt.numeral(next(self.parts))}）{safe(block.text)}</h3>"
            case Table():
                return self.table(block)
            case Figure():
                caption = f"图{next(self.figures)}　{safe(block.caption)}" if block.caption else ""
                drawn = block.chart
                title = {"title": block.caption or "资金流向"}
                drawing = sankey.draw(drawn, self.medium, **title) if isinstance(drawn, Sankey) else chart.draw(drawn, self.medium)
                if self.medium == "screen":
                    drawing = f'<div class="scroll"{_held(block.caption or "图")}>{drawing}</div>'
                return f"<figure>{drawing}<figcaption>{caption}</figcaption></figure>"
            case Facts():
                return facts(block)
            case Signatures():
                return _signatures(block)
            case Approval():
                return _approval(block)
            case Cards():
                return _cards(block)

    def table(self, table: Table) -> str:
        caption = f"表{next(self.tables)}　{safe(table.caption)}" if table.caption else ""
        unit = f"单位：{safe(table.unit)}" if table.unit else ""
        title = f"{caption}（{unit}）" if caption and unit else caption or unit
        kind = "rows wide" if table.wide else "rows dense" if len(table.columns) > WIDE else "rows"
        kind += " whole" if len(table.rows) <= WHOLE else ""
        kind += "" if caption else " bare"
        if self.medium == "print" and rows.long(table):
            top = f'<p class="caption">{title}</p>' if title else ""
            return f'<div class="{kind}">{top}{self.room()}</div>'
        top = f"<caption>{title}</caption>" if title else ""
        columns = _colgroup(table) if self.medium == "print" else ""
        head = "".join(f'<th scope="col"{_class(column)}>{safe(column.title)}</th>' for column in table.columns)
        cells = [_Cells(column, self.medium) for column in table.columns]
        shown = table.rows if self.medium == "print" else table.rows[:SHOWN]
        body = "".join(f"<tr>{_row(cells, row)}</tr>" for row in shown)
        if not body:
            body = f'<tr><td class="none" colspan="{len(table.columns)}">本期没有数据</td></tr>'
        # Not a tfoot: that would be repeated at the foot of every printed page.
        # Where a total makes no sense its cell is empty, not a dash.
        sums = [] if table.totals is None else ["" if total is None else total for total in table.totals]
        totals = f'<tr class="totals">{_row(cells, sums)}</tr>' if sums else ""
        rest = f'<p class="more">共 {len(table.rows)} 行，这里列前 {SHOWN} 行。</p>' if len(shown) < len(table.rows) else ""
        held = f' scroll"{_held(table.caption or "表")}' if self.medium == "screen" else '"'
        return (
            f'<div class="{kind}{held}><table class="table data">{top}{columns}'
            f"<thead><tr>{head}</tr></thead><tbody>{body}{totals}</tbody></table></div>{rest}"
        )

    def room(self) -> str:
        """Where `reports.rows` draws a long table: something on this page, and on each that follows."""
        n = next(self.long)
        room = self.rooms[n] if n < len(self.rooms) else (ROOM_AT_LEAST,)
        ends = ["room"] + ["room next"] * (len(room) - 1)
        return "".join(
            f'<div class="{kind}" id="long{n}-{i}" style="height:{height:.2f}pt"></div>'
            for i, (kind, height) in enumerate(zip(ends, room, strict=True))
        )


class _Cells:
    """The cells of one column: the start tag is made once, not once a row."""

    def __init__(self, column: Column, medium: Medium) -> None:
        self.kind, self.medium = column.kind, medium
        self.tag = f"<td{_class(column)}>"

    def cell(self, value: object) -> str:
        if isinstance(value, Ticks):
            return f"{self.tag}{_ticks(value)}</td>"
        if isinstance(value, Link) and self.medium == "print":
            return f'{self.tag}<a href="{PIECE}{value.piece}">{safe(value.text)}</a></td>'
        text = printed(value, self.kind)  # type: ignore[arg-type]  # Table has checked it
        tag = '<td class="long">' if self.kind == "text" and rows.LONG_RUN.search(text) else self.tag
        return f"{tag}{safe(text)}</td>"


def _row(cells: list[_Cells], row: Row) -> str:
    return "".join([column.cell(value) for column, value in zip(cells, row, strict=True)])


def _class(column: Column) -> str:
    return "" if column.kind in ("text", "date") else ' class="num"'


def _fact(value: Cell) -> str:
    """A form has no line above it that says the unit, so its amounts say it themselves."""
    if isinstance(value, Ticks):
        return _ticks(value)
    return safe(fmt.yuan(value, unit=True) if isinstance(value, Money) else printed(value, "text"))


def _ticks(value: Ticks) -> str:
    """The same characters as everywhere, with a box drawn around the tick."""
    shown = (f"{TICK if one in value.ticked else '□'}{safe(one)}" for one in value.options)
    return "　".join(shown)


def facts(block: Facts) -> str:
    """A form of two columns, or of four where short answers stand beside each other."""

    def cells(pair: tuple[str, Cell], span: str = "") -> str:
        name, value = pair
        # The columns are as wide as the style sheet says: what has no place to break would run over their edge.
        kind = ' class="afar"' if name in block.large else _breaks(_answer(value))
        return f'<th scope="row"{_breaks(name)}>{safe(name)}</th><td{kind}{span}>{_fact(value)}</td>'

    whole = " whole" if len(block.pairs) <= FORM else ""
    if not block.beside:
        kind = "table facts large" if block.large else "table facts"
        return f'<table class="{kind}{whole}"><tbody>{"".join(f"<tr>{cells(pair)}</tr>" for pair in block.pairs)}</tbody></table>'
    lines = ("".join(map(cells, line)) if len(line) == 2 else cells(line[0], ' colspan="3"') for line in _beside(block.pairs))
    columns = '<col class="name"/><col/><col class="name"/><col/>'
    body = "".join(f"<tr>{line}</tr>" for line in lines)
    return f'<table class="table facts beside{whole}">{columns}<tbody>{body}</tbody></table>'


def _breaks(text: str) -> str:
    return ' class="long"' if rows.LONG_RUN.search(text) else ""


def _beside(pairs: Sequence[tuple[str, Cell]]) -> list[list[tuple[str, Cell]]]:
    """Two short answers that follow each other share a line; a long one has its own."""
    lines: list[list[tuple[str, Cell]]] = []
    for pair in pairs:
        short = em(_answer(pair[1])) <= HALF
        if short and lines and len(lines[-1]) == 1 and em(_answer(lines[-1][0][1])) <= HALF:
            lines[-1].append(pair)
        else:
            lines.append([pair])
    return lines


def _answer(value: Cell) -> str:
    return fmt.yuan(value, unit=True) if isinstance(value, Money) else printed(value, "text")


def _signatures(block: Signatures) -> str:
    """The dates in a line of their own, so that they stand beside each other whatever is above them."""
    size = BOXES if len(block.boxes) % BOXES == 0 or len(block.boxes) > 2 * BOXES else 2
    lines = [block.boxes[i : i + size] for i in range(0, len(block.boxes), size)]
    body = "".join(
        f'<tr class="boxes">{"".join(f"<td><p>{_named(box)}</p></td>" for box in line)}</tr>'
        f'<tr class="dates">{"<td><p>年　　月　　日</p></td>" * len(line)}</tr>'
        for line in lines
    )
    return f'<table class="signatures"><tbody>{body}</tbody></table>'


def _named(box: str) -> str:
    """A place to sign, the name below what it is for: so a long one is not broken."""
    return safe(NAMED.sub("：\n", box))


def _approval(block: Approval) -> str:
    rows = "".join(
        f'<tr><th scope="row">{safe(one.title).replace("（", "<br/>（")}</th><td>{_opinion(one)}</td></tr>' for one in block.opinions
    )
    return f'<table class="table approval"><tbody>{rows}</tbody></table>'


def _opinion(one: Opinion) -> str:
    day = printed(one.at, "date") if one.at else "　　年　月　日"
    by = safe(one.by) if one.by else "　" * 5
    return f'<p class="words">{safe(one.words)}</p><p class="date">签名：{by}　　<span class="day">{day}</span></p>'


def _cards(block: Cards) -> str:
    size = 1 if any(card.large for card in block.cards) else SLIPS
    rows = [block.cards[i : i + size] for i in range(0, len(block.cards), size)]
    filled = ("".join(map(_card, row)) + "<td></td>" * (size - len(row)) for row in rows)
    kind = "cards" if size > 1 else "cards poster"
    return f'<table class="{kind}"><tbody>{"".join(f"<tr>{row}</tr>" for row in filled)}</tbody></table>'


def _card(card: Card) -> str:
    code = f'<p class="code">{safe(card.code)}</p>' if card.code else ""
    lines = "".join(f"<p>{safe(line)}</p>" for line in card.lines)
    return f'<td><div class="qr">{qr(card.address)}</div><p class="whose">{safe(card.title)}</p>{code}{lines}</td>'


def qr(address: str) -> str:
    """An address as a QR code, an SVG that fills its place."""
    found = segno.make_qr(address, error="m")
    size = found.symbol_size(border=1)[0]
    path = "".join(_runs(line, y) for y, line in enumerate(found.matrix, 1))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="segno" viewBox="0 0 {size} {size}" stroke="#000">'
        f'<title>二维码：{escape(address)}</title><path d="{path}"/></svg>'
    )


def _runs(line: bytearray, y: int) -> str:
    """The dark runs of one line of a QR code, as a path."""
    at, path = 1, ""
    for dark, run in groupby(line):
        length = len(list(run))
        path += f"M{at} {y}.5h{length}" if dark else ""
        at += length
    return path


def _colgroup(table: Table) -> str:
    shares = widths(table)
    return "".join(f'<col style="width:{100 * share / sum(shares):.2f}%"/>' for share in shares)
