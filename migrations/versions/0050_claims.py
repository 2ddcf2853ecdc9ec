"""what waits for a decision on each budget line, kept beside what was accepted"""

import sqlalchemy as sa
from alembic import op

from webapp.core.db import Fen

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None
WAITS = "FROM spendings s WHERE s.budget_line_id = budget_lines.id AND s.state = 'claimed'"
OVER = """
SELECT p.number, l.title, l.spent_fen + l.claimed_fen - l.grant_fen FROM budget_lines l JOIN projects p ON p.id = l.project_id
WHERE l.spent_fen + l.claimed_fen > l.grant_fen ORDER BY l.id
"""


class OverdrawnError(Exception):
    """A line has less than what is spent and claimed on it, because its budget was cut while documents waited."""


def upgrade() -> None:
    """Filled from the documents that wait. Stops where a line does not bear them: that is for people to decide, in the version they have."""
    with op.batch_alter_table("budget_lines") as lines:
        lines.add_column(sa.Column("claimed_fen", Fen(), nullable=False, server_default="0"))
        lines.add_column(sa.Column("waiting", sa.Integer(), nullable=False, server_default="0"))
    op.execute(sa.text(f"UPDATE budget_lines SET claimed_fen = (SELECT COALESCE(SUM(s.amount_fen), 0) {WAITS}), waiting = (SELECT COUNT(*) {WAITS})"))
    if over := op.get_bind().execute(sa.text(OVER)).all():
        told = "；".join(f"项目 {number} 科目“{title}”超出 {fen} 分" for number, title, fen in over)
        raise OverdrawnError(f"有科目的资助不够已列支和待审核的支出，没有升级：{told}。请先审核或作废这些科目待审核的支出凭证，再升级。")
    with op.batch_alter_table("budget_lines") as lines:
        lines.alter_column("claimed_fen", existing_type=Fen(), server_default=None)
        lines.alter_column("waiting", existing_type=sa.Integer(), server_default=None)
        lines.create_check_constraint(
            op.f("ck_budget_lines_waiting_has_its_sum"), "claimed_fen >= 0 AND waiting >= 0 AND (waiting = 0) = (claimed_fen = 0)"
        )
        lines.create_check_constraint(op.f("ck_budget_lines_claims_within_grant"), "spent_fen + claimed_fen <= grant_fen")
