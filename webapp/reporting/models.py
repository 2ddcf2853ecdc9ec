"""Every document issued: what it is, over which data, with its digest and its file."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from webapp.core.db import Base, Code, Numbered
from webapp.core.scope import Guarded, within
from webapp.permissions import roles_for
from webapp.projects.models import Project

_OPEN = sa.text("done_at IS NULL AND error = ''")


class Known(NamedTuple):
    """What the register knows of a kind of document: `about` is the word of its subject, empty for a report over many."""

    title: str
    right: str
    about: str
    retention: str
    author: str


_known: dict[str, Known] = {}
_lists: dict[str, str] = {}


def know(papers: Mapping[str, Known]) -> None:
    """Say what documents there are, by key. Before that, nobody reaches a document of somebody else's."""
    _known.clear()
    _known.update(papers)


def offer(lists: Mapping[str, str]) -> None:
    """Say of which lists tables can be made: the right of each by its key. Before that, nobody reaches a table of somebody else's."""
    _lists.clear()
    _lists.update(lists)


def _of_lists(role: str) -> sa.ColumnElement[bool]:
    """The shared tables of lists that a role may have; one's own are one's own."""
    if role == "resident":
        return sa.true()
    if role not in roles_for("own_table.read"):
        return sa.false()
    return SavedTable.source.in_(sorted(key for key, right in _lists.items() if role in roles_for(right)))


def title_of(kind: str) -> str:
    """What a kind of document is called."""
    return known(kind).title


def known(kind: str) -> Known:
    """What there is to know of a kind; of one that is made no more, its key."""
    return _known.get(kind) or Known(kind, "", "", "permanent", "platform")


def kinds() -> Sequence[Known]:
    """All there are."""
    return list(_known.values())


def _of_role(role: str) -> sa.ColumnElement[bool]:
    """The documents whose right a role has; one's own need no right any more."""
    if role == "resident":
        return sa.true()
    return Issued.right.in_(sorted({one.right for one in _known.values() if role in roles_for(one.right)}))


def _among_many(organisations: Any) -> sa.ColumnElement[bool]:
    """The reports over an area in which one of some organisations has a project: one's own leave it out, a colleague's tells it."""
    of_area = Project.area_code.startswith(Issued.area_code)
    return sa.and_(Issued.subject.startswith("report:"), sa.exists().where(Project.organisation_id.in_(organisations), of_area))


class Issued(Numbered, Guarded):
    """An issued document (PDF, XLSX …) that a person asked for; `token` opens its verification page.

    Who asked for it has it. Others have it only where all may have the same copy (`shared`), in a role that has the paper's own
    right, and where they reach what it is about.
    """

    REF = "report"
    __tablename__ = "issued_documents"
    __table_args__ = (
        sa.UniqueConstraint("token", name="token"),
        sa.UniqueConstraint("number", name="number"),
        sa.Index(None, "person_id", "id"),
        sa.Index(None, "area_code", "id"),
        sa.Index(None, "subject", "kind"),
    )
    PARTIES = {
        "area": lambda prefix: sa.and_(Issued.shared, within(Issued.area_code, prefix)),
        "organisation": lambda key: sa.and_(Issued.shared, Issued.organisation_id == key),
        "resident": lambda key: Issued.person_id == key,
    }
    ASIDE: ClassVar[Any] = lambda organisations: sa.or_(
        sa.and_(Issued.organisation_id.is_not(None), Issued.organisation_id.in_(organisations)), _among_many(organisations)
    )
    OF_ROLE = _of_role
    number: Mapped[str] = mapped_column(sa.String(20))
    kind: Mapped[str] = mapped_column(sa.String(24))
    right: Mapped[str] = mapped_column(sa.String(40))
    """The right of the paper: in which roles others may have it."""
    shared: Mapped[bool]
    subject: Mapped[str] = mapped_column(sa.String(64))
    title: Mapped[str]
    suffix: Mapped[str] = mapped_column(sa.String(8))
    args: Mapped[dict[str, Any]]
    area_code: Mapped[str] = mapped_column(Code, default="")
    organisation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisations.id"))
    """The organisation a document is about; it may have it where the paper's right says so."""
    person_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    token: Mapped[str] = mapped_column(sa.String(32))
    as_of: Mapped[datetime]
    job_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    data_digest: Mapped[str | None] = mapped_column(sa.String(80))
    file_digest: Mapped[str | None] = mapped_column(sa.String(64))
    attachment_id: Mapped[int | None] = mapped_column(sa.ForeignKey("attachments.id"))
    filed_at: Mapped[datetime | None]
    """When the scan of the signed and sealed paper came back (扫描件归卷); the newest, where there are several."""
    withdrawn_at: Mapped[datetime | None]
    """收回: since when nobody is handed it any more, because somebody named in it was erased. Its line, number and digests stay."""
    at: Mapped[datetime]


