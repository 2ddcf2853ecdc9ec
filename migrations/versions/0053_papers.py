"""each issued document knows the right of its paper, and whether others may have the same copy"""

import sqlalchemy as sa
from alembic import op

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None
RIGHTS = {"agreement": "agreement.read", "receipt": "application.read"}
"""All that was issued before could be had by everybody with the right."""


def upgrade() -> None:
    issued = sa.table("issued_documents", sa.column("kind", sa.String), sa.column("right", sa.String))
    jobs = sa.table("jobs", sa.column("kind", sa.String), sa.column("state", sa.String))
    with op.batch_alter_table("issued_documents") as batch:
        batch.add_column(sa.Column("right", sa.String(length=40), nullable=False, server_default="report.create"))
        batch.add_column(sa.Column("shared", sa.Boolean(), nullable=False, server_default=sa.true()))
        batch.drop_index("ix_issued_documents_subject")
        batch.create_index("ix_issued_documents_subject_kind", ["subject", "kind"])
    for kind, right in RIGHTS.items():
        op.execute(sa.update(issued).where(issued.c.kind == kind).values(right=right))
    with op.batch_alter_table("issued_documents") as batch:
        batch.alter_column("right", server_default=None)
        batch.alter_column("shared", server_default=None)
    waiting = jobs.c.state.in_(["queued", "running"])
    op.execute(sa.update(jobs).where(jobs.c.kind.in_(["report", *RIGHTS]), waiting).values(kind="paper"))
