"""who may do what with an application, and the confirmation by a second person before it is handed in"""

import sqlalchemy as sa
from alembic import op

from webapp.core.db import Moment

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "co_writers",
        sa.Column("application_id", KEY, sa.ForeignKey("applications.id", name=op.f("fk_co_writers_application_id_applications")), nullable=False),
        sa.Column("person_id", KEY, sa.ForeignKey("people.id", name=op.f("fk_co_writers_person_id_people")), nullable=False),
        sa.Column("level", sa.String(length=8), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=False),
        sa.Column("at", Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("application_id", "person_id", name=op.f("pk_co_writers")),
        sa.CheckConstraint("level IN ('view', 'fill', 'submit')", name=op.f("ck_co_writers_known_level")),
    )  # fmt: skip
    op.create_index(op.f("ix_co_writers_person_id"), "co_writers", ["person_id"])
    op.create_table(
        "applicant_rules",
        sa.Column("organisation_id", KEY, sa.ForeignKey("organisations.id", name=op.f("fk_applicant_rules_organisation_id_organisations")), nullable=False),
        sa.Column("certified", sa.Boolean(), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=False),
        sa.Column("at", Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", name=op.f("pk_applicant_rules")),
    )  # fmt: skip
    op.create_table(
        "certifications",
        sa.Column("id", KEY, nullable=False),
        sa.Column("application_id", KEY, sa.ForeignKey("applications.id", name=op.f("fk_certifications_application_id_applications")), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("prepared_by_id", KEY, sa.ForeignKey("people.id", name=op.f("fk_certifications_prepared_by_id_people")), nullable=False),
        sa.Column("certifier_id", KEY, sa.ForeignKey("people.id", name=op.f("fk_certifications_certifier_id_people")), nullable=False),
        sa.Column("versions", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("state_at", Moment(timezone=True), nullable=False),
        sa.Column("due_at", Moment(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certifications")),
        sa.CheckConstraint("state IN ('asked', 'confirmed', 'returned')", name=op.f("ck_certifications_known_state")),
        sa.CheckConstraint("prepared_by_id <> certifier_id", name=op.f("ck_certifications_two_people")),
    )  # fmt: skip
    op.create_index(op.f("ix_certifications_state_due_at"), "certifications", ["state", "due_at"])
    op.create_index(op.f("ix_certifications_application_id_id"), "certifications", ["application_id", "id"])
    asked = sa.text("state = 'asked'")
    op.create_index(
        "uq_certifications_one_asked", "certifications", ["application_id"], unique=True, postgresql_where=asked, sqlite_where=asked
    )
