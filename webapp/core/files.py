"""Stored files: kept by content hash before the commit that names them, served only after the right is checked."""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import magic
import obstore
import sqlalchemy as sa
from obstore.store import LocalStore, ObjectStore
from PIL import Image
from sqlalchemy.orm import Mapped, Session, mapped_column

from webapp.core import fit, jobs, outbox, scanner, sniff
from webapp.core.db import Base, Numbered, reading, transaction
from webapp.core.workflow import Refusal, Refused

LARGEST = 20 * 1024 * 1024
PIECE = 1024 * 1024
"""What is larger goes out in pieces of so many bytes."""
SMALLER = "请压缩后再传：照片另存小一些，扫描件选 150 或 200 DPI，材料多的分成几份。"
Image.MAX_IMAGE_PIXELS = 50_000_000
KINDS: dict[str, tuple[str, ...]] = {
    "xml": ("text/xml", "application/xml", "text/plain"),
    "pdf": ("application/pdf",),
    "jpg": ("image/jpeg",),
    "jpeg": ("image/jpeg",),
    "png": ("image/png",),
    "webp": ("image/webp",),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "application/zip", "application/octet-stream"),
    "docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "application/zip", "application/octet-stream"),
    "csv": ("text/plain", "text/csv", "application/csv"),
}
NAMES = "PDF、JPG、PNG、WEBP、XLSX、DOCX、CSV、XML"
_MP4 = ("audio/mp4", "audio/x-m4a", "video/mp4")  # most telephones name their container, not what is in it
SOUNDS: dict[str, tuple[str, ...]] = {
    "mp3": ("audio/mpeg",),
    "m4a": _MP4,
    "mp4": _MP4,
    "3gp": ("audio/3gpp", "video/3gpp"),
    "amr": ("audio/amr", "audio/AMR"),
    "aac": ("audio/aac", "audio/x-hx-aac-adts"),
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
_RESERVED = re.compile(r'[<>:"|?*]')
"""What Windows keeps no file under."""
PIECES = "pieces"
"""The folder of what is still being sent."""
_store: list[ObjectStore] = []


class Attachment(Numbered, Base):
    """A file that belongs to an object; the same content may belong to many."""

    REF = "attachment"
    __tablename__ = "attachments"
    __table_args__ = (
        sa.Index(None, "subject", "id"),
        sa.Index(None, "digest"),
        sa.CheckConstraint("scan IN ('', 'waiting', 'clean', 'infected', 'sealed')", name="known_scan"),
        sa.Index("ix_attachments_waiting", "id", sqlite_where=sa.text("scan = 'waiting'"), postgresql_where=sa.text("scan = 'waiting'")),
    )
    subject: Mapped[str] = mapped_column(sa.String(64))
    kind: Mapped[str] = mapped_column(sa.String(40))
    name: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int] = mapped_column(sa.BigInteger)
    digest: Mapped[str] = mapped_column(sa.String(64))
    by: Mapped[str] = mapped_column(sa.String(64))
    at: Mapped[datetime]
    scan: Mapped[str] = mapped_column(sa.String(12), default="")
    """What the search for viruses says (`SCANS`); empty where none is configured, and for what the platform itself made."""


SCANS = {"waiting": "待查毒", "infected": "发现病毒，已隔离", "sealed": "已收回，封存"}
"""What is said of a file beside its name; of a clean one nothing."""


def withheld(scan: str, *, own: bool) -> Refusal | None:
    """Why a file is not handed out: found infected, to nobody; not yet searched, only to who sent it."""
    if scan == "infected":
        return Refusal("infected", "这个文件里发现病毒，已隔离，不能下载。请上传的人杀毒后重新上传。")
    if scan == "sealed":
        return Refusal("sealed", "这份文书里有人删除了个人信息，已收回封存，不再提供下载。")
    if scan == "waiting" and not own:
        return Refusal("scanning", "这个文件正在查毒，查完就能下载，请过几分钟再来。")
    return None


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


