"""What was typed can mean: payments and spending documents, each only for who may know that it is there."""

import re
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from reports.money import Money
from webapp.boards.rules import amount_of
from webapp.core import fit
from webapp.core.scope import Viewer, visible
from webapp.funding.models import SPENDING_KINDS, Batch, Document, Spending, Tranche
from webapp.permissions import roles_for
from webapp.projects.models import BudgetLine, Project

MOST = 50
LEAST = 2
"""Characters of a project's title that are enough to look for it."""
_PAYMENT = re.compile(r"(.+)-(\d{1,3})")


@dataclass(frozen=True, slots=True)
class Hit:
    """One payment or one spending that a number names."""

    kind: str
    id: int
    label: str
    project: str
    number: str
    day: date | None
    amount: Money


def tranche_reached(viewer: Viewer) -> sa.ColumnElement[bool]:
    """The payments a viewer may know of beyond what is public."""
    return visible(viewer, Tranche, roles_for("tranche.read"))


def spending_reached(viewer: Viewer) -> sa.ColumnElement[bool]:
    """The spendings a viewer may know of beyond what is public."""
    return visible(viewer, Spending, roles_for("spending.read"))


TRANCHE_PUBLIC = Tranche.state == "paid"
SPENDING_PUBLIC = Spending.state == "accepted"


def find(session: Session, viewer: Viewer, typed: str) -> list[Hit]:
    """What was typed names: a payment (项目编号-期次), a project by number or title, a batch, a bank's number, a document's, an amount. Two statements.

    The public finds by projects and payments alone: what a bank or a seller numbered, and who was paid how much, is for those who may read it.
    At most `MOST` payments and as many spendings.
    """
    q = fit.number(typed)
    if not q:
        return []
    project = Project.number == q
    if len(q) >= LEAST:
        project = sa.or_(project, Project.title.contains(typed.strip(), autoescape=True))
    amount = amount_of(typed)
    return [*_tranches(session, viewer, q, project, amount), *_spendings(session, viewer, q, project, amount)]


def _tranches(session: Session, viewer: Viewer, q: str, project: sa.ColumnElement[bool], amount: Money | None) -> list[Hit]:
    inside = tranche_reached(viewer)
    named = [project]
    if (parts := _PAYMENT.fullmatch(q)) is not None:
        named.append(sa.and_(Project.number == parts[1], Tranche.position == int(parts[2])))
    within = [Tranche.bank_reference == q, Tranche.batch_id.in_(sa.select(Batch.id).where(Batch.number == q))]
    if amount is not None:
        within.append(Tranche.amount_fen == amount)
    query = (
        sa.select(Tranche.id, Tranche.title, Tranche.position, Tranche.paid_on, Tranche.amount_fen, Project.title, Project.number)
        .join(Project, Project.id == Tranche.project_id)
        .where(Tranche.state != "cancelled")
        .where(sa.or_(sa.and_(sa.or_(*named), sa.or_(TRANCHE_PUBLIC, inside)), sa.and_(sa.or_(*within), inside)))
        .order_by(Project.number, Tranche.position)
        .limit(MOST)
    )
    return [
        Hit("tranche", key, f"拨款 {title}", project, f"{number}-{position}", paid_on, amount)
        for key, title, position, paid_on, amount, project, number in session.execute(query)
    ]


def _spendings(session: Session, viewer: Viewer, q: str, project: sa.ColumnElement[bool], amount: Money | None) -> list[Hit]:
    inside = spending_reached(viewer)
    within = [Document.number == q, Document.key == q, sa.and_(project, Spending.state == "claimed")]
    if amount is not None:
        within.append(sa.and_(sa.or_(Spending.amount_fen == amount, Document.face_fen == amount), Spending.state != "voided"))
    query = (
        sa.select(Spending.id, Document.kind, BudgetLine.title, Spending.spent_on, Spending.amount_fen, Project.title, Project.number)
        .join(Project, Project.id == Spending.project_id)
        .join(Document, Document.id == Spending.document_id)
        .join(BudgetLine, BudgetLine.id == Spending.budget_line_id)
        .where(
            sa.or_(
                sa.and_(project, SPENDING_PUBLIC),
                sa.and_(sa.or_(*within), inside),
            )
        )
        .order_by(Spending.spent_on, Spending.id)
        .limit(MOST)
    )
    return [
        Hit("spending", key, f"{SPENDING_KINDS[kind]} {line}", project, number, spent_on, amount)
        for key, kind, line, spent_on, amount, project, number in session.execute(query)
    ]