class Bundle(Numbered, Guarded):
    """成批编制: the same document of many subjects, asked for at once by one person, and the one ZIP they come in.

    All are made as things stood at `at`. What is still to do, done and failed is counted from the items; a bundle that was
    stopped goes on where it was.
    """

    REF = "bundle"
    __tablename__ = "bundles"
    __table_args__ = (sa.UniqueConstraint("number", name="number"), sa.Index(None, "person_id", "id"))
    PARTIES = {"resident": lambda key: Bundle.person_id == key}
    number: Mapped[str] = mapped_column(sa.String(20))
    kind: Mapped[str] = mapped_column(sa.String(24))
    suffix: Mapped[str] = mapped_column(sa.String(8))
    subject: Mapped[str] = mapped_column(sa.String(64))
    """The call whose projects (applications …) it is about."""
    title: Mapped[str]
    chosen: Mapped[dict[str, Any]]
    """The filter its items were chosen by."""
    base: Mapped[str]
    person_id: Mapped[int] = mapped_column(sa.BigInteger)
    at: Mapped[datetime]
    stopped_at: Mapped[datetime | None]
    packed_at: Mapped[datetime | None]
    attachment_id: Mapped[int | None] = mapped_column(sa.ForeignKey("attachments.id"))


class BundleItem(Numbered, Base):
    """One document of a bundle. A worker takes it for a while (`taken_until`); it is done when its file is kept, in the same transaction."""

    __tablename__ = "bundle_items"
    __table_args__ = (
        sa.UniqueConstraint("bundle_id", "position", name="position"),
        sa.UniqueConstraint("bundle_id", "subject", name="once"),
        sa.UniqueConstraint("issued_id", name="one_document"),
        sa.CheckConstraint("done_at IS NULL OR issued_id IS NOT NULL", name="done_with_its_document"),
        sa.Index("ix_bundle_items_open", "bundle_id", "position", sqlite_where=_OPEN, postgresql_where=_OPEN),
    )
    bundle_id: Mapped[int] = mapped_column(sa.ForeignKey("bundles.id"))
    position: Mapped[int]
    subject: Mapped[str] = mapped_column(sa.String(64))
    issued_id: Mapped[int | None] = mapped_column(sa.ForeignKey("issued_documents.id"))
    tries: Mapped[int] = mapped_column(default=0)
    taken_until: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(default="")
    """Why it was given up, as a sentence; empty while it waits and when it is done."""


class SavedTable(Numbered, Guarded):
    """自制统计表: which columns of which list, narrowed and summed how. It holds no row of anything: who opens it sees what they reach.

    One's own, or shared: with those above and below in the same area. What was deleted is reached by nobody and keeps its journal.
    """

    REF = "own_table"
    __tablename__ = "own_tables"
    __table_args__ = (sa.Index(None, "person_id", "id"), sa.Index(None, "area_code", "id"))
    PARTIES = {
        "area": lambda prefix: sa.and_(SavedTable.shared, SavedTable.dropped_at.is_(None), _beside(prefix)),
        "resident": lambda key: sa.and_(SavedTable.person_id == key, SavedTable.dropped_at.is_(None)),
    }
    OF_ROLE = _of_lists
    title: Mapped[str] = mapped_column(sa.String(60))
    source: Mapped[str] = mapped_column(sa.String(24))
    spec: Mapped[dict[str, Any]]
    shared: Mapped[bool] = mapped_column(default=False)
    area_code: Mapped[str] = mapped_column(Code)
    """Where its maker worked when it was saved."""
    person_id: Mapped[int] = mapped_column(sa.BigInteger)
    at: Mapped[datetime]
    dropped_at: Mapped[datetime | None]


def _beside(prefix: str) -> sa.ColumnElement[bool]:
    """The condition that a table's area lies under an area or above it."""
    above = [prefix[:length] for length in range(len(prefix))]
    return sa.or_(within(SavedTable.area_code, prefix), SavedTable.area_code.in_(above)) if above else within(SavedTable.area_code, prefix)
