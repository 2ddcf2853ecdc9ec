"""accounts made by an administrator; requests for erasure"""

import sqlalchemy as sa
from alembic import op
import webapp.core.db

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("people") as people:
        people.add_column(sa.Column("must_change", sa.Boolean(), nullable=False, server_default=sa.false()))
        people.add_column(sa.Column("erase_asked_at", webapp.core.db.Moment(timezone=True), nullable=True))
    with op.batch_alter_table("people") as people:
        people.alter_column("must_change", server_default=None)
