"""activities by the hour: times, hours of social workers and volunteers, what was spent as told, photos kept inside, the list of the coming month"""

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("activities") as activities:
        activities.add_column(sa.Column("starts", sa.Time(), nullable=True))
        activities.add_column(sa.Column("ends", sa.Time(), nullable=True))
        activities.add_column(sa.Column("worker_minutes", sa.Integer(), nullable=False, server_default="0"))
        activities.add_column(sa.Column("volunteer_minutes", sa.Integer(), nullable=False, server_default="0"))
        activities.add_column(sa.Column("minors", sa.Boolean(), nullable=False, server_default=sa.false()))
        activities.add_column(sa.Column("open_photos", sa.Boolean(), nullable=False, server_default=sa.false()))
        activities.add_column(sa.Column("previewed", sa.Boolean(), nullable=False, server_default=sa.false()))
        activities.create_check_constraint(op.f("ck_activities_ends_after_start"), "starts IS NULL OR ends IS NULL OR ends > starts")
        activities.create_check_constraint(op.f("ck_activities_hours_not_negative"), "worker_minutes >= 0 AND volunteer_minutes >= 0")
        activities.create_check_constraint(op.f("ck_activities_no_photos_of_minors"), "NOT (minors AND open_photos)")
    op.create_table(
        "activity_spends",
        sa.Column("activity_id", KEY, sa.ForeignKey("activities.id", name=op.f("fk_activity_spends_activity_id_activities")), nullable=False),
        sa.Column(
            "budget_line_id", KEY, sa.ForeignKey("budget_lines.id", name=op.f("fk_activity_spends_budget_line_id_budget_lines")), nullable=False
        ),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("activity_id", "budget_line_id", name=op.f("pk_activity_spends")),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_activity_spends_positive")),
    )
    op.create_index(op.f("ix_activity_spends_budget_line_id"), "activity_spends", ["budget_line_id"])
