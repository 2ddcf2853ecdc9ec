"""抽查: what is drawn from, the audits, and the documents of one."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from reports.money import Money
from webapp.core.db import row, rows
from webapp.core.paging import Page, page
from webapp.core.scope import Viewer, impartial, visible, within
from webapp.funding.models import RESULTS, SPENDING_KINDS, Audit, Audited, Document, Spending
from webapp.funding.rules.audits import drawn
from webapp.permissions import roles_for
from webapp.projects.models import BudgetLine, Project
from webapp.workflows import SPENDING

MOST = 50_000
"""Documents of one population."""


def accepted(session: Session, viewer: Viewer, area: str, since: date, until: date) -> list[tuple[int, Money]]:
    """The accepted documents of an area and a period that the viewer may audit, by key."""
    query = (
        sa.select(Spending.id, Spending.amount_fen).join(Project, Project.id == Spending.project_id)
        .where(visible(viewer, Spending, roles_for("spending_audit.create")), Spending.state == "accepted", within(Project.area_code, area),
               Spending.spent_on >= since, Spending.spent_on <= until)
        .order_by(Spending.id).limit(MOST)
    )  # fmt: skip
    return [(key, amount) for key, amount in session.execute(query)]


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One audit with its counts."""

    id: int
    title: str
    area_code: str
    since: date
    until: date
    way: str
    size: int
    found: int
    found_fen: Money
    digest: str
    seed: str
    at: datetime
    drawn: int
    drawn_fen: Money
    fine: int
    problem: int

    @property
    def how(self) -> str:
        return f"抽 {self.size} 张" if self.way == "count" else f"按金额抽 {self.size}%"

    @property
    def left(self) -> int:
        return self.drawn - self.fine - self.problem


def _audits() -> Any:
    def count(*where: Any) -> Any:
        return sa.select(sa.func.count()).where(Audited.audit_id == Audit.id, *where).scalar_subquery()

    fen = sa.func.coalesce(sa.func.sum(sa.type_coerce(Spending.amount_fen, sa.BigInteger)), 0)
    money = sa.select(fen).join(Audited, Audited.spending_id == Spending.id).where(Audited.audit_id == Audit.id).scalar_subquery()
    return sa.select(
        Audit.id, Audit.title, Audit.area_code, Audit.since, Audit.until, Audit.way, Audit.size, Audit.found, Audit.found_fen, Audit.digest,
        Audit.seed, Audit.at, count().label("drawn"), sa.type_coerce(money, Audit.found_fen.type).label("drawn_fen"),
        count(Audited.result == "fine").label("fine"), count(Audited.result == "problem").label("problem"),
    )  # fmt: skip


def audits(session: Session, viewer: Viewer, *, after: str | None = None, size: int = 50) -> Page[AuditRow]:
    """The audits of a viewer's areas, newest first."""
    return page(session, AuditRow, _audits().where(visible(viewer, Audit, roles_for("spending_audit.list"))), (Audit.id,), after, size)


def audit_of(session: Session, key: int) -> AuditRow:
    """One audit; the right was checked at the entry."""
    found = row(session, AuditRow, _audits().where(Audit.id == key))
    assert found is not None
    return found


@dataclass(frozen=True, slots=True)
class AuditedRow:
    """One document of an audit."""

    id: int
    position: int
    spending_id: int
    title: str
    state: str
    kind: str
    number: str
    line: str
    project: str
    amount_fen: Money
    spent_on: date
    result: str
    note: str

    @property
    def kind_label(self) -> str:
        return SPENDING_KINDS[self.kind]

    @property
    def result_label(self) -> str:
        return RESULTS.get(self.result, "待查")

    @property
    def state_label(self) -> str:
        return SPENDING.states[self.state]


def audited(session: Session, viewer: Viewer, audit_id: int) -> list[AuditedRow]:
    """The documents of an audit in the order drawn; the payee is not among what is listed."""
    query = (
        sa.select(
            Audited.id, Audited.position, Audited.spending_id, Spending.title, Spending.state, Document.kind, Document.number,
            BudgetLine.title.label("line"), Project.number.label("project"), Spending.amount_fen, Spending.spent_on, Audited.result, Audited.note,
        )
        .join(Spending, Spending.id == Audited.spending_id).join(Document, Document.id == Spending.document_id)
        .join(BudgetLine, BudgetLine.id == Spending.budget_line_id).join(Project, Project.id == Spending.project_id)
        .where(Audited.audit_id == audit_id, impartial(viewer, Audited)).order_by(Audited.position)
    )  # fmt: skip
    return rows(session, AuditedRow, query)


def next_of(session: Session, viewer: Viewer, audit_id: int, position: int) -> int | None:
    """The next document of an audit that nobody has looked at, after this one or else from the beginning."""
    query = sa.select(Audited.id).where(Audited.audit_id == audit_id, Audited.result == "", impartial(viewer, Audited))
    return session.scalar(query.order_by((Audited.position <= position), Audited.position).limit(1))


def draws_hold(session: Session) -> Iterator[str]:
    """What was drawn by the number is what the seed draws; the lots of the keys at hand are in the order they stand."""
    for audit in session.scalars(sa.select(Audit)):
        keys = list(session.scalars(sa.select(Audited.spending_id).where(Audited.audit_id == audit.id).order_by(Audited.position)))
        if keys != drawn(audit.seed, [(key, Money(1)) for key in keys], by="count", size=len(keys)):
            yield f"凭证抽查 {audit.id} 的次序不是它的种子抽出的"
