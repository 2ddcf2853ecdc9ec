"""Long tables, set by Typst in the look of our other tables: 0.5 ms a row, where WeasyPrint takes ten.

WeasyPrint lays the paper and leaves room for the table, on as many pages as the table needs; `place` draws it there. So
title, page numbers, marks, bookmarks and data are those of every paper. Each part of a table is set in a process that
ends. No row is lost: every row says on which page it stands, and a page is only used when all its rows are known.
"""

import io
import json
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce
from itertools import chain, groupby
from operator import add
from pathlib import Path
from typing import Any

from reports import format as fmt
from reports import glyphs
from reports.money import Money
from reports.report import Cell, Row, Table, Ticks, printed

# Cells. Below, WeasyPrint sets a table, with tags for those who have papers read to them; 200 rows of 10 take it 1.6 s,
# Typst 0.3 s; at 20 rows they are even.
MANY = 2000
AT_ONCE = 20_000  # cells in one process, which stays below 400 MB
TALL = 300  # characters; a row with a longer cell may be broken between pages, or it might not fit on one
LEAST = 3  # rows on the first page of a table, and with sums on its last
EDGE = 2.0  # points around a page, so that the lines of its frame are whole
BROUGHT, OF_PAGE = "承前页", "本页小计"

LONG_RUN = re.compile(r"[!-~]{18,}")  # has no place to break by itself


@dataclass(frozen=True, slots=True)
class Look:
    """Of gb.css: size and line of the text, room at the sides of a cell and above, in points."""

    size: float
    line: float
    pad: tuple[float, float]


LOOKS = {"tall": Look(10.5, 15, (4, 2.5)), "wide": Look(9, 12.5, (3, 2)), "a3": Look(17, 25, (7, 5))}


@dataclass(frozen=True, slots=True)
class Frame:
    """The part of a page that text may fill, in points, and how far down the table begins on its first."""

    width: float
    height: float
    start: float


@dataclass(frozen=True, slots=True)
class Laid:
    """A table on pages: PDFs with how many pages of each to use, how far down the last one it reaches, in points, and its rows on the first."""

    files: tuple[tuple[bytes, int], ...]
    end: float
    begun: int

    @property
    def pages(self) -> int:
        return sum(count for _, count in self.files)


def long(table: Table) -> bool:
    """Whether a table is set here: it is long, or has sums of pages, which only this way are known."""
    return table.page_sums or len(table.rows) * len(table.columns) > MANY


def text(table: Table) -> Iterator[str]:
    """All that will be drawn, to be searched for characters without a font."""
    yield from (column.title for column in table.columns)
    for row in _texts(table):
        yield from row
    yield from (BROUGHT, OF_PAGE)


def _texts(table: Table) -> list[list[str]]:
    """Each row as words, the totals last; where a total makes no sense its cell is empty."""
    kinds = [column.kind for column in table.columns]
    totals = [] if table.totals is None else [["" if cell is None else cell for cell in table.totals]]
    return [[fmt.clean(printed(cell, kind)) for cell, kind in zip(row, kinds, strict=True)] for row in (*table.rows, *totals)]


