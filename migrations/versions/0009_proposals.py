"""proposals of services by organisations"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("needs", sa.Column("proposer_id", sa.BigInteger(), nullable=True))
    op.create_index(op.f("ix_needs_proposer_id_id"), "needs", ["proposer_id", "id"])
