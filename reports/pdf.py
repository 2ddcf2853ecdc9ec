"""A report as PDF/A-3b, laid out like an official paper (GB/T 9704—2012).

The file carries its own data: the canonical JSON and the tables as XLSX are embedded. The same report gives the same
bytes, in any process. WeasyPrint costs about 10 ms a table row, so this is work for the worker, not for a web process.
"""

import gc
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC
from functools import cache
from importlib.resources import files
from typing import Any
from xml.etree import ElementTree

from reports import format as fmt
from reports import glyphs, html, sheet
from reports.report import Report, Section, Table, canonical_json, digest

MANY_ROWS = 100  # beyond this, pausing the garbage collector saves a tenth; below, nothing
MIMETYPES = {".json": "application/json", ".xlsx": sheet.MIMETYPE}


def write(report: Report) -> bytes:
    """The report as PDF/A-3b.

    Raises glyphs.MissingGlyphs where a character has no font, RuntimeError where the machine lacks the fast subsetter.
    """
    page = xhtml(report)
    if lacking := _missing(page):
        raise glyphs.MissingGlyphs(lacking)
    engine = _engine()
    options = {
        "pdf_variant": "pdf/a-3b",
        "pdf_identifier": digest(report).partition(":")[2][:32].encode(),
        "attachments": _attachments(report, engine),
    }
    with _gc_paused(sum(len(table.rows) for table in report.tables) > MANY_ROWS):
        document = engine.read(page).render(font_config=engine.fonts, stylesheets=[engine.look], **options)
        pdf: bytes = document.write_pdf(finisher=_settle_attachments, **options)
        return pdf


def missing_glyphs(report: Report) -> tuple[str, ...]:
    """The characters of the report that no font can draw; empty where it can be printed."""
    return _missing(xhtml(report))


def _missing(page: str) -> tuple[str, ...]:
    return glyphs.missing(ElementTree.fromstring(page).itertext())


def xhtml(report: Report) -> str:
    """The whole document as well-formed XHTML, before it is laid out."""
    at = report.as_of.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    title = html.safe(report.title.replace("\n", ""))
    main, annexes = html.sections(report, "print")
    wide = _first_is_wide(report)
    return (
        f'<html lang="zh-CN"><head><title>{title}</title><meta name="author" content="{html.safe(report.issuer)}"/>'
        f'<meta name="keywords" content="{digest(report)}"/><meta name="dcterms.created" content="{at}"/>'
        f'<meta name="dcterms.modified" content="{at}"/></head><body{_body(report)}>'
        f"{_demo(report)}{_cover(report)}{html.contents(report)}{_header(report)}{main}"
        f"<div{_page(_ends_wide(report.sections, wide))}>{_closing(report)}</div>{annexes}"
        f"<div{_page(_ends_wide(report.annexes or report.sections, wide))}>{_tail(report)}</div></body></html>"
    )


def _body(report: Report) -> str:
    return ' class="a3"' if report.paper == "A3" else _page(_first_is_wide(report))


def _page(wide: bool) -> str:
    return ' class="wide"' if wide else ""


def _first_is_wide(report: Report) -> bool:
    """A paper that opens with a wide table is landscape from its title on, or the title would stand alone on a page."""
    first = next((section for section in report.sections if section.blocks), None)
    return first is not None and html.opens_wide(first)


def _ends_wide(sections: tuple[Section, ...], wide: bool) -> bool:
    last = next((block for section in reversed(sections) for block in reversed(section.blocks)), None)
    return wide or (isinstance(last, Table) and last.wide)


def _demo(report: Report) -> str:
    return f'<div class="demo"><span>{html.DEMO}</span></div>' if report.demo else ""


def _cover(report: Report) -> str:
    """封面: the title, its form, who and when; pages are counted from the one after it."""
    if report.cover is None:
        return ""
    number = f'<p class="number">{html.safe(report.number)}</p>' if report.number else ""
    form = html.facts(report.cover) if report.cover.pairs else ""
    lines = "".join(f"<p>{html.safe(line)}</p>" for line in (report.issuer, report.date_line) if line)
    title = f'<p class="title">{html.safe(report.title)}</p>'
    return f'<div class="cover">{number}{title}{html.lottery(report)}{form}<div class="foot">{lines}</div></div>'


