"""Asking for documents, and making them: in the worker or on the command line, never in a web process."""

import hashlib
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

import reports
from reports.report import Report, digest
from webapp.accounts.queries import has_dataset, names_of
from webapp.accounts.viewer import viewer_of
from webapp.applications.models import Application, Snapshot
from webapp.applications.rules import papers
from webapp.calls.models import Call, Version
from webapp.calls.rules import CallRules
from webapp.core import files, jobs, journal, numbers, outbox, secrets
from webapp.core.clock import today
from webapp.core.db import reading, transaction
from webapp.core.jobs import Work
from webapp.core.scope import Viewer
from webapp.core.workflow import refuse
from webapp.projects.models import Agreement, Project
from webapp.reporting.build import agreement as agreement_paper
from webapp.reporting.build import funding as funding_paper
from webapp.reporting.build import performance as performance_paper
from webapp.reporting.build import progress as progress_paper
from webapp.reporting.build import receipt
from webapp.reporting.build.receipt import HandedIn
from webapp.reporting.models import Issued
from webapp.reporting.queries import delivery, funding, performance
from webapp.reporting.queries.asked import BOTH, Wish
from webapp.reporting.rules import KINDS

ISSUER = "三社联动公益创投项目平台"


def render(
    session: Session, wish: Wish, suffix: str, *, issuer: str = ISSUER, number: str = "", verify_url: str | None = None
) -> tuple[bytes, str]:
    """A report as a file of this suffix, and the digest of its data. The same data and moment give the same bytes.

    Raises KeyError for an unknown kind or suffix, reports.glyphs.MissingGlyphs where paper lacks a character.
    """
    paper: dict[str, Any] = {"issuer": issuer, "number": number, "verify_url": verify_url}
    if wish.kind == "funding":
        rows = funding.gather(session, wish)
        report = funding_paper.build(rows, wish, **paper)
        content = funding_paper.as_json(rows, wish) if suffix == "json" else reports.write(report, suffix)
        return content, digest(report)
    if wish.kind == "progress":
        report = progress_paper.build(delivery.gather(session, wish), wish, **paper)
    elif wish.kind == "performance":
        report = performance_paper.build(performance.gather(session, wish), wish, **paper)
    else:
        raise KeyError(wish.kind)
    return reports.write(report, suffix), digest(report)


def agreement_report(terms: dict[str, Any], *, number: str, as_of: datetime, state: str, terms_digest: str, **more: Any) -> Report:
    """项目协议书 as a document, from the agreement's frozen terms."""
    return agreement_paper.build(terms, number=number, as_of=as_of, state=state, terms_digest=terms_digest, **more)


def ask(
    session: Session, wish: Wish, suffix: str, *, area_code: str, base: str, by: Viewer, at: datetime, organisation_id: int | None = None
) -> Issued:
    """Ask for a report: it gets its number now, its file from the worker. `base` is the site's own address, for the check.

    Raises Refused for a project that does not exist: a sealed report of zeros would say that it does.
    """
    if wish.project and session.scalar(sa.select(Project.id).where(Project.number == wish.project)) is None:
        raise refuse("no_project", f"没有编号为“{wish.project}”的项目，请核对，例如 G2026-0001。", "project")
    args = {
        "year": wish.year,
        "programme": wish.programme,
        "area": wish.area,
        "project": wish.project,
        "sources": list(wish.sources),
        "base": base,
    }
    subject = f"report:{wish.kind}"
    return _ask(session, wish.kind, subject, _title(wish), suffix, args, area_code=area_code, organisation_id=organisation_id, by=by, at=at)


def ask_agreement(session: Session, agreement: Agreement, *, base: str, by: Viewer, at: datetime) -> Issued:
    """Ask for an agreement on paper; the organisation that signs it may have it too."""
    area, organisation = session.execute(
        sa.select(Project.area_code, Project.organisation_id).where(Project.id == agreement.project_id)
    ).one()
    args = {"agreement": agreement.id, "base": base}
    return _ask(
        session, "agreement", agreement.ref, agreement.title, "pdf", args, area_code=area, organisation_id=organisation, by=by, at=at
    )


def ask_receipt(session: Session, application: Application, *, base: str, by: Viewer, at: datetime) -> Issued:
    """Ask for the receipt of the newest handing-in of an application. Raises Refused before there is one."""
    kept = session.scalar(sa.select(Snapshot.id).where(Snapshot.application_id == application.id).order_by(Snapshot.number.desc()).limit(1))
    if kept is None:
        raise refuse("not_submitted", "还没有提交，没有回执。")
    to: dict[str, Any] = {"area_code": application.area_code, "organisation_id": application.organisation_id, "by": by, "at": at}
    return _ask(session, "receipt", application.ref, f"{application.title} 申报回执", "pdf", {"snapshot": kept, "base": base}, **to)


