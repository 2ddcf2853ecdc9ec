"""What a project's dossier is made of (一项目一档): the newest copy of each document issued for it that its reader may have."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from reports import binder
from webapp.accounts.models import Organisation
from webapp.accounts.queries import area_names
from webapp.accounts.queries.names import names_of
from webapp.applications.models import Application
from webapp.calls.models import Call, Fund
from webapp.core import files, scope
from webapp.core.clock import today
from webapp.core.files import Attachment
from webapp.core.scope import Viewer, visible
from webapp.evaluation.models import Evaluation
from webapp.funding.models import Tranche
from webapp.permissions import MONEY, WATCH, roles_for
from webapp.projects.models import Agreement, Project, Rectification
from webapp.reporting.models import Issued, kinds, known
from webapp.reviews.models import Panel

SLICES = ("calls", "ballots", "applications", "reviews", "findings", "projects", "evaluation", "funding", "doubts")
"""The life of a project: in this order its documents lie."""
POSTER = re.compile(r"-?a[34]$")
"""A choice of the sheet alone: the poster (A3) is the same document as the notice (A4), which is the one to be kept."""
APART = ("dossier", "notice_poster", "ballot_poster")
"""What does not lie in it: itself, and posters, which say again what a notice or a ballot says."""
TOLD_OF_HIDDEN = MONEY | WATCH
"""Who is told how many documents there are that they may not have; to others even that would tell something."""
PAPERS: Mapping[type[Any], Mapping[str, str]] = {
    Agreement: {"sealed": "双方盖章的协议", "sealed_org": "承接单位盖章的协议"},
    Tranche: {"receipt": "收款票据", "minutes": "会议纪要", "audit": "审计报告"},
    Evaluation: {"self": "自评材料", "paper": "评估材料"},
    Rectification: {"proof": "整改佐证"},
}
"""What comes in on paper and is kept as a scan, by what it belongs to."""


@dataclass(frozen=True, slots=True)
class About:
    """The project as the cover names it."""

    number: str
    title: str
    state: str
    call: str
    call_number: str
    organiser: str
    organisation: str
    payer: str
    evaluator: str
    area: str
    lottery: bool
    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True)
class Item:
    """One document in the dossier (件)."""

    number: str
    title: str
    author: str
    """Key of `papers.AUTHORS`."""
    retention: str
    on: date
    pages: int
    digest: str
    scans: int
    """How many scans of the signed paper came back."""


@dataclass(frozen=True, slots=True)
class Scan:
    """Something there is on paper, and the scan of it that is kept."""

    of: str
    what: str
    name: str
    on: date
    by: str
    digest: str


@dataclass(frozen=True, slots=True)
class Dossier:
    about: About
    items: Sequence[Item]
    scans: Sequence[Scan]
    hidden: int | None
    """Documents of the dossier its reader may not have; None where not even their number is told."""
    unbound: int
    """Documents issued only in a form that cannot be bound: tables, texts to edit."""


def gather(session: Session, project: Project, *, viewer: Viewer | None, as_of: datetime) -> Dossier:
    """All of a project's dossier that was there at a moment, of what the viewer may have."""
    copies = _copies(session, project, viewer, as_of)
    groups: dict[tuple[str, str, str], list[Any]] = {}
    for one in copies:
        choice = POSTER.sub("", one.args.get("choice", ""))
        groups.setdefault((one.subject, one.kind, choice), []).append(one)
    bound, hidden, unbound = [], 0, 0
    for of in groups.values():  # the newest first
        mine = [one for one in of if one.reached]
        papers = [one for one in mine if one.suffix == "pdf"]
        paper = next((one for one in papers if not one.args.get("choice", "").endswith("a3")), papers[0] if papers else None)
        if paper is not None:
            bound.append(paper)
        elif mine:
            unbound += 1
        else:
            hidden += 1
    bound.sort(key=_place)
    scans = _came_back(session, bound, as_of)
    told = viewer is None or bool(scope.roles_on(session, viewer, project) & TOLD_OF_HIDDEN)
    items = [_item(one, sum(scan.subject == f"report:{one.id}" for scan in scans)) for one in bound]
    listed = [*_scans_of(session, bound, scans), *_came_in(session, project, viewer, as_of)]
    return Dossier(_about(session, project), items, listed, hidden if told else None, unbound)


def _item(one: Any, scans: int) -> Item:
    about = known(one.kind)
    pages = binder.pages(files.get(one.digest))
    return Item(one.number, one.title, about.author, about.retention, today(one.as_of), pages, one.digest, scans)


def _place(one: Any) -> tuple[int, datetime, int]:
    """Where in the dossier it lies: by the slice of what it is about, then as it was issued."""
    model = scope.model_named(one.subject.partition(":")[0])
    home = model.__module__.split(".")[1] if model else ""
    return SLICES.index(home) if home in SLICES else len(SLICES), one.as_of, one.id


