"""what is said: channels, sealed reports"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("wordings", sa.Column("ticked", sa.JSON(none_as_null=True), nullable=True))
