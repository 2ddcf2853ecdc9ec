"""Files that come piece by piece, so that a lost network or a reload costs one piece and not the whole.

A file is looked into as soon as it has come whole, and waits under its token until the form it belongs to is sent; the
form then carries the token instead of the file. What is never sent is removed by `tick` after a day.
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from webapp.core import files, jobs, secrets
from webapp.core.db import Base
from webapp.core.workflow import Refusal, Refused

PIECE = 1024 * 1024
"""Bytes of every piece but the last."""
KEPT = timedelta(days=1)
MOST, MOST_BYTES = 60, 400 * 1024 * 1024
"""What one person may have waiting at a time."""
_DIGEST = re.compile(r"[0-9a-f]{64}")


class Upload(Base):
    """One file on its way."""

    __tablename__ = "uploads"
    __table_args__ = (
        sa.Index(None, "by", "digest"),
        sa.Index(None, "touched_at"),
        sa.Index(None, "kept"),
        sa.CheckConstraint("received <= size", name="no_more"),
    )
    token: Mapped[str] = mapped_column(sa.String(43), primary_key=True)
    by: Mapped[str] = mapped_column(sa.String(64))
    name: Mapped[str]
    size: Mapped[int] = mapped_column(sa.BigInteger)
    digest: Mapped[str] = mapped_column(sa.String(64))
    """SHA-256 of the whole, as the sender counted it."""
    sound: Mapped[bool]
    received: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    touched_at: Mapped[datetime]
    kept: Mapped[str | None] = mapped_column(sa.String(64))
    """The digest of what is kept, once the whole was looked into (a picture is written anew)."""
    kept_name: Mapped[str] = mapped_column(default="")
    media_type: Mapped[str] = mapped_column(default="")


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an upload is, as the page is told."""

    token: str
    name: str
    size: int
    received: int
    done: bool
    piece: int = PIECE


def progress(one: Upload) -> Progress:
    return Progress(one.token, one.kept_name or one.name, one.size, one.received, one.kept is not None)


def too_large(name: str, size: int) -> str:
    """What is said of a file that is too large, before any of it is sent."""
    return f"文件“{name}”有 {size / 1048576:.0f} MB，超过 {files.LARGEST // 1048576} MB 的上限。{files.SMALLER}"


def _no(code: str, sentence: str) -> Refused:
    return Refused(Refusal(code, sentence, "file"))


def begin(session: Session, name: str, size: int, digest: str, *, sound: bool, by: str, at: datetime) -> Upload:
    """Take up a file, or go on with the same one where it was left. Raises Refused with a sentence for who sends it."""
    name = name[:200]
    if size < 1:
        raise _no("file_empty", f"文件“{name}”是空的，请重新选择。")
    if size > files.LARGEST:
        raise _no("file_large", too_large(name, size))
    if not _DIGEST.fullmatch(digest):
        raise _no("file_digest", "这个文件没有读完整，请重新选择。")
    files.known(name, sound=sound)
    same = sa.select(Upload).where(
        Upload.by == by, Upload.digest == digest, Upload.size == size, Upload.sound == sound, Upload.name == name
    )
    found = session.scalars(same.order_by(Upload.token).limit(1).with_for_update()).first()
    if found is None:
        many, total = session.execute(
            sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(Upload.size), 0)).where(Upload.by == by)
        ).one()
        if many >= MOST or total + size > MOST_BYTES:
            raise _no("file_many", "已上传、还没有随表单提交的文件太多，请先提交表单，或移除不要的文件。")
        found = Upload(token=secrets.token(), by=by, name=name, size=size, digest=digest, sound=sound, received=0, touched_at=at)
        session.add(found)
    found.touched_at = at
    session.flush()
    return found


def of(session: Session, token: str, *, by: str, lock: bool = False) -> Upload | None:
    """Somebody's own upload; None for every other."""
    query = sa.select(Upload).where(Upload.token == token, Upload.by == by)
    return session.scalars(query.with_for_update() if lock else query).first()


def take(session: Session, one: Upload, offset: int, content: bytes, *, at: datetime) -> bool:
    """Keep the next piece. False when another is due (`received` says which), so that the sender goes on from there."""
    due = min(PIECE, one.size - one.received)
    if one.kept is not None or offset != one.received or len(content) != due or due == 0:
        return False
    files.put_piece(one.token, offset, content)
    one.received += len(content)
    one.touched_at = at
    session.flush()
    return True