def make_receipt(engine: sa.Engine, args: dict[str, Any], at: datetime) -> dict[str, Any]:
    """The job that prints a receipt of what was handed in."""
    with reading(engine) as session:
        issued = session.get_one(Issued, args["issued"])
        if issued.attachment_id is not None:
            return {"report": issued.id}
        kept = session.get_one(Snapshot, issued.args["snapshot"])
        application = session.get_one(Application, kept.application_id)
        call = session.get_one(Call, application.call_id)
        rules = CallRules.from_json(
            session.scalars(sa.select(Version.rules).where(Version.call_id == call.id, Version.version == application.version)).one()
        )
        names = names_of(session, [f"person:{kept.by_id}", f"organisation:{call.organiser_id}"])
        found = HandedIn(
            application.number, call.title, names.get(f"organisation:{call.organiser_id}", ""), kept.number, names.get(f"person:{kept.by_id}", ""),
            kept.at, kept.digest, kept.content,
        )  # fmt: skip
        report = receipt.build(
            found, number=issued.number, as_of=issued.as_of, papers={one.key: one.title for one in papers(rules)},
            demo=has_dataset(session, "demo"), verify_url=_verify_url(issued),
        )  # fmt: skip
    return _keep(engine, issued.id, reports.write(report, "pdf"), digest(report), at)


def _title(wish: Wish) -> str:
    narrowed = "、".join(value for _, value in wish.narrowed)
    return KINDS[wish.kind] + (f"（{narrowed}）" if narrowed else "")


def _ask(
    session: Session, kind: str, subject: str, title: str, suffix: str, args: dict[str, Any], *, area_code: str,
    organisation_id: int | None, by: Viewer, at: datetime,
) -> Issued:  # fmt: skip
    issued = Issued(
        number=numbers.take(session, "B", today(at).year), kind=kind, subject=subject, title=title, suffix=suffix, args=args,
        area_code=area_code, organisation_id=organisation_id, person_id=by.id, token=secrets.token(), as_of=at, at=at,
    )  # fmt: skip
    session.add(issued)
    session.flush()
    work = kind if kind in {"agreement", "receipt"} else "report"
    issued.job_id = jobs.enqueue(session, work, {"issued": issued.id}, person_id=by.id, at=at).id
    journal.record(session, issued.ref, "ask", by=by.ref, at=at, data={"kind": kind, "subject": subject, "suffix": suffix})
    return issued


def _verify_url(issued: Issued) -> str:
    return f"{issued.args['base'].rstrip('/')}/verify/{issued.token}"


def make_report(engine: sa.Engine, args: dict[str, Any], at: datetime) -> dict[str, Any]:
    """The job that makes a report: gathered within its asker's areas as they were when asked for."""
    with reading(engine) as session:
        issued = session.get_one(Issued, args["issued"])
        if issued.attachment_id is not None:
            return {"report": issued.id}
        who = viewer_of(session, issued.person_id, issued.as_of) if issued.person_id else None
        if who is None:
            raise LookupError(f"report {issued.id} has nobody who asked for it")
        given = issued.args
        wish = Wish(
            issued.kind, issued.as_of, given["year"], given["programme"], given["area"], given["project"],
            tuple(given["sources"] or BOTH), who,
        )  # fmt: skip
        content, data_digest = render(session, wish, issued.suffix, number=issued.number, verify_url=_verify_url(issued))
    return _keep(engine, issued.id, content, data_digest, at)


def make_agreement(engine: sa.Engine, args: dict[str, Any], at: datetime) -> dict[str, Any]:
    """The job that prints an agreement."""
    with reading(engine) as session:
        issued = session.get_one(Issued, args["issued"])
        if issued.attachment_id is not None:
            return {"report": issued.id}
        one = session.get_one(Agreement, issued.args["agreement"])
        report = agreement_report(
            one.terms, number=one.number, as_of=issued.as_of, state=one.state_label, terms_digest=one.digest,
            demo=has_dataset(session, "demo"), verify_url=_verify_url(issued),
        )  # fmt: skip
    return _keep(engine, issued.id, reports.write(report, "pdf"), digest(report), at)


def _keep(engine: sa.Engine, key: int, content: bytes, data_digest: str, at: datetime) -> dict[str, Any]:
    """Store the file, say so in the journal, and tell who asked; doing it a second time changes nothing."""
    with transaction(engine) as session:
        issued = session.get_one(Issued, key, with_for_update=True, populate_existing=True)
        if issued.attachment_id is None:
            name = f"{issued.title}-{issued.number}.{issued.suffix}".replace("/", "-")
            kept = files.Checked(name, content, reports.MIMETYPES[issued.suffix].partition(";")[0])
            attachment = files.attach(session, issued.ref, "issued", kept, by=f"person:{issued.person_id}", at=at)
            issued.attachment_id, issued.file_digest, issued.data_digest = attachment.id, attachment.digest, data_digest
            found = {"file": attachment.digest, "data": data_digest, "size": len(content)}
            journal.record(session, issued.ref, "issue", by="clock", at=at, data=found)
            if issued.person_id is not None:
                body = f"{issued.title}（{issued.number}）已编制完成，可以下载。"
                outbox.tell(session, [issued.person_id], issued.ref, "文书已编制完成", body, at=at)
    return {"report": key, "digest": hashlib.sha256(content).hexdigest()}


JOBS: dict[str, Work] = {"report": make_report, "agreement": make_agreement, "receipt": make_receipt}
