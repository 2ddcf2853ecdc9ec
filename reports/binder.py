"""Papers bound into one file (合订): a front that lists them, then each as it was issued, its pages numbered on.

What they are is not changed: their pages, fonts and data come over as they are. Their links and bookmarks lead to the new
places, their embedded files keep their names behind the number of the piece. The same pieces give the same bytes.
"""

import io
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from reports import press
from reports.html import PIECE

MM = 72 / 25.4
RIGHT, TOP = 20 * MM, 7 * MM  # how far the number of a page stands from the edges of the paper: above whatever a paper has there
WIDTH, HEIGHT = 60 * MM, 7 * MM  # of the slip it is on: `@page stamp` of gb.css


@dataclass(frozen=True, slots=True)
class Piece:
    """One paper: what its bookmark is called, how many pages it has, and its file, read when its turn comes."""

    title: str
    pages: int
    read: Callable[[], bytes]


def pages(content: bytes) -> int:
    """How many pages a PDF has. Raises pikepdf.PdfError for what is none."""
    import pikepdf  # noqa: PLC0415 -- wanted by the worker alone

    with pikepdf.open(io.BytesIO(content)) as file:
        return len(file.pages)


def bind(front: bytes, pieces: Sequence[Piece]) -> bytes:
    """The front with the pieces behind it, as PDF/A-3b like each of them. Raises RuntimeError where a piece has not the pages it was said to have."""
    import pikepdf  # noqa: PLC0415

    with pikepdf.open(io.BytesIO(front)) as out:
        starts, bookmarks = [], []
        slips = _slips(out, sum(one.pages for one in pieces))
        for n, piece in enumerate(pieces, 1):
            starts.append(len(out.pages))
            with pikepdf.open(io.BytesIO(piece.read())) as source:
                if len(source.pages) != piece.pages:
                    raise RuntimeError(f"“{piece.title}” has {len(source.pages)} pages, not {piece.pages}")
                _append(out, source, slips)
                bookmarks.append(_bookmark(piece.title, source, starts[-1]))
                _embed(out, source, n)
        with out.open_outline() as outline:
            outline.root.extend(bookmarks)
        _lead(out, starts)
        made = io.BytesIO()
        out.save(made, deterministic_id=True)
    return made.getvalue()


def _slips(out: Any, many: int) -> Iterator[Any]:
    """For each page its number in the whole, as something to be drawn on it."""
    import pikepdf  # noqa: PLC0415

    if not many:
        return
    engine = press.engine()
    slips = "".join(f'<p class="stamp">卷内第 {n} 页</p>' for n in range(1, many + 1))
    options = {"pdf_variant": "pdf/a-3b", "pdf_tags": False}
    laid = engine.lay(f'<html lang="zh-CN"><head><title>页号</title></head><body>{slips}</body></html>', options)
    with pikepdf.open(io.BytesIO(engine.write(laid, options))) as file:
        if len(file.pages) != many:
            raise RuntimeError(f"{len(file.pages)} slips for {many} pages")
        for page in file.pages:
            yield out.copy_foreign(page.as_form_xobject())


def _append(out: Any, source: Any, slips: Iterator[Any]) -> None:
    """The pages, each with its number; a link within the paper leads to the same place here."""
    import pikepdf  # noqa: PLC0415

    first, names = len(out.pages), dict(_places(source))
    with warnings.catch_warnings():  # that named places stay behind: they are taken over below
        warnings.simplefilter("ignore", UserWarning)
        out.pages.extend(source.pages)
    for n in range(first, len(out.pages)):
        page = out.pages[n]
        _untag(page.obj)
        for link in page.get("/Annots", ()):
            _untag(link)
            target = str(link.get("/Dest", ""))
            if target in names:
                at, rest = names[target]
                link.Dest = pikepdf.Array([out.pages[first + at].obj, *rest])
        page.Resources = pikepdf.Dictionary(page.Resources)  # they are shared by all pages of a paper
        page.Resources.XObject = pikepdf.Dictionary({**dict(page.Resources.get("/XObject", {})), "/Slip": next(slips)})
        box = [float(one) for one in page.mediabox]
        x, y = box[2] - RIGHT - WIDTH, box[3] - TOP - HEIGHT
        page.contents_add(b"q\n", prepend=True)
        page.contents_add(f"\nQ q 1 0 0 1 {x:.3f} {y:.3f} cm /Slip Do Q\n".encode())


def _untag(thing: Any) -> None:
    """Takes it out of the tags for reading aloud, which stay behind in the paper it came from."""
    for name in ("/StructParents", "/StructParent"):
        if name in thing:
            del thing[name]


def _places(source: Any) -> Iterator[tuple[str, tuple[int, list[Any]]]]:
    """What its links name: the page, counted from 0, and where on it."""
    import pikepdf  # noqa: PLC0415

    numbers = {page.objgen: n for n, page in enumerate(source.pages)}
    found = source.Root.get("/Names", {}).get("/Dests")
    for name, place in pikepdf.NameTree(found).items() if found is not None else ():
        page, *rest = place.D if isinstance(place, pikepdf.Dictionary) else place
        yield (
            str(name),
            (numbers[page.objgen], [pikepdf.Object.parse(one.unparse()) if isinstance(one, pikepdf.Object) else one for one in rest]),
        )


def _bookmark(title: str, source: Any, first: int) -> Any:
    """The paper's own bookmarks under its name."""
    from pikepdf import OutlineItem  # noqa: PLC0415

    numbers = {page.objgen: n for n, page in enumerate(source.pages)}

    def within(item: Any) -> Any:
        place = item.destination
        page = numbers.get(place[0].objgen, 0) if place is not None and not isinstance(place, str | int) else 0
        found = OutlineItem(item.title, first + page)
        found.children.extend(map(within, item.children))
        return found

    whole = OutlineItem(title, first)
    whole.is_closed = True
    with source.open_outline() as outline:
        whole.children.extend(map(within, outline.root))
    return whole


def _embed(out: Any, source: Any, n: int) -> None:
    """What is embedded in the paper: its data and its tables."""
    import pikepdf  # noqa: PLC0415

    for name in sorted(source.attachments):
        old = source.attachments[name]
        file = old.get_file()
        made = pikepdf.AttachedFileSpec(
            out, file.read_bytes(), description=old.description, filename=f"{n:03d}-{name}", mime_type=file.mime_type,
            creation_date=str(file.obj.Params.get("/CreationDate", "")), mod_date=str(file.obj.Params.get("/ModDate", "")),
        )  # fmt: skip
        made.relationship = old.relationship
        out.attachments[made.filename] = made
        out.Root.AF.append(out.attachments[made.filename].obj)


def _lead(out: Any, starts: Sequence[int]) -> None:
    """Addresses of pieces become the pages on which they begin."""
    import pikepdf  # noqa: PLC0415

    for page in out.pages[: starts[0]] if starts else ():
        for link in page.get("/Annots", ()):
            address = str(link.get("/A", {}).get("/URI", ""))
            if address.startswith(PIECE):
                del link.A
                link.Dest = pikepdf.Array([out.pages[starts[int(address.removeprefix(PIECE)) - 1]].obj, pikepdf.Name.Fit])
