"""The PDF of an e-invoice: its text by place on the page, and the values that stand behind their labels.

Only a PDF that was issued as text is read. A scan has no text, and its page is shown to people instead.
"""

import io
import re
import unicodedata
from collections.abc import Iterator
from typing import Any

from PIL import Image

from webapp.funding.einvoices.found import Found, amount, day

LARGEST = 5 * 1024 * 1024
STEPS = 60_000
"""Drawing steps that are looked at; an invoice has some hundreds."""
PAGES = 2
DEEPEST = 3
_Matrix = tuple[float, float, float, float, float, float]
_PIECE = re.compile(rb"beginbf(char|range)(.*?)endbf(?:char|range)", re.DOTALL)
_HEX = re.compile(rb"<([0-9A-Fa-f\s]*)>|(\[)|(\])")
_PARTY = re.compile(r"(?<!项目)名称[:：][\t]*([^\t\n]+)")
_TAX = re.compile(r"(?:纳税人识别号|统一社会信用代码/纳税人识别号)[:：]\s*([0-9A-Z]{15,20})")


def read(content: bytes) -> Found | None:
    """The values of an e-invoice's PDF; None where there is no text or it is no e-invoice."""
    if len(content) > LARGEST:
        return None
    return of_text("\n".join(lines(content)))


def of_text(text: str) -> Found | None:
    """The values in the text of an e-invoice, one line of the page to a line, parts of a line kept apart by tabs."""
    text = unicodedata.normalize("NFKC", text)
    tight = text.replace(" ", "")

    def behind(label: str, pattern: str) -> str:
        found = re.search(rf"{label}[:：]?[\t]*({pattern})", tight)
        return found[1] if found else ""

    face = amount(behind("[(]小写[)]", r"[¥￥]?[\d,]+\.\d{2}"))
    issued = day(behind("开票日期", r"\d{4}\D{0,2}\d{1,2}\D\d{1,2}|\d{8}"))
    if fiscal := behind("票据号码", r"\d{10}"):
        return Found(
            "pdf", "fiscal", fiscal, behind("票据代码", r"\d{8}"), behind("校验码", "[0-9A-Za-z]{6}"), buyer=behind("交款人", r"[^\t\n]+"),
            seller=behind(r"收款单位(?:[(]章[)])?", r"[^\t\n]+"), face=face, issued_on=issued,
        )  # fmt: skip
    number, code = behind("发票号码", r"\d{20}|\d{8}(?!\d)"), behind("发票代码", r"\d{10,12}")
    if not number or (len(number) == 8) != bool(code):
        return None
    parties = [one.strip() for one in _PARTY.findall(tight)]
    taxes = _TAX.findall(tight)
    both = len(parties) >= 2
    return Found(
        "pdf", "invoice" if code else "einvoice", number, code, buyer=parties[0] if parties else "", seller=parties[1] if both else "",
        buyer_tax=taxes[0] if len(taxes) > 1 else "", seller_tax=taxes[-1] if len(taxes) > 1 else "", face=face, issued_on=issued,
    )  # fmt: skip


def text(content: bytes) -> list[str]:
    """The text of a PDF for people who cannot see it as it is; empty for a scan and for what is too large."""
    return lines(content) if len(content) <= LARGEST else []


def scanned(content: bytes) -> bytes | None:
    """The largest picture on the first page of a scan, written anew as a JPEG; None where there is none that can be opened."""
    import pikepdf  # noqa: PLC0415 -- as below

    try:
        with pikepdf.open(io.BytesIO(content)) as book:
            drawn = [
                one for one in book.pages[0].get_images().values() if int(one.Width) * int(one.Height) <= (Image.MAX_IMAGE_PIXELS or 0)
            ]
            largest = max(drawn, key=lambda one: int(one.Width) * int(one.Height), default=None)
            if largest is None:
                return None
            drawing: Any = largest
            picture = pikepdf.PdfImage(drawing).as_pil_image().convert("RGB")
    except (
        pikepdf.PdfError,
        pikepdf.UnsupportedImageTypeError,
        ValueError,
        TypeError,
        KeyError,
        AttributeError,
        RuntimeError,
        OSError,
        IndexError,
    ):
        return None
    picture.thumbnail((1400, 1400))
    out = io.BytesIO()
    picture.save(out, format="JPEG", quality=70)
    return out.getvalue()


def lines(content: bytes) -> list[str]:
    """The text of the first pages, line by line from above, what stands apart on a line parted by a tab."""
    import pikepdf  # noqa: PLC0415 -- seven megabytes that most requests do not need

    found: list[str] = []
    try:
        with pikepdf.open(io.BytesIO(content)) as book:
            for page in list(book.pages)[:PAGES]:
                found += _joined(list(_shown(page.obj, page.obj.get("/Resources", {}), (1, 0, 0, 1, 0, 0), 0)))
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, AttributeError, RuntimeError, RecursionError):
        return []
    return found


def _joined(pieces: list[tuple[float, float, float, str]]) -> list[str]:
    """Pieces (x, y, size, text) as lines: the same height is one line, a gap of more than a letter a tab."""
    rows: list[list[tuple[float, float, float, str]]] = []
    for piece in sorted(pieces, key=lambda one: -one[1]):
        if rows and abs(rows[-1][0][1] - piece[1]) <= max(2.0, piece[2] * 0.4):
            rows[-1].append(piece)
        else:
            rows.append([piece])
    found = []
    for row in rows:
        line, end = "", None
        for x, _, size, text in sorted(row, key=lambda one: one[0]):
            if end is not None and x > end + size:
                line += "\t"
            line += text
            end = x + sum(size if unicodedata.east_asian_width(char) in "WF" else size * 0.55 for char in text)
        if line.strip():
            found.append(line)
    return found


