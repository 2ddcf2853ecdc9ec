"""spending documents drawn for an audit, and what each was found to be"""

import sqlalchemy as sa
from alembic import op

from webapp.core.db import Code, Moment

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "spending_audits",
        sa.Column("id", KEY, nullable=False),
        sa.Column("area_code", Code, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("way", sa.String(length=8), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("found", sa.Integer(), nullable=False),
        sa.Column("found_fen", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("seed", sa.String(length=64), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=False),
        sa.Column("at", Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_spending_audits")),
        sa.CheckConstraint(
            "way IN ('count', 'share') AND size >= 1 AND (way = 'count' OR size <= 100)", name=op.f("ck_spending_audits_known_way")
        ),
        sa.CheckConstraint("until >= since", name=op.f("ck_spending_audits_ends_after_start")),
    )
    op.create_index(op.f("ix_spending_audits_area_code_id"), "spending_audits", ["area_code", "id"])
    op.create_table(
        "spendings_audited",
        sa.Column("id", KEY, nullable=False),
        sa.Column("audit_id", KEY, sa.ForeignKey("spending_audits.id", name=op.f("fk_spendings_audited_audit_id_spending_audits")), nullable=False),
        sa.Column("spending_id", KEY, sa.ForeignKey("spendings.id", name=op.f("fk_spendings_audited_spending_id_spendings")), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("result", sa.String(length=8), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=True),
        sa.Column("at", Moment(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_spendings_audited")),
        sa.UniqueConstraint("audit_id", "spending_id", name=op.f("uq_spendings_audited_once")),
        sa.CheckConstraint(
            "result IN ('', 'fine', 'problem') AND (result <> 'problem' OR note <> '')", name=op.f("ck_spendings_audited_a_problem_is_told")
        ),
    )  # fmt: skip
    op.create_index(op.f("ix_spendings_audited_spending_id"), "spendings_audited", ["spending_id"])
