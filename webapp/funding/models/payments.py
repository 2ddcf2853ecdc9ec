"""Tranches and the batches in which they are paid."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from reports.money import Money
from webapp.core.db import Code, Numbered
from webapp.core.scope import Guarded, within
from webapp.core.workflow import Stateful
from webapp.projects.models import Project, ProjectPart
from webapp.workflows import TRANCHE

RECEIPT_KINDS = {"invoice": "发票", "donation": "捐赠票据", "fiscal": "财政电子票据", "plain": "收款收据"}


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
