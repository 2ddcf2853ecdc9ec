"""who is writing in a section of an application, and which sections were sent back"""

import sqlalchemy as sa
from alembic import op
from webapp.core.db import Moment

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "section_writers",
        sa.Column("application_id", KEY, sa.ForeignKey("applications.id", name="fk_section_writers_application_id_applications"), nullable=False),
        sa.Column("section", sa.String(24), nullable=False),
        sa.Column("person_id", KEY, sa.ForeignKey("people.id", name="fk_section_writers_person_id_people"), nullable=False),
        sa.Column("at", Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("application_id", "section", "person_id", name="pk_section_writers"),
    )
    op.create_index("ix_section_writers_person_id", "section_writers", ["person_id"])
    op.create_table(
        "sections_sent_back",
        sa.Column("application_id", KEY, sa.ForeignKey("applications.id", name="fk_sections_sent_back_application_id_applications"), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("section", sa.String(24), nullable=False),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("application_id", "round", "section", name="pk_sections_sent_back"),
    )
