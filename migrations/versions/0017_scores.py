"""不适用, reasons at the item, what a judge writes for himself; the chair, far scores, the report that is signed; 路演"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("scores") as scores:
        scores.alter_column("points", existing_type=sa.Integer(), nullable=True)
        scores.add_column(sa.Column("na", sa.Boolean(), nullable=False, server_default=sa.false()))
        scores.add_column(sa.Column("reason", sa.Text(), nullable=False, server_default=""))
        scores.create_check_constraint(op.f("ck_scores_points_or_na"), "NOT na OR points IS NULL")
    with op.batch_alter_table("scores") as scores:
        scores.alter_column("na", existing_type=sa.Boolean(), server_default=None)
        scores.alter_column("reason", existing_type=sa.Text(), server_default=None)
    op.create_table(
        "jottings",
        sa.Column("scorecard_id", KEY, sa.ForeignKey("scorecards.id"), primary_key=True),
        sa.Column("text", sa.Text(), nullable=False),
    )
    with op.batch_alter_table("seats") as seats:
        seats.add_column(sa.Column("chair", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("seats") as seats:
        seats.alter_column("chair", existing_type=sa.Boolean(), server_default=None)
    only(op.f("uq_seats_one_chair"), "seats", "panel_id", "chair")
    op.create_table(
        "divergences",
        sa.Column("assignment_id", KEY, sa.ForeignKey("assignments.id"), primary_key=True),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("asked", sa.String(8), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True)),
    )
    op.create_table(
        "panel_reports",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("panel_id", KEY, sa.ForeignKey("panels.id"), nullable=False, index=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("state_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("state IN ('signing', 'settled', 'void')", name=op.f("ck_panel_reports_known_state")),
    )
    op.create_index(op.f("ix_panel_reports_state_due_at"), "panel_reports", ["state", "due_at"])
    only(op.f("uq_panel_reports_one_live"), "panel_reports", "panel_id", "state <> 'void'")
    op.create_table(
        "panel_signatures",
        sa.Column("report_id", KEY, sa.ForeignKey("panel_reports.id"), primary_key=True),
        sa.Column("person_id", KEY, sa.ForeignKey("people.id"), primary_key=True),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind <> 'dissent' OR text <> ''", name=op.f("ck_panel_signatures_dissent_is_written")),
    )
    meetings()


def meetings() -> None:
    op.create_table(
        "meetings",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("panel_id", KEY, sa.ForeignKey("panels.id"), nullable=False, index=True),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("title", "place")),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("talk_minutes", "question_minutes")),
        sa.Column("seed", sa.Text(), nullable=False),
        sa.Column("seed_digest", sa.String(64), nullable=False),
        sa.Column("order", sa.JSON()),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("turn", "position")),
        sa.Column("phase", sa.String(12), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True)),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("state_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint(
            "state IN ('planned', 'drawn', 'running', 'ended', 'cancelled')", name=op.f("ck_meetings_known_state")
        ),
    )
    op.create_index(op.f("ix_meetings_state_due_at"), "meetings", ["state", "due_at"])
    only(op.f("uq_meetings_one_live"), "meetings", "panel_id", "state <> 'cancelled'")
    op.create_table(
        "meeting_codes",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("meeting_id", KEY, sa.ForeignKey("meetings.id"), nullable=False, index=True),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_by_id", sa.BigInteger()),
        sa.UniqueConstraint("digest", name=op.f("uq_meeting_codes_digest")),
    )
    op.create_table(
        "meeting_signs",
        sa.Column("meeting_id", KEY, sa.ForeignKey("meetings.id"), primary_key=True),
        sa.Column("person_id", KEY, sa.ForeignKey("people.id"), primary_key=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )


def only(name: str, table: str, column: str, where: str) -> None:
    """At most one row with the same column among those of which the condition is true."""
    op.create_index(name, table, [column], unique=True, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
