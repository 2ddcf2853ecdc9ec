"""signatures of a 验收意见书 by its round; what was sent back counts no more"""

import sqlalchemy as sa
from alembic import op

revision = "0056"
down_revision = "0055"
branch_labels = None
depends_on = None
NAME = "uq_acceptance_signs_one_of_a_side"


def upgrade() -> None:
    with op.batch_alter_table("acceptance_signs") as table:
        table.add_column(sa.Column("round", sa.Integer(), nullable=False, server_default="1"))
        table.drop_constraint(op.f(NAME), type_="unique")
        table.create_unique_constraint(op.f(NAME), ["evaluation_id", "side", "organisation_id", "round"])
    with op.batch_alter_table("acceptance_signs") as table:
        table.alter_column("round", existing_type=sa.Integer(), server_default=None)
