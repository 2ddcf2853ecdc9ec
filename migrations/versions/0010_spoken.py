"""what was spoken into the telephone, and how often it was written down"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("voices", sa.Column("written_down", sa.Integer(), nullable=True))
    unheard = sa.text("written_down = 0")
    op.create_index("ix_voices_unheard", "voices", ["need_id"], sqlite_where=unheard, postgresql_where=unheard)
