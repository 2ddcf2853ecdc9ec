"""templates of agreements, and amendments of agreements"""

import sqlalchemy as sa
from alembic import op

from webapp.core.db import Code, Moment

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "agreement_templates",
        sa.Column("id", KEY, nullable=False),
        sa.Column("organisation_id", KEY, sa.ForeignKey("organisations.id", name=op.f("fk_agreement_templates_organisation_id_organisations")), nullable=False),
        sa.Column("area_code", Code, nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("paper", sa.Boolean(), nullable=False),
        sa.Column("amends", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("state_at", Moment(timezone=True), nullable=False),
        sa.Column("due_at", Moment(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement_templates")),
        sa.UniqueConstraint("area_code", "kind", "version", name=op.f("uq_agreement_templates_version")),
        sa.CheckConstraint("state IN ('draft', 'in_force', 'retired')", name=op.f("ck_agreement_templates_known_state")),
    )  # fmt: skip
    op.create_index(op.f("ix_agreement_templates_state_due_at"), "agreement_templates", ["state", "due_at"])
    for name, state in (("uq_agreement_templates_one_in_force", "in_force"), ("uq_agreement_templates_one_draft", "draft")):
        only = sa.text(f"state = '{state}'")
        op.create_index(name, "agreement_templates", ["area_code", "kind"], unique=True, postgresql_where=only, sqlite_where=only)
    with op.batch_alter_table("agreements") as agreements:
        agreements.add_column(sa.Column("amends_id", KEY, nullable=True))
        agreements.add_column(sa.Column("change_id", KEY, nullable=True))
        agreements.create_foreign_key(op.f("fk_agreements_amends_id_agreements"), "agreements", ["amends_id"], ["id"])
        agreements.create_foreign_key(op.f("fk_agreements_change_id_changes"), "changes", ["change_id"], ["id"])
        agreements.create_check_constraint(op.f("ck_agreements_amendment_has_change"), "(amends_id IS NULL) = (change_id IS NULL)")
    only = sa.text("state <> 'void'")
    op.create_index("uq_agreements_one_per_change", "agreements", ["change_id"], unique=True, postgresql_where=only, sqlite_where=only)
