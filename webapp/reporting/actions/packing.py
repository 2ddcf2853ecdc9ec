"""One ZIP of a bundle: its documents, and an index of them in two forms."""

import io
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pikepdf
from markupsafe import Markup
from sqlalchemy.orm import Session

import reports
from reports import format as fmt
from reports.report import Column, Report, Section, Table
from webapp.core import files
from webapp.core.files import Attachment
from webapp.reporting.models import Bundle
from webapp.reporting.queries.bundles import Member, kind_title

EPOCH = (1980, 1, 1, 0, 0, 0)
"""The moment of every entry: the same documents give the same ZIP."""
COLUMNS = (
    Column("position", "序号", "number"), Column("number", "编号"), Column("title", "题名"), Column("pages", "页数", "number"),
    Column("digest", "文件摘要（SHA-256）"), Column("file", "文件名"), Column("note", "说明"),
)  # fmt: skip


@contextmanager
def pack(bundle: Bundle, members: Sequence[Member]) -> Iterator[Path]:
    """The ZIP as a file of its own that goes with the block; one document at a time is in memory."""
    with tempfile.TemporaryDirectory() as folder:
        path, lines = Path(folder) / "bundle.zip", []
        with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as packed:
            for one in members:
                name, pages = "", None
                if one.done_at is not None and one.file_digest is not None:
                    content = files.get(one.file_digest)
                    name, pages = _name(one), _pages(content, one.suffix)
                    packed.writestr(zipfile.ZipInfo(name, EPOCH), content)
                lines.append((one.position, one.number or "", one.title or one.subject, pages, one.file_digest, name, one.error))
            index = _index(bundle, lines)
            packed.writestr(zipfile.ZipInfo("目录.xlsx", EPOCH), reports.write(index, "xlsx"))
            packed.writestr(zipfile.ZipInfo("目录.html", EPOCH), _page(index))
        yield path


def _name(one: Member) -> str:
    safe = "".join("_" if c in '\\/:*?"<>|' else c for c in one.title or "")[:80]
    return f"{one.position:04d} {safe}-{one.number}.{one.suffix}"


def _pages(content: bytes, suffix: str | None) -> int | None:
    if suffix != "pdf":
        return None
    with pikepdf.open(io.BytesIO(content)) as document:
        return len(document.pages)


def _index(bundle: Bundle, lines: Sequence[tuple[int, str, str, int | None, str | None, str, str]]) -> Report:
    """目录: every document asked for, with those that could not be made and why."""
    pages = sum(line[3] or 0 for line in lines)
    table = Table(COLUMNS, tuple(lines), "目录", ("合计", "", f"{sum(bool(line[5]) for line in lines)} 份", pages, "", "", ""))
    return Report(
        title=f"{kind_title(bundle)}目录", number=bundle.number, as_of=bundle.at, date_line=fmt.day(bundle.at),
        sections=(Section("", (table,)),), scope_note=f"{bundle.title}。数据截至 {fmt.moment(bundle.at)}。",
    )  # fmt: skip


def _page(index: Report) -> bytes:
    """The index as a page that opens without any program, each file a link."""
    table = index.tables[0]
    heads = Markup("").join(Markup("<th>{}</th>").format(title) for title in table.headings)
    body = Markup("").join(Markup("<tr>{}</tr>").format(_cells([str(cell or "") for cell in line])) for line in table.rows)
    page = Markup(
        '<!DOCTYPE html><html lang="zh-Hans"><head><meta charset="utf-8"><title>{0}</title></head><body><h1>{0}</h1><p>{1} {2}</p>'
        '<table border="1" cellpadding="4" cellspacing="0"><thead><tr>{3}</tr></thead><tbody>{4}</tbody></table></body></html>\n'
    )
    return page.format(index.title, index.number, index.scope_note, heads, body).encode()


def _cells(line: Sequence[str]) -> Markup:
    cells = [Markup("<td>{}</td>").format(cell) for cell in line]
    if line[5]:
        cells[5] = Markup('<td><a href="{0}">{0}</a></td>').format(line[5])
    return Markup("").join(cells)


def attach(session: Session, bundle: Bundle, path: Path, at: datetime) -> Attachment:
    """Keep the ZIP for its bundle."""
    digest, size = files.put_from(path)
    found = Attachment(
        subject=bundle.ref, kind="packed", name=f"{bundle.title}-{bundle.number}.zip".replace("/", "-"), media_type="application/zip",
        size=size, digest=digest, by=f"person:{bundle.person_id}", at=at, scan="",
    )  # fmt: skip
    session.add(found)
    session.flush()
    return found