@dataclass(frozen=True, slots=True)
class Sent:
    """What has come whole, as it is looked into: no row, for nothing of the database is held meanwhile."""

    token: str
    name: str
    size: int
    digest: str
    sound: bool


def sent(one: Upload) -> Sent:
    return Sent(one.token, one.name, one.size, one.digest, one.sound)


def whole(one: Sent) -> files.Checked:
    """The file put together and looked into; holds no lock and writes nothing. Raises Refused: the upload is then of no use."""
    try:
        content = files.pieces(one.token, range(0, one.size, PIECE))
    except FileNotFoundError as error:
        raise _no("file_gone", f"文件“{one.name}”没有传完整，请重新选择。") from error
    if len(content) != one.size or hashlib.sha256(content).hexdigest() != one.digest:
        raise _no("file_digest", f"文件“{one.name}”传输中出了差错，请重新选择这个文件。")
    return files.check(one.name, content, sound=one.sound)


def keep(session: Session, token: str, file: files.Checked, *, by: str, at: datetime) -> Upload:
    """What came whole and was looked into now waits for its form. Raises Refused when it was let go meanwhile."""
    one = of(session, token, by=by, lock=True)
    if one is None:
        raise _no("file_gone", f"文件“{file.name}”已经移除，请重新选择。")
    one.kept, one.kept_name, one.media_type, one.touched_at = files.put(file.content), file.name, file.media_type, at
    session.flush()
    return one


def stash(session: Session, file: files.Checked, token: str, *, by: str, at: datetime, sound: bool) -> None:
    """Let a file that came in one piece wait for its form, which was sent incomplete: nobody has to choose it again."""
    digest = files.put(file.content)
    found = Upload(
        token=token, by=by, name=file.name, size=len(file.content), digest=digest, sound=sound, received=len(file.content),
        touched_at=at, kept=digest, kept_name=file.name, media_type=file.media_type,
    )  # fmt: skip
    session.add(found)


def waiting(session: Session, token: str, *, by: str, sound: bool) -> files.Checked:
    """The file of a token, as a form takes it. Raises Refused when it is not there any more, or not of the kind that is asked for."""
    one = of(session, token, by=by)
    if one is None or one.kept is None or one.sound != sound:
        name = f"文件“{one.name}”" if one else "这个文件"
        raise _no("file_gone", f"{name}没有传完，或者放得太久已经清理，请重新选择。")
    return files.Checked(one.kept_name, files.get(one.kept), one.media_type, sent=True, upload=one.token)


def drop(session: Session, one: Upload, *, at: datetime) -> None:
    """Let go of an upload; a content nobody names any more is removed by a job, and so only once this is committed."""
    if one.kept:
        jobs.enqueue(session, "files.remove", {"digest": one.kept}, person_id=None, at=at)
    jobs.enqueue(session, "uploads.remove", {"token": one.token}, person_id=None, at=at)
    session.delete(one)
    session.flush()


def forget(session: Session, token: str, *, by: str, at: datetime) -> None:
    """The same by its token; nothing when it is gone already."""
    one = of(session, token, by=by, lock=True)
    if one is not None:
        drop(session, one, at=at)


def _taken(session: Session, token: str, at: datetime) -> None:
    """The file was kept for an object: its pieces are of no more use."""
    session.execute(sa.delete(Upload).where(Upload.token == token))
    jobs.enqueue(session, "uploads.remove", {"token": token}, person_id=None, at=at)


def due(session: Session, at: datetime) -> int:
    """Remove what was begun, or waited, and was not touched for a day."""
    old = session.scalars(sa.select(Upload).where(Upload.touched_at < at - KEPT).limit(200)).all()
    for one in old:
        drop(session, one, at=at)
    return len(old)


def remove(engine: sa.Engine, args: dict[str, str], at: datetime) -> dict[str, str]:
    """The job: the pieces of an upload that is gone."""
    files.drop_pieces(args["token"])
    return {}


files.share(_taken, lambda digest: sa.exists().where(Upload.kept == digest))
JOBS = {"uploads.remove": remove}
