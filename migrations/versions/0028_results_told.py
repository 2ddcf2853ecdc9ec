"""what an applicant is told after the release: comments edited by the chair, one question and its answer"""

import sqlalchemy as sa
from alembic import op

from webapp.core.db import Moment

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "applicant_comments",
        sa.Column("application_id", KEY, sa.ForeignKey("applications.id", name=op.f("fk_applicant_comments_application_id_applications")), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=False),
        sa.Column("at", Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("application_id", name=op.f("pk_applicant_comments")),
    )  # fmt: skip
    op.create_table(
        "result_questions",
        sa.Column("id", KEY, nullable=False),
        sa.Column("application_id", KEY, sa.ForeignKey("applications.id", name=op.f("fk_result_questions_application_id_applications")), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("asked_by_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("state_at", Moment(timezone=True), nullable=False),
        sa.Column("due_at", Moment(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_result_questions")),
        sa.UniqueConstraint("application_id", name=op.f("uq_result_questions_once")),
        sa.CheckConstraint("state IN ('asked', 'answered')", name=op.f("ck_result_questions_known_state")),
    )  # fmt: skip
    op.create_index(op.f("ix_result_questions_state_due_at"), "result_questions", ["state", "due_at"])
