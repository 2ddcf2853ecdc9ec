"""Tranches and the batches in which they are paid."""

from datetime import date, datetime
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from reports.money import Money
from webapp.core.db import Code, Numbered
from webapp.core.scope import Guarded, within
from webapp.core.workflow import Stateful
from webapp.projects.models import Project, ProjectPart, of_projects
from webapp.workflows import TRANCHE

RECEIPT_KINDS = {"invoice": "发票", "donation": "捐赠票据", "fiscal": "财政电子票据", "plain": "收款收据"}

PAYMENT_COLUMNS = {
    "编号": "key", "收款单位": "name", "开户银行": "bank", "账号": "account", "金额": "amount", "大写金额": "words", "用途": "purpose",
}  # fmt: skip
"""What a request file can say of a payment, as the platform calls it."""


class Batch(Numbered, Guarded):
    """拨款批次: the request file sent to the treasury or bank, and its answer. One payment less would not be its sum, so it is
    kept whole from who stands aside for one of those paid."""

    REF = "batch"
    __tablename__ = "batches"
    __table_args__ = (sa.UniqueConstraint("number", name="number"),)
    PARTIES = {"area": lambda prefix: within(Batch.area_code, prefix)}
    ASIDE: ClassVar[Any] = lambda organisations: Batch.id.in_(
        sa.select(Tranche.batch_id).where(Tranche.batch_id.is_not(None), of_projects(lambda: Tranche.project_id)(organisations))
    )
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
        sa.CheckConstraint("reviewed_by_id IS NULL OR reviewed_by_id <> prepared_by_id", name="reviewer_is_another"),
        sa.CheckConstraint(
            "reviewed_by_id IS NULL OR approved_by_id IS NULL OR approved_by_id <> reviewed_by_id", name="approver_reviewed_not"
        ),
        sa.CheckConstraint("meeting_name = '' OR (meeting_on IS NOT NULL AND minutes_number <> '')", name="meeting_has_day_and_minutes"),
        sa.CheckConstraint("state <> 'paid' OR paid_on IS NOT NULL", name="paid_has_a_date"),
        sa.CheckConstraint("state <> 'bounced' OR bounce_reason <> ''", name="bounced_with_reason"),
        sa.Index(None, "batch_id"),
    )
    position: Mapped[int]
    title: Mapped[str]
    amount_fen: Mapped[Money]
    trigger: Mapped[str] = mapped_column(sa.String(12))
    receipt_kind: Mapped[str] = mapped_column(sa.String(12), default="")
    receipt_number: Mapped[str] = mapped_column(sa.String(40), default="")
    within: Mapped[dict[str, Any] | None]
    """Within how long after its trigger it is to be paid (`Span` as JSON), as the call says; None: not said."""
    reached_at: Mapped[datetime | None]
    """When its trigger was reached."""
    pay_by: Mapped[datetime | None]
    """By when it is to be paid."""
    urged_at: Mapped[datetime | None]
    stages: Mapped[list[Any]] = mapped_column(default=list)
    """Which of `workflows.CHAIN` this payment passes, fixed when it was prepared."""
    prepared_by_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    reviewed_by_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    checked_by_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    meeting_name: Mapped[str] = mapped_column(default="")
    """集体研究: the meeting, its day and the number of its minutes."""
    meeting_on: Mapped[date | None]
    minutes_number: Mapped[str] = mapped_column(sa.String(40), default="")
    approved_by_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    batch_id: Mapped[int | None] = mapped_column(sa.ForeignKey("batches.id"))
    sent_to: Mapped[str] = mapped_column(sa.String(100), default="")
    """Keyed hash of the account it was last sent to, so that a corrected one is known without opening either."""
    bank_reference: Mapped[str] = mapped_column(sa.String(40), default="")
    paid_on: Mapped[date | None]
    bounce_reason: Mapped[str] = mapped_column(default="")
    """Why the bank last sent it back, or why its payment was reversed."""
    project: Mapped[Project] = relationship(lazy="raise_on_sql")
