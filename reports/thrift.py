"""What WeasyPrint does dearly, done cheaply; what is printed looks the same, and tests compare it.

Replaces private parts of weasyprint, which is pinned. Knows nothing of our papers.
"""

import io
from functools import lru_cache
from math import inf
from typing import Any


def install() -> None:
    """Once in a process, after weasyprint can be imported."""
    # Wanted by the worker alone.
    from weasyprint.pdf import fonts  # noqa: PLC0415
    from weasyprint.svg import SVG  # noqa: PLC0415

    fonts.get_hb_object_data = lambda face: b""  # copies the whole file of each font for each document, 50 MB with a full one
    fonts.Font.subset = _subset
    fonts.Font.type = property(lambda font: "ttf" if font.file_content[:4] == b"\0\1\0\0" else "otf")
    plainly = SVG.draw_node
    SVG.draw_node = lambda svg, node, font_size, *more, **named: (
        _words(svg, node, font_size) if _plain(node) else plainly(svg, node, font_size, *more, **named)
    )


def once(pdf: Any) -> None:
    """Each object of a finished file becomes its bytes, which pydyf would make twice: to write them, and to name the file."""
    import pydyf  # noqa: PLC0415 -- wanted by the worker alone

    class Made(pydyf.Object):  # type: ignore[misc]  # pydyf has no types
        data = b""
        compressible = True

        def __init__(self, of: Any) -> None:
            super().__init__()
            self.number, self.generation, self.free = of.number, of.generation, of.free
            self.data = of.data if of.free == "n" else b""
            self.compressible = of.compressible

    pdf.objects[:] = map(Made, pdf.objects)


def _subset(font: Any, to_unicode: dict[int, str], hinting: bool) -> None:
    """The used glyphs of a font. Raises RuntimeError where HarfBuzz cannot do it.

    A font of the CFF kind names its glyphs by number, so the used ones alone are kept, under their numbers, as a bare CFF: a
    thirtieth of the work and bytes of a full font. Else empty places are kept for the unused ones, as WeasyPrint does.
    """
    from weasyprint.text.ffi import harfbuzz  # noqa: PLC0415
    from weasyprint.text.ffi import harfbuzz_subset as hb  # noqa: PLC0415

    used = sorted({0, *to_unicode})
    flags = hb.HB_SUBSET_FLAGS_PASSTHROUGH_UNRECOGNIZED | hb.HB_SUBSET_FLAGS_DESUBROUTINIZE
    if font.missing:
        flags |= hb.HB_SUBSET_FLAGS_NOTDEF_OUTLINE
    last = flags if hinting else flags | hb.HB_SUBSET_FLAGS_NO_HINTING
    if "CFF " in font.tables:
        bare = _bytes_of(harfbuzz.hb_face_reference_table(_cut(font.hb_face, used, last), harfbuzz.hb_tag_from_string(b"CFF ", -1)))
        if _numbers(bare) == used:
            font.file_content = bare
            return
    sparse = _cut(font.hb_face, used, flags | hb.HB_SUBSET_FLAGS_RETAIN_GIDS)
    font.file_content = _bytes_of(harfbuzz.hb_face_reference_blob(_cut(sparse, range(used[-1] + 1), last)))


def _cut(face: Any, glyphs: Any, flags: int) -> Any:
    from weasyprint.text.ffi import ffi, harfbuzz  # noqa: PLC0415
    from weasyprint.text.ffi import harfbuzz_subset as hb  # noqa: PLC0415

    asked = ffi.gc(hb.hb_subset_input_create_or_fail(), hb.hb_subset_input_destroy)
    hb.hb_subset_input_set_flags(asked, flags)
    for numbers, into in (
        (list(glyphs), hb.hb_subset_input_glyph_set(asked)),
        (_useless(), hb.hb_subset_input_set(asked, hb.HB_SUBSET_SETS_DROP_TABLE_TAG)),
    ):
        harfbuzz.hb_set_add_sorted_array(into, ffi.new("hb_codepoint_t[]", numbers), len(numbers))
    cut = hb.hb_subset_or_fail(face, asked)
    if cut == ffi.NULL:
        raise RuntimeError("a font cannot be cut to the glyphs that are used")
    return ffi.gc(cut, harfbuzz.hb_face_destroy)


@lru_cache(1)
def _useless() -> list[int]:
    """The tables a printed font has no use for."""
    from weasyprint.text.ffi import harfbuzz  # noqa: PLC0415

    names = (b"BASE", b"DSIG", b"EBDT", b"EBLC", b"EBSC", b"GPOS", b"GSUB", b"JSTF", b"LTSH", b"PCLT", b"SVG ")
    return [harfbuzz.hb_tag_from_string(name, -1) for name in names]


def _bytes_of(blob: Any) -> bytes:
    from weasyprint.text.ffi import ffi, harfbuzz  # noqa: PLC0415

    length = ffi.new("unsigned int *")
    data = harfbuzz.hb_blob_get_data(blob, length)
    found: bytes = b"" if data == ffi.NULL else ffi.unpack(data, length[0])
    harfbuzz.hb_blob_destroy(blob)
    return found


def _numbers(bare: bytes) -> list[int]:
    """The numbers under which a CFF keeps its glyphs; empty where it has names instead."""
    from fontTools.cffLib import CFFFontSet  # noqa: PLC0415

    fonts = CFFFontSet()
    fonts.decompile(io.BytesIO(bare), None)
    top = fonts[0]
    return [0, *(int(name[3:]) for name in top.charset[1:])] if hasattr(top, "ROS") else []


ANCHORS = {"start": 0.0, "middle": 0.5, "end": 1.0}
KNOWN = {"x", "y", "text-anchor", "fill", "font-size", "font-family", "class", "role"}


def _plain(node: Any) -> bool:
    """Whether a part of a figure is words at one place, in one colour."""
    return node.tag == "text" and KNOWN.issuperset(node.attrib) and bool(node.text) and not len(node._etree_node)


def _words(svg: Any, node: Any, font_size: float) -> None:
    """Words of a figure in one piece: WeasyPrint lays each letter alone, and those not set from the left on a layer of their own."""
    from weasyprint.draw.text import draw_emojis, draw_first_line  # noqa: PLC0415
    from weasyprint.matrix import Matrix  # noqa: PLC0415
    from weasyprint.svg.text import Style, TextBox  # noqa: PLC0415
    from weasyprint.svg.utils import color, size  # noqa: PLC0415
    from weasyprint.text.line_break import split_first_line  # noqa: PLC0415

    look = Style(_initial())
    look.font_config = svg.font_config
    look["font_family"] = [name.strip("\"'") for name in node.get("font-family", "sans-serif").split(",")]
    look["font_size"] = size(node.get("font-size", "1em"), font_size, font_size)
    layout, _, _, width, _, baseline = split_first_line(node.text, look, svg.context, inf, 0)
    box = TextBox(layout, look)
    box.baseline = baseline
    layout.reactivate(look)
    x = float(node.get("x", 0)) - width * ANCHORS[node.get("text-anchor", "start")]
    y = float(node.get("y", 0))
    svg.stream.push_state()
    svg.stream.set_color(color(node.get("fill", "black")))
    svg.stream.begin_text()
    emojis = draw_first_line(svg.stream, box, "none", "none", Matrix(d=-1, e=x, f=y))
    svg.stream.end_text()
    draw_emojis(svg.stream, look, x, y, emojis)
    svg.stream.pop_state()


def _initial() -> dict[str, Any]:
    from weasyprint.css.properties import INITIAL_VALUES  # noqa: PLC0415

    return {**INITIAL_VALUES, "font_style": "normal", "font_weight": 400}
