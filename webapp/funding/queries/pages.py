"""Lists and pages of tranches, batches, spending documents and recoveries; every one scoped to who looks."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from reports.format import yuan
from reports.money import Money
from webapp.accounts.models import Organisation
from webapp.calls.rules import TRIGGERS
from webapp.core.db import row, rows
from webapp.core.paging import Page, page
from webapp.core.scope import Viewer, visible
from webapp.funding.einvoices import Found
from webapp.funding.models import SPENDING_KINDS, Batch, Document, Spending, Tranche
from webapp.funding.rules.vouchers import REMARKS, folded
from webapp.permissions import roles_for
from webapp.projects.models import Activity, BudgetLine, Project
from webapp.projects.queries.lists import of_year
from webapp.workflows import SPENDING, TRANCHE


def key_of(number: str, position: int) -> str:
    """How a payment is called in the request file and in the bank's answer: `G2026-0012-1`."""
    return f"{number}-{position}"


@dataclass(frozen=True, slots=True)
class TrancheRow:
    """One tranche in a list."""

    id: int
    title: str
    position: int
    state: str
    trigger: str
    amount_fen: Money
    project_id: int
    number: str
    project: str
    organisation: str
    due_at: datetime | None
    paid_on: date | None
    bounce_reason: str

    @property
    def state_label(self) -> str:
        return TRANCHE.states[self.state]

    @property
    def key(self) -> str:
        return key_of(self.number, self.position)

    @property
    def trigger_label(self) -> str:
        return TRIGGERS[self.trigger]


_TRANCHE = (
    Tranche.id, Tranche.title, Tranche.position, Tranche.state, Tranche.trigger, Tranche.amount_fen, Tranche.project_id, Project.number,
    Project.title.label("project"), Organisation.name.label("organisation"), Tranche.due_at, Tranche.paid_on, Tranche.bounce_reason,
)  # fmt: skip


@cache
def _tranches() -> Any:
    """A tranche with its project and its organisation; built once."""
    query = sa.select(*_TRANCHE).join(Project, Project.id == Tranche.project_id)
    return query.join(Organisation, Organisation.id == Project.organisation_id)


SOON = timedelta(days=30)
DUE = {"overdue": "已过拨付期限", "soon": "30 天内到期", "undated": "已可拨付，未定期限"}
"""What is to be paid, by when; a payment is due once its trigger was reached."""


def due_by(kind: str, at: datetime) -> sa.ColumnElement[bool]:
    """The condition that a tranche is due in one of the ways of `DUE`: reached, and neither paid nor cancelled."""
    when = {
        "overdue": Tranche.pay_by < at, "soon": sa.and_(Tranche.pay_by >= at, Tranche.pay_by < at + SOON), "undated": Tranche.pay_by.is_(None),
    }  # fmt: skip
    return sa.and_(Tranche.state.not_in(("paid", "cancelled")), Tranche.reached_at.is_not(None), when[kind])


def tranche_listing(
    viewer: Viewer, *, state: str = "", project: int | None = None, due: sa.ColumnElement[bool] | None = None, year: int | None = None
) -> sa.Select[Any]:
    """The query of the tranches a viewer may list: a `TrancheRow` each; `due` narrows them to what is to be paid (`due_by`), `year` to
    the money of one (预算年度)."""
    query: sa.Select[Any] = _tranches().where(visible(viewer, Tranche, roles_for("tranche.list")))
    if state:
        query = query.where(Tranche.state == state)
    if project is not None:
        query = query.where(Tranche.project_id == project)
    if year is not None:
        query = query.where(of_year(year))
    return query if due is None else query.where(due)


def tranches(
    session: Session,
    viewer: Viewer,
    *,
    state: str = "",
    project: int | None = None,
    due: sa.ColumnElement[bool] | None = None,
    year: int | None = None,
    after: str | None = None,
    size: int = 50,
) -> Page[TrancheRow]:
    """The tranches a viewer may list, newest first."""
    return page(session, TrancheRow, tranche_listing(viewer, state=state, project=project, due=due, year=year), (Tranche.id,), after, size)


