"""reasons for an amount apart from the outcome's, money freed by a terminated agreement, who released a decision"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(sa.text("UPDATE results SET amount_fen = NULL WHERE outcome IS NOT NULL AND outcome <> 'propose'"))
    with op.batch_alter_table("results") as results:
        results.add_column(sa.Column("amount_reason", sa.Text(), nullable=False, server_default=""))
        results.add_column(sa.Column("freed_fen", sa.BigInteger(), nullable=True))
        results.create_check_constraint(
            op.f("ck_results_amount_if_proposed"), "outcome IS NULL OR (outcome = 'propose') = (amount_fen IS NOT NULL)"
        )
        results.create_check_constraint(
            op.f("ck_results_freed_within_amount"), "freed_fen IS NULL OR (freed_fen > 0 AND freed_fen <= amount_fen)"
        )
    with op.batch_alter_table("results") as results:
        results.alter_column("amount_reason", existing_type=sa.Text(), server_default=None)
    op.execute(sa.text("UPDATE decisions SET present = '（登记时没有写明）' WHERE released_at IS NULL AND present = ''"))
    with op.batch_alter_table("decisions") as decisions:
        decisions.add_column(sa.Column("released_by_id", sa.BigInteger(), nullable=True))
        decisions.create_check_constraint(
            op.f("ck_decisions_two_people"), "released_by_id IS NULL OR by_id IS NULL OR released_by_id <> by_id"
        )
        decisions.create_check_constraint(
            op.f("ck_decisions_released_whole"), "released_by_id IS NULL OR (released_at IS NOT NULL AND present <> '')"
        )
