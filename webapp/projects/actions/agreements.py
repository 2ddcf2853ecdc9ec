"""Signing the project agreement, and what begins with it."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.accounts.queries import people_with
from webapp.accounts.viewer import Viewer
from webapp.applications import queries as applications
from webapp.applications.models import ApplicationNeed
from webapp.calls.models import Call
from webapp.calls.queries import rules_of
from webapp.core import files, journal, outbox
from webapp.core.calendar import deadline
from webapp.core.clock import end_of
from webapp.core.workflow import carrying, refuse, take_step
from webapp.needs.models import Need
from webapp.projects.actions.changes import carry_out, in_words
from webapp.projects.actions.charges import prefilled, start_charge
from webapp.projects.actions.delivery import READ_WORKDAYS
from webapp.projects.actions.drafting import SIGN_WORKDAYS, draft_agreement
from webapp.projects.actions.supervision import tell_organisation
from webapp.projects.models import Agreement, Change, Project
from webapp.projects.queries.facts import of_need

Scans = Sequence[files.Checked]


def sign_org(session: Session, agreement: Agreement, *, scans: Scans | None = None, by: Viewer, at: datetime, note: str = "") -> None:
    """社会组织签署, with the scan of the sealed paper where there is one: from here the terms do not change any more."""
    _attach(session, agreement, "sealed_org", scans or (), by=by, at=at)
    agreement.org_signed_id = by.id
    take_step(session, agreement, "sign_org", by=by, at=at, note=note, data={"digest": agreement.digest}, due=deadline(at, SIGN_WORKDAYS))


def sign(session: Session, agreement: Agreement, *, scans: Scans | None = None, by: Viewer, at: datetime, note: str = "") -> None:
    """主办单位签署: the project starts, and the needs it answers are being delivered; a 补充协议 lets its change take effect.

    Raises Refused where the template asks for the sealed paper and no scan has come.
    """
    project = session.get_one(Project, agreement.project_id, with_for_update=True, populate_existing=True)
    _attach(session, agreement, "sealed", scans or (), by=by, at=at)
    take_step(session, agreement, "sign", by=by, at=at, note=note, data={"digest": agreement.digest})
    agreement.signed_id, agreement.signed_at = by.id, at
    if agreement.change_id is not None:
        change = session.get_one(Change, agreement.change_id, with_for_update=True, populate_existing=True)
        carry_out(session, project, change, at=at)
        tell_organisation(session, project, agreement.ref, f"补充协议 {agreement.number} 已签署，{change.title}生效", in_words(change), at)
        return
    take_step(session, project, "start", by=carrying(by), at=at, data={"agreement": agreement.ref}, due=end_of(project.ends_on))
    if parts := prefilled(session, project):
        start_charge(session, project, rows=parts, by=by, at=at)
    for need in needs_of(session, project, ("called", "listed")):
        take_step(session, need, "deliver", by=carrying(by), at=at, data={"project": project.ref})
    outbox.tell(
        session, people_with(session, ("org_lead", "org_member"), at=at, organisation_id=project.organisation_id), agreement.ref,
        f"项目 {project.number} 协议已签署", f"“{project.title}”双方已签署，项目开始实施。", at=at,
    )  # fmt: skip


def _attach(session: Session, agreement: Agreement, kind: str, scans: Scans, *, by: Viewer, at: datetime) -> None:
    for one in scans:
        files.attach(session, agreement.ref, kind, one, by=by.ref, at=at)
    if scans:
        journal.record(session, agreement.ref, "scan", by=by.ref, at=at, data={"kind": kind, "files": len(scans)})


def add_scans(session: Session, agreement: Agreement, *, scans: Scans, by: Viewer, at: datetime) -> None:
    """上传盖章扫描件, before or after signing. Raises Refused for an agreement that is void."""
    if agreement.state == "void":
        raise refuse("state", "这份协议已作废，不用再上传。")
    mine = any(m.organisation_id == session.get_one(Project, agreement.project_id).organisation_id for m in by.members)
    _attach(session, agreement, "sealed_org" if mine else "sealed", scans or (), by=by, at=at)


def void(session: Session, agreement: Agreement, *, note: str, by: Viewer, at: datetime) -> None:
    """作废. A new draft takes an agreement's place, so that the project is never without one to sign; the change of a 补充协议 waits again."""
    take_step(session, agreement, "void", by=by, at=at, note=note)
    project = session.get_one(Project, agreement.project_id)
    if agreement.change_id is not None:
        change = session.get_one(Change, agreement.change_id, with_for_update=True, populate_existing=True)
        take_step(session, change, "reopen", by=carrying(by), at=at, note=note, due=deadline(at, READ_WORKDAYS))
        return
    call = session.get_one(Call, project.call_id)
    draft_agreement(session, project, call, rules_of(call), applications.snapshot(session, project.application_id), by=by, at=at)


def needs_of(session: Session, project: Project, states: tuple[str, ...]) -> list[Need]:
    """The needs a project answers that stand in one of these states, locked."""
    query = sa.select(Need).join(ApplicationNeed, ApplicationNeed.need_id == Need.id)
    return list(
        session.scalars(
            query.where(ApplicationNeed.application_id == project.application_id, Need.state.in_(states))
            .order_by(Need.id)
            .with_for_update(of=Need)
        )
    )


def resolve_needs(session: Session, project: Project, *, by: Viewer, at: datetime) -> int:
    """办结 the needs of an accepted project, except those another project is still at work for. Gives how many."""
    done = 0
    for need in needs_of(session, project, ("delivering",)):
        facts = of_need(session, need, by, at)
        if facts.finished and not facts.running:
            take_step(session, need, "resolve", by=carrying(by), at=at, data={"project": project.ref})
            done += 1
    return done


def relist_needs(session: Session, project: Project, *, note: str, by: Viewer, at: datetime) -> int:
    """终止后重列: the needs of a terminated project go back to the 需求清单, unless another project still delivers them."""
    done = 0
    for need in needs_of(session, project, ("delivering",)):
        if not of_need(session, need, by, at).running:
            take_step(session, need, "relist", by=carrying(by), at=at, note=note, data={"project": project.ref})
            done += 1
    return done


def drop_open(session: Session, project: Project, *, note: str, by: Viewer, at: datetime) -> None:
    """What still waits of a terminated project, an agreement to sign or a change to decide, waits no longer."""
    unsigned = sa.select(Agreement).where(Agreement.project_id == project.id, Agreement.state.in_(("drafted", "org_signed")))
    for agreement in session.scalars(unsigned.order_by(Agreement.id).with_for_update()).all():
        take_step(session, agreement, "void", by=carrying(by), at=at, note=note)
        if agreement.change_id is not None:
            take_step(
                session, session.get_one(Change, agreement.change_id, with_for_update=True), "reopen", by=carrying(by), at=at, note=note
            )
    asked = sa.select(Change).where(Change.project_id == project.id, Change.state == "requested")
    for change in session.scalars(asked.order_by(Change.id).with_for_update()).all():
        take_step(session, change, "refuse", by=carrying(by), at=at, note=note)
