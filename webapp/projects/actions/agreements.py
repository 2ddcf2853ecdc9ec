"""Signing the project agreement, and what begins with it."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.accounts.queries import people_with
from webapp.accounts.viewer import Viewer
from webapp.applications import queries as applications
from webapp.applications.models import ApplicationNeed
from webapp.calls.models import Call
from webapp.calls.queries import rules_of
from webapp.core import outbox
from webapp.core.calendar import deadline
from webapp.core.clock import end_of
from webapp.core.workflow import carrying, take_step
from webapp.needs.models import Need
from webapp.projects.actions.award import draft_agreement
from webapp.projects.models import Agreement, Change, Project
from webapp.projects.queries.facts import of_need

SIGN_WORKDAYS = 10


def sign_org(session: Session, agreement: Agreement, *, by: Viewer, at: datetime, note: str = "") -> None:
    """社会组织签署: from here the terms do not change any more."""
    agreement.org_signed_id = by.id
    take_step(session, agreement, "sign_org", by=by, at=at, note=note, data={"digest": agreement.digest}, due=deadline(at, SIGN_WORKDAYS))


def sign(session: Session, agreement: Agreement, *, by: Viewer, at: datetime, note: str = "") -> None:
    """主办单位签署: the project starts, and the needs it answers are being delivered."""
    project = session.get_one(Project, agreement.project_id, with_for_update=True, populate_existing=True)
    take_step(session, agreement, "sign", by=by, at=at, note=note, data={"digest": agreement.digest})
    agreement.signed_id, agreement.signed_at = by.id, at
    take_step(session, project, "start", by=carrying(by), at=at, data={"agreement": agreement.ref}, due=end_of(project.ends_on))
    for need in needs_of(session, project, ("called", "listed")):
        take_step(session, need, "deliver", by=carrying(by), at=at, data={"project": project.ref})
    outbox.tell(
        session, people_with(session, ("org_lead", "org_member"), at=at, organisation_id=project.organisation_id), agreement.ref,
        f"项目 {project.number} 协议已签署", f"“{project.title}”双方已签署，项目开始实施。", at=at,
    )  # fmt: skip


def void(session: Session, agreement: Agreement, *, note: str, by: Viewer, at: datetime) -> None:
    """作废, and a new draft of the same terms takes its place, so that the project is never without an agreement to sign."""
    take_step(session, agreement, "void", by=by, at=at, note=note)
    project = session.get_one(Project, agreement.project_id)
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
    asked = sa.select(Change).where(Change.project_id == project.id, Change.state == "requested")
    for change in session.scalars(asked.order_by(Change.id).with_for_update()).all():
        take_step(session, change, "refuse", by=carrying(by), at=at, note=note)
