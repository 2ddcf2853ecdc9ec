"""tables that officers put together from the lists, saved under a name"""

import sqlalchemy as sa
from alembic import op

from webapp.core.db import Code, Moment

revision = "0057"
down_revision = "0056"
branch_labels = None
depends_on = None
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "own_tables",
        sa.Column("id", KEY, nullable=False),
        sa.Column("title", sa.String(length=60), nullable=False),
        sa.Column("source", sa.String(length=24), nullable=False),
        sa.Column("spec", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("area_code", Code, nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("at", Moment(timezone=True), nullable=False),
        sa.Column("dropped_at", Moment(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_own_tables")),
    )
    op.create_index(op.f("ix_own_tables_person_id_id"), "own_tables", ["person_id", "id"])
    op.create_index(op.f("ix_own_tables_area_code_id"), "own_tables", ["area_code", "id"])
