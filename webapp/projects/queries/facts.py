"""The facts the rules of this slice look at, each in one statement beside the call (which is read once)."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from reports.money import Money
from webapp.accounts.models import Area
from webapp.applications.models import Application, ApplicationNeed, Snapshot
from webapp.book import queries as book
from webapp.calls.models import Call
from webapp.calls.queries import rules_of
from webapp.core.clock import today
from webapp.core.files import Attachment
from webapp.core.journal import Entry
from webapp.core.scope import Viewer
from webapp.needs.models import Need
from webapp.permissions import COMMITTEE
from webapp.projects.models import (
    RUNNING,
    SEALED,
    Activity,
    Agreement,
    AgreementTemplate,
    Attendance,
    Beneficiary,
    Change,
    Charge,
    Confirmation,
    Progress,
    Project,
    Rectification,
    Task,
)
from webapp.projects.queries.acting import acts_for, call_of, writes
from webapp.projects.queries.changes import moves_of
from webapp.projects.rules.agreements import AgreementFacts, ConfirmationFacts, TemplateFacts
from webapp.projects.rules.award import ApplicationFacts, AwardFacts
from webapp.projects.rules.changes import ChangeFacts
from webapp.projects.rules.charges import ChargeFacts, TaskFacts
from webapp.projects.rules.delivery import ActivityFacts, ProgressFacts
from webapp.projects.rules.project import NeedFacts, ProjectFacts
from webapp.projects.rules.supervision import RectificationFacts
from webapp.reviews.models import Notice, Objection
from webapp.reviews.queries.conflicts import barred

NONE = Money(0)
UNCONFIRMED = {"asked": "还没有确认", "objected": "有异议", "handed": "待街道确认"}
"""States of a confirmation that hold an agreement up, as its blockers say them."""


def of_award(session: Session, call: Call, by: Viewer, at: datetime) -> AwardFacts:
    notice = (
        sa.select(Notice.state)
        .where(Notice.call_id == call.id, Notice.kind.in_(("before", "reserve")), Notice.state != "replaced")
        .order_by(sa.case((Notice.state == "ended", 1), else_=0), Notice.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    waiting = (
        sa.select(sa.func.count())
        .select_from(Objection)
        .join(Notice, Notice.id == Objection.notice_id)
        .where(Notice.call_id == call.id, Objection.state.in_(("raised", "appealed")))
        .scalar_subquery()
    )
    state, objections = session.execute(sa.select(notice, waiting)).one()
    proposed = session.execute(
        sa.select(Application.title, Application.awarded_fen)
        .where(Application.call_id == call.id, Application.state == "proposed")
        .order_by(Application.id)
    ).all()
    return AwardFacts(
        acts_for(by, call), state, objections, len(proposed), tuple(title for title, amount in proposed if not amount),
        sum((amount for _, amount in proposed if amount), NONE), book.free(session, f"fund:{call.fund_id}", call.fund_year),
    )  # fmt: skip


def of_application(session: Session, application: Application, by: Viewer, at: datetime) -> ApplicationFacts:
    found = session.scalar(sa.select(sa.func.count()).select_from(Snapshot).where(Snapshot.application_id == application.id))
    return ApplicationFacts(application.awarded_fen, bool(found))


def of_project(session: Session, project: Project, by: Viewer, at: datetime) -> ProjectFacts:
    """For 暂停 and 恢复: who acts, and where a suspended project stood before."""
    stood: str | None = None
    if project.state == "suspended":
        last = sa.select(Entry.before).where(Entry.subject == project.ref, Entry.step == "suspend").order_by(Entry.number.desc()).limit(1)
        stood = session.scalar(last)
    return ProjectFacts(acts_for(by, call_of(session, project.call_id)), project.state, None, stood)


def of_start(session: Session, project: Project, by: Viewer, at: datetime) -> ProjectFacts:
    agreement = session.scalar(
        sa.select(Agreement.state)
        .where(Agreement.project_id == project.id, Agreement.state != "void", Agreement.amends_id.is_(None))
        .order_by(Agreement.id.desc())
        .limit(1)
    )
    return ProjectFacts(True, project.state, agreement)


def of_need(session: Session, need: Need, by: Viewer, at: datetime) -> NeedFacts:
    for_it = (
        sa.select(Project.state)
        .join(ApplicationNeed, ApplicationNeed.application_id == Project.application_id)
        .where(ApplicationNeed.need_id == need.id)
    )
    states = session.scalars(for_it).all()
    return NeedFacts(
        sum(state in {*RUNNING, "suspended"} for state in states),
        sum(state in {"accepted", "evaluated", "archived"} for state in states),
    )


def of_agreement(session: Session, agreement: Agreement, by: Viewer, at: datetime) -> AgreementFacts:
    project = session.get_one(Project, agreement.project_id)
    call = call_of(session, project.call_id)
    waiting = session.execute(
        sa.select(sa.func.coalesce(Area.name, Confirmation.area_code), Confirmation.state)
        .outerjoin(Area, Area.code == Confirmation.area_code)
        .where(Confirmation.project_id == project.id, Confirmation.state.in_(UNCONFIRMED))
        .order_by(Confirmation.area_code)
    )
    scans = 0
    if agreement.terms.get("paper") and agreement.state in {"drafted", "org_signed"}:
        sealed = sa.select(sa.func.count()).select_from(Attachment)
        scans = session.scalar(sealed.where(Attachment.subject == agreement.ref, Attachment.kind.in_(SEALED))) or 0
    carried = session.get(Change, agreement.change_id) if agreement.change_id is not None else None
    return AgreementFacts(
        acts_for(by, call), project.state, agreement.org_signed_id, by.id, tuple((name, UNCONFIRMED[state]) for name, state in waiting),
        bool(agreement.terms.get("paper")), scans, of_change(session, carried, by, at) if carried is not None else None,
    )  # fmt: skip


def of_template(session: Session, template: AgreementTemplate, by: Viewer, at: datetime) -> TemplateFacts:
    return TemplateFacts(writes(by, template), template.kind, template.text)


def of_confirmation(session: Session, confirmation: Confirmation, by: Viewer, at: datetime) -> ConfirmationFacts:
    """Who is tied to the organisation is asked only while the community, or the street, still has to speak."""
    project = session.get_one(Project, confirmation.project_id)
    call = call_of(session, project.call_id)
    speaking = confirmation.state in {"asked", "objected", "handed"}
    return ConfirmationFacts(
        acts_for(by, call), project.state, rules_of(call).coreview.confirm_silence, confirmation.due_at, at,
        tie=barred(session, by.id, [project.organisation_id], at) if speaking else "",
        observer=confirmation.state == "asked" and "supervisor" in by.roles_on(confirmation),
    )  # fmt: skip


def of_activity(session: Session, activity: Activity, by: Viewer, at: datetime) -> ActivityFacts:
    called = sa.select(sa.func.count()).select_from(Attendance).where(Attendance.activity_id == activity.id)
    children = called.join(Beneficiary, Beneficiary.id == Attendance.beneficiary_id).where(Beneficiary.minor.is_(True))
    files = sa.select(
        sa.func.count().filter(Attachment.kind == "sign_in").label("sign_in"),
        sa.func.count().filter(Attachment.kind == "photo").label("photos"),
        called.scalar_subquery(),
        children.scalar_subquery(),
    ).where(Attachment.subject == activity.ref)
    sign_in, photos, named, minors = session.execute(files).one()
    project = session.get_one(Project, activity.project_id)
    return ActivityFacts(
        project.state, project.starts_on, today(at), activity.held_on, activity.persons, activity.visits, named, sign_in, photos,
        activity.starts, activity.ends, activity.minors or bool(minors), activity.open_photos, activity.workers, activity.worker_minutes,
        activity.volunteers, activity.volunteer_minutes,
    )  # fmt: skip


def of_progress(session: Session, progress: Progress, by: Viewer, at: datetime) -> ProgressFacts:
    call = call_of(session, session.get_one(Project, progress.project_id).call_id)
    return ProgressFacts(progress.done, progress.next_steps, acts_for(by, call))


def of_rectification(session: Session, rectification: Rectification, by: Viewer, at: datetime) -> RectificationFacts:
    proofs = session.scalar(
        sa.select(sa.func.count()).select_from(Attachment).where(Attachment.subject == rectification.ref, Attachment.kind == "proof")
    )
    tie = ""
    if rectification.state == "answered" and any(one.role in COMMITTEE for one in by.ties):
        organisation = sa.select(Project.organisation_id).where(Project.id == rectification.project_id)
        tie = barred(session, by.id, organisation, at, hosting=False)
    return RectificationFacts(rectification.proof_asked, proofs or 0, tie)


def of_change(session: Session, change: Change, by: Viewer, at: datetime) -> ChangeFacts:
    project = session.get_one(Project, change.project_id)
    call = call_of(session, project.call_id)
    return ChangeFacts(
        acts_for(by, call), project.state, change.kind, today(at), project.starts_on, change.ends_on,
        moves_of(session, project.id, change.moves), rules_of(call).budget.free_percent, change.effective_at is not None,
    )  # fmt: skip


def of_charge(session: Session, charge: Charge, by: Viewer, at: datetime) -> ChargeFacts:
    project = session.get_one(Project, charge.project_id)
    acts = acts_for(by, call_of(session, project.call_id))
    return ChargeFacts(acts, project.state, project.starts_on, project.ends_on, tuple(charge.rows))


def of_task(session: Session, task: Task, by: Viewer, at: datetime) -> TaskFacts:
    return TaskFacts(session.get_one(Project, task.project_id).state, task.unit, task.target, task.done)
