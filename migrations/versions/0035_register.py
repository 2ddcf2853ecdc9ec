"""the register of those served, their consents, who came to what, and samples of it"""

import sqlalchemy as sa
from alembic import op

from webapp.core.db import Moment

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "consents",
        sa.Column("id", KEY, nullable=False),
        sa.Column("project_id", KEY, sa.ForeignKey("projects.id", name=op.f("fk_consents_project_id_projects")), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("guardian", sa.Boolean(), nullable=False),
        sa.Column("at", Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consents")),
    )
    op.create_index(op.f("ix_consents_project_id"), "consents", ["project_id"])
    op.create_table(
        "beneficiaries",
        sa.Column("id", KEY, nullable=False),
        sa.Column("project_id", KEY, sa.ForeignKey("projects.id", name=op.f("fk_beneficiaries_project_id_projects")), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("identity", sa.String(length=64), nullable=False),
        sa.Column("minor", sa.Boolean(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("guardian", sa.Text(), nullable=True),
        sa.Column("consent_id", KEY, sa.ForeignKey("consents.id", name=op.f("fk_beneficiaries_consent_id_consents")), nullable=True),
        sa.Column("joined_on", sa.Date(), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column("erased_at", Moment(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_beneficiaries")),
        sa.UniqueConstraint("project_id", "identity", name=op.f("uq_beneficiaries_one_person")),
        sa.UniqueConstraint("project_id", "minor", "number", name=op.f("uq_beneficiaries_number")),
        sa.CheckConstraint("NOT minor OR name IS NULL", name=op.f("ck_beneficiaries_child_without_name")),
        sa.CheckConstraint("left_on IS NULL OR left_on >= joined_on", name=op.f("ck_beneficiaries_left_after_joined")),
        sa.CheckConstraint(
            "erased_at IS NULL OR (name IS NULL AND phone IS NULL AND guardian IS NULL AND consent_id IS NULL AND left_on IS NOT NULL)",
            name=op.f("ck_beneficiaries_erased_is_empty"),
        ),
    )
    op.create_index(op.f("ix_beneficiaries_identity"), "beneficiaries", ["identity"])
    op.create_index(op.f("ix_beneficiaries_consent_id"), "beneficiaries", ["consent_id"])
    op.create_table(
        "attendances",
        sa.Column("activity_id", KEY, sa.ForeignKey("activities.id", name=op.f("fk_attendances_activity_id_activities")), nullable=False),
        sa.Column(
            "beneficiary_id", KEY, sa.ForeignKey("beneficiaries.id", name=op.f("fk_attendances_beneficiary_id_beneficiaries")), nullable=False
        ),
        sa.PrimaryKeyConstraint("activity_id", "beneficiary_id", name=op.f("pk_attendances")),
    )
    op.create_index(op.f("ix_attendances_beneficiary_id"), "attendances", ["beneficiary_id"])
    op.create_table(
        "register_samples",
        sa.Column("id", KEY, nullable=False),
        sa.Column("project_id", KEY, sa.ForeignKey("projects.id", name=op.f("fk_register_samples_project_id_projects")), nullable=False),
        sa.Column("seed", sa.String(length=32), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("found", sa.Integer(), nullable=False),
        sa.Column("by_id", KEY, sa.ForeignKey("people.id", name=op.f("fk_register_samples_by_id_people")), nullable=False),
        sa.Column("at", Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_samples")),
        sa.CheckConstraint("size > 0 AND size <= found", name=op.f("ck_register_samples_size_within_found")),
    )
    op.create_index(op.f("ix_register_samples_project_id"), "register_samples", ["project_id"])
    op.create_table(
        "register_drawn",
        sa.Column("sample_id", KEY, sa.ForeignKey("register_samples.id", name=op.f("fk_register_drawn_sample_id_register_samples")), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "beneficiary_id", KEY, sa.ForeignKey("beneficiaries.id", name=op.f("fk_register_drawn_beneficiary_id_beneficiaries")), nullable=False
        ),
        sa.PrimaryKeyConstraint("sample_id", "position", name=op.f("pk_register_drawn")),
    )
    op.create_index(op.f("ix_register_drawn_beneficiary_id"), "register_drawn", ["beneficiary_id"])
    with op.batch_alter_table("activities") as activities:
        activities.add_column(sa.Column("unnamed", sa.Integer(), nullable=False, server_default="0"))
        activities.create_check_constraint(op.f("ck_activities_unnamed_within_persons"), "unnamed >= 0 AND unnamed <= persons")
    with op.batch_alter_table("projects") as projects:
        projects.add_column(sa.Column("named", sa.Integer(), nullable=False, server_default="0"))
        projects.create_check_constraint(op.f("ck_projects_named_within_persons"), "named >= 0 AND named <= persons")
    op.execute("UPDATE activities SET unnamed = persons")  # what was counted before there was a register was counted without names
