"""核验: what a file that somebody brings is worth, beside what was issued."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from reports import format as fmt
from reports import verify
from webapp.core import files
from webapp.core.db import row
from webapp.reporting.models import Issued


@dataclass(frozen=True, slots=True)
class Origin:
    """The issued document a file is, or says it is."""

    number: str
    title: str
    suffix: str
    at: datetime
    as_of: datetime
    data_digest: str
    file_digest: str
    withdrawn_at: datetime | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """`accepted` only where every byte is as issued. `issuer`: as the issued document names it; `told`: what differs.

    `altered`: it says that it is a document that was issued, and is not.
    """

    accepted: bool
    origin: Origin | None
    issuer: str
    told: tuple[str, ...]
    altered: bool = False

    @property
    def lines(self) -> tuple[str, ...]:
        """All of it as lines for people."""
        about: tuple[str, ...] = ()
        if (one := self.origin) is not None:
            about = (
                f"编号：{one.number}", f"题名：{one.title}", *([f"编制单位：{self.issuer}"] if self.issuer else []),
                f"签发时间：{fmt.moment(one.at)}", f"数据截至：{fmt.moment(one.as_of)}", f"数据摘要：{one.data_digest}", f"文件摘要：{one.file_digest}",
            )  # fmt: skip
        return (*about, *self.told)


_ORIGIN = sa.select(
    Issued.number, Issued.title, Issued.suffix, Issued.at, Issued.as_of, Issued.data_digest, Issued.file_digest, Issued.withdrawn_at
)
NONE_INSIDE = "文件里没有能读出的机读数据，可能已损坏，也可能不是本平台签发的 PDF。"
NEVER = "本平台没有签发过这份文书：文件摘要、数据摘要和编号都查不到。"
UNREADABLE = "签发的原件读不出，请先运行 sanshe doctor。"
ONLY_THE_NUMBER = "文件里写的编号 {} 签发过，但数据摘要对不上，不能说明是同一份文书。"
WITHDRAWN = "签发的那一份已经收回，哪里不同不能核对。"
ONLY_BYTES = "所附机读数据与签发时相同，但文件的其他字节被改动过，纸面所示不可信。"


def of_file(session: Session, content: bytes) -> Verdict:
    """Judge a file by its SHA-256, which is in the register and in the journal; of any other say what was changed, as far as it can be read."""
    found = verify.inside(content)
    return _same(session, content) or _judged(session, found, stranger=False)


def of_strangers_file(session: Session, content: bytes) -> Verdict:
    """The same for whoever comes: of a document that was issued they hear what they could only know by having had it.

    Numbers can be counted through, and a file with somebody else's number is quickly made: by its number alone nothing is told
    but that there is one. Who brings a file with the digest of its data has had it, and hears where it was changed, by cell;
    what stood there is told to nobody.
    """
    return _same(session, content) or _judged(session, verify.inside_apart(content), stranger=True)


def _same(session: Session, content: bytes) -> Verdict | None:
    same = row(session, Origin, _ORIGIN.where(Issued.file_digest == verify.sha256(content)))
    if same is None:
        return None
    told = (f"这份文书已于 {fmt.moment(same.withdrawn_at)} 收回，平台不再提供，请不要再使用。",) if same.withdrawn_at else ()
    return Verdict(True, same, _issuer(verify.inside(content)), told)


def _judged(session: Session, found: verify.Inside | None, *, stranger: bool) -> Verdict:
    if found is None:
        return Verdict(False, None, "", (NONE_INSIDE,))
    digests = Issued.data_digest.in_([found.digest, found.printed or found.digest])
    for known in (digests, Issued.number == (found.number or None)):
        query = _ORIGIN.where(Issued.suffix == "pdf", Issued.file_digest.is_not(None), known).order_by(Issued.id.desc()).limit(1)
        if (origin := row(session, Origin, query)) is not None:
            break
    else:
        return Verdict(False, None, "", (NEVER,))
    if stranger and known is not digests:
        return Verdict(False, None, "", (ONLY_THE_NUMBER.format(origin.number),), altered=True)
    if origin.withdrawn_at is not None:
        return Verdict(False, origin, "", (WITHDRAWN,), altered=True)
    issued = verify.inside(files.get(origin.file_digest))
    if issued is None:
        return Verdict(False, origin, "", (UNREADABLE,), altered=True)
    told = verify.differences(issued.data, found.data, values=not stranger) or [ONLY_BYTES]
    return Verdict(False, origin, _issuer(issued), tuple(told), altered=True)


def _issuer(found: verify.Inside | None) -> str:
    return str(found.data.get("issuer", "")) if found else ""
