"""WeasyPrint, tuned for our papers: what is costly is made once in a process, and what it leaves to chance is settled.

Overrides private names: weasyprint is pinned, and tests compare what comes out.
"""

import gc
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any
from xml.etree import ElementTree

from reports import glyphs, sheet, thrift

LARGE = 100_000  # of a longer page the garbage collector is paused, which saves a tenth; below, nothing
MIMETYPES = {".json": "application/json", ".xlsx": sheet.MIMETYPE}


@dataclass(frozen=True, slots=True)
class Room:
    """A place on a page (counted from 0): the part of the page that text fills, and how far down in it, in points."""

    page: int
    left: float
    top: float
    width: float
    height: float
    down: float


@dataclass(frozen=True, slots=True)
class Engine:
    """What is costly to make and the same for every document: read fonts, parsed style sheets."""

    fonts: Any
    look: Any
    attachment: Any
    document: Any

    def lay(self, page: str, options: dict[str, Any]) -> Any:
        """XHTML laid out on pages."""
        with _gc_paused(len(page) > LARGE):
            return self.document(page).render(font_config=self.fonts, stylesheets=[self.look], **options)

    def room(self, laid: Any, name: str) -> Room:
        """Where an element came to stand. Raises LookupError."""
        for number, page in enumerate(laid.pages):
            if name in page.anchors:
                box, points = page._page_box, 0.75
                left, top = box.content_box_x() * points, box.content_box_y() * points
                return Room(number, left, top, box.width * points, box.height * points, page.anchors[name][1] * points - top)
        raise LookupError(name)

    def write(self, laid: Any, options: dict[str, Any]) -> bytes:
        """Pages as a file."""
        with _gc_paused(len(laid.pages) > 10):
            pdf: bytes = laid.write_pdf(finisher=_settle, **options)
            return pdf


def _settle(document: Any, pdf: Any) -> None:
    """It lists each attachment twice, asks the machine for media types, names patterns and shadings where there are none, and
    would compress each stream twice, once more for the name of the file, with an effort that saves one byte in a hundred."""
    catalog = pdf.catalog
    if "AF" in catalog:
        catalog["AF"][:] = dict.fromkeys(catalog["AF"])
    for item in pdf.objects:
        if getattr(item, "extra", {}).get("Subtype") == "/OpenType" and item.stream[0][:4] != b"OTTO":
            item.extra["Subtype"] = "/CIDFontType0C"
        if getattr(item, "compress", False):
            item.compress = False
            plain = item.data
            begins = plain.index(b"\nstream\n") + 8
            item.stream = [zlib.compress(plain[begins : -len(b"\nendstream")], 6)]
            item.extra = {**item.extra, "Filter": "/FlateDecode"}
        if not isinstance(item, dict):
            continue
        if item.get("Type") == "/Filespec":
            suffix = "." + item["UF"].string.rpartition(".")[2]
            stream = pdf.objects[int(item["EF"]["F"].split()[0])]
            stream.extra["Subtype"] = "/" + MIMETYPES[suffix].replace("/", "#2f")
        for name in ("Pattern", "Shading"):
            if not item.get(name, True):
                del item[name]
    thrift.once(pdf)


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


@cache
def engine() -> Engine:
    """Made once in a process, at its first document."""
    glyphs.configure()
    # Slow import with a large memory, wanted by the worker alone; and fontconfig reads its file when it is imported.
    import weasyprint  # noqa: PLC0415
    from weasyprint.text import ffi  # noqa: PLC0415
    from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415
    from weasyprint.urls import URLFetcher  # noqa: PLC0415

    if not ffi.harfbuzz_subset:
        raise RuntimeError("libharfbuzz-subset0 is not installed; without it a document takes 25 times as long")
    thrift.install()
    nothing = URLFetcher(allowed_protocols=())  # paper fetches nothing, from nowhere
    fonts = FontConfiguration()
    base = weasyprint.CSS(string=css("base.css"), url_fetcher=nothing)

    class Document(weasyprint.HTML):  # type: ignore[misc]  # weasyprint has no types
        """Reads XHTML with the C parser and a short base sheet."""

        def __init__(self, page: str) -> None:
            self.base_url, self.url_fetcher, self.media_type = None, nothing, "print"
            tree = ElementTree.fromstring(page)
            self.wrapper_element = weasyprint.cssselect2.ElementWrapper.from_html_root(tree, content_language=None)
            self.etree_element = self.wrapper_element.etree_element

        def _ua_stylesheets(self, forms: bool = False) -> list[Any]:
            return [base]

    look = weasyprint.CSS(string=css("gb.css"), url_fetcher=nothing, font_config=fonts)
    return Engine(fonts, look, weasyprint.Attachment, Document)


def css(name: str) -> str:
    """A style sheet of ours."""
    return files("reports").joinpath(name).read_text("utf-8")
