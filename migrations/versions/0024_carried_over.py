"""where a section was taken over from, while nobody has confirmed it"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("section_drafts", sa.Column("source", sa.Text(), nullable=True))
