"""where 我也有同样需求 was said, so that a merge takes it along and can be undone"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("needs_same", sa.Column("origin_id", KEY, nullable=True))
    op.execute(sa.text("UPDATE needs_same SET origin_id = need_id"))
    with op.batch_alter_table("needs_same") as same:
        same.alter_column("origin_id", existing_type=KEY, nullable=False)
        same.create_foreign_key(op.f("fk_needs_same_origin_id_needs"), "needs", ["origin_id"], ["id"])
