"""where a section was taken over from, while nobody has confirmed it"""

import sqlalchemy as sa
from alembic import op

revision = "0020b"
down_revision = "0019b"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("section_drafts", sa.Column("source", sa.Text(), nullable=True))
