"""Stored files: kept by content hash before the commit that names them, served only after the right is checked."""

import hashlib
import io
import re
import struct
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import magic
import obstore
import sqlalchemy as sa
from obstore.store import LocalStore, ObjectStore
from PIL import Image, ImageFile, UnidentifiedImageError
from sqlalchemy.orm import Mapped, Session, mapped_column

from webapp.core import fit, jobs
from webapp.core.db import Base, Numbered, transaction
from webapp.core.workflow import Refusal, Refused

LARGEST = 20 * 1024 * 1024
Image.MAX_IMAGE_PIXELS = 50_000_000
KINDS: dict[str, tuple[str, ...]] = {
    "pdf": ("application/pdf",),
    "jpg": ("image/jpeg",),
    "jpeg": ("image/jpeg",),
    "png": ("image/png",),
    "webp": ("image/webp",),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "application/zip", "application/octet-stream"),
    "docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "application/zip", "application/octet-stream"),
    "csv": ("text/plain", "text/csv", "application/csv"),
}
NAMES = "PDF、JPG、PNG、WEBP、XLSX、DOCX、CSV"
_MP4 = ("audio/mp4", "audio/x-m4a", "video/mp4")  # most telephones name their container, not what is in it
SOUNDS: dict[str, tuple[str, ...]] = {
    "mp3": ("audio/mpeg",),
    "m4a": _MP4,
    "mp4": _MP4,
    "3gp": ("audio/3gpp", "video/3gpp"),
    "amr": ("audio/amr", "audio/AMR"),
    "wav": ("audio/wav", "audio/x-wav"),
    "ogg": ("audio/ogg", "application/ogg"),
    "opus": ("audio/ogg", "application/ogg"),
    "webm": ("audio/webm", "video/webm"),
}
"""What telephones and WeChat record in. The first type of an ending is the one a file is kept and played as."""
SOUND_NAMES = "MP3、M4A、AMR、3GP、WAV、OGG"
_PICTURES = re.compile(rb"hdlr.{8}vide|V_(?:VP8|VP9|AV1|MPEG)", re.DOTALL)
"""A track of pictures, in the words of the containers that can hold one."""
_PLACE = re.compile(rb"[+-]\d{2}\.\d{2,}[+-]\d{3}\.\d{2,}(?:[+-][\d.]+)?/")
"""Where it was recorded, as telephones write it (ISO 6709)."""
_TURNS = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x0A, 0x0D, 0x09])
"""Marks that turn the direction of a line: in a file's name they only serve to show a false ending."""
_store: list[ObjectStore] = []


class Attachment(Numbered, Base):
    """A file that belongs to an object; the same content may belong to many."""

    REF = "attachment"
    __tablename__ = "attachments"
    __table_args__ = (sa.Index(None, "subject", "id"), sa.Index(None, "digest"))
    subject: Mapped[str] = mapped_column(sa.String(64))
    kind: Mapped[str] = mapped_column(sa.String(40))
    name: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int] = mapped_column(sa.BigInteger)
    digest: Mapped[str] = mapped_column(sa.String(64))
    by: Mapped[str] = mapped_column(sa.String(64))
    at: Mapped[datetime]


def open_store(folder: Path) -> None:
    """Use a local folder; another `ObjectStore` (S3) takes its place by configuration at scale."""
    folder.mkdir(parents=True, exist_ok=True)
    _store[:] = [LocalStore(folder)]


def _path(digest: str) -> str:
    return f"{digest[:2]}/{digest}"


def put(content: bytes) -> str:
    """Store a content and return its SHA-256; storing it again is storing it once."""
    digest = hashlib.sha256(content).hexdigest()
    obstore.put(_store[0], _path(digest), content)
    return digest


def get(digest: str) -> bytes:
    """The content of a digest. Raises FileNotFoundError."""
    return bytes(obstore.get(_store[0], _path(digest)).bytes())


def stored() -> Iterator[str]:
    """Every digest in the store."""
    for batch in obstore.list(_store[0]):
        for item in batch:
            yield item["path"].rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class Checked:
    """A file that was looked into and may be kept."""

    name: str
    content: bytes
    media_type: str

    @property
    def kind(self) -> str:
        """What it is beside somebody's words: a recording or a photo."""
        return "recording" if self.media_type.startswith("audio/") else "photo"


def check(name: str, content: bytes, *, sound: bool = False) -> Checked:
    """Look into an uploaded file: size, ending, true type, and pictures stripped of where and when they were taken.

    `sound`: a recording and nothing else; of it, too, where it was made is removed, and its name, for some telephones name
    recordings by the street. Raises Refused with a sentence that names the file.
    """
    kinds, names = (SOUNDS, SOUND_NAMES) if sound else (KINDS, NAMES)
    shown = fit.text(name.replace("\\", "/").rpartition("/")[2]).translate(_TURNS)
    ending = shown.rpartition(".")[2].lower()
    shown = shown if len(shown) <= 120 else f"{shown[: 119 - len(ending[:10])]}.{ending[:10]}"
    shown = shown or "未命名"

    def no(code: str, sentence: str) -> Refused:
        return Refused(Refusal(code, f"文件“{shown}”{sentence}", "file"))

    if not content:
        raise no("file_empty", "是空的，请重新选择。")
    if len(content) > LARGEST:
        raise no("file_large", f"有 {len(content) / 1048576:.0f} MB，超过 20 MB 的上限，请压缩或分成几份。")
    if ending not in kinds:
        raise no("file_kind", f"的类型不能上传，请用 {names}。")
    true_type = magic.from_buffer(content[:8192], mime=True)
    if true_type not in kinds[ending] or (ending in {"xlsx", "docx"} and not _office(content, ending)):
        raise no("file_lies", f"的内容不是 {ending.upper()}，请确认后重新上传。")
    media_type = kinds[ending][0]
    if sound:
        if _PICTURES.search(content):
            raise no("file_picture", "里有画面，请只录声音。")
        return Checked(f"录音.{ending}", _PLACE.sub(lambda found: b" " * len(found[0]), content), media_type)
    if media_type.startswith("image/"):
        content = _clean_picture(content, media_type, no)
    return Checked(shown, content, media_type)


