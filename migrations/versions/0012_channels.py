"""figures of channels that have no stage of their own, and what the ranking made of each channel"""

import sqlalchemy as sa
from alembic import op

from webapp.core.db import Moment

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    for name in ("panel", "jury", "donation", "bonus"):
        op.add_column("results", sa.Column(name, sa.Integer(), nullable=True))
    op.create_table(
        "registered_figures",
        sa.Column("call_id", KEY, nullable=False),
        sa.Column("application_id", KEY, nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("at", Moment(timezone=True), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=False),
        sa.Column("id", KEY, nullable=False),
        sa.CheckConstraint("value >= 0", name=op.f("ck_registered_figures_not_negative")),
        sa.ForeignKeyConstraint(["application_id"], ["applications.id"], name=op.f("fk_registered_figures_application_id_applications")),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_registered_figures_call_id_calls")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registered_figures")),
    )
    op.create_index(op.f("ix_registered_figures_call_id_application_id"), "registered_figures", ["call_id", "application_id"])