def to_send(session: Session, viewer: Viewer) -> list[TrancheRow]:
    """Approved tranches that wait for a batch."""
    query = _tranches().where(visible(viewer, Tranche, roles_for("batch.create")), Tranche.state == "approved")
    return rows(session, TrancheRow, query.order_by(Tranche.id).limit(500))


def of_batch(session: Session, batch_id: int) -> list[TrancheRow]:
    """The tranches of a batch, in the order of the request file."""
    return rows(session, TrancheRow, _tranches().where(Tranche.batch_id == batch_id).order_by(Tranche.id))


def of_project(session: Session, project_id: int) -> list[TrancheRow]:
    """The tranches of a project, in order."""
    return rows(session, TrancheRow, _tranches().where(Tranche.project_id == project_id).order_by(Tranche.position))


@dataclass(frozen=True, slots=True)
class Payee:
    """One line of the request file: to whom, where, how much, for what. Opened by finance alone."""

    key: str
    name: str
    bank: str
    account: str
    amount: Money
    purpose: str


def payees(session: Session, batch_id: int) -> list[Payee]:
    """The lines of a batch's request file, with the accounts unsealed."""
    query = (
        sa.select(
            Tranche.position,
            Tranche.title,
            Tranche.amount_fen,
            Project.number,
            Project.title,
            Organisation.name,
            Organisation.bank_name,
            Organisation.bank_account,
        )
        .join(Project, Project.id == Tranche.project_id)
        .join(Organisation, Organisation.id == Project.organisation_id)
        .where(Tranche.batch_id == batch_id)
        .order_by(Tranche.id)
    )
    return [
        Payee(key_of(number, position), name, bank, account or "", amount, f"{project} {title}")
        for position, title, amount, number, project, name, bank, account in session.execute(query)
    ]


def account_of(session: Session, project_id: int) -> tuple[str, str]:
    """Bank and account that a project's organisation has registered, unsealed; both may be empty."""
    query = sa.select(Organisation.bank_name, Organisation.bank_account).join(Project, Project.organisation_id == Organisation.id)
    bank, account = session.execute(query.where(Project.id == project_id)).one()
    return bank or "", account or ""


@dataclass(frozen=True, slots=True)
class BatchRow:
    id: int
    number: str
    count: int
    total_fen: Money
    at: datetime
    answered_at: datetime | None


def batches(session: Session, viewer: Viewer, *, after: str | None = None, size: int = 50) -> Page[BatchRow]:
    """The batches a viewer may list, newest first."""
    query = sa.select(Batch.id, Batch.number, Batch.count, Batch.total_fen, Batch.at, Batch.answered_at)
    return page(session, BatchRow, query.where(visible(viewer, Batch, roles_for("batch.list"))), (Batch.id,), after, size)


@dataclass(frozen=True, slots=True)
class SpendingRow:
    """One claim in a list; the payee's name is not in it."""

    id: int
    title: str
    state: str
    kind: str
    amount_fen: Money
    spent_on: date
    line: str
    number: str
    project: str

    @property
    def state_label(self) -> str:
        return SPENDING.states[self.state]

    @property
    def kind_label(self) -> str:
        return SPENDING_KINDS[self.kind]


def spending_listing(
    viewer: Viewer, *, state: str = "", project: int | None = None, year: int | None = None
) -> sa.Select[*tuple[Any, ...]]:
    """The query of the spending documents a viewer may list: a `SpendingRow` each."""
    query: sa.Select[*tuple[Any, ...]] = (
        sa.select(
            Spending.id,
            Spending.title,
            Spending.state,
            Document.kind,
            Spending.amount_fen,
            Spending.spent_on,
            BudgetLine.title.label("line"),
            Project.number,
            Project.title.label("project"),
        )
        .join(Document, Document.id == Spending.document_id)
        .join(BudgetLine, BudgetLine.id == Spending.budget_line_id)
        .join(Project, Project.id == Spending.project_id)
        .where(visible(viewer, Spending, roles_for("spending.list")))
    )
    if state:
        query = query.where(Spending.state == state)
    if project is not None:
        query = query.where(Spending.project_id == project)
    return query if year is None else query.where(of_year(year))


