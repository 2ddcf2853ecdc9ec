"""documents with names of people who were erased since are withdrawn, archives among them sealed; their lines stay"""

import sqlalchemy as sa
from alembic import op

from webapp.core.db import Moment

revision = "0058"
down_revision = "0057"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("issued_documents", sa.Column("withdrawn_at", Moment(timezone=True), nullable=True))
    with op.batch_alter_table("attachments") as attachments:
        attachments.drop_constraint(op.f("ck_attachments_known_scan"), type_="check")
        attachments.create_check_constraint(op.f("ck_attachments_known_scan"), "scan IN ('', 'waiting', 'clean', 'infected', 'sealed')")
