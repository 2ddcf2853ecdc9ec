"""督导 with its time, place and the voice of those served; 督办 beside 整改"""

import sqlalchemy as sa
from alembic import op

from webapp.core.db import Moment

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("visits") as visits:
        visits.add_column(sa.Column("began", sa.Time(), nullable=True))
        visits.add_column(sa.Column("place", sa.Text(), nullable=False, server_default=""))
        visits.add_column(sa.Column("asked", sa.Integer(), nullable=False, server_default="0"))
        visits.add_column(sa.Column("voice", sa.Text(), nullable=False, server_default=""))
    with op.batch_alter_table("rectifications") as found:
        found.add_column(sa.Column("kind", sa.String(length=8), nullable=False, server_default="rectify"))
        found.add_column(sa.Column("proof_asked", sa.Boolean(), nullable=False, server_default=sa.false()))
        found.add_column(sa.Column("overdue_told_at", Moment(timezone=True), nullable=True))
        found.create_check_constraint(op.f("ck_rectifications_known_kind"), "kind IN ('rectify', 'press')")
    with op.batch_alter_table("visits") as visits:
        for name, kind in (("place", sa.Text()), ("asked", sa.Integer()), ("voice", sa.Text())):
            visits.alter_column(name, existing_type=kind, server_default=None)
    with op.batch_alter_table("rectifications") as found:
        found.alter_column("kind", existing_type=sa.String(length=8), server_default=None)
        found.alter_column("proof_asked", existing_type=sa.Boolean(), server_default=None)
