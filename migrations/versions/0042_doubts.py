"""疑点, and what photos look like"""

import sqlalchemy as sa
from alembic import op

from webapp.core.db import Moment

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "doubts",
        sa.Column("id", KEY, nullable=False),
        sa.Column("project_id", KEY, sa.ForeignKey("projects.id", name=op.f("fk_doubts_project_id_projects")), nullable=False),
        sa.Column("other_project_id", KEY, sa.ForeignKey("projects.id", name=op.f("fk_doubts_other_project_id_projects")), nullable=True),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("other", sa.String(length=64), nullable=False),
        sa.Column("evidence", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("asked_at", Moment(timezone=True), nullable=True),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("state_at", Moment(timezone=True), nullable=False),
        sa.Column("due_at", Moment(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('found', 'asked', 'answered', 'explained', 'rectify', 'referred', 'gone')", name=op.f("ck_doubts_known_state")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_doubts")),
        sa.UniqueConstraint("kind", "subject", "other", name=op.f("uq_doubts_one_each")),
    )
    op.create_index(op.f("ix_doubts_state_due_at"), "doubts", ["state", "due_at"])
    op.create_index(op.f("ix_doubts_project_id_id"), "doubts", ["project_id", "id"])
    op.create_index(op.f("ix_doubts_other_project_id"), "doubts", ["other_project_id"])
    op.create_table(
        "doubt_looks",
        sa.Column("project_id", KEY, sa.ForeignKey("projects.id", name=op.f("fk_doubt_looks_project_id_projects")), nullable=False),
        sa.Column("at", Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("project_id", name=op.f("pk_doubt_looks")),
    )
    op.create_table(
        "photo_prints",
        sa.Column(
            "attachment_id",
            KEY,
            sa.ForeignKey("attachments.id", name=op.f("fk_photo_prints_attachment_id_attachments"), ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("project_id", KEY, sa.ForeignKey("projects.id", name=op.f("fk_photo_prints_project_id_projects")), nullable=False),
        sa.Column("activity_id", KEY, sa.ForeignKey("activities.id", name=op.f("fk_photo_prints_activity_id_activities")), nullable=False),
        sa.Column("bits", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("attachment_id", name=op.f("pk_photo_prints")),
    )
    op.create_index(op.f("ix_photo_prints_project_id"), "photo_prints", ["project_id"])
    op.create_table(
        "photo_bands",
        sa.Column("band", sa.Integer(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.Column(
            "attachment_id",
            KEY,
            sa.ForeignKey("attachments.id", name=op.f("fk_photo_bands_attachment_id_attachments"), ondelete="CASCADE"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("band", "value", "attachment_id", name=op.f("pk_photo_bands")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_photo_bands_attachment_id"), "photo_bands", ["attachment_id"])
