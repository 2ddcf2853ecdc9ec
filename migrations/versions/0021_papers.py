"""files that come piece by piece, and what the search for viruses says of a file"""

import sqlalchemy as sa
from alembic import op
from webapp.core.db import Moment

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("attachments", sa.Column("scan", sa.String(12), nullable=False, server_default=""))
    with op.batch_alter_table("attachments") as attachments:
        attachments.alter_column("scan", existing_type=sa.String(12), server_default=None)
        attachments.create_check_constraint(op.f("ck_attachments_known_scan"), "scan IN ('', 'waiting', 'clean', 'infected')")
    op.create_index(
        "ix_attachments_waiting", "attachments", ["id"], sqlite_where=sa.text("scan = 'waiting'"),
        postgresql_where=sa.text("scan = 'waiting'"),
    )  # fmt: skip
    op.create_table(
        "uploads",
        sa.Column("token", sa.String(43), nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("sound", sa.Boolean(), nullable=False),
        sa.Column("received", sa.BigInteger(), nullable=False),
        sa.Column("touched_at", Moment(timezone=True), nullable=False),
        sa.Column("kept", sa.String(64), nullable=True),
        sa.Column("kept_name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.CheckConstraint("received <= size", name=op.f("ck_uploads_no_more")),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_uploads")),
    )
    op.create_index(op.f("ix_uploads_by_digest"), "uploads", ["by", "digest"])
    op.create_index(op.f("ix_uploads_touched_at"), "uploads", ["touched_at"])
    op.create_index(op.f("ix_uploads_kept"), "uploads", ["kept"])
