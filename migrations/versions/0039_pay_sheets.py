"""sheets by which persons are paid, their rows, and the persons as they are locked"""

import sqlalchemy as sa
from alembic import op

from webapp.core.db import Moment

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "pay_sheets",
        sa.Column("id", KEY, nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("project_id", KEY, sa.ForeignKey("projects.id", name=op.f("fk_pay_sheets_project_id_projects")), nullable=False),
        sa.Column("budget_line_id", KEY, sa.ForeignKey("budget_lines.id", name=op.f("fk_pay_sheets_budget_line_id_budget_lines")), nullable=False),
        sa.Column("activity_id", KEY, sa.ForeignKey("activities.id", name=op.f("fk_pay_sheets_activity_id_activities")), nullable=True),
        sa.Column("paid_on", sa.Date(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("gross_fen", sa.BigInteger(), nullable=False),
        sa.Column("tax_fen", sa.BigInteger(), nullable=False),
        sa.Column("net_fen", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("spending_id", KEY, sa.ForeignKey("spendings.id", name=op.f("fk_pay_sheets_spending_id_spendings")), nullable=True),
        sa.Column("by_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("state_at", Moment(timezone=True), nullable=False),
        sa.Column("due_at", Moment(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pay_sheets")),
        sa.CheckConstraint("state IN ('drafted', 'claimed', 'dropped')", name=op.f("ck_pay_sheets_known_state")),
        sa.CheckConstraint("kind IN ('labour', 'allowance')", name=op.f("ck_pay_sheets_known_kind")),
        sa.CheckConstraint("gross_fen = tax_fen + net_fen AND tax_fen >= 0 AND net_fen >= 0", name=op.f("ck_pay_sheets_adds_up")),
        sa.CheckConstraint("state <> 'claimed' OR spending_id IS NOT NULL", name=op.f("ck_pay_sheets_claimed_has_a_claim")),
    )  # fmt: skip
    for columns in (["state", "due_at"], ["project_id"], ["spending_id"], ["budget_line_id"]):
        op.create_index(op.f(f"ix_pay_sheets_{'_'.join(columns)}"), "pay_sheets", columns)
    op.create_table(
        "pay_rows",
        sa.Column("id", KEY, nullable=False),
        sa.Column("sheet_id", KEY, sa.ForeignKey("pay_sheets.id", name=op.f("fk_pay_rows_sheet_id_pay_sheets")), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.String(length=64), nullable=False),
        sa.Column("identity_key", sa.String(length=64), nullable=False),
        sa.Column("tail", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("starts_at", Moment(timezone=True), nullable=False),
        sa.Column("ends_at", Moment(timezone=True), nullable=False),
        sa.Column("unit", sa.String(length=8), nullable=False),
        sa.Column("tenths", sa.Integer(), nullable=False),
        sa.Column("rate_fen", sa.BigInteger(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("tax_fen", sa.BigInteger(), nullable=False),
        sa.Column("standing", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pay_rows")),
        sa.UniqueConstraint("sheet_id", "position", name=op.f("uq_pay_rows_position")),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_pay_rows_ends_after_start")),
        sa.CheckConstraint("amount_fen > 0 AND tax_fen >= 0 AND tax_fen <= amount_fen", name=op.f("ck_pay_rows_amounts")),
    )  # fmt: skip
    for columns in (["identity_key", "starts_at"], ["name_key"]):
        op.create_index(op.f(f"ix_pay_rows_{'_'.join(columns)}"), "pay_rows", columns)
    stands = sa.text("standing")
    op.create_index("uq_pay_rows_same_hours", "pay_rows", ["identity_key", "starts_at"], unique=True, postgresql_where=stands, sqlite_where=stands)
    op.create_table(
        "paid_persons",
        sa.Column("identity_key", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("identity_key", name=op.f("pk_paid_persons")),
    )