def _copies(session: Session, project: Project, viewer: Viewer | None, as_of: datetime) -> Sequence[Any]:
    """Every copy of every document about the project, the newest first; `reached`: the viewer may have it. One statement."""
    reached = sa.true() if viewer is None else visible(viewer, Issued, roles_for("report.read"))
    query = sa.select(
        Issued.id, Issued.number, Issued.kind, Issued.title, Issued.subject, Issued.suffix, Issued.args, Issued.as_of, Attachment.digest,
        sa.case((reached, 1), else_=0).label("reached"),
    ).join(Attachment, Attachment.id == Issued.attachment_id)  # fmt: skip
    there = (Attachment.at <= as_of, Issued.kind.not_in(APART), Issued.withdrawn_at.is_(None))
    query = query.where(Issued.subject.in_(sa.union_all(*_subjects(project))), *there)
    return session.execute(query.order_by(Issued.id.desc())).all()


def _subjects(project: Project) -> Iterator[sa.Select[Any]]:
    """References of all that a document of the dossier may be about: what belongs to the project, else to its application, else to its call."""
    for ref in sorted({one.about for one in kinds() if one.about}):
        model: Any = scope.model_named(ref)
        condition = _of(model, project) if model is not None else None
        if condition is not None:
            yield sa.select((sa.literal(f"{ref}:") + sa.cast(model.id, sa.String)).label("ref")).where(condition)


def _of(model: Any, project: Project) -> sa.ColumnElement[bool] | None:
    own = {Project: project.id, Application: project.application_id, Call: project.call_id}
    if model in own:
        return sa.and_(model.id == own[model])
    ways: tuple[tuple[str, Any], ...] = (
        ("project_id", [project.id]), ("application_id", [project.application_id]),
        ("evaluation_id", sa.select(Evaluation.id).where(Evaluation.project_id == project.id)),
        ("panel_id", sa.select(Panel.id).where(Panel.call_id == project.call_id)), ("call_id", [project.call_id]),
    )  # fmt: skip
    for name, keys in ways:
        if hasattr(model, name):
            return sa.and_(getattr(model, name).in_(keys))
    if model.REF == "ballot":
        return sa.and_(model.subject.in_([project.ref, f"call:{project.call_id}"]))
    return None


def _came_back(session: Session, bound: Sequence[Any], as_of: datetime) -> Sequence[Any]:
    refs = [f"report:{one.id}" for one in bound]
    query = sa.select(Attachment.subject, Attachment.name, Attachment.at, Attachment.by, Attachment.digest)
    query = query.where(Attachment.subject.in_(refs), Attachment.kind == "scan", Attachment.at <= as_of)
    return session.execute(query.order_by(Attachment.id)).all()


def _scans_of(session: Session, bound: Sequence[Any], scans: Sequence[Any]) -> list[Scan]:
    titles = {f"report:{one.id}": one.title for one in bound}
    names = names_of(session, {one.by for one in scans})
    return [Scan(titles[one.subject], "签章原件", one.name, today(one.at), names.get(one.by, ""), one.digest) for one in scans]


def _came_in(session: Session, project: Project, viewer: Viewer | None, as_of: datetime) -> list[Scan]:
    """Scans of what came in on paper, of what the viewer may read. One statement, and one for the names."""
    parts = []
    for model, words in PAPERS.items():
        may = sa.true() if viewer is None else visible(viewer, model, roles_for(f"{model.REF}.read"))
        ref = sa.literal(f"{model.REF}:") + sa.cast(model.id, sa.String)
        parts.append(
            sa.select(
                Attachment.id,
                Attachment.kind,
                Attachment.name,
                Attachment.at,
                Attachment.by,
                Attachment.digest,
                ref.label("ref"),
                model.title,
            )
            .join(model, Attachment.subject == ref)
            .where(model.project_id == project.id, may, Attachment.kind.in_(list(words)), Attachment.at <= as_of)
        )
    found = session.execute(sa.union_all(*parts)).all()
    found = sorted(found, key=lambda one: (one.ref, one.id))
    names = names_of(session, {one.by for one in found})
    said = {model.REF: words for model, words in PAPERS.items()}
    return [
        Scan(one.title, said[one.ref.partition(":")[0]][one.kind], one.name, today(one.at), names.get(one.by, ""), one.digest)
        for one in found
    ]


def _about(session: Session, project: Project) -> About:
    organiser, payer, evaluator, own = (aliased(Organisation) for _ in range(4))
    query = (
        sa.select(
            Call.title.label("call"), Call.number.label("call_number"), organiser.name.label("organiser"), own.name.label("organisation"),
            payer.name.label("payer"), sa.func.coalesce(evaluator.name, "").label("evaluator"), Fund.kind.label("fund"),
        )
        .select_from(Call)
        .join(organiser, organiser.id == Call.organiser_id)
        .join(payer, payer.id == Call.payer_id)
        .join(Fund, Fund.id == Call.fund_id)
        .outerjoin(evaluator, evaluator.id == Call.evaluator_id)
        .join(own, own.id == project.organisation_id)
        .where(Call.id == project.call_id)
    )  # fmt: skip
    one = session.execute(query).one()
    area = area_names(session, [project.area_code]).get(project.area_code, project.area_code)
    return About(
        project.number, project.title, project.state_label, one.call, one.call_number, one.organiser, one.organisation, one.payer, one.evaluator,
        area, one.fund == "lottery", project.starts_on, project.ends_on,
    )  # fmt: skip