def put_from(path: Path) -> tuple[str, int]:
    """The same for a file on the disk, which need not fit in memory; its SHA-256 and its size."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    obstore.put(_store[0], _path(digest), path, chunk_size=PIECE, max_concurrency=1)  # else sixty megabytes of it are held at once
    return digest, path.stat().st_size


def get(digest: str) -> bytes:
    """The content of a digest. Raises FileNotFoundError."""
    return bytes(obstore.get(_store[0], _path(digest)).bytes())


def stream(digest: str) -> Iterator[bytes]:
    """The same piece by piece, for what should not stand in memory whole. Raises FileNotFoundError before the first piece."""
    found = obstore.get(_store[0], _path(digest)).stream(min_chunk_size=PIECE)
    return (bytes(piece) for piece in found)


def stored() -> Iterator[str]:
    """Every digest in the store; pieces of what is still being sent are not among them."""
    for batch in obstore.list(_store[0]):
        for item in batch:
            if not item["path"].startswith(f"{PIECES}/"):
                yield item["path"].rpartition("/")[2]


def put_piece(upload: str, offset: int, content: bytes) -> None:
    """Keep one piece of what is being sent; the same place sent again takes its place."""
    obstore.put(_store[0], f"{PIECES}/{upload}/{offset:012d}", content)


def pieces(upload: str, offsets: Iterable[int]) -> bytes:
    """What was sent, put together. Raises FileNotFoundError."""
    return b"".join(bytes(obstore.get(_store[0], f"{PIECES}/{upload}/{one:012d}").bytes()) for one in offsets)


def drop_pieces(upload: str) -> None:
    """Remove the pieces of an upload."""
    paths = [item["path"] for batch in obstore.list(_store[0], f"{PIECES}/{upload}/") for item in batch]
    if paths:
        obstore.delete(_store[0], paths)


@dataclass(frozen=True, slots=True)
class Checked:
    """A file that was looked into and may be kept."""

    name: str
    content: bytes
    media_type: str
    sent: bool = False
    """Whether somebody sent it; what the platform made itself needs no search for viruses."""
    upload: str = ""
    """The upload it came in, where it came piece by piece."""

    @property
    def kind(self) -> str:
        """What it is beside somebody's words: a recording or a photo."""
        return "recording" if self.media_type.startswith("audio/") else "photo"


def _named(name: str, sound: bool) -> tuple[str, str, dict[str, tuple[str, ...]], str]:
    """A file's name as it is shown and kept, its ending, and what is taken, as types by ending and in words."""
    kinds, names = (SOUNDS, SOUND_NAMES) if sound else (KINDS, NAMES)
    shown = fit.text(name.replace("\\", "/").rpartition("/")[2]).translate(_TURNS)
    shown = _RESERVED.sub("_", shown).strip(" .") or "未命名"
    ending = shown.rpartition(".")[2].lower()
    return (shown if len(shown) <= 120 else f"{shown[: 119 - len(ending[:10])]}.{ending[:10]}"), ending, kinds, names


def known(name: str, *, sound: bool = False) -> None:
    """Refuse a file by its name alone, before any of it is sent. Raises Refused."""
    shown, ending, kinds, names = _named(name, sound)
    if ending not in kinds and (sound or ending not in sniff.INSTEAD) and not (sound and ending == "mov"):
        raise Refused(Refusal("file_kind", f"文件“{shown}”的类型不能上传，请用 {names}。", "file"))


