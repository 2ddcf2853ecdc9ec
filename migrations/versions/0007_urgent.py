"""what does not belong in this channel: sealed reports"""

import sqlalchemy as sa
from alembic import op
from webapp.core.db import Code, Moment

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "urgent_reports",
        sa.Column("number", sa.String(20), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("area_code", Code, nullable=False),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("taken_by_id", sa.BigInteger(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=True),
        sa.Column("speaker", sa.Text(), nullable=True),
        sa.Column("speaker_phone", sa.Text(), nullable=True),
        sa.Column("at", Moment(timezone=True), nullable=False),
        sa.Column("disclaimed", sa.Boolean(), nullable=False),
        sa.Column("reported_to", sa.Text(), nullable=True),
        sa.Column("reported_at", Moment(timezone=True), nullable=True),
        sa.Column("receipt", sa.Text(), nullable=True),
        sa.Column("escalated_at", Moment(timezone=True), nullable=True),
        sa.Column("id", KEY, nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("state_at", Moment(timezone=True), nullable=False),
        sa.Column("due_at", Moment(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('received', 'reported', 'closed', 'returned')", name=op.f("ck_urgent_reports_known_state")),
        sa.CheckConstraint("state <> 'reported' OR reported_at IS NOT NULL", name=op.f("ck_urgent_reports_reported_has_time")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_urgent_reports")),
        sa.UniqueConstraint("number", name=op.f("uq_urgent_reports_number")),
    )
    op.create_index(op.f("ix_urgent_reports_area_code_id"), "urgent_reports", ["area_code", "id"])
    op.create_index(op.f("ix_urgent_reports_state_due_at"), "urgent_reports", ["state", "due_at"])
