"""Documents (报表): rows in, document out.

Knows neither the web nor the database. A `report.Report` is built once from rows and a moment; `write` turns it into a
file, `html.preview` into a fragment of a page, and all show the same figures:

    money   Money, whole fen                 format  how figures, days and names read in Chinese
    report  the value, its data, its digest  chart   figures to SVG
    html    blocks as markup                 pdf     PDF/A-3b like an official paper
    sheet   XLSX                             comma   CSV
    word    DOCX, for who edits the text further
    rows    long tables, by a second engine   press  the first, tuned (thrift: what it does dearly, done cheaply)
    binder  several papers in one file        apart  work in a process that ends
    verify  reads a paper somebody brings
    glyphs  the fonts, and what they lack
"""

from collections.abc import Callable

from reports import comma, html, pdf, sheet, word
from reports.report import Report, canonical_json

WRITERS: dict[str, Callable[[Report], bytes]] = {
    "pdf": pdf.write,
    "xlsx": sheet.write,
    "csv": comma.write,
    "json": canonical_json,
    "docx": word.write,
    "html": lambda report: html.preview(report).encode(),
}
MIMETYPES: dict[str, str] = {
    "pdf": "application/pdf",
    "xlsx": sheet.MIMETYPE,
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "docx": word.MIMETYPE,
    "html": "text/html; charset=utf-8",
}


def write(report: Report, suffix: str) -> bytes:
    """The report as a file of this suffix: pdf, xlsx, csv, json, docx or html (a fragment).

    Raises KeyError for any other suffix, glyphs.MissingGlyphs where paper lacks a character.
    """
    return WRITERS[suffix](report)
