"""answers to questions about a call (答疑), who follows a call, and what each version announced beside its rules"""

import sqlalchemy as sa
from alembic import op

from webapp.core.db import Moment

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("call_versions", sa.Column("closes_at", Moment(timezone=True), nullable=True))
    op.add_column("call_versions", sa.Column("intro", sa.Text(), nullable=True))
    op.create_table(
        "call_followers",
        sa.Column("call_id", KEY, sa.ForeignKey("calls.id", name=op.f("fk_call_followers_call_id_calls")), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("call_id", "person_id", name=op.f("pk_call_followers")),
    )
    op.create_index(op.f("ix_call_followers_person_id"), "call_followers", ["person_id"])
    op.create_table(
        "inquiries",
        sa.Column("id", KEY, nullable=False),
        sa.Column("call_id", KEY, sa.ForeignKey("calls.id", name=op.f("fk_inquiries_call_id_calls")), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("organisation_id", KEY, sa.ForeignKey("organisations.id", name=op.f("fk_inquiries_organisation_id_organisations")), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("wording", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_at", Moment(timezone=True), nullable=True),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("state_at", Moment(timezone=True), nullable=False),
        sa.Column("due_at", Moment(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('asked', 'answered', 'declined', 'withdrawn')", name=op.f("ck_inquiries_known_state")),
        sa.CheckConstraint("state <> 'answered' OR (wording <> '' AND answer <> '')", name=op.f("ck_inquiries_answered_in_words")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inquiries")),
    )  # fmt: skip
    op.create_index(op.f("ix_inquiries_call_id_id"), "inquiries", ["call_id", "id"])
    op.create_index(op.f("ix_inquiries_person_id"), "inquiries", ["person_id"])
    op.create_index(op.f("ix_inquiries_state_due_at"), "inquiries", ["state", "due_at"])
