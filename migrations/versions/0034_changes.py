"""changes point by point, budget moved within a free percent, and when a change was carried out"""

import sqlalchemy as sa
from alembic import op

from webapp.core.db import Fen, Moment

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KINDS = {"time": "时间", "people": "人员", "content": "内容", "budget": "预算"}
STATES = "state IN ('requested', 'approved', 'refused', 'withdrawn', 'applied')"
OLD = "SELECT c.id, c.kind, c.before, c.after, c.state, c.from_line_id, c.to_line_id, c.amount_fen, f.grant_fen AS f, t.grant_fen AS t"
OLD += " FROM changes c LEFT JOIN budget_lines f ON f.id = c.from_line_id LEFT JOIN budget_lines t ON t.id = c.to_line_id"


def upgrade() -> None:
    """What was asked for before keeps its words as one point; what was approved counts as carried out then."""
    with op.batch_alter_table("budget_lines") as lines:
        lines.add_column(sa.Column("base_fen", Fen(), nullable=False, server_default="0"))
        lines.add_column(sa.Column("free_fen", Fen(), nullable=False, server_default="0"))
    op.execute(sa.text("UPDATE budget_lines SET base_fen = grant_fen"))
    with op.batch_alter_table("budget_lines") as lines:
        lines.alter_column("base_fen", existing_type=Fen(), server_default=None)
        lines.alter_column("free_fen", existing_type=Fen(), server_default=None)
        lines.create_check_constraint(
            op.f("ck_budget_lines_moved_within_free"), "grant_fen - base_fen <= free_fen AND base_fen - grant_fen <= free_fen"
        )
    with op.batch_alter_table("changes") as changes:
        for name in ("items", "moves", "targets"):
            changes.add_column(sa.Column(name, sa.JSON(none_as_null=True), nullable=False, server_default="[]"))
        changes.add_column(sa.Column("effective_at", Moment(timezone=True), nullable=True))
    _points()
    op.execute(sa.text("UPDATE changes SET effective_at = state_at WHERE state = 'approved'"))
    with op.batch_alter_table("changes") as changes:
        for name in ("items", "moves", "targets"):
            changes.alter_column(name, existing_type=sa.JSON(none_as_null=True), server_default=None)
        changes.drop_constraint(op.f("fk_changes_from_line_id"), type_="foreignkey")
        changes.drop_constraint(op.f("fk_changes_to_line_id"), type_="foreignkey")
        for name in ("before", "after", "from_line_id", "to_line_id", "amount_fen"):
            changes.drop_column(name)
        changes.drop_constraint(op.f("ck_changes_known_state"), type_="check")
        changes.create_check_constraint(op.f("ck_changes_known_state"), STATES)
        changes.create_check_constraint(
            op.f("ck_changes_applied_is_budget"), "state <> 'applied' OR (kind = 'budget' AND effective_at IS NOT NULL)"
        )


def _points() -> None:
    found = op.get_bind().execute(sa.text(OLD)).all()
    written = sa.table("changes", sa.column("id", KEY), sa.column("items", sa.JSON), sa.column("moves", sa.JSON))
    for one in found:
        items = [{"what": KINDS[one.kind], "before": one.before, "after": one.after}]
        moves = []
        if one.kind == "budget" and one.amount_fen:
            moves = [
                {"line": one.from_line_id, "seen_fen": one.f, "delta_fen": -one.amount_fen},
                {"line": one.to_line_id, "seen_fen": one.t, "delta_fen": one.amount_fen},
            ]
        op.execute(sa.update(written).where(written.c.id == one.id).values(items=items, moves=moves))
