"""Small real files: pictures with a place in them, office files with a password, with macros, with a trap, papers that run something."""

from __future__ import annotations

import io
import struct
import zipfile

import openpyxl
import pikepdf
from PIL import Image

PLACE = "永林街七号".encode()
CONTENT_TYPES = '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'


def zipped(parts: dict[str, bytes], *, locked: bool = False, said: int | None = None) -> bytes:
    """An archive; `locked`: its parts say that they have a password; `said`: what its directory says each part unpacks to."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    made = bytearray(out.getvalue())
    for mark, flags, size in ((b"PK\x01\x02", 8, 24), (b"PK\x03\x04", 6, 22)):
        at = made.find(mark)
        while at >= 0:
            if locked:
                made[at + flags] |= 1
            if said is not None:
                made[at + size : at + size + 4] = struct.pack("<I", said)
            at = made.find(mark, at + 4)
    return bytes(made)


def docx(*, more: dict[str, bytes] | None = None, locked: bool = False, said: int | None = None) -> bytes:
    parts = {"[Content_Types].xml": CONTENT_TYPES.encode(), "word/document.xml": b"<w:document/>" * 20, **(more or {})}
    return zipped(parts, locked=locked, said=said)


def xlsx(more: dict[str, bytes] | None = None) -> bytes:
    book = openpyxl.Workbook()
    book.active.append(("名称", "金额"))
    out = io.BytesIO()
    book.save(out)
    if more:
        with zipfile.ZipFile(out, "a") as archive:
            for name, content in more.items():
                archive.writestr(name, content)
    return out.getvalue()


def compound(stream: str) -> bytes:
    """A compound file (OLE2) whose directory names a stream: how Office keeps a file with a password, and how it kept all of them before 2007."""
    sector = 512
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16 + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + b"\0" * 6
    head += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 0x1000, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0) + struct.pack("<I", 0) + b"\xff" * 432
    table = struct.pack("<II", 0xFFFFFFFD, 0xFFFFFFFE) + b"\xff" * (sector - 8)
    directory = b""
    for name, kind in (("Root Entry", 5), (stream, 2)):
        raw = name.encode("utf-16-le")
        directory += (raw + b"\0\0").ljust(64, b"\0") + struct.pack("<HBB", len(raw) + 2, kind, 1) + b"\0" * 60
    return head[:512].ljust(512, b"\xff") + table + directory.ljust(sector, b"\0")


def pdf(password: str = "", *, owner: str = "", runs: bool = False, begins: bool = False) -> bytes:
    """A page; `owner`: only printing is forbidden, everybody may open it; `runs`: a script when it is opened; `begins`: goes to its page."""
    paper = pikepdf.new()
    paper.add_blank_page(page_size=(200, 200))
    if runs:
        paper.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
        paper.Root.Names = pikepdf.Dictionary(JavaScript=pikepdf.Dictionary(Names=["a", pikepdf.Dictionary(JS="app.alert(2)")]))
    if begins:
        paper.Root.OpenAction = pikepdf.Array([paper.pages[0].obj, pikepdf.Name.Fit])
    out = io.BytesIO()
    locked = pikepdf.Encryption(user=password, owner=owner or password) if password or owner else False
    paper.save(out, encryption=locked)
    return out.getvalue()


def photo(kind: str = "JPEG", *, turned: bool = False) -> bytes:
    """A picture as a telephone takes it: where, with what, a comment; `turned`: lying on its side, as it says."""
    picture = Image.new("RGB", (60, 40), "red")
    about = Image.Exif()
    about[0x010F], about[0x010E] = "Telephone", PLACE.decode()
    if turned:
        about[0x0112] = 6
    about.get_ifd(0x8825)[2] = (31.0, 19.0, 12.0)
    out = io.BytesIO()
    more = {"comment": PLACE} if kind == "JPEG" else {}
    if kind == "PNG":
        from PIL.PngImagePlugin import PngInfo

        text = PngInfo()
        text.add_text("Comment", PLACE.decode())
        more = {"pnginfo": text}
    picture.save(out, format=kind, exif=about, xmp=b"<x>" + PLACE + b"</x>", **more)
    return out.getvalue()