def lay(table: Table, widths: Sequence[float], frame: Frame, look: Look) -> Laid:
    """The table on pages. Raises RuntimeError where Typst fails, ValueError where sums of pages do not end in the totals."""
    words = _texts(table)
    press = _Press(table, _data(table, widths, frame, look), bool(glyphs.rare(chain.from_iterable(words))))
    tall = {n for n, row in enumerate(words) if max(map(len, row)) > TALL}
    cells = [
        [_cell(cell, text) for cell, text in zip(row, texts, strict=True)]
        for row, texts in zip((*table.rows, *([table.totals] if table.totals is not None else [])), words, strict=True)
    ]
    rows, ends = cells[: len(table.rows)], cells[len(table.rows) :]
    sums = _Sums(table) if table.page_sums else None
    files: list[tuple[bytes, int]] = []
    at, start, many, end, begun = 0, frame.start, max(1, AT_ONCE // len(table.columns)), frame.start, len(rows)
    while at < len(rows) or not files:
        to = min(len(rows), at + many)
        last = to == len(rows)
        part = {"head": [], "foot": [], "rows": rows[at:to], "ends": ends if last else []}
        if sums:
            part |= {"head": [sums.widest(BROUGHT)], "foot": [sums.widest(OF_PAGE), *ends], "ends": []}
        about = {"start": start, "tall": [n - at for n in sorted(tall) if at <= n < to]}
        laid, pdf = press.compose(about | {"parts": [part]})
        kept = len(laid["rows"])
        if not last:
            kept = _whole(laid["rows"], {n - at for n in tall})
            if not kept:
                many *= 2  # one row after the other runs over a page's end
                continue
        pages = laid["pages"] if last else laid["rows"][kept - 1]
        if sums:
            of_page = [len(list(group)) for _, group in groupby(laid["rows"][:kept])]
            if last and len(of_page) > 1 and not tall:  # not so few above the totals
                moved = max(0, min(LEAST - of_page[-1], of_page[-2] - LEAST))
                of_page[-2:] = of_page[-2] - moved, of_page[-1] + moved
            parts = list(sums.parts(at, of_page, rows, ends if last else []))
            if empty := laid["rows"][0] - 1:  # with its sums not one row has room below what stands there: nor may it without them
                about["start"] = frame.height
            laid, pdf = press.compose(about | {"parts": parts})
            pages = len(parts) + empty
            if laid["pages"] != pages:
                raise RuntimeError(f"“{table.caption}”: {pages} pages with their sums took {laid['pages']}")
        if not files:
            begun = laid["rows"].count(1)
        files.append((pdf, pages))
        at, start, end = at + kept, 0.0, laid["end"]
        if last:
            break
    return Laid(tuple(files), end, begun)


def _whole(pages: list[int], tall: set[int]) -> int:
    """How many rows stand on pages that are full, the last one being followed by more: none of them runs over their end."""
    for n in range(len(pages) - 1, 0, -1):
        if pages[n] != pages[n - 1] and n - 1 not in tall:
            return n
    return 0


@dataclass(frozen=True, slots=True)
class _Press:
    """One table's way to Typst."""

    table: Table
    data: dict[str, Any]
    rare: bool

    def compose(self, data: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
        """Where the rows came to stand, and the PDF."""
        folders = [glyphs.SHIPPED, *(glyphs.full_font_folders() if self.rare else ())]
        command = [sys.executable, "-I", str(Path(__file__).with_name("compositor.py")), *map(str, folders)]
        run = subprocess.run(command, input=json.dumps(self.data | data, ensure_ascii=False).encode(), capture_output=True)
        if run.returncode:
            raise RuntimeError(f"“{self.table.caption}” cannot be set: {run.stderr.decode(errors='replace')[-2000:]}")
        head, _, pdf = run.stdout.partition(b"\n")
        laid = json.loads(head)
        if len(laid["rows"]) != sum(len(part["rows"]) for part in data["parts"]):
            raise RuntimeError(f"“{self.table.caption}”: rows were lost")
        return laid, pdf


def _data(table: Table, widths: Sequence[float], frame: Frame, look: Look) -> dict[str, Any]:
    return {
        "width": frame.width,
        "height": frame.height,
        "edge": EDGE,
        "size": look.size,
        "line": look.line,
        "pad": look.pad,
        "widths": list(widths),
        "head": [fmt.clean(column.title) for column in table.columns],
        "align": ["left" if column.kind in ("text", "date") else "right" for column in table.columns],
    }


def _cell(cell: Cell, words: str) -> str | list[str | int]:
    """A cell for rows.typ: its text, or the parts of it."""
    if isinstance(cell, Ticks):
        return [1 if part == "√" else part for part in re.split("(√)", words) if part]
    if "\n" not in words and not LONG_RUN.search(words):
        return words
    parts: list[str | int] = []
    for part in re.split(r"(\n|[!-~]{18,})", words):
        if part == "\n":
            parts.append(0)
        elif LONG_RUN.fullmatch(part) and isinstance(cell, str):
            parts += [one for character in part for one in (character, 2)]
        elif part:
            parts.append(part)
    return parts


class _Sums:
    """What pages add up to, in the columns whose totals are figures."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.totals: Row = table.totals or ()
        self.columns = [i for i, cell in enumerate(self.totals) if isinstance(cell, Money | int | Decimal)]
        self.label = next((i for i, cell in enumerate(self.totals) if i not in self.columns), 0)
        self.brought: dict[int, Any] = {}

    def parts(self, at: int, of_page: list[int], rows: list[list[Any]], ends: list[list[Any]]) -> Iterator[dict[str, Any]]:
        """One table a page, under what was brought forward and above what this page adds up to."""
        for page, count in enumerate(of_page):
            brought = [self._row(BROUGHT, self.brought)] if self.brought else []
            sums = self._added(self.table.rows[at : at + count])
            for i, value in sums.items():
                self.brought[i] = self.brought[i] + value if i in self.brought else value
            closing = ends if page == len(of_page) - 1 else []
            yield {"head": brought, "foot": [], "rows": rows[at : at + count], "ends": [self._row(OF_PAGE, sums), *closing]}
            at += count
        if ends and any(self.brought.get(i, self.totals[i]) != self.totals[i] for i in self.columns):
            raise ValueError(f"“{self.table.caption}”: the pages do not add up to the totals")

    def widest(self, label: str) -> list[Any]:
        """A row as high as the sums can be."""
        return self._row(label, {i: self.totals[i] for i in self.columns})

    def _added(self, rows: Sequence[Row]) -> dict[int, Any]:
        found = {}
        for i in self.columns:
            figures = [row[i] for row in rows if isinstance(row[i], Money | int | Decimal)]
            found[i] = reduce(add, figures) if figures else self.totals[i] * 0  # type: ignore[operator]
        return found

    def _row(self, label: str, sums: dict[int, Any]) -> list[Any]:
        cells: list[Any] = [""] * len(self.table.columns)
        cells[self.label] = label
        for i, value in sums.items():
            cells[i] = printed(value, self.table.columns[i].kind)
        return cells


@dataclass(frozen=True, slots=True)
class Place:
    """Where a laid table begins: the page, counted from 0, and the left and upper edge of its text, in points."""

    page: int
    left: float
    top: float


def place(paper: bytes, tables: Sequence[tuple[Laid, Sequence[Place]]]) -> bytes:
    """The paper with each table drawn on the pages that were left for it. The same bytes give the same bytes."""
    import pikepdf  # noqa: PLC0415 -- wanted by the worker alone

    with pikepdf.open(io.BytesIO(paper)) as file:
        for laid, places in tables:
            free = iter(places)
            for data, count in laid.files:
                with pikepdf.open(io.BytesIO(data)) as rows:
                    _settle(rows)
                    for source in list(rows.pages)[:count]:
                        spot = next(free)
                        _draw(file, file.pages[spot.page], source, spot)
        out = io.BytesIO()
        file.save(out, deterministic_id=True)
        return out.getvalue()


def _settle(file: Any) -> None:
    """Typst writes a matrix of one into each font, which PDF/A's judge does not take: it says nothing, so it is left out."""
    # Wanted by the worker alone.
    from fontTools.cffLib import CFFFontSet  # noqa: PLC0415
    from fontTools.ttLib import TTFont  # noqa: PLC0415

    for item in file.objects:
        program = item.get("/FontFile3") if getattr(item, "get", None) and item.get("/Type") == "/FontDescriptor" else None
        if program is None:
            continue
        fonts, around, out = CFFFontSet(), TTFont(recalcBBoxes=False), io.BytesIO()
        fonts.decompile(io.BytesIO(program.read_bytes()), around)
        for one in fonts[0].FDArray:
            one.rawDict.pop("FontMatrix", None)
        fonts.compile(out, around, isCFF2=False)
        program.write(out.getvalue())


def _draw(file: Any, page: Any, source: Any, spot: Place) -> None:
    import pikepdf  # noqa: PLC0415

    drawing = file.copy_foreign(source.as_form_xobject())
    height = float(source.mediabox[3])
    page.Resources = pikepdf.Dictionary(page.Resources)  # they are shared by all pages
    others = dict(page.Resources.get("/XObject", {}))
    name = f"/Rows{len(others)}"
    page.Resources.XObject = pikepdf.Dictionary({**others, name: drawing})
    x, y = spot.left - EDGE, float(page.mediabox[3]) - spot.top - height + EDGE
    page.contents_add(f"q 1 0 0 1 {x:.3f} {y:.3f} cm {name} Do Q\n".encode(), prepend=True)
