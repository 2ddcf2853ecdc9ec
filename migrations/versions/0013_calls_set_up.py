"""calls set up on screen: the next version while it is written, questions and answers, rehearsals, amounts by area"""

import sqlalchemy as sa
from alembic import op

from webapp.core.db import Moment

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
CODE = sa.String(18).with_variant(sa.String(18, collation="C"), "postgresql")


def upgrade() -> None:
    with op.batch_alter_table("funds") as funds:
        funds.add_column(sa.Column("carries", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("funds") as funds:
        funds.alter_column("carries", existing_type=sa.Boolean(), server_default=None)
    with op.batch_alter_table("calls") as calls:
        calls.add_column(sa.Column("pending", sa.JSON(none_as_null=True), nullable=True))
        calls.add_column(sa.Column("template", sa.String(length=16), nullable=False, server_default=""))
        calls.add_column(sa.Column("questions_until", Moment(timezone=True), nullable=True))
    with op.batch_alter_table("calls") as calls:
        calls.alter_column("template", existing_type=sa.String(length=16), server_default=None)
    op.create_table(
        "call_questions",
        sa.Column("call_id", KEY, nullable=False),
        sa.Column("asker_id", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", Moment(timezone=True), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_at", Moment(timezone=True), nullable=True),
        sa.Column("id", KEY, nullable=False),
        sa.CheckConstraint("(answer = '') = (answered_at IS NULL)", name=op.f("ck_call_questions_answered_at_once")),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_call_questions_call_id_calls")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_questions")),
    )
    op.create_index(op.f("ix_call_questions_call_id_id"), "call_questions", ["call_id", "id"])
    op.create_table(
        "rehearsals",
        sa.Column("call_id", KEY, nullable=False),
        sa.Column("organisations", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("at", Moment(timezone=True), nullable=False),
        sa.Column("id", KEY, nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_rehearsals_call_id_calls")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rehearsals")),
        sa.UniqueConstraint("call_id", name=op.f("uq_rehearsals_call")),
    )
    op.create_table(
        "fund_amounts",
        sa.Column("fund_id", KEY, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("area_code", CODE, nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount_fen >= 0", name=op.f("ck_fund_amounts_not_negative")),
        sa.ForeignKeyConstraint(["fund_id"], ["funds.id"], name=op.f("fk_fund_amounts_fund_id_funds")),
        sa.PrimaryKeyConstraint("fund_id", "year", "area_code", name=op.f("pk_fund_amounts")),
    )
