"""社工 and the lists of their 津贴"""

import sqlalchemy as sa
from alembic import op

from webapp.core.db import Code, Moment

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "social_workers",
        sa.Column("id", KEY, nullable=False),
        sa.Column("organisation_id", KEY, sa.ForeignKey("organisations.id", name=op.f("fk_social_workers_organisation_id_organisations")), nullable=False),
        sa.Column("area_code", Code, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("level", sa.String(length=12), nullable=False),
        sa.Column("certificate", sa.Text(), nullable=False),
        sa.Column("certificate_key", sa.String(length=64), nullable=False),
        sa.Column("certified_on", sa.Date(), nullable=False),
        sa.Column("bank_account", sa.Text(), nullable=True),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("until_day", sa.Date(), nullable=True),
        sa.Column("entered_by_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("state_at", Moment(timezone=True), nullable=False),
        sa.Column("due_at", Moment(timezone=True), nullable=True),
        sa.CheckConstraint("until_day IS NULL OR until_day >= from_day", name=op.f("ck_social_workers_ends_after_start")),
        sa.CheckConstraint("state IN ('entered', 'registered', 'refused', 'left')", name=op.f("ck_social_workers_known_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_social_workers")),
    )
    op.create_index(op.f("ix_social_workers_area_code_id"), "social_workers", ["area_code", "id"])
    op.create_index(op.f("ix_social_workers_organisation_id_id"), "social_workers", ["organisation_id", "id"])
    op.create_index(op.f("ix_social_workers_state_due_at"), "social_workers", ["state", "due_at"])
    one = sa.text("state IN ('entered', 'registered')")
    op.create_index("uq_social_workers_one_certificate", "social_workers", ["certificate_key"], unique=True, sqlite_where=one, postgresql_where=one)
    op.create_table(
        "allowances",
        sa.Column("id", KEY, nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("area_code", Code, nullable=False),
        sa.Column("fund_id", KEY, sa.ForeignKey("funds.id", name=op.f("fk_allowances_fund_id_funds")), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("total_fen", sa.BigInteger(), nullable=False),
        sa.Column("prepared_by_id", sa.BigInteger(), nullable=False),
        sa.Column("checked_by_id", sa.BigInteger(), nullable=True),
        sa.Column("approved_by_id", sa.BigInteger(), nullable=True),
        sa.Column("bank_reference", sa.String(length=40), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("state_at", Moment(timezone=True), nullable=False),
        sa.Column("due_at", Moment(timezone=True), nullable=True),
        sa.CheckConstraint("total_fen > 0 AND count > 0", name=op.f("ck_allowances_has_lines")),
        sa.CheckConstraint("checked_by_id IS NULL OR checked_by_id <> prepared_by_id", name=op.f("ck_allowances_checker_is_another")),
        sa.CheckConstraint(
            "approved_by_id IS NULL OR (approved_by_id <> prepared_by_id AND approved_by_id <> checked_by_id)",
            name=op.f("ck_allowances_approver_is_another"),
        ),
        sa.CheckConstraint(
            "state IN ('prepared', 'checked', 'approved', 'paid', 'withdrawn')", name=op.f("ck_allowances_known_state")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_allowances")),
        sa.UniqueConstraint("number", name=op.f("uq_allowances_number")),
    )
    op.create_index(op.f("ix_allowances_area_code_id"), "allowances", ["area_code", "id"])
    op.create_index(op.f("ix_allowances_fund_id"), "allowances", ["fund_id"])
    op.create_index(op.f("ix_allowances_state_due_at"), "allowances", ["state", "due_at"])
    op.create_table(
        "allowance_lines",
        sa.Column("id", KEY, nullable=False),
        sa.Column("allowance_id", KEY, sa.ForeignKey("allowances.id", name=op.f("fk_allowance_lines_allowance_id_allowances")), nullable=False),
        sa.Column("worker_id", KEY, sa.ForeignKey("social_workers.id", name=op.f("fk_allowance_lines_worker_id_social_workers")), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("level", sa.String(length=12), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("live", sa.Boolean(), nullable=False),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_allowance_lines_amount_positive")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_allowance_lines")),
    )
    op.create_index(op.f("ix_allowance_lines_allowance_id"), "allowance_lines", ["allowance_id"])
    live = sa.text("live")
    op.create_index("uq_allowance_lines_once_a_month", "allowance_lines", ["worker_id", "month"], unique=True, sqlite_where=live, postgresql_where=live)

