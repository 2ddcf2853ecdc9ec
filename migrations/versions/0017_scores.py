"""不适用, reasons at the item, and what a judge writes for himself"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0013"
branch_labels = None
depends_on = None
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("scores") as scores:
        scores.alter_column("points", existing_type=sa.Integer(), nullable=True)
        scores.add_column(sa.Column("na", sa.Boolean(), nullable=False, server_default=sa.false()))
        scores.add_column(sa.Column("reason", sa.Text(), nullable=False, server_default=""))
        scores.create_check_constraint(op.f("ck_scores_points_or_na"), "NOT na OR points IS NULL")
    with op.batch_alter_table("scores") as scores:
        scores.alter_column("na", existing_type=sa.Boolean(), server_default=None)
        scores.alter_column("reason", existing_type=sa.Text(), server_default=None)
    op.create_table(
        "jottings",
        sa.Column("scorecard_id", KEY, sa.ForeignKey("scorecards.id"), primary_key=True),
        sa.Column("text", sa.Text(), nullable=False),
    )
