"""立项版本确认 of the communities"""

import sqlalchemy as sa
from alembic import op

from webapp.core.db import Code, Moment

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
STATES = "state IN ('asked', 'confirmed', 'objected', 'handed', 'lapsed')"


def upgrade() -> None:
    op.create_table(
        "confirmations",
        sa.Column("id", KEY, nullable=False),
        sa.Column("project_id", KEY, sa.ForeignKey("projects.id", name=op.f("fk_confirmations_project_id_projects")), nullable=False),
        sa.Column("area_code", Code, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("reminded_at", Moment(timezone=True), nullable=True),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("state_at", Moment(timezone=True), nullable=False),
        sa.Column("due_at", Moment(timezone=True), nullable=True),
        sa.CheckConstraint(STATES, name=op.f("ck_confirmations_known_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_confirmations")),
        sa.UniqueConstraint("project_id", "area_code", name=op.f("uq_confirmations_one_per_community")),
    )
    op.create_index(op.f("ix_confirmations_area_code_id"), "confirmations", ["area_code", "id"])
    op.create_index(op.f("ix_confirmations_state_due_at"), "confirmations", ["state", "due_at"])
