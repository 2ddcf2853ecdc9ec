"""a survey's slips for those drawn from the register"""

import sqlalchemy as sa
from alembic import op

revision = "0055"
down_revision = "0054"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("survey_slips") as table:
        table.add_column(sa.Column("sample_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True))
        table.add_column(sa.Column("position", sa.Integer(), nullable=True))
        table.create_foreign_key(
            op.f("fk_survey_slips_sample_id_position"), "register_drawn", ["sample_id", "position"], ["sample_id", "position"]
        )
        table.create_unique_constraint(op.f("uq_survey_slips_one_of_a_person"), ["survey_id", "sample_id", "position"])
        table.create_check_constraint(op.f("ck_survey_slips_drawn_has_place"), "(sample_id IS NULL) = (position IS NULL)")
        table.create_index(op.f("ix_survey_slips_sample_id_position"), ["sample_id", "position"])