def check(name: str, content: bytes, *, sound: bool = False) -> Checked:
    """Look into an uploaded file: size, ending, true type, and pictures stripped of where and when they were taken.

    `sound`: a recording and nothing else; of it, too, where it was made is removed, and its name, for some telephones name
    recordings by the street. Raises Refused with a sentence that names the file.
    """
    shown, ending, kinds, names = _named(name, sound)

    def no(code: str, sentence: str) -> Refused:
        return Refused(Refusal(code, f"文件“{shown}”{sentence}", "file"))

    if not content:
        raise no("file_empty", "是空的，请重新选择。")
    if len(content) > LARGEST:
        raise no("file_large", f"有 {len(content) / 1048576:.0f} MB，超过 {LARGEST // 1048576} MB 的上限。{SMALLER}")
    if sound and ending == "mov":
        raise no("file_picture", "是录像，请只录声音：苹果手机用“语音备忘录”录好，存到“文件”里再选。")
    if objection := None if sound else sniff.archive(content, ending):
        raise no(objection.code, objection.sentence)
    if ending not in kinds:
        raise no("file_kind", f"的类型不能上传，请用 {names}。")
    objection = sniff.office(content, ending) if ending in {"xlsx", "docx"} else None
    if objection is None and magic.from_buffer(content[:8192], mime=True) not in kinds[ending]:
        objection = sniff.Objection("file_lies", f"的内容不是 {ending.upper()}，请确认后重新上传。")
    media_type = kinds[ending][0]
    if objection is None and media_type == "application/pdf":
        content, objection = sniff.pdf(content)
    if objection is None and ending == "xml":
        objection = sniff.markup_of(content)
    if objection is not None:
        raise no(objection.code, objection.sentence)
    if sound:
        if _PICTURES.search(content):
            raise no("file_picture", "里有画面，请只录声音。")
        return Checked(f"录音.{ending}", _PLACE.sub(lambda found: b" " * len(found[0]), content), media_type, sent=True)
    if media_type.startswith("image/"):
        cleaned = sniff.picture(content, media_type)
        if cleaned is None:
            raise no("file_picture", "不是能打开的图片，请重新拍照或另存后上传。")
        content = cleaned
    return Checked(shown, content, media_type, sent=True)


def attach(session: Session, subject: str, kind: str, file: Checked, *, by: str, at: datetime) -> Attachment:
    """Keep a checked file for an object. The content is stored first, so a commit never names a missing file."""
    found = Attachment(
        subject=subject, kind=kind, name=file.name, media_type=file.media_type,
        size=len(file.content), digest=put(file.content), by=by, at=at, scan="waiting" if file.sent and scanner.configured() else "",
    )  # fmt: skip
    session.add(found)
    session.flush()
    if found.scan:
        _ask_scan(session, at)
    if file.upload:
        for taken in _TAKEN:
            taken(session, file.upload, at)
    return found


_TAKEN: list[Callable[[Session, str, datetime], None]] = []
"""What is done with an upload whose file was kept (`core.uploads`)."""
_KEEPS: list[Callable[[str], sa.ColumnElement[bool]]] = []
"""What else names contents, so that they are not removed."""


def share(taken: Callable[[Session, str, datetime], None], keeps: Callable[[str], sa.ColumnElement[bool]]) -> None:
    """Let uploads take part: told when their file is kept, asked before a content is removed."""
    _TAKEN[:], _KEEPS[:] = [taken], [keeps]


def _ask_scan(session: Session, at: datetime) -> None:
    asked = sa.select(sa.exists().where(jobs.Job.kind == "files.scan", jobs.Job.state == "queued"))
    if not session.scalar(asked):
        jobs.enqueue(session, "files.scan", {}, person_id=None, at=at)


def move(session: Session, subject: str, to: str) -> None:
    """Give the files of one object to another, with its rights."""
    session.execute(sa.update(Attachment).where(Attachment.subject == subject).values(subject=to))


def copy(session: Session, subject: str, to: str) -> None:
    """Let another object have the files of one, too: their contents are kept once."""
    for one in session.scalars(sa.select(Attachment).where(Attachment.subject == subject).order_by(Attachment.id)).all():
        session.add(
            Attachment(
                subject=to,
                kind=one.kind,
                name=one.name,
                media_type=one.media_type,
                size=one.size,
                digest=one.digest,
                by=one.by,
                at=one.at,
                scan=one.scan,
            )
        )
    session.flush()


def detach(session: Session, subject: str, *, kind: str = "", at: datetime) -> None:
    """Let go of the files of an object, or of one kind of them. The contents are removed by a job, so only once the letting go is committed."""
    which = sa.and_(Attachment.subject == subject, Attachment.kind == kind if kind else sa.true())
    for digest in session.scalars(sa.select(Attachment.digest).where(which)).all():
        jobs.enqueue(session, "files.remove", {"digest": digest}, person_id=None, at=at)
    session.execute(sa.delete(Attachment).where(which))


def seal(session: Session, subject: str) -> None:
    """Keep the files of an object, and hand them out to nobody any more."""
    session.execute(sa.update(Attachment).where(Attachment.subject == subject).values(scan="sealed"))


