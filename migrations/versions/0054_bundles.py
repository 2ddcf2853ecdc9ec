"""scans that come back to their documents; many documents asked for at once"""

import sqlalchemy as sa
from alembic import op

from webapp.core.db import Moment

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("issued_documents", sa.Column("filed_at", Moment(timezone=True), nullable=True))
    op.create_table(
        "bundles",
        sa.Column("id", KEY, nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("suffix", sa.String(length=8), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("chosen", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("base", sa.Text(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("at", Moment(timezone=True), nullable=False),
        sa.Column("stopped_at", Moment(timezone=True), nullable=True),
        sa.Column("packed_at", Moment(timezone=True), nullable=True),
        sa.Column("attachment_id", KEY, sa.ForeignKey("attachments.id", name=op.f("fk_bundles_attachment_id")), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bundles")),
        sa.UniqueConstraint("number", name=op.f("uq_bundles_number")),
    )
    op.create_index(op.f("ix_bundles_person_id_id"), "bundles", ["person_id", "id"])
    op.create_table(
        "bundle_items",
        sa.Column("id", KEY, nullable=False),
        sa.Column("bundle_id", KEY, sa.ForeignKey("bundles.id", name=op.f("fk_bundle_items_bundle_id")), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("issued_id", KEY, sa.ForeignKey("issued_documents.id", name=op.f("fk_bundle_items_issued_id")), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("taken_until", Moment(timezone=True), nullable=True),
        sa.Column("done_at", Moment(timezone=True), nullable=True),
        sa.Column("error", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bundle_items")),
        sa.UniqueConstraint("bundle_id", "position", name=op.f("uq_bundle_items_position")),
        sa.UniqueConstraint("bundle_id", "subject", name=op.f("uq_bundle_items_once")),
        sa.UniqueConstraint("issued_id", name=op.f("uq_bundle_items_one_document")),
        sa.CheckConstraint("done_at IS NULL OR issued_id IS NOT NULL", name=op.f("ck_bundle_items_done_with_its_document")),
    )
    waits = sa.text("done_at IS NULL AND error = ''")
    op.create_index("ix_bundle_items_open", "bundle_items", ["bundle_id", "position"], sqlite_where=waits, postgresql_where=waits)
