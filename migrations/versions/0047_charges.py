"""项目责任书 and its tasks"""

import sqlalchemy as sa
from alembic import op

from webapp.core.db import Moment

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _standing(table: str, states: str) -> tuple[sa.schema.SchemaItem, ...]:
    return (
        sa.Column("id", KEY, nullable=False),
        sa.Column("project_id", KEY, sa.ForeignKey("projects.id", name=op.f(f"fk_{table}_project_id_projects")), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("state_at", Moment(timezone=True), nullable=False),
        sa.Column("due_at", Moment(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.CheckConstraint(states, name=op.f(f"ck_{table}_known_state")),
    )


def upgrade() -> None:
    op.create_table(
        "charges",
        *_standing("charges", "state IN ('drafted', 'submitted', 'agreed')"),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("rows", sa.JSON(none_as_null=True), nullable=False),
        sa.UniqueConstraint("project_id", name=op.f("uq_charges_one_per_project")),
    )
    op.create_table(
        "tasks",
        *_standing("tasks", "state IN ('open', 'done')"),
        sa.Column("charge_id", KEY, sa.ForeignKey("charges.id", name=op.f("fk_tasks_charge_id_charges")), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("how", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("target", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("responsible", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.UniqueConstraint("charge_id", "position", name=op.f("uq_tasks_position")),
        sa.CheckConstraint("target > 0 AND done >= 0", name=op.f("ck_tasks_counts")),
        sa.CheckConstraint("state <> 'done' OR done >= target", name=op.f("ck_tasks_done_reaches_target")),
    )
    for table in ("charges", "tasks"):
        op.create_index(op.f(f"ix_{table}_project_id"), table, ["project_id"])
        op.create_index(op.f(f"ix_{table}_state_due_at"), table, ["state", "due_at"])