def _office(content: bytes, ending: str) -> bool:
    try:
        names = zipfile.ZipFile(io.BytesIO(content)).namelist()
    except zipfile.BadZipFile:
        return False
    return any(name.startswith("xl/" if ending == "xlsx" else "word/") for name in names)


def _clean_picture(content: bytes, media_type: str, no: Any) -> bytes:
    """Write the picture anew, without its metadata (place, device) and with its turning applied."""
    try:
        ImageFile.LOAD_TRUNCATED_IMAGES = False  # WeasyPrint, where it is loaded too, lets half a picture pass
        picture = Image.open(io.BytesIO(content))
        if picture.width * picture.height > (Image.MAX_IMAGE_PIXELS or 0):
            raise Image.DecompressionBombError
        turned = picture.convert("RGB") if media_type != "image/png" else picture.convert("RGBA")
        turned.thumbnail((2400, 2400))
        out = io.BytesIO()
        turned.save(out, format=media_type.partition("/")[2].upper())
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, struct.error, Image.DecompressionBombError) as error:
        raise no("file_picture", "不是能打开的图片，请重新拍照或另存后上传。") from error
    return out.getvalue()


def attach(session: Session, subject: str, kind: str, file: Checked, *, by: str, at: datetime) -> Attachment:
    """Keep a checked file for an object. The content is stored first, so a commit never names a missing file."""
    found = Attachment(
        subject=subject, kind=kind, name=file.name, media_type=file.media_type,
        size=len(file.content), digest=put(file.content), by=by, at=at,
    )  # fmt: skip
    session.add(found)
    session.flush()
    return found


def move(session: Session, subject: str, to: str) -> None:
    """Give the files of one object to another, with its rights."""
    session.execute(sa.update(Attachment).where(Attachment.subject == subject).values(subject=to))


def copy(session: Session, subject: str, to: str) -> None:
    """Let another object have the files of one, too: their contents are kept once."""
    for one in session.scalars(sa.select(Attachment).where(Attachment.subject == subject).order_by(Attachment.id)).all():
        session.add(
            Attachment(
                subject=to, kind=one.kind, name=one.name, media_type=one.media_type, size=one.size, digest=one.digest, by=one.by, at=one.at
            )
        )
    session.flush()


def detach(session: Session, subject: str, *, kind: str = "", at: datetime) -> None:
    """Let go of the files of an object, or of one kind of them. The contents are removed by a job, so only once the letting go is committed."""
    which = sa.and_(Attachment.subject == subject, Attachment.kind == kind if kind else sa.true())
    for digest in session.scalars(sa.select(Attachment.digest).where(which)).all():
        jobs.enqueue(session, "files.remove", {"digest": digest}, person_id=None, at=at)
    session.execute(sa.delete(Attachment).where(which))


def remove(engine: sa.Engine, args: dict[str, Any], at: datetime) -> dict[str, Any]:
    """The job: remove a content from the store, unless some object still names it."""
    with transaction(engine) as session:
        kept = session.scalar(sa.select(sa.exists().where(Attachment.digest == args["digest"])))
        if not kept:
            obstore.delete(_store[0], _path(args["digest"]))
    return {"removed": not kept}


JOBS = {"files.remove": remove}


@dataclass(frozen=True, slots=True)
class Stored:
    """An attachment as pages show it."""

    id: int
    kind: str
    name: str
    size: int
    digest: str
    at: datetime

    @property
    def href(self) -> str:
        """Where files are served, once the right on their object is checked."""
        return f"/files/{self.id}"


def of(session: Session, subject: str, kind: str | None = None) -> list[Stored]:
    """The files of one object."""
    query = sa.select(Attachment.id, Attachment.kind, Attachment.name, Attachment.size, Attachment.digest, Attachment.at).where(
        Attachment.subject == subject
    )
    if kind:
        query = query.where(Attachment.kind == kind)
    return [Stored(**row) for row in session.execute(query.order_by(Attachment.id)).mappings()]


def faults(session: Session) -> Iterator[str]:
    """Stored files that are missing or whose content no longer has its digest."""
    for digest in session.scalars(sa.select(Attachment.digest).distinct()):
        try:
            if hashlib.sha256(get(digest)).hexdigest() != digest:
                yield f"文件 {digest[:12]} 内容被改动"
        except (FileNotFoundError, OSError):
            yield f"文件 {digest[:12]} 不在"
