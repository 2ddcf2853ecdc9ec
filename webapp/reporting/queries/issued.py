"""The documents issued, and what a person may choose when asking for one."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.accounts.queries import area_names, has_dataset, places_under
from webapp.accounts.viewer import Viewer
from webapp.calls.models import Call
from webapp.core import scope
from webapp.core.clock import end_of, start_of
from webapp.core.db import row, rows
from webapp.core.jobs import Job
from webapp.core.paging import Page, page
from webapp.core.scope import visible
from webapp.library.models import PublishedProject
from webapp.permissions import RELATION, roles_for
from webapp.reporting.models import Issued, title_of

STANDING = {"queued": "排队中", "running": "编制中", "done": "已完成", "failed": "没有编成"}


@dataclass(frozen=True, slots=True)
class Document:
    """An issued document as pages show it."""

    id: int
    number: str
    kind: str
    title: str
    suffix: str
    as_of: datetime
    at: datetime
    attachment_id: int | None
    data_digest: str | None
    file_digest: str | None
    token: str
    job: str | None
    error: str | None
    filed_at: datetime | None
    person_id: int | None
    withdrawn_at: datetime | None
    kind_label: str = field(init=False)
    standing: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "kind_label", title_of(self.kind))
        made = "已完成" if self.attachment_id else STANDING.get(self.job or "queued", "")
        object.__setattr__(self, "standing", "已收回" if self.withdrawn_at else made)

    @property
    def ready(self) -> bool:
        return self.attachment_id is not None and self.withdrawn_at is None

    @property
    def href(self) -> str:
        return f"/reports/{self.id}"

    @property
    def short(self) -> str:
        """The beginning of the file's digest, enough to tell two copies apart."""
        return (self.file_digest or "")[:8]


_DOCUMENT = sa.select(
    Issued.id, Issued.number, Issued.kind, Issued.title, Issued.suffix, Issued.as_of, Issued.at, Issued.attachment_id,
    Issued.data_digest, Issued.file_digest, Issued.token, Job.state.label("job"), Job.error, Issued.filed_at,
    Issued.person_id, Issued.withdrawn_at,
).outerjoin(Job, Job.id == Issued.job_id)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sought:
    """Which documents of the register are wanted."""

    kind: str = ""
    number: str = ""
    """The beginning of a number."""
    since: date | None = None
    until: date | None = None
    filed: str = ""
    """`yes`: the signed paper came back; `no`: not yet."""

    @property
    def filters(self) -> dict[str, str]:
        """The same as an address carries it."""
        pairs = (("kind", self.kind), ("number", self.number), ("since", self.since), ("until", self.until), ("filed", self.filed))
        return {name: str(value) for name, value in pairs if value}


def _register(viewer: scope.Viewer, sought: Sought) -> sa.Select[*tuple[Any, ...]]:
    found = _DOCUMENT.where(visible(viewer, Issued, roles_for("report.read")))
    if sought.kind:
        found = found.where(Issued.kind == sought.kind)
    if sought.number:
        found = found.where(Issued.number.startswith(sought.number, autoescape=True))
    if sought.since:
        found = found.where(Issued.at >= start_of(sought.since))
    if sought.until:
        found = found.where(Issued.at < end_of(sought.until))
    if sought.filed in {"yes", "no"}:
        found = found.where(Issued.filed_at.is_not(None) if sought.filed == "yes" else Issued.filed_at.is_(None))
    return found


def register(session: Session, viewer: scope.Viewer, sought: Sought, after: str | None = None) -> Page[Document]:
    """发文登记: all documents the viewer may have, the newest first."""
    return page(session, Document, _register(viewer, sought), (Issued.id,), after)


EXPORTED = 20_000
"""Lines of the register in one file."""


def register_rows(session: Session, viewer: scope.Viewer, sought: Sought) -> list[Document]:
    """The same for a file, the oldest first as a register is kept; the newest `EXPORTED` of them."""
    found = rows(session, Document, _register(viewer, sought).order_by(Issued.id.desc()).limit(EXPORTED))
    return found[::-1]


