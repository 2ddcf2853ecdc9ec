"""the next version of a call's rules while it is written, and the template they began with"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("calls") as calls:
        calls.add_column(sa.Column("pending", sa.JSON(none_as_null=True), nullable=True))
        calls.add_column(sa.Column("template", sa.String(length=16), nullable=False, server_default=""))
    with op.batch_alter_table("calls") as calls:
        calls.alter_column("template", existing_type=sa.String(length=16), server_default=None)
