"""lists of tickets of the 12345 hotline and the grid platform"""

import sqlalchemy as sa
from alembic import op
from webapp.core.db import Code, Json, Moment

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "ticket_lists",
        sa.Column("number", sa.String(20), nullable=False),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("area_code", Code, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("sheet", sa.Text(), nullable=False),
        sa.Column("headings", Json, nullable=False),
        sa.Column("columns", Json, nullable=False),
        sa.Column("waiting", sa.Text(), nullable=True),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("fresh", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=False),
        sa.Column("id", KEY, nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("state_at", Moment(timezone=True), nullable=False),
        sa.Column("due_at", Moment(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('read', 'taken', 'dropped')", name=op.f("ck_ticket_lists_known_state")),
        sa.CheckConstraint("waiting IS NULL OR state = 'read'", name=op.f("ck_ticket_lists_waits_only_while_read")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_lists")),
        sa.UniqueConstraint("number", name=op.f("uq_ticket_lists_number")),
    )
    op.create_index(op.f("ix_ticket_lists_area_code_id"), "ticket_lists", ["area_code", "id"])
    op.create_index(op.f("ix_ticket_lists_state_due_at"), "ticket_lists", ["state", "due_at"])
    op.create_table(
        "tickets",
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("number", sa.String(40), nullable=False),
        sa.Column("voice_id", KEY, nullable=True),
        sa.Column("report_id", KEY, nullable=True),
        sa.Column("at", Moment(timezone=True), nullable=False),
        sa.Column("id", KEY, nullable=False),
        sa.CheckConstraint("(voice_id IS NULL) <> (report_id IS NULL)", name=op.f("ck_tickets_became_one_thing")),
        sa.ForeignKeyConstraint(["voice_id"], ["voices.id"], name=op.f("fk_tickets_voice_id_voices")),
        sa.ForeignKeyConstraint(["report_id"], ["urgent_reports.id"], name=op.f("fk_tickets_report_id_urgent_reports")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tickets")),
        sa.UniqueConstraint("channel", "number", name=op.f("uq_tickets_channel_number")),
    )
    op.create_index(op.f("ix_tickets_voice_id"), "tickets", ["voice_id"])
    op.create_index(op.f("ix_tickets_report_id"), "tickets", ["report_id"])
    op.create_table(
        "ticket_lines",
        sa.Column("list_id", KEY, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("ticket_id", KEY, nullable=False),
        sa.Column("cells", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["list_id"], ["ticket_lists.id"], name=op.f("fk_ticket_lines_list_id_ticket_lists")),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_ticket_lines_ticket_id_tickets")),
        sa.PrimaryKeyConstraint("list_id", "position", name=op.f("pk_ticket_lines")),
    )
    op.create_index(op.f("ix_ticket_lines_ticket_id"), "ticket_lines", ["ticket_id"])
