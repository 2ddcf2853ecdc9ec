"""The facts the rules of payment, claims and recovery look at."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from reports.money import Money
from webapp.accounts.models import Organisation
from webapp.book.models import Account
from webapp.calls.queries import rules_of
from webapp.core.clock import today
from webapp.core.files import Attachment
from webapp.core.scope import Viewer
from webapp.funding.models import Recovery, Spending, Tranche
from webapp.funding.rules.claims import SpendingFacts
from webapp.funding.rules.closing import ProjectFacts, RecoveryFacts
from webapp.funding.rules.tranches import OPEN_TRANCHES, UNDER_WAY, TrancheFacts
from webapp.projects.models import Project, Rectification
from webapp.projects.queries.acting import acts_for, call_of

STANDING = ("claimed", "accepted")
"""States in which a claim takes up money of its document, its line and its project."""


def of_tranche(session: Session, tranche: Tranche, by: Viewer, at: datetime) -> TrancheFacts:
    project = session.get_one(Project, tranche.project_id)
    call = call_of(session, project.call_id)
    earlier = (
        sa.select(sa.func.count())
        .select_from(Tranche)
        .where(Tranche.project_id == project.id, Tranche.position < tranche.position, Tranche.state.not_in(("paid", "cancelled")))
        .scalar_subquery()
    )
    findings = (
        sa.select(sa.func.count())
        .select_from(Rectification)
        .where(Rectification.project_id == project.id, Rectification.kind == "rectify", Rectification.state != "closed")
        .scalar_subquery()
    )
    receipts = (
        sa.select(sa.func.count())
        .select_from(Attachment)
        .where(Attachment.subject == tranche.ref, Attachment.kind == "receipt")
        .scalar_subquery()
    )
    unreceipted = (
        sa.select(sa.func.count())
        .select_from(Tranche)
        .where(
            Tranche.project_id == project.id,
            Tranche.position < tranche.position,
            Tranche.state == "paid",
            Tranche.receipt_number == "",
        )
        .scalar_subquery()
    )
    papers = [
        sa.select(sa.func.count())
        .select_from(Attachment)
        .where(Attachment.subject == tranche.ref, Attachment.kind == kind)
        .scalar_subquery()
        for kind in ("minutes", "audit")
    ]
    account = (
        sa.select(sa.func.count())
        .select_from(Organisation)
        .where(Organisation.id == project.organisation_id, sa.type_coerce(Organisation.bank_account, sa.Text).is_not(None))
        .scalar_subquery()
    )
    counts = sa.select(earlier, findings, receipts, account, _balance(project, "committed"), unreceipted, *papers)
    unpaid, open_findings, files, accounts, to_request, without, minutes, audits = session.execute(counts).one()
    return TrancheFacts(
        acts_for(by, call),
        by.id,
        project.state,
        tranche.trigger,
        tranche.position,
        unpaid,
        open_findings,
        call.legal_form,
        tranche.receipt_kind,
        tranche.receipt_number,
        files,
        tranche.amount_fen,
        Money(int(to_request)),
        tranche.prepared_by_id,
        tranche.checked_by_id,
        tranche.approved_by_id,
        bool(accounts),
        tranche.paid_on,
        tranche.batch_id is not None,
        tranche.reviewed_by_id,
        today(at),
        tranche.meeting_name,
        tranche.meeting_on,
        tranche.minutes_number,
        minutes,
        rules_of(call).receipt_after is not None,
        without,
        audits,
    )


def of_spending(session: Session, spending: Spending, by: Viewer, at: datetime) -> SpendingFacts:
    project = session.get_one(Project, spending.project_id)
    return SpendingFacts(acts_for(by, call_of(session, project.call_id)), by.id, spending.by_id, project.state, spending.state)


def of_recovery(session: Session, recovery: Recovery, by: Viewer, at: datetime) -> RecoveryFacts:
    project = session.get_one(Project, recovery.project_id)
    return RecoveryFacts(acts_for(by, call_of(session, project.call_id)), recovery.bank_reference, by.id, recovery.by_id)


def of_project(session: Session, project: Project, by: Viewer, at: datetime) -> ProjectFacts:
    def many(model: type[Tranche | Spending | Recovery], *states: str) -> sa.ScalarSelect[int]:
        return (
            sa.select(sa.func.count()).select_from(model).where(model.project_id == project.id, model.state.in_(states)).scalar_subquery()
        )

    pots = [_balance(project, kind) for kind in ("committed", "requested", "paid")]
    found = session.execute(
        sa.select(
            many(Tranche, *OPEN_TRANCHES), many(Tranche, *UNDER_WAY), many(Spending, "claimed"), many(Recovery, "demanded", "due"), *pots
        )
    ).one()
    money = [Money(int(fen)) for fen in found[4:]]
    return ProjectFacts(
        acts_for(by, call_of(session, project.call_id)), found[0], found[1], found[2], found[3], money[0], money[1], money[2]
    )


def _balance(project: Project, kind: str) -> Any:
    """What the book holds of a project in one pot now, over all funds and years; read beside the counts in one statement."""
    fen = sa.func.coalesce(sa.func.sum(sa.type_coerce(Account.balance_fen, sa.BigInteger)), 0)
    return sa.select(fen).where(Account.reason == project.ref, Account.kind == kind).scalar_subquery()
