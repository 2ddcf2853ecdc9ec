"""Tranches and their gates, payment batches, spending documents, recovery."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from reports.money import Money
from webapp.core.db import Base, Code, Numbered, only_one, says
from webapp.core.scope import Guarded, within
from webapp.core.secrets import Sealed
from webapp.core.workflow import Stateful
from webapp.projects.models import Project, ProjectPart
from webapp.workflows import RECOVERY, SPENDING, TRANCHE

RECEIPT_KINDS = {"invoice": "发票", "donation": "捐赠票据", "fiscal": "财政电子票据", "plain": "收款收据"}
SPENDING_KINDS = {
    "einvoice": "数电票",
    "invoice": "旧版发票",
    "fiscal": "财政电子票据",
    "ticket": "客票",
    "labour": "劳务费发放表",
    "allowance": "补贴签领表",
    "small": "小额收款凭证",
    "split": "分割单",
}


class Batch(Numbered, Guarded):
    """拨款批次: the request file sent to the treasury or bank, and its answer."""

    REF = "batch"
    __tablename__ = "batches"
    __table_args__ = (sa.UniqueConstraint("number", name="number"),)
    PARTIES = {"area": lambda prefix: within(Batch.area_code, prefix)}
    number: Mapped[str] = mapped_column(sa.String(20))
    area_code: Mapped[str] = mapped_column(Code)
    title: Mapped[str]
    total_fen: Mapped[Money]
    count: Mapped[int]
    answered_at: Mapped[datetime | None]
    by_id: Mapped[int] = mapped_column(sa.BigInteger)
    at: Mapped[datetime]


class Tranche(Numbered, Stateful, ProjectPart):
    """一期拨款: planned from the call's plan when the agreement is signed; two people at least before it is paid."""

    REF = "tranche"
    WORKFLOW = TRANCHE
    __tablename__ = "tranches"
    CONSTRAINTS = (
        sa.UniqueConstraint("project_id", "position", name="position"),
        sa.CheckConstraint("amount_fen > 0", name="amount_positive"),
        sa.CheckConstraint(
            "approved_by_id IS NULL OR (approved_by_id <> prepared_by_id AND approved_by_id <> checked_by_id)", name="approver_is_another"
        ),
        sa.CheckConstraint("checked_by_id IS NULL OR checked_by_id <> prepared_by_id", name="checker_is_another"),
        sa.CheckConstraint("state <> 'paid' OR paid_on IS NOT NULL", name="paid_has_a_date"),
        sa.Index(None, "batch_id"),
    )
    position: Mapped[int]
    title: Mapped[str]
    amount_fen: Mapped[Money]
    trigger: Mapped[str] = mapped_column(sa.String(12))
    receipt_kind: Mapped[str] = mapped_column(sa.String(12), default="")
    receipt_number: Mapped[str] = mapped_column(sa.String(40), default="")
    prepared_by_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    checked_by_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    approved_by_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    batch_id: Mapped[int | None] = mapped_column(sa.ForeignKey("batches.id"))
    bank_reference: Mapped[str] = mapped_column(sa.String(40), default="")
    paid_on: Mapped[date | None]
    project: Mapped[Project] = relationship(lazy="raise_on_sql")


class Document(Numbered, Base):
    """A spending document as such (one invoice, one sheet), whoever claims it: its key by kind and its face value."""

    REF = "document"
    __tablename__ = "spending_documents"
    __table_args__ = (
        sa.UniqueConstraint("kind", "key", name="one_document"),
        sa.CheckConstraint("face_fen > 0 AND claimed_fen >= 0 AND claimed_fen <= face_fen", name="claims_within_face"),
    )
    kind: Mapped[str] = mapped_column(sa.String(12))
    key: Mapped[str] = mapped_column(sa.String(64))
    face_fen: Mapped[Money]
    claimed_fen: Mapped[Money]
    """Sum of all claims on it over all projects, kept right on write."""


class Spending(Numbered, Stateful, ProjectPart):
    """支出凭证: what one project claims on one document, for one budget line."""

    REF = "spending"
    WORKFLOW = SPENDING
    __tablename__ = "spendings"
    CONSTRAINTS = (
        only_one("uq_spendings_once_per_line", "project_id", "document_id", "budget_line_id", where="state IN ('claimed', 'accepted')"),
        sa.CheckConstraint("amount_fen > 0", name="amount_positive"),
    )
    document_id: Mapped[int] = mapped_column(sa.ForeignKey("spending_documents.id"))
    budget_line_id: Mapped[int] = mapped_column(sa.ForeignKey("budget_lines.id"))
    activity_id: Mapped[int | None] = mapped_column(sa.ForeignKey("activities.id"))
    title: Mapped[str]
    payee: Mapped[str] = mapped_column(Sealed)
    spent_on: Mapped[date]
    amount_fen: Mapped[Money]
    by_id: Mapped[int] = mapped_column(sa.BigInteger)
    project: Mapped[Project] = relationship(lazy="raise_on_sql")
    document: Mapped[Document] = relationship(lazy="raise_on_sql")


class Recovery(Numbered, Stateful, ProjectPart):
    """结余收回: unspent money that goes back."""

    REF = "recovery"
    WORKFLOW = RECOVERY
    __tablename__ = "recoveries"
    CONSTRAINTS = (sa.CheckConstraint("amount_fen > 0", name="amount_positive"),)
    title: Mapped[str]
    amount_fen: Mapped[Money]
    reason: Mapped[str]
    bank_reference: Mapped[str] = mapped_column(sa.String(40), default="")
    by_id: Mapped[int] = mapped_column(sa.BigInteger)
    project: Mapped[Project] = relationship(lazy="raise_on_sql")


says(
    {
        "ck_tranches_approver_is_another": "批准人不能是拟办人或审核人，请由另一位领导批准。",
        "ck_tranches_checker_is_another": "审核人不能是拟办人，请由另一位同事审核。",
        "ck_spending_documents_claims_within_face": "这张凭证各项目合计报销的金额超过了票面金额。请核对其他项目已报的部分，或使用分割单。",
        "uq_spendings_once_per_line": "这张凭证已经在本项目同一预算科目报过。",
    }
)
