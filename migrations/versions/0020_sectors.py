"""板块 of social organisations"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("organisations", sa.Column("sector", sa.String(16), nullable=False, server_default=""))
    with op.batch_alter_table("organisations") as organisations:
        organisations.alter_column("sector", existing_type=sa.String(16), server_default=None)
        organisations.create_index(op.f("ix_organisations_sector_id"), ["sector", "id"])