def spendings(
    session: Session, viewer: Viewer, *, state: str = "", project: int | None = None, year: int | None = None, after: str | None = None,
    size: int = 50,
) -> Page[SpendingRow]:  # fmt: skip
    """The spending documents a viewer may list, newest first."""
    return page(session, SpendingRow, spending_listing(viewer, state=state, project=project, year=year), (Spending.id,), after, size)


@dataclass(frozen=True, slots=True)
class SpendingPage:
    """One claim with its document, and what others claim on the same document."""

    id: int
    title: str
    kind: str
    code: str
    number: str
    check_code: str
    face_fen: Money
    claimed_fen: Money
    buyer: str
    holder: str
    parent_kind: str | None
    parent_number: str | None
    parent_face_fen: Money | None
    parent_claimed_fen: Money | None
    amount_fen: Money
    payee: str
    person: str | None
    spent_on: date
    line: str
    activity: str | None
    activity_id: int | None
    reason: str
    remarks: list[str]
    read: str | None

    @property
    def kind_label(self) -> str:
        return SPENDING_KINDS[self.kind]

    @property
    def marks(self) -> list[str]:
        """What the checks remarked, in words."""
        return [REMARKS[code] for code in self.remarks if code in REMARKS]

    @property
    def original(self) -> str:
        """分割单: of what it is a share."""
        return f"{SPENDING_KINDS[self.parent_kind]} {self.parent_number}" if self.parent_kind else ""

    @property
    def found(self) -> Found | None:
        """What the e-invoice among its files says."""
        return Found.from_json(self.read) if self.read else None

    @property
    def against(self) -> list[tuple[str, str, str, bool]]:
        """What was typed and what the e-invoice says, side by side: label, typed, read, whether they differ."""
        read = self.found
        if read is None:
            return []
        pairs = [
            ("号码", f"{self.code if read.code else ''}{self.number}", f"{read.code}{read.number}"),
            ("日期", f"{self.spent_on:%Y-%m-%d}", f"{read.issued_on:%Y-%m-%d}" if read.issued_on else ""),
            ("票面金额（元）", yuan(self.face_fen), yuan(read.face) if read.face else ""),
            ("购买方", self.buyer, read.buyer),
            ("收款人", self.payee, read.seller),
        ]
        return [(label, typed, said, folded(typed) != folded(said)) for label, typed, said in pairs if said and typed]


def spending(session: Session, spending_id: int) -> SpendingPage:
    """One claim; the right was checked at the entry."""
    original = aliased(Document)
    query = (
        sa.select(
            Spending.id, Spending.title, Document.kind, Document.code, Document.number, Document.check_code, Document.face_fen, Document.claimed_fen,
            Document.buyer, Document.holder, original.kind.label("parent_kind"), original.number.label("parent_number"),
            original.face_fen.label("parent_face_fen"), original.claimed_fen.label("parent_claimed_fen"), Spending.amount_fen,
            Spending.payee, Spending.person, Spending.spent_on, BudgetLine.title.label("line"), Activity.title.label("activity"),
            Spending.activity_id, Spending.reason, Spending.remarks, Spending.read,
        )
        .join(Document, Document.id == Spending.document_id)
        .outerjoin(original, original.id == Document.parent_id)
        .join(BudgetLine, BudgetLine.id == Spending.budget_line_id)
        .outerjoin(Activity, Activity.id == Spending.activity_id)
        .where(Spending.id == spending_id)
    )  # fmt: skip
    found = row(session, SpendingPage, query)
    assert found is not None
    return found


def activities_of(session: Session, project_id: int) -> list[tuple[int, str]]:
    """The recorded activities of a project as choices of a form."""
    query = sa.select(Activity.id, Activity.title, Activity.held_on).where(Activity.project_id == project_id, Activity.state == "held")
    return [(key, f"{held_on} {title}") for key, title, held_on in session.execute(query.order_by(Activity.held_on.desc()).limit(200))]
