"""the approval chain and the days of a tranche"""

import sqlalchemy as sa
from alembic import op

from webapp.core.db import Moment

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None
STATES = ("planned", "requested", "prepared", "reviewed", "checked", "discussed", "approved", "sent", "paid", "bounced", "cancelled")
RUNNING = "'delivering', 'rectifying', 'passed', 'closing', 'accepted', 'evaluated', 'archived'"
REACHED = {
    "signed": RUNNING, "announced": RUNNING, "midterm": "'passed', 'closing', 'accepted', 'evaluated', 'archived'",
    "accepted": "'accepted', 'evaluated', 'archived'", "audit": "'accepted', 'evaluated', 'archived'", "graded": "'evaluated', 'archived'",
}  # fmt: skip


def upgrade() -> None:
    with op.batch_alter_table("tranches") as table:
        table.add_column(sa.Column("within", sa.JSON(none_as_null=True), nullable=True))
        for name in ("reached_at", "pay_by", "urged_at"):
            table.add_column(sa.Column(name, Moment(timezone=True), nullable=True))
        table.add_column(sa.Column("stages", sa.JSON(none_as_null=True), nullable=False, server_default="[]"))
        table.add_column(sa.Column("reviewed_by_id", sa.BigInteger(), nullable=True))
        table.add_column(sa.Column("meeting_name", sa.Text(), nullable=False, server_default=""))
        table.add_column(sa.Column("meeting_on", sa.Date(), nullable=True))
        table.add_column(sa.Column("minutes_number", sa.String(40), nullable=False, server_default=""))
        table.add_column(sa.Column("sent_to", sa.String(100), nullable=False, server_default=""))
        table.drop_constraint(op.f("ck_tranches_known_state"), type_="check")
        table.create_check_constraint(op.f("ck_tranches_known_state"), sa.column("state").in_(STATES))
    with op.batch_alter_table("tranches") as table:
        for name in ("stages", "meeting_name", "minutes_number", "sent_to"):
            table.alter_column(name, server_default=None)
        table.create_check_constraint(
            op.f("ck_tranches_reviewer_is_another"), "reviewed_by_id IS NULL OR reviewed_by_id <> prepared_by_id"
        )
        table.create_check_constraint(
            op.f("ck_tranches_approver_reviewed_not"), "reviewed_by_id IS NULL OR approved_by_id IS NULL OR approved_by_id <> reviewed_by_id"
        )
        table.create_check_constraint(
            op.f("ck_tranches_meeting_has_day_and_minutes"), "meeting_name = '' OR (meeting_on IS NOT NULL AND minutes_number <> '')"
        )
    op.execute("UPDATE tranches SET reached_at = state_at WHERE state <> 'planned'")
    for trigger, states in REACHED.items():
        op.execute(
            f"UPDATE tranches SET reached_at = state_at WHERE state = 'planned' AND trigger = '{trigger}' "
            f"AND project_id IN (SELECT id FROM projects WHERE state IN ({states}))"
        )
