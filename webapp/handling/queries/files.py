"""The papers and pictures of orders, pledges and gifts."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from webapp.core import files

WORDS = {"proof": "证明", "agreement": "捐赠协议", "voucher": "票据"}


@dataclass(frozen=True, slots=True)
class Paper:
    """A file with the word of its kind."""

    name: str
    size: str
    kind: str
    href: str
    scan_label: str = ""


def files_of(session: Session, subject: str) -> list[Paper]:
    """The files of one object, oldest first."""
    return [Paper(f.name, _size(f.size), WORDS.get(f.kind, ""), f"/files/{f.id}", f.scan_label) for f in files.of(session, subject)]


def _size(size: int) -> str:
    return f"{size / 1048576:.1f} MB" if size >= 1048576 else f"{max(1, size // 1024)} KB"
