"""what the terms of a breach act on: papers that were late, and money asked back that was spent"""

import sqlalchemy as sa
from alembic import op

from webapp.core.db import Fen

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None
LIST = sa.JSON(none_as_null=True)
NEW = (
    ("progress_reports", (("late", sa.Boolean(), sa.false()),)),
    ("evaluations", (("late", sa.Boolean(), sa.false()), ("late_papers", LIST, "[]"), ("excuse", sa.Text(), ""))),
    ("recoveries", (("of_spent_fen", Fen(), "0"),)),
)
CHECKS = {
    "evaluations": ("excused_when_confirmed", "excuse = '' OR state = 'confirmed'"),
    "recoveries": ("of_spent_within_amount", "of_spent_fen >= 0 AND of_spent_fen <= amount_fen"),
}


def upgrade() -> None:
    """What was handed in before counts as in time: nobody was told otherwise then."""
    for table, columns in NEW:
        with op.batch_alter_table(table) as changed:
            for name, kind, default in columns:
                changed.add_column(sa.Column(name, kind, nullable=False, server_default=default))
        with op.batch_alter_table(table) as changed:
            for name, kind, _ in columns:
                changed.alter_column(name, existing_type=kind, server_default=None)
            if table in CHECKS:
                name, told = CHECKS[table]
                changed.create_check_constraint(op.f(f"ck_{table}_{name}"), told)
