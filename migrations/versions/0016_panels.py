"""experts of several fields who may be away; strata and the signature of a draw; why a seat was left"""

import sqlalchemy as sa
from alembic import op

from webapp.core.db import Fen, Moment
from webapp.core.secrets import Sealed

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("experts") as experts:
        experts.add_column(sa.Column("others", sa.JSON(none_as_null=True), nullable=False, server_default="[]"))
        experts.add_column(sa.Column("away_from", sa.Date(), nullable=True))
        experts.add_column(sa.Column("away_until", sa.Date(), nullable=True))
        experts.add_column(sa.Column("bank", sa.Text(), nullable=False, server_default=""))
        experts.add_column(sa.Column("account", Sealed(), nullable=True))
        experts.alter_column("bank", server_default=None)
        experts.alter_column("others", server_default=None)
    with op.batch_alter_table("expert_ties") as ties:
        ties.add_column(sa.Column("reason", sa.Text(), nullable=False, server_default=""))
        ties.alter_column("reason", server_default=None)
    with op.batch_alter_table("seats") as seats:
        seats.add_column(sa.Column("reason", sa.Text(), nullable=False, server_default=""))
        seats.add_column(sa.Column("promise", sa.JSON(none_as_null=True), nullable=True))
        seats.alter_column("reason", server_default=None)
    with op.batch_alter_table("panels") as panels:
        panels.add_column(sa.Column("strata", sa.JSON(none_as_null=True), nullable=False, server_default="{}"))
        panels.add_column(sa.Column("witness_id", KEY, nullable=True))
        panels.add_column(sa.Column("witnessed_at", Moment(timezone=True), nullable=True))
        panels.create_foreign_key(op.f("fk_panels_witness_id_people"), "people", ["witness_id"], ["id"])
        panels.alter_column("strata", server_default=None)
    op.create_table(
        "panel_plans",
        sa.Column("panel_id", KEY, nullable=False),
        sa.Column("wishes", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("rows", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("at", Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["panel_id"], ["panels.id"], name=op.f("fk_panel_plans_panel_id_panels")),
        sa.PrimaryKeyConstraint("panel_id", name=op.f("pk_panel_plans")),
    )
    op.create_table(
        "review_fees",
        sa.Column("id", KEY, nullable=False),
        sa.Column("panel_id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("senior", sa.Boolean(), nullable=False),
        sa.Column("half_days", sa.Integer(), nullable=False),
        sa.Column("gross_fen", Fen(), nullable=False),
        sa.Column("tax_fen", Fen(), nullable=False),
        sa.Column("at", Moment(timezone=True), nullable=False),
        sa.CheckConstraint("half_days > 0", name=op.f("ck_review_fees_half_days_positive")),
        sa.CheckConstraint("tax_fen >= 0 AND tax_fen <= gross_fen", name=op.f("ck_review_fees_tax_within_fee")),
        sa.ForeignKeyConstraint(["panel_id"], ["panels.id"], name=op.f("fk_review_fees_panel_id_panels")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_review_fees_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_fees")),
        sa.UniqueConstraint("panel_id", "person_id", name=op.f("uq_review_fees_one_fee")),
    )
    op.create_index(op.f("ix_review_fees_person_id_at"), "review_fees", ["person_id", "at"])
