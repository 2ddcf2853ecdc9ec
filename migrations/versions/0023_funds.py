"""what a fund forbids, its amounts by area and year, and money carried over to the next year"""

import sqlalchemy as sa
from alembic import op

from webapp.core.db import Code, Moment

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("funds") as funds:
        funds.add_column(sa.Column("barred", sa.JSON(none_as_null=True), nullable=False, server_default="[]"))
        funds.add_column(sa.Column("legal_forms", sa.JSON(none_as_null=True), nullable=False, server_default="[]"))
        funds.add_column(sa.Column("ceiling_fen", sa.BigInteger(), nullable=True))
    with op.batch_alter_table("funds") as funds:
        for name in ("barred", "legal_forms"):
            funds.alter_column(name, existing_type=sa.JSON(none_as_null=True), server_default=None)
    with op.batch_alter_table("book_transactions") as book:
        book.create_check_constraint(
            op.f("ck_book_transactions_carrying_has_two_people"), "kind NOT IN ('carry_out', 'carry_in') OR second_id IS NOT NULL"
        )
    op.create_table(
        "fund_quotas",
        sa.Column("fund_id", KEY, sa.ForeignKey("funds.id", name=op.f("fk_fund_quotas_fund_id_funds")), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("area_code", Code, nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_fund_quotas_above_nought")),
        sa.PrimaryKeyConstraint("fund_id", "year", "area_code", name=op.f("pk_fund_quotas")),
    )
    op.create_table(
        "fund_carries",
        sa.Column("id", KEY, nullable=False),
        sa.Column("fund_id", KEY, sa.ForeignKey("funds.id", name=op.f("fk_fund_carries_fund_id_funds")), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("prepared_by_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("state_at", Moment(timezone=True), nullable=False),
        sa.Column("due_at", Moment(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('prepared', 'carried', 'refused')", name=op.f("ck_fund_carries_known_state")),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_fund_carries_above_nought")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fund_carries")),
    )
    op.create_index(op.f("ix_fund_carries_fund_id"), "fund_carries", ["fund_id"])
    op.create_index(op.f("ix_fund_carries_state_due_at"), "fund_carries", ["state", "due_at"])
