"""the finance bureau's chain of a fund's year"""

import sqlalchemy as sa
from alembic import op

from webapp.core.db import Moment

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _key(column: str, to: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(column, KEY, sa.ForeignKey(f"{to}.id", name=op.f(f"fk_fund_performances_{column}_{to}")), nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "fund_performances",
        sa.Column("id", KEY, nullable=False),
        _key("fund_id", "funds"),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("goal", sa.Text(), nullable=False),
        sa.Column("aims", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("budget_fen", sa.BigInteger(), nullable=False),
        sa.Column("monitorings", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("assessment", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("grade", sa.String(length=4), nullable=False),
        sa.Column("decision", sa.String(length=12), nullable=False),
        sa.Column("decided", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        _key("prepared_by_id", "people"),
        _key("assessed_by_id", "people", nullable=True),
        sa.Column("changed_at", Moment(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("state_at", Moment(timezone=True), nullable=False),
        sa.Column("due_at", Moment(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fund_performances")),
        sa.UniqueConstraint("fund_id", "year", name=op.f("uq_fund_performances_one_per_year")),
        sa.CheckConstraint(
            "state IN ('draft', 'set', 'monitored', 'assessed', 'applied')", name=op.f("ck_fund_performances_known_state")
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'set', 'monitored') OR score IS NOT NULL", name=op.f("ck_fund_performances_assessed_with_score")
        ),
        sa.CheckConstraint(
            "state <> 'applied' OR (decision <> '' AND document <> '')", name=op.f("ck_fund_performances_applied_with_document")
        ),
    )
    op.create_index(op.f("ix_fund_performances_state_due_at"), "fund_performances", ["state", "due_at"])
