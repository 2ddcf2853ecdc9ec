"""What is inside an uploaded file: a password, macros, a trap that unpacks to more than anybody can hold, something that runs when it is opened."""

import io
import struct
import zipfile
import zlib
from dataclasses import dataclass
from typing import Any

from PIL import Image, ImageFile, ImageOps, UnidentifiedImageError

from webapp.core import markup

UNPACKED = 300 * 1024 * 1024
"""Bytes an office file may unpack to, counted while unpacking: what its own directory says may be a lie."""
PARTS = 5_000
"""Files an office file may consist of."""
PASSWORD = "有密码，请去掉密码后重传。"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SEALED = "EncryptedPackage".encode("utf-16-le")
"""The stream in which Office keeps a workbook or a text that has a password."""
_MACROS = ("vbaproject.bin", "vbadata.xml", "macrosheets/", "dialogsheets/")
_ENCRYPTED = 0x1
_RUNS = ("/OpenAction", "/AA", "/JavaScript", "/EmbeddedFiles")
INSTEAD = {
    "doc": "是旧版格式，请在 Word 或 WPS 里另存为 DOCX 后上传。",
    "xls": "是旧版格式，请在 Excel 或 WPS 里另存为 XLSX 后上传。",
    "docm": "里有宏，请另存为不含宏的 DOCX 后上传。",
    "xlsm": "里有宏，请另存为不含宏的 XLSX 后上传。",
    "zip": "是压缩包，请解开后逐个上传。",
    "rar": "是压缩包，请解开后逐个上传。",
    "7z": "是压缩包，请解开后逐个上传。",
}
"""Endings that are not taken, and what helps."""


@dataclass(frozen=True, slots=True)
class Objection:
    """Why a file is not taken; the sentence goes on behind its name."""

    code: str
    sentence: str


def office(content: bytes, ending: str) -> Objection | None:
    """What is wrong with a DOCX or an XLSX; None when nothing is. Every part of it is unpacked once, which also finds damage."""
    if content.startswith(_OLE):
        if _SEALED in content:
            return Objection("file_password", PASSWORD)
        return Objection("file_lies", f"的内容是旧版格式，不是 {ending.upper()}，请另存为 {ending.upper()} 后上传。")
    lies = Objection("file_lies", f"的内容不是 {ending.upper()}，请确认后重新上传。")
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, struct.error, NotImplementedError):
        return lies
    if any(part.flag_bits & _ENCRYPTED for part in parts):
        return Objection("file_password", PASSWORD)
    if not any(part.filename.startswith("xl/" if ending == "xlsx" else "word/") for part in parts):
        return lies
    if any(word in part.filename.lower() for part in parts for word in _MACROS):
        return Objection("file_macros", f"里有宏，请另存为不含宏的 {ending.upper()} 后上传。")
    if len(parts) > PARTS:
        return Objection("file_bomb", "解开后的文件太多，不能接收。请另存为一份新的再上传。")
    return _unpacked(archive, parts)


def _unpacked(archive: zipfile.ZipFile, parts: list[zipfile.ZipInfo]) -> Objection | None:
    left = UNPACKED
    too_much = Objection("file_bomb", "解开后大得不合常理，不能接收。请另存为一份新的再上传。")
    if sum(part.file_size for part in parts) > left:
        return too_much
    try:
        for part in parts:
            with archive.open(part) as opened:
                while block := opened.read(1 << 18):
                    left -= len(block)
                    if left < 0:
                        return too_much
                    if part.filename == "[Content_Types].xml" and b"macroEnabled" in block:
                        return Objection("file_macros", "里有宏，请另存为不含宏的文件后上传。")
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError, struct.error):
        return Objection("file_damaged", "已损坏，打不开。请在电脑上打开确认，另存后重新上传。")
    return None


def archive(content: bytes, ending: str) -> Objection | None:
    """What is said of an archive, or of an ending that is nearly one we take."""
    if ending not in INSTEAD:
        return None
    if _locked(content):
        return Objection("file_password", PASSWORD if ending not in {"zip", "rar", "7z"} else "有密码，请解开、去掉密码后逐个上传。")
    return Objection("file_kind", INSTEAD[ending])


def _locked(content: bytes) -> bool:
    if content.startswith(_OLE):
        return _SEALED in content
    try:
        return any(part.flag_bits & _ENCRYPTED for part in zipfile.ZipFile(io.BytesIO(content)).infolist())
    except (zipfile.BadZipFile, ValueError, struct.error, NotImplementedError):
        return False


def markup_of(content: bytes) -> Objection | None:
    """What is wrong with an XML: a document type, depth, damage. An e-invoice is some kilobytes, so a large one is none."""
    try:
        markup.leaves(content, largest=2 * 1024 * 1024)
    except markup.MarkupError as error:
        return Objection("file_markup", str(error))
    return None


def pdf(content: bytes) -> tuple[bytes, Objection | None]:
    """A PDF without what runs when it is opened, and what is wrong with it. One that holds nothing of the kind comes back as it was.

    What a reader repairs by itself is no fault of the file: only a password is.
    """
    import pikepdf  # noqa: PLC0415 -- seven megabytes that most requests do not need

    try:
        with pikepdf.open(io.BytesIO(content)) as paper:
            root = paper.Root
            names: Any = root.get("/Names", {})
            running = [(holder, key) for holder in (root, names) for key in _RUNS if key in holder]
            harmful = [(holder, key) for holder, key in running if key != "/OpenAction" or _acts(holder[key])]
            if not harmful:
                return content, None
            for holder, key in harmful:
                del holder[key]
            out = io.BytesIO()
            paper.save(out)
            return out.getvalue(), None
    except pikepdf.PasswordError:
        return content, Objection("file_password", PASSWORD)
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, RuntimeError):
        return content, None


def _acts(action: Any) -> bool:
    """Whether opening does more than go to a page, which is how most programs write where to begin."""
    try:
        return str(action.get("/S")) not in {"/GoTo", "None"}
    except (AttributeError, TypeError, ValueError):
        return False


def picture(content: bytes, media_type: str) -> bytes | None:
    """The picture written anew: turned as the camera said, and without anything beside its points (place, device, comments). None: no picture."""
    try:
        ImageFile.LOAD_TRUNCATED_IMAGES = False  # WeasyPrint, where it is loaded too, lets half a picture pass
        found = Image.open(io.BytesIO(content))
        if found.width * found.height > (Image.MAX_IMAGE_PIXELS or 0):
            raise Image.DecompressionBombError
        turned = ImageOps.exif_transpose(found).convert("RGB" if media_type != "image/png" else "RGBA")
        turned.thumbnail((2400, 2400))
        turned.info.clear()
        out = io.BytesIO()
        turned.save(out, format=media_type.partition("/")[2].upper())
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, struct.error, Image.DecompressionBombError):
        return None
    return out.getvalue()
