"""actual values, bands and proofs of indicators beside the points of a card"""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("scores") as table:
        table.add_column(sa.Column("actual", sa.BigInteger(), nullable=True))
        table.add_column(sa.Column("band", sa.String(length=8), nullable=False, server_default=""))
        table.add_column(sa.Column("evidence", sa.Text(), nullable=False, server_default=""))
        table.create_check_constraint(op.f("ck_scores_actual_not_negative"), "actual >= 0")
        table.create_check_constraint(op.f("ck_scores_known_band"), "band IN ('', 'reached', 'partly', 'missed')")
    with op.batch_alter_table("scores") as table:
        table.alter_column("band", server_default=None)
        table.alter_column("evidence", server_default=None)
