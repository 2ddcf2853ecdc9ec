"""The one value every document is made from (报表): what it says, without how it looks.

The reporting slice builds a `Report` from rows and a moment; PDF, XLSX, CSV, JSON and the page are written from that
same value, so their figures cannot differ. Its digest names exactly these data.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from reports import format as fmt
from reports.chart import Chart, Series
from reports.chart import Value as ChartValue
from reports.money import Money
from reports.sankey import Sankey

ColumnKind = Literal["text", "number", "money", "money_wan", "percent", "date"]


@dataclass(frozen=True, slots=True)
class Ticks:
    """Boxes to choose among (勾选), those that hold ticked: √是　□否. Raises ValueError for a tick that is no option."""

    options: tuple[str, ...]
    ticked: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if unknown := set(self.ticked) - set(self.options):
            raise ValueError(f"ticked, but no option: {unknown}")

    def __str__(self) -> str:
        return "　".join(f"{'√' if option in self.ticked else '□'}{option}" for option in self.options)


@dataclass(frozen=True, slots=True)
class Link:
    """Words that paper leads on from, in a file of several papers: `piece` counts them from 1 (`reports.binder`)."""

    text: str
    piece: int

    def __str__(self) -> str:
        return self.text


Cell = str | int | Decimal | Money | Fraction | date | datetime | Ticks | Link | None
Row = Sequence[Cell]

FORMAT = "sanshe.report/2"
LOTTERY = "彩票公益金资助—中国福利彩票"  # 《彩票公益金管理办法》 asks that what the money pays for says so
WIDE = 6  # a table of more columns is laid on a landscape page

# What may stand in a column of each kind. A str may stand anywhere (未评, 合计), and None prints as —.
TAKES: dict[ColumnKind, tuple[type, ...]] = {
    "text": (Ticks, Link),
    "number": (int, Decimal),
    "money": (Money,),
    "money_wan": (Money,),
    "percent": (Fraction,),
    "date": (date,),
}
UNITS: dict[ColumnKind, str] = {"money": "元", "money_wan": "万元"}


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `key` names it in JSON, `title` on paper; `width` is its share of the table, 0: by content."""

    key: str
    title: str
    kind: ColumnKind = "text"
    width: float = 0


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under columns, cells in the order of the columns; `totals` is one more row, set apart.

    A money column takes Money, a percent column a Fraction (1 is all), a date column a date or a moment; any column
    takes a str that stands instead of a figure, and None: a dash in a row, nothing in the totals. `unit` is
    printed above the table (单位：元). `page_sums`: on paper each page ends with what it adds up to (本页小计) and begins
    with what the pages before did (承前页), of the columns that have totals. `upright`: its cells are so short that many columns
    stand on an upright page, in small type; for short tables.
    Raises ValueError where a row is too long or short, TypeError where a cell does not belong in its column.
    """

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    caption: str = ""
    totals: Row | None = None
    unit: str = ""
    page_sums: bool = False
    upright: bool = False

    def __post_init__(self) -> None:
        if self.page_sums and self.totals is None:
            raise ValueError(f"“{self.caption}”: sums of pages need a total they add up to")
        takes = [(str, type(None), *TAKES[column.kind]) for column in self.columns]
        for row in (*self.rows, *([self.totals] if self.totals is not None else [])):
            if len(row) != len(takes):
                raise ValueError(f"“{self.caption}”: {len(row)} cells for {len(takes)} columns: {row!r}")
            for cell, column, types in zip(row, self.columns, takes, strict=True):
                if not isinstance(cell, types) or isinstance(cell, bool):
                    raise TypeError(f"“{self.caption}”: {cell!r} is no {column.kind} for column {column.key}")

    @property
    def headings(self) -> tuple[str, ...]:
        """The titles with their units, for files that carry no line above the table: 资助额（元）."""
        units = (UNITS.get(column.kind, "") for column in self.columns)
        return tuple(
            f"{column.title}（{unit}）" if unit and unit not in column.title else column.title
            for column, unit in zip(self.columns, units, strict=True)
        )

    @property
    def wide(self) -> bool:
        """Whether it needs a landscape page."""
        return len(self.columns) > WIDE and not self.upright


@dataclass(frozen=True, slots=True)
class Text:
    """Running text, one string per paragraph. `flush`: it begins at the margin, as whom a letter is for (主送机关) stands."""

    paragraphs: tuple[str, ...]
    flush: bool = False


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading within a section, bare: paper and page number it (（一）、（二）…)."""

    text: str


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart or a flow with its caption (图)."""

    caption: str
    chart: Chart | Sankey


@dataclass(frozen=True, slots=True)
class Facts:
    """A form (表单): what is asked, and the answer. `large`: the names whose answers are read from afar; `beside`: short answers share a line."""

    pairs: tuple[tuple[str, Cell], ...]
    large: tuple[str, ...] = ()
    beside: bool = False


@dataclass(frozen=True, slots=True)
class Signatures:
    """Places to sign and seal (签字盖章), one named box each."""

    boxes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Opinion:
    """One box of an approval form: what it is for (拟办意见), the wording entered, who and when; empty: left for the pen."""

    title: str
    words: str = ""
    by: str = ""
    at: date | None = None


@dataclass(frozen=True, slots=True)
class Approval:
    """The boxes of an approval form (呈批表), one under the other, in the order in which they are filled."""

    opinions: tuple[Opinion, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """One slip to cut out: whose it is, a code in large digits, a few lines, and a QR code of an address. `large`: fills a poster."""

    title: str
    code: str
    lines: tuple[str, ...]
    address: str
    large: bool = False


@dataclass(frozen=True, slots=True)
class Cards:
    """Slips beside each other, with a line to cut along (裁切线)."""

    cards: tuple[Card, ...]


Block = Text | Heading | Table | Figure | Facts | Signatures | Approval | Cards


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the report. The heading is bare: paper and page number it (一、二、…)."""

    heading: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A finished report.

    `title` may hold line ends where paper should break it · `number` 文号 · `date_line` the date as signed ·
    `as_of` the moment the data were taken, with its zone · `scope_note` 口径, how the figures were counted ·
    `sources` where they come from · `demo` marks every page 模拟数据 · `verify_url` where the digest can be checked;
    it is not part of the data, so it may contain the digest · `paper` A3 is a poster, to be read standing (居务公开栏); form, a table to fill
    and sign (表), has narrow margins; not part of the data ·
    `cover` the form on a cover of its own (封面), under the title · `contents` prints 目录 with pages, for what is long; not part of the data ·
    `annexes` numbered attachments (附件1…), each on a page of its own · `seal` leaves the place of a seal over issuer and date ·
    `lottery` says 彩票公益金资助—中国福利彩票 · `bound` other papers are bound behind it (合订); not part of the data.
    """

    title: str
    as_of: datetime
    sections: tuple[Section, ...]
    number: str = ""
    date_line: str = ""
    issuer: str = ""
    scope_note: str = ""
    notes: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    demo: bool = False
    verify_url: str | None = None
    paper: Literal["A4", "A3", "form"] = "A4"
    cover: Facts | None = None
    contents: bool = False
    annexes: tuple[Section, ...] = ()
    seal: bool = False
    lottery: bool = False
    bound: bool = False
    _digest: str = field(default="", init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.as_of.tzinfo is None:
            raise ValueError("as_of needs its zone")

    @property
    def tables(self) -> tuple[Table, ...]:
        """All tables, in order."""
        return tuple(block for block in self.blocks if isinstance(block, Table))

    @property
    def blocks(self) -> tuple[Block, ...]:
        """All blocks, in order, those of the annexes last."""
        return tuple(block for section in (*self.sections, *self.annexes) for block in section.blocks)


def printed(cell: Cell, kind: ColumnKind) -> str:
    """A cell as page and paper show it in a column of this kind."""
    match cell:
        case None:
            return fmt.NOTHING
        case str():
            return cell
        case Money():
            return fmt.wan(cell) if kind == "money_wan" else fmt.yuan(cell)
        case Fraction():
            return fmt.ratio(cell)
        case datetime():
            return fmt.moment(cell)
        case date():
            return fmt.day(cell)
        case Ticks() | Link():
            return str(cell)
        case _:
            return fmt.number(cell)


def canonical_json(report: Report) -> bytes:
    """The data of the report as stable bytes: the same report gives the same bytes, everywhere.

    UTF-8, keys sorted, no spaces. Money is whole fen (`{"fen": 1}` where no column says so), a percentage an exact
    fraction `"a/b"`, a decimal its digits as text, days and moments ISO 8601 (moments in Shanghai time); `verify_url`
    is left out.
    """
    data = {
        "format": FORMAT,
        "title": report.title,
        "number": report.number,
        "date_line": report.date_line,
        "issuer": report.issuer,
        "as_of": _plain(report.as_of),
        "scope_note": report.scope_note,
        "notes": report.notes,
        "sources": report.sources,
        "demo": report.demo,
        "lottery": report.lottery,
        "cover": None if report.cover is None else _block(report.cover)["facts"],
        "sections": [_section(section) for section in report.sections],
        "annexes": [_section(section) for section in report.annexes],
    }
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def digest(report: Report) -> str:
    """The name of these data: `sha256:` and the hexadecimal SHA-256 of `canonical_json`. Made once: a paper says it in six places."""
    if not report._digest:
        object.__setattr__(report, "_digest", "sha256:" + hashlib.sha256(canonical_json(report)).hexdigest())
    return report._digest


def _section(section: Section) -> dict[str, object]:
    return {"heading": section.heading, "blocks": [_block(block) for block in section.blocks]}


def _block(block: Block) -> dict[str, object]:
    match block:
        case Text():
            return {"text": block.paragraphs}
        case Heading():
            return {"heading": block.text}
        case Table():
            return {
                "table": block.caption,
                "unit": block.unit,
                "columns": [{"key": c.key, "title": c.title, "kind": c.kind} for c in block.columns],
                "rows": [[_plain(cell) for cell in row] for row in block.rows],
                "totals": None if block.totals is None else [_plain(cell) for cell in block.totals],
            }
        case Figure():
            return {"figure": block.caption, **_drawn(block.chart)}
        case Facts():
            return {"facts": [[name, _tagged(value)] for name, value in block.pairs]}
        case Signatures():
            return {"signatures": block.boxes}
        case Approval():
            return {"approval": [{"title": o.title, "words": o.words, "by": o.by, "at": _plain(o.at)} for o in block.opinions]}
        case Cards():
            return {"cards": [{"title": c.title, "code": c.code, "lines": c.lines, "address": c.address} for c in block.cards]}


def _drawn(chart: Chart | Sankey) -> dict[str, object]:
    if isinstance(chart, Sankey):
        return {"flow": {"stages": chart.stages, "ways": [[*way.places, way.amount.fen] for way in chart.ways]}}
    series = [{"name": s.name, "values": [_tagged(v) for v in s.values]} for s in chart.series]
    return {"chart": {"kind": chart.kind, "labels": chart.labels, "unit": chart.unit, "series": series}}


def _plain(value: Cell | ChartValue) -> str | int | None:
    match value:
        case Money():
            return value.fen
        case Fraction():
            return f"{value.numerator}/{value.denominator}"
        case Decimal():
            return f"{value:f}"
        case datetime():
            return fmt.local(value).isoformat()  # one moment has many zones; its bytes must not
        case date():
            return value.isoformat()
        case Ticks() | Link():
            return str(value)
        case _:
            return value


def _tagged(value: Cell | ChartValue) -> str | int | dict[str, int] | None:
    return {"fen": value.fen} if isinstance(value, Money) else _plain(value)


__all__ = [
    "LOTTERY",
    "Approval", "Block", "Card", "Cards", "Cell", "Chart", "Column", "ColumnKind", "Facts", "Figure", "Heading", "Link", "Opinion", "Report",
    "Row", "Section", "Series", "Signatures", "Table", "Text", "Ticks", "canonical_json", "digest", "printed",
]  # fmt: skip