def _header(report: Report) -> str:
    number = f'<p class="number">{html.safe(report.number)}</p>' if report.number else ""
    as_of = f'<p class="asof">（数据截至 {fmt.moment(report.as_of)}）</p>'
    return f"<header><h1>{html.safe(report.title)}</h1>{number}{as_of}{html.lottery(report)}</header>"


def _closing(report: Report) -> str:
    lines = [html.safe(line) for line in (report.issuer, report.date_line) if line]
    seal = '<p class="seal">（盖章）</p>' if report.seal else ""
    kind = "closing sealed" if report.seal else "closing"
    return f'<div class="{kind}">{seal}{"".join(f"<p>{line}</p>" for line in lines)}</div>' if lines or seal else ""


def _tail(report: Report) -> str:
    if not report.verify_url:
        return f'<div class="tail">{html.remarks(report)}</div>'
    url = html.safe(report.verify_url)
    text = f'{html.remarks(report)}<p><span class="name">核验：</span>扫描二维码，或打开 <a href="{url}">{url}</a></p>'
    code = f'<td class="qr">{html.qr(report.verify_url)}</td>'
    return f'<div class="tail"><table><tbody><tr><td>{text}</td>{code}</tr></tbody></table></div>'


def _attachments(report: Report, engine: "_Engine") -> list[Any]:
    """The data for machines (机读数据) and the tables for a spreadsheet, dated like the report."""
    contents = [("report.json", canonical_json(report), "本件的机读数据", "Data")]
    if report.tables:
        contents.append(("tables.xlsx", sheet.write(report), "本件的数据表", "Alternative"))
    at = report.as_of.astimezone(UTC)
    return [
        engine.attachment(file_obj=io.BytesIO(data), name=name, description=text, relationship=relation, created=at, modified=at)
        for name, data, text, relation in contents
    ]


def _settle_attachments(document: Any, pdf: Any) -> None:
    """Two things WeasyPrint leaves to chance: it lists each attachment twice, and asks the machine for media types."""
    catalog = pdf.catalog
    if "AF" in catalog:
        catalog["AF"][:] = dict.fromkeys(catalog["AF"])
    for item in pdf.objects:
        if isinstance(item, dict) and item.get("Type") == "/Filespec":
            suffix = "." + item["UF"].string.rpartition(".")[2]
            stream = pdf.objects[int(item["EF"]["F"].split()[0])]
            stream.extra["Subtype"] = "/" + MIMETYPES[suffix].replace("/", "#2f")


@contextmanager
def _gc_paused(pause: bool) -> Iterator[None]:
    if not (pause and gc.isenabled()):
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@dataclass(frozen=True, slots=True)
class _Engine:
    """What is costly to make and the same for every document: read fonts, parsed style sheets."""

    fonts: Any
    look: Any
    attachment: Any
    document: Any

    def read(self, page: str) -> Any:
        return self.document(page)


@cache
def _engine() -> _Engine:
    """Made once in a process, at its first document."""
    glyphs.configure()
    # Slow import with a large memory, wanted by the worker alone; and fontconfig reads its file when it is imported.
    import weasyprint  # noqa: PLC0415
    from weasyprint.text import ffi  # noqa: PLC0415
    from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415
    from weasyprint.urls import URLFetcher  # noqa: PLC0415

    if not ffi.harfbuzz_subset:
        raise RuntimeError("libharfbuzz-subset0 is not installed; without it a document takes 25 times as long")
    nothing = URLFetcher(allowed_protocols=())  # paper fetches nothing, from nowhere
    fonts = FontConfiguration()
    base = weasyprint.CSS(string=_css("base.css"), url_fetcher=nothing)

    class Document(weasyprint.HTML):  # type: ignore[misc]  # weasyprint has no types
        """Reads XHTML with the C parser and a short base sheet. Overrides private names: weasyprint is pinned."""

        def __init__(self, page: str) -> None:
            self.base_url, self.url_fetcher, self.media_type = None, nothing, "print"
            tree = ElementTree.fromstring(page)
            self.wrapper_element = weasyprint.cssselect2.ElementWrapper.from_html_root(tree, content_language=None)
            self.etree_element = self.wrapper_element.etree_element

        def _ua_stylesheets(self, forms: bool = False) -> list[Any]:
            return [base]

    look = weasyprint.CSS(string=_css("gb.css"), url_fetcher=nothing, font_config=fonts)
    return _Engine(fonts, look, weasyprint.Attachment, Document)


def _css(name: str) -> str:
    return files("reports").joinpath(name).read_text("utf-8")