def _times(a: _Matrix, b: _Matrix) -> _Matrix:
    return (
        a[0] * b[0] + a[1] * b[2], a[0] * b[1] + a[1] * b[3], a[2] * b[0] + a[3] * b[2], a[2] * b[1] + a[3] * b[3],
        a[4] * b[0] + a[5] * b[2] + b[4], a[4] * b[1] + a[5] * b[3] + b[5],
    )  # fmt: skip


def _six(values: Any) -> _Matrix:
    a, b, c, d, e, f = (float(one) for one in values)
    return a, b, c, d, e, f


def _shown(holder: Any, resources: Any, base: _Matrix, depth: int) -> Iterator[tuple[float, float, float, str]]:
    """Every text that is drawn: where, how large, and what; forms drawn within included."""
    import pikepdf  # noqa: PLC0415 -- as above

    fonts: dict[str, dict[bytes, str]] = {}
    kept: list[_Matrix] = []
    matrix, start, line = base, base, base
    size, leading, font = 1.0, 0.0, ""
    for step in pikepdf.parse_content_stream(holder)[:STEPS]:
        operands: Any = step.operands
        match str(step.operator):
            case "q":
                kept.append(matrix)
            case "Q":
                matrix = kept.pop() if kept else base
            case "cm":
                matrix = _times(_six(operands), matrix)
            case "BT":
                start = line = (1, 0, 0, 1, 0, 0)
            case "Tm":
                start = line = _six(operands)
            case "Td" | "TD" as how:
                if how == "TD":
                    leading = -float(operands[1])
                start = line = _times((1, 0, 0, 1, float(operands[0]), float(operands[1])), line)
            case "TL":
                leading = float(operands[0])
            case "T*":
                start = line = _times((1, 0, 0, 1, 0, -leading), line)
            case "Tf":
                font, size = str(operands[0]), float(operands[1])
                if font not in fonts:
                    fonts[font] = _letters(resources.get("/Font", {}).get(font))
            case "Tj" | "TJ" | "'" | '"' as how:
                if how in "'\"":
                    start = line = _times((1, 0, 0, 1, 0, -leading), line)
                parts = operands[-1] if how == "TJ" else [operands[-1]]
                text = "".join(_decoded(bytes(one), fonts.get(font, {})) for one in parts if isinstance(one, pikepdf.String))
                placed = _times(start, matrix)
                if text:
                    yield placed[4], placed[5], abs(size * placed[3] or size * placed[1]), text
                    start = _times((1, 0, 0, 1, _width(text) * size, 0), start)
            case "Do" if depth < DEEPEST:
                inner = resources.get("/XObject", {}).get(str(operands[0]))
                if inner is not None and inner.get("/Subtype") == "/Form":
                    turned = _times(_six(inner.get("/Matrix", (1, 0, 0, 1, 0, 0))), matrix)
                    yield from _shown(inner, inner.get("/Resources", resources), turned, depth + 1)


def _width(text: str) -> float:
    return sum(1.0 if unicodedata.east_asian_width(char) in "WF" else 0.55 for char in text)


def _letters(font: Any) -> dict[bytes, str]:
    """What the codes of a font mean, as its own table (ToUnicode) says; empty where it has none."""
    if font is None or "/ToUnicode" not in font:
        return {}
    found: dict[bytes, str] = {}
    for kind, body in _PIECE.findall(font["/ToUnicode"].read_bytes()[:500_000]):
        tokens = [
            (bytes.fromhex("".join(one.decode().split())) if not mark and not end else mark or end) for one, mark, end in _HEX.findall(body)
        ]
        if kind == b"char":
            found |= {code: _letter(target) for code, target in zip(tokens[::2], tokens[1::2], strict=False)}
        else:
            _range(tokens, found)
    return found


def _range(tokens: list[bytes], found: dict[bytes, str]) -> None:
    position = 0
    while position + 2 < len(tokens):
        low, high = tokens[position], tokens[position + 1]
        first, last = int.from_bytes(low, "big"), int.from_bytes(high, "big")
        if tokens[position + 2] == b"[":
            end = tokens.index(b"]", position)
            targets = tokens[position + 3 : end]
            position = end + 1
            found |= {(first + n).to_bytes(len(low), "big"): _letter(one) for n, one in enumerate(targets)}
            continue
        target = tokens[position + 2]
        position += 3
        begin = int.from_bytes(target, "big")
        for n in range(min(last - first, 0xFFFF) + 1):
            found[(first + n).to_bytes(len(low), "big")] = _letter((begin + n).to_bytes(len(target), "big"))


def _letter(target: bytes) -> str:
    return target.decode("utf-16-be", "ignore") if len(target) > 1 else target.decode("latin-1")


def _decoded(codes: bytes, letters: dict[bytes, str]) -> str:
    """A drawn text: by the font's table, or as plain Latin where it has none."""
    if not letters:
        return codes.decode("latin-1") if codes.isascii() else ""
    width = max(len(code) for code in letters)
    return "".join(letters.get(codes[n : n + width], "") for n in range(0, len(codes), width))
