"""money that is older than its call allows: due until the organiser demands it or keeps it"""

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None
STATES = ("demanded", "received", "waived", "due", "kept")


def upgrade() -> None:
    with op.batch_alter_table("recoveries") as table:
        table.alter_column("by_id", existing_type=sa.BigInteger(), nullable=True)
        table.drop_constraint(op.f("ck_recoveries_known_state"), type_="check")
        table.create_check_constraint(op.f("ck_recoveries_known_state"), sa.column("state").in_(STATES))
        table.create_check_constraint(op.f("ck_recoveries_demanded_by_somebody"), "by_id IS NOT NULL OR state IN ('due', 'kept')")
