"""劳务费发放表 and 补贴签领表 written on the platform: the sheet, its rows, and the lock by which a person's hours are paid once."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from reports.money import Money
from webapp.core.db import Base, Numbered, only_one
from webapp.core.secrets import Sealed
from webapp.core.workflow import Stateful
from webapp.projects.models import Project, ProjectPart
from webapp.workflows import PAY_SHEET


class PaySheet(Numbered, Stateful, ProjectPart):
    """发放表: drafted with its rows, printed and signed, then claimed with the picture of the signed paper."""

    REF = "pay_sheet"
    WORKFLOW = PAY_SHEET
    __tablename__ = "pay_sheets"
    CONSTRAINTS = (
        sa.CheckConstraint("kind IN ('labour', 'allowance')", name="known_kind"),
        sa.CheckConstraint("gross_fen = tax_fen + net_fen AND tax_fen >= 0 AND net_fen >= 0", name="adds_up"),
        sa.CheckConstraint("state <> 'claimed' OR spending_id IS NOT NULL", name="claimed_has_a_claim"),
        sa.Index(None, "spending_id"),
        sa.Index(None, "budget_line_id"),
    )
    kind: Mapped[str] = mapped_column(sa.String(12))
    title: Mapped[str]
    budget_line_id: Mapped[int] = mapped_column(sa.ForeignKey("budget_lines.id"))
    activity_id: Mapped[int | None] = mapped_column(sa.ForeignKey("activities.id"))
    paid_on: Mapped[date]
    """发放日期; its month decides with what the tax is worked out together."""
    count: Mapped[int]
    gross_fen: Mapped[Money]
    tax_fen: Mapped[Money]
    net_fen: Mapped[Money]
    digest: Mapped[str] = mapped_column(sa.String(64))
    spending_id: Mapped[int | None] = mapped_column(sa.ForeignKey("spendings.id"))
    """The claim last made on it."""
    by_id: Mapped[int] = mapped_column(sa.BigInteger)
    project: Mapped[Project] = relationship(lazy="raise_on_sql")


class PayRow(Numbered, Base):
    """One person's hours on a sheet; the name sealed, the identity number kept only as a keyed hash and its last characters, sealed."""

    __tablename__ = "pay_rows"
    __table_args__ = (
        sa.UniqueConstraint("sheet_id", "position", name="position"),
        sa.CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        sa.CheckConstraint("amount_fen > 0 AND tax_fen >= 0 AND tax_fen <= amount_fen", name="amounts"),
        only_one("uq_pay_rows_same_hours", "identity_key", "starts_at", where="standing"),
        sa.Index(None, "identity_key", "starts_at"),
        sa.Index(None, "name_key"),
    )
    sheet_id: Mapped[int] = mapped_column(sa.ForeignKey("pay_sheets.id"))
    position: Mapped[int]
    name: Mapped[str] = mapped_column(Sealed)
    name_key: Mapped[str] = mapped_column(sa.String(64))
    identity_key: Mapped[str] = mapped_column(sa.String(64))
    tail: Mapped[str] = mapped_column(Sealed)
    role: Mapped[str]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    unit: Mapped[str] = mapped_column(sa.String(8))
    tenths: Mapped[int]
    rate_fen: Mapped[Money]
    amount_fen: Mapped[Money]
    tax_fen: Mapped[Money]
    standing: Mapped[bool] = mapped_column(default=False)
    """Whether a claim stands on the sheet: only then are the hours taken."""


class PaidPerson(Base):
    """Whoever is paid by a sheet, locked while the hours are compared, so that two sheets at once see each other."""

    __tablename__ = "paid_persons"
    identity_key: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
