"""suggestions of the operator for an application before it is handed in"""

import sqlalchemy as sa
from alembic import op

from webapp.core.db import Moment

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "coachings",
        sa.Column("id", KEY, nullable=False),
        sa.Column("application_id", KEY, sa.ForeignKey("applications.id", name=op.f("fk_coachings_application_id_applications")), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("wish", sa.Text(), nullable=False),
        sa.Column("asked_by_id", KEY, sa.ForeignKey("people.id", name=op.f("fk_coachings_asked_by_id_people")), nullable=False),
        sa.Column("versions", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("papers", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("overall", sa.Text(), nullable=False),
        sa.Column("suggestions", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("given_by_id", KEY, sa.ForeignKey("people.id", name=op.f("fk_coachings_given_by_id_people")), nullable=True),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("state_at", Moment(timezone=True), nullable=False),
        sa.Column("due_at", Moment(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coachings")),
        sa.CheckConstraint("state IN ('asked', 'given', 'withdrawn')", name=op.f("ck_coachings_known_state")),
        sa.CheckConstraint("state <> 'given' OR given_by_id IS NOT NULL", name=op.f("ck_coachings_given_by_somebody")),
    )  # fmt: skip
    op.create_index(op.f("ix_coachings_state_due_at"), "coachings", ["state", "due_at"])
    op.create_index(op.f("ix_coachings_application_id_id"), "coachings", ["application_id", "id"])
    op.create_index(op.f("ix_coachings_given_by_id"), "coachings", ["given_by_id"])
    asked = sa.text("state = 'asked'")
    op.create_index("uq_coachings_one_asked", "coachings", ["application_id"], unique=True, postgresql_where=asked, sqlite_where=asked)
