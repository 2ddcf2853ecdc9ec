"""why the bank sent a payment back"""

import sqlalchemy as sa
from alembic import op

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """What came back before said why only in the story of the payment, whose words may be erased."""
    with op.batch_alter_table("tranches") as tranches:
        tranches.add_column(sa.Column("bounce_reason", sa.Text(), nullable=False, server_default=""))
    op.execute(sa.text("UPDATE tranches SET bounce_reason = '见办理记录' WHERE state = 'bounced'"))
    with op.batch_alter_table("tranches") as tranches:
        tranches.alter_column("bounce_reason", existing_type=sa.Text(), server_default=None)
        tranches.create_check_constraint(op.f("ck_tranches_bounced_with_reason"), "state <> 'bounced' OR bounce_reason <> ''")