PAST = "past_"
"""Before the kind of a file that something was sent back with: it stays with the object and counts for nothing."""


def set_aside(session: Session, subject: str, *kinds: str) -> None:
    """What came with something that is sent back: kept and shown as of before, so that the next time it must come anew."""
    which = sa.and_(Attachment.subject == subject, Attachment.kind.in_(kinds))
    session.execute(sa.update(Attachment).where(which).values(kind=sa.literal(PAST) + Attachment.kind))


def remove(engine: sa.Engine, args: dict[str, Any], at: datetime) -> dict[str, Any]:
    """The job: remove a content from the store, unless some object still names it."""
    with transaction(engine) as session:
        kept = any(session.scalar(sa.select(one)) for one in (_attached(args["digest"]), *(keeps(args["digest"]) for keeps in _KEEPS)))
        if not kept:
            obstore.delete(_store[0], _path(args["digest"]))
    return {"removed": not kept}


def _attached(digest: str) -> sa.ColumnElement[bool]:
    return sa.exists().where(Attachment.digest == digest)


def scan(engine: sa.Engine, args: dict[str, Any], at: datetime) -> dict[str, Any]:
    """The job: every content that waits is searched. Safe to run twice; when the scanner does not answer, they go on waiting."""
    done = infected = 0
    while True:
        with reading(engine) as session:
            digest = session.scalar(sa.select(Attachment.digest).where(Attachment.scan == "waiting").order_by(Attachment.id).limit(1))
        if digest is None:
            return {"scanned": done, "infected": infected}
        found = scanner.scan(get(digest))
        with transaction(engine) as session:
            _searched(session, digest, found, at)
        done, infected = done + 1, infected + bool(found)


def _searched(session: Session, digest: str, found: str, at: datetime) -> None:
    """Keep what was found of a content; who sent an infected one is told, each once."""
    these = session.scalars(sa.select(Attachment).where(Attachment.digest == digest, Attachment.scan == "waiting").with_for_update()).all()
    for one in these:
        one.scan = "infected" if found else "clean"
    senders = {(one.by, one.subject, one.name) for one in these if found and one.by.startswith("person:")}
    for by, subject, name in sorted(senders):
        outbox.tell(
            session, [int(by.partition(":")[2])], subject, "上传的文件里发现病毒",
            f"您上传的“{name}”里发现病毒（{found[:80]}），已隔离，谁也不能下载。请在电脑上杀毒后重新上传，或换一份文件。", at=at,
        )  # fmt: skip


def due(session: Session, at: datetime) -> int:
    """What waits and nobody is at (the scanner was down, or is no more configured)."""
    waits = session.scalar(sa.select(sa.exists().where(Attachment.scan == "waiting")))
    if not waits:
        return 0
    if not scanner.configured():
        session.execute(sa.update(Attachment).where(Attachment.scan == "waiting").values(scan=""))
        return 1
    _ask_scan(session, at)
    return 1


def scan_of(session: Session, digest: str) -> str:
    """What the search says of a content; the worst, where several rows name it."""
    found = set(session.scalars(sa.select(Attachment.scan).where(Attachment.digest == digest)))
    return next((one for one in ("infected", "waiting") if one in found), "")


def sized(size: int) -> str:
    """How large a file is, as people say it."""
    return f"{size / 1048576:.1f} MB" if size >= 1048576 else f"{max(1, round(size / 1024))} KB"


JOBS = {"files.remove": remove, "files.scan": scan}


@dataclass(frozen=True, slots=True)
class Stored:
    """An attachment as pages show it."""

    id: int
    kind: str
    name: str
    size: int
    digest: str
    at: datetime
    scan: str = ""

    @property
    def scan_label(self) -> str:
        """What the search for viruses says, where that must be told."""
        return SCANS.get(self.scan, "")

    @property
    def href(self) -> str:
        """Where files are served, once the right on their object is checked."""
        return f"/files/{self.id}"


def of(session: Session, subject: str, kind: str | None = None) -> list[Stored]:
    """The files of one object."""
    query = sa.select(
        Attachment.id, Attachment.kind, Attachment.name, Attachment.size, Attachment.digest, Attachment.at, Attachment.scan
    ).where(Attachment.subject == subject)
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
