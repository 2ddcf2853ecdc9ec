"""what the evaluator checks: calls, visits, findings"""

import sqlalchemy as sa
from alembic import op

from webapp.core.db import Moment

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _key(table: str, column: str, to: str) -> sa.Column[int]:
    return sa.Column(column, KEY, sa.ForeignKey(f"{to}.id", name=op.f(f"fk_{table}_{column}_{to}")), nullable=False)


def upgrade() -> None:
    op.create_table(
        "sample_calls",
        sa.Column("id", KEY, nullable=False),
        _key("sample_calls", "project_id", "projects"),
        _key("sample_calls", "evaluation_id", "evaluations"),
        _key("sample_calls", "sample_id", "register_samples"),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        _key("sample_calls", "by_id", "people"),
        sa.Column("began_at", Moment(timezone=True), nullable=False),
        sa.Column("ended_at", Moment(timezone=True), nullable=True),
        sa.Column("result", sa.String(length=12), nullable=False),
        sa.Column("answers", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sample_calls")),
        sa.UniqueConstraint("sample_id", "position", "attempt", name=op.f("uq_sample_calls_attempt")),
        sa.CheckConstraint("result IN ('', 'answered', 'missed', 'refused')", name=op.f("ck_sample_calls_known_result")),
        sa.CheckConstraint("(result = '') = (ended_at IS NULL)", name=op.f("ck_sample_calls_ended_with_result")),
    )  # fmt: skip
    op.create_index(op.f("ix_sample_calls_project_id"), "sample_calls", ["project_id"])
    op.create_index(op.f("ix_sample_calls_evaluation_id_sample_id_position"), "sample_calls", ["evaluation_id", "sample_id", "position"])
    op.create_index(
        "uq_sample_calls_one_at_a_time", "sample_calls", ["by_id"], unique=True, sqlite_where=sa.text("result = ''"),
        postgresql_where=sa.text("result = ''"),
    )  # fmt: skip
    op.create_table(
        "site_checks",
        sa.Column("id", KEY, nullable=False),
        _key("site_checks", "project_id", "projects"),
        _key("site_checks", "evaluation_id", "evaluations"),
        sa.Column("held_on", sa.Date(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("place", "checked", "found")),
        _key("site_checks", "by_id", "people"),
        sa.Column("at", Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site_checks")),
    )
    op.create_index(op.f("ix_site_checks_project_id"), "site_checks", ["project_id"])
    op.create_index(op.f("ix_site_checks_evaluation_id"), "site_checks", ["evaluation_id"])
    states = "'raised', 'answered', 'upheld', 'partly', 'dropped'"
    op.create_table(
        "observations",
        sa.Column("id", KEY, nullable=False),
        _key("observations", "project_id", "projects"),
        _key("observations", "evaluation_id", "evaluations"),
        sa.Column("ground", sa.String(length=12), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("title", "text", "answer", "reason")),
        _key("observations", "raised_by_id", "people"),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("state_at", Moment(timezone=True), nullable=False),
        sa.Column("due_at", Moment(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_observations")),
        sa.CheckConstraint(f"state IN ({states})", name=op.f("ck_observations_known_state")),
        sa.CheckConstraint("ground IN ('phone', 'site', 'papers')", name=op.f("ck_observations_known_ground")),
        sa.CheckConstraint("state IN ('raised', 'answered') OR reason <> ''", name=op.f("ck_observations_decided_with_reason")),
    )  # fmt: skip
    op.create_index(op.f("ix_observations_project_id"), "observations", ["project_id"])
    op.create_index(op.f("ix_observations_state_due_at"), "observations", ["state", "due_at"])
    op.create_index(op.f("ix_observations_evaluation_id_state"), "observations", ["evaluation_id", "state"])
