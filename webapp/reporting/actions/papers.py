"""Asking for one document, and making it."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

import reports
from reports import binder
from reports.report import Report, digest
from webapp.accounts.queries import has_dataset
from webapp.accounts.viewer import viewer_of
from webapp.core import files, jobs, journal, numbers, outbox, scope, secrets
from webapp.core.clock import today
from webapp.core.db import reading, transaction
from webapp.core.scope import Viewer
from webapp.core.workflow import NotAllowed, Refusal, Refused, refuse
from webapp.permissions import roles_for
from webapp.projects.models import Project
from webapp.reporting.models import Issued
from webapp.reporting.papers import Asked, Paper, place_of
from webapp.reporting.queries.asked import Wish
from webapp.reporting.registry import ABOUT, PAPERS

NARROWINGS = {"year": "年度", "programme": "征集公告或项目计划", "area": "地区", "project": "项目"}


def render(session: Session, paper: Paper, subject: Any, asked: Asked, suffix: str) -> tuple[bytes, str]:
    """A document as a file of this suffix, and the digest of its data. The same data and the same `asked` give the same bytes.

    Raises KeyError for an unknown suffix, reports.glyphs.MissingGlyphs where paper lacks a character.
    """
    rows, report, asked = _built(session, paper, subject, asked)
    content = paper.machine(rows, asked) if suffix == "json" and paper.machine else reports.write(report, suffix)
    if suffix == "pdf" and paper.bound:
        content = binder.bind(content, paper.bound(rows))
    return content, digest(report)


def _built(session: Session, paper: Paper, subject: Any, asked: Asked) -> tuple[Any, Report, Asked]:
    asked = replace(asked, demo=has_dataset(session, "demo"))
    rows = paper.gather(session, subject, asked)
    return rows, paper.build(rows, asked), asked


def preview(session: Session, paper: Paper, subject: Any, *, base: str, by: Viewer, at: datetime, choice: str = "") -> Report:
    """The very Report that asking now would print, with no number, no file and no line in the register. Raises as `ask` does."""
    offered(session, paper, subject, by=by, at=at, choice=choice)
    return _built(session, paper, subject, Asked(as_of=at, viewer=by, choice=choice, base=base))[1]


def preview_report(session: Session, kind: str, wish: Wish, *, base: str, by: Viewer, at: datetime, choice: str = "") -> Report:
    """The same of a report over the areas one answers for. Raises as `ask_report` does."""
    possible(session, PAPERS[kind], wish, at=at, choice=choice)
    return _built(session, PAPERS[kind], None, Asked(as_of=at, viewer=by, choice=choice, args=wish.args, base=base))[1]


def ask(
    session: Session, paper: Paper, subject: Any, suffix: str = "", *, base: str, by: Viewer, at: datetime, choice: str = ""
) -> Issued:  # fmt: skip
    """Ask for a document of a subject: it gets its number now, its file from the worker. `base` is the site's own address, for the check.

    Raises NotAllowed for who lacks the paper's right on the subject, Refused for what is not ready or cannot be chosen.
    """
    words = offered(session, paper, subject, by=by, at=at, choice=choice)
    issued = of_subject(session, paper, subject, suffix, words, {"choice": choice, "base": base}, by=by, as_of=at, at=at)
    issued.job_id = jobs.enqueue(session, "paper", {"issued": issued.id}, person_id=by.id, at=at).id
    return issued


def offered(session: Session, paper: Paper, subject: Any, *, by: Viewer, at: datetime, choice: str) -> str:
    """What was chosen, in words, once it is sure that it may be asked for."""
    if not roles_for(paper.right) & by.roles_on(subject):
        raise NotAllowed(Refusal("role", f"您在这里没有编制“{paper.title}”的权限。"))
    if waits := paper.ready(subject):
        raise Refused(waits)
    words = dict(paper.choices(session, subject, at)) if paper.choices else {"": ""}
    if choice not in words:
        raise refuse("choice", "请选择要编制的是哪一份。", "choice")
    return words[choice]


def of_subject(
    session: Session, paper: Paper, subject: Any, suffix: str, words: str, args: dict[str, Any], *, by: Viewer, as_of: datetime, at: datetime
) -> Issued:  # fmt: skip
    """Enter a document of a subject in the register, with its number; `words` say what was chosen. Its file comes later."""
    title = paper.named(subject, paper.title) + (f"（{words}）" if words else "")
    area, organisation = place_of(session, subject)
    return _enter(session, paper, subject.ref, title, suffix, args, area_code=area, organisation_id=organisation, by=by, as_of=as_of, at=at)


def ask_report(
    session: Session, kind: str, wish: Wish, suffix: str, *, area_code: str, base: str, by: Viewer, at: datetime, choice: str = ""
) -> Issued:  # fmt: skip
    """Ask for a report over the areas one answers for, narrowed as wished; those of `area_code` and above may have it.

    Raises Refused for a project that does not exist: a sealed report of zeros would say that it does; and for a period that is none.
    """
    paper = PAPERS[kind]
    words = possible(session, paper, wish, at=at, choice=choice)
    narrowed = "、".join(value for value in (words, *(value for _, value in wish.narrowed)) if value)
    title = paper.title + (f"（{narrowed}）" if narrowed else "")
    args = {**wish.args, "base": base, "choice": choice}
    to: dict[str, Any] = {"area_code": area_code, "organisation_id": None, "by": by, "as_of": at, "at": at}
    issued = _enter(session, paper, f"report:{kind}", title, suffix, args, **to)
    issued.job_id = jobs.enqueue(session, "paper", {"issued": issued.id}, person_id=by.id, at=at).id
    return issued


def possible(session: Session, paper: Paper, wish: Wish, *, at: datetime, choice: str) -> str:
    """The chosen period in words, once it is sure that there is what is asked for."""
    for name, label in NARROWINGS.items():
        if getattr(wish, name) and name not in paper.narrows:
            raise refuse("narrowed", f"“{paper.title}”不能只编一个{label}，请不要填。", name)
    if wish.project and session.scalar(sa.select(Project.id).where(Project.number == wish.project)) is None:
        raise refuse("no_project", f"没有编号为“{wish.project}”的项目，请核对，例如 G2026-0001。", "project")
    words = dict(paper.choices(session, None, at)) if paper.choices else {"": ""}
    if choice not in words:
        raise refuse("choice", f"请选择“{paper.title}”的时段。", "period")
    return words[choice]


def _enter(
    session: Session, paper: Paper, subject: str, title: str, suffix: str, args: dict[str, Any], *, area_code: str,
    organisation_id: int | None, by: Viewer, as_of: datetime, at: datetime,
) -> Issued:  # fmt: skip
    suffix = suffix or paper.suffixes[0]
    if suffix not in paper.suffixes:
        raise refuse("suffix", f"“{paper.title}”没有 {suffix.upper()} 格式。", "suffix")
    issued = Issued(
        number=numbers.take(session, "B", today(at).year), kind=paper.key, right=paper.right, shared=paper.shared, subject=subject,
        title=title, suffix=suffix, args=args, area_code=area_code, organisation_id=organisation_id, person_id=by.id,
        token=secrets.token(), as_of=as_of, at=at,
    )  # fmt: skip
    session.add(issued)
    session.flush()
    journal.record(session, issued.ref, "ask", by=by.ref, at=at, data={"kind": paper.key, "subject": subject, "suffix": suffix})
    return issued


def make(engine: sa.Engine, args: dict[str, Any], at: datetime) -> dict[str, Any]:
    """The job that makes one document, and tells who asked for it."""
    return made(engine, args["issued"], at, then=_tell)


def made(engine: sa.Engine, key: int, at: datetime, *, then: Callable[[Session, Issued, datetime], None]) -> dict[str, Any]:
    """Make a document, gathered for who asked with the roles of that moment, and keep it; `then` belongs to the same transaction.

    Safe at any moment and any often: what has its file is left as it is.
    """
    with reading(engine) as session:
        issued = session.get_one(Issued, key)
        if issued.attachment_id is not None or issued.withdrawn_at is not None:
            return {"report": issued.id}
        paper = PAPERS[issued.kind]
        who = viewer_of(session, issued.person_id, issued.as_of) if issued.person_id else None
        if who is None:
            raise LookupError(f"report {issued.id} has nobody who asked for it")
        asked = Asked(
            as_of=issued.as_of, viewer=who, choice=issued.args.get("choice", ""), args=issued.args, number=issued.number,
            base=issued.args["base"], verify_url=f"{issued.args['base'].rstrip('/')}/verify/{issued.token}",
        )  # fmt: skip
        content, data_digest = render(session, paper, subject_of(session, issued, who), asked, issued.suffix)
    with transaction(engine) as session:
        issued = session.get_one(Issued, key, with_for_update=True, populate_existing=True)
        if issued.attachment_id is None:
            _keep(session, issued, content, data_digest, at)
            then(session, issued, at)
    return {"report": key, "digest": hashlib.sha256(content).hexdigest()}


def subject_of(session: Session, issued: Issued, who: Viewer) -> Any:
    """What a document is about, for who asked for it; None for a report over many. Raises LookupError where it is no more reached."""
    if PAPERS[issued.kind].about is None:
        return None
    name, _, key = issued.subject.partition(":")
    subject, roles = scope.load(session, who, ABOUT[name][0], int(key), lock=False)
    if subject is None or not roles & roles_for(issued.right):
        raise LookupError(f"report {issued.id}: who asked for it does not reach {issued.subject}")
    return subject


def _keep(session: Session, issued: Issued, content: bytes, data_digest: str, at: datetime) -> None:
    """Store the file, and say so in the journal."""
    name = f"{issued.title}-{issued.number}.{issued.suffix}".replace("/", "-")
    kept = files.Checked(name, content, reports.MIMETYPES[issued.suffix].partition(";")[0])
    attachment = files.attach(session, issued.ref, "issued", kept, by=f"person:{issued.person_id}", at=at)
    issued.attachment_id, issued.file_digest, issued.data_digest = attachment.id, attachment.digest, data_digest
    journal.record(
        session, issued.ref, "issue", by="clock", at=at, data={"file": attachment.digest, "data": data_digest, "size": len(content)}
    )


def _tell(session: Session, issued: Issued, at: datetime) -> None:
    if issued.person_id is not None:
        body = f"{issued.title}（{issued.number}）已编制完成，可以下载。"
        outbox.tell(session, [issued.person_id], issued.ref, "文书已编制完成", body, at=at)