def documents(session: Session, viewer: scope.Viewer, after: str | None = None) -> Page[Document]:
    """The documents of the viewer's areas, the newest first."""
    reached = visible(viewer, Issued, roles_for("report.read"))
    return page(session, Document, _DOCUMENT.where(reached), (Issued.id,), after)


def newest(session: Session, viewer: scope.Viewer, subject: str) -> dict[str, Document]:
    """By kind, the newest document of a subject that the viewer may have; one statement."""
    last = (
        sa.select(sa.func.max(Issued.id))
        .where(Issued.subject == subject, visible(viewer, Issued, roles_for("report.read")))
        .group_by(Issued.kind)
    )
    return {one.kind: one for one in rows(session, Document, _DOCUMENT.where(Issued.id.in_(last)))}


def of_subject(session: Session, viewer: scope.Viewer, subject: str, after: str | None = None) -> Page[Document]:
    """All documents of a subject that the viewer may have, the newest first."""
    reached = visible(viewer, Issued, roles_for("report.read"))
    return page(session, Document, _DOCUMENT.where(Issued.subject == subject, reached), (Issued.id,), after)


def document(session: Session, key: int) -> Document:
    """One document. Raises LookupError."""
    found = row(session, Document, _DOCUMENT.where(Issued.id == key))
    if found is None:
        raise LookupError(key)
    return found


@dataclass(frozen=True, slots=True)
class Verified:
    """What anyone who holds a document may check it against."""

    number: str
    title: str
    kind_label: str
    suffix: str
    at: datetime
    as_of: datetime
    data_digest: str
    file_digest: str
    demo: bool
    ready: bool
    withdrawn_at: datetime | None


def verified(session: Session, token: str) -> Verified | None:
    """The document of a token; None when there is none."""
    found = row(session, Document, _DOCUMENT.where(Issued.token == token))
    if found is None:
        return None
    return Verified(
        found.number, found.title, found.kind_label, found.suffix.upper(), found.at, found.as_of, found.data_digest or "",
        found.file_digest or "", has_dataset(session, "demo"), found.ready, found.withdrawn_at,
    )  # fmt: skip


def calls(session: Session, viewer: scope.Viewer) -> list[tuple[int, str]]:
    """The calls the viewer answers for, the newest first; words carry the number, for many bear the same title."""
    reached = visible(viewer, Call, roles_for("bundle.create"))
    query = sa.select(Call.id, Call.title, Call.number).where(reached).order_by(Call.id.desc()).limit(200)
    return [(key, f"{title}（{number}）") for key, title, number in session.execute(query)]


@dataclass(frozen=True, slots=True)
class Choices:
    """What a report can be narrowed to by this person."""

    areas: Sequence[tuple[str, str]]
    whole: str
    """The one area that is all the viewer answers for; empty where there are several."""
    programmes: Sequence[tuple[str, str]]


def choices(session: Session, viewer: Viewer) -> Choices:
    """The areas the viewer answers for with those directly below, and the calls and published programmes."""
    roles = roles_for("report.create")
    own = sorted({member.area_code for member in viewer.members if member.role in roles and member.role not in RELATION})
    names = area_names(session, own)
    areas = [(code, f"{names.get(code, code)}（全部）") for code in own]
    for code in own:
        below = next((length for length in (4, 6, 9, 12) if length > len(code)), 0)
        areas += [(place.code, f"　{place.name}") for place in places_under(session, code, below)] if below else []
    calls = session.scalars(
        sa.select(Call.title).where(visible(viewer, Call, roles)).group_by(Call.title).order_by(sa.func.max(Call.id).desc()).limit(200)
    )
    published = session.scalars(sa.select(PublishedProject.programme).distinct().order_by(PublishedProject.programme).limit(500))
    programmes = [(title, title) for title in calls] + [(name, f"（公开资料）{name}") for name in published if name]
    return Choices(list(dict(areas).items()), own[0] if len(own) == 1 else "", list(dict(reversed(programmes)).items())[::-1])
