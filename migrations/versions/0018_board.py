"""runs of the what-if board, letters held until the release, corrected notices, objections with a receipt, a handler and a re-examination"""

import sqlalchemy as sa
from alembic import op

from webapp.core.db import Moment

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
NOTICE = "state IN ('running', 'ended', 'extended', 'replaced')"
OBJECTION = "state IN ('raised', 'answered', 'appealed', 'settled', 'withdrawn')"


def upgrade() -> None:
    op.add_column("selections", sa.Column("title", sa.Text(), nullable=False, server_default=""))
    op.add_column("selections", sa.Column("adopted_at", Moment(timezone=True), nullable=True))
    op.execute(sa.text("UPDATE selections SET adopted_at = at"))
    op.add_column("decisions", sa.Column("present", sa.Text(), nullable=False, server_default=""))
    op.add_column("decisions", sa.Column("listed", sa.JSON(none_as_null=True), nullable=True))
    op.add_column("decisions", sa.Column("by_id", sa.BigInteger(), nullable=True))
    op.add_column("decisions", sa.Column("released_at", Moment(timezone=True), nullable=True))
    op.execute(sa.text("UPDATE decisions SET released_at = at"))
    _letters()
    with op.batch_alter_table("notices") as notices:
        notices.add_column(sa.Column("previous_id", KEY, nullable=True))
        notices.create_foreign_key(op.f("fk_notices_previous_id_notices"), "notices", ["previous_id"], ["id"])
        notices.drop_constraint(op.f("ck_notices_known_state"), type_="check")
        notices.create_check_constraint(op.f("ck_notices_known_state"), NOTICE)
    _objections()
    for table, column in (("selections", "title"), ("decisions", "present")):
        with op.batch_alter_table(table) as kept:
            kept.alter_column(column, existing_type=sa.Text(), server_default=None)


def _letters() -> None:
    op.create_table(
        "letter_wordings",
        sa.Column("call_id", KEY, sa.ForeignKey("calls.id", name=op.f("fk_letter_wordings_call_id_calls")), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("call_id", "kind", name=op.f("pk_letter_wordings")),
    )
    op.create_table(
        "letters",
        sa.Column("application_id", KEY, sa.ForeignKey("applications.id", name=op.f("fk_letters_application_id_applications")), nullable=False),
        sa.Column("call_id", KEY, sa.ForeignKey("calls.id", name=op.f("fk_letters_call_id_calls")), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("at", Moment(timezone=True), nullable=False),
        sa.Column("sent_at", Moment(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("application_id", name=op.f("pk_letters")),
    )  # fmt: skip
    op.create_index(op.f("ix_letters_call_id"), "letters", ["call_id"])


def _objections() -> None:
    """Objections from before get a receipt number of their own kind, which no new one can have."""
    for name in ("evidence", "appeal", "final"):
        op.add_column("objections", sa.Column(name, sa.Text(), nullable=True))
    op.add_column("objections", sa.Column("number", sa.String(length=20), nullable=False, server_default=""))
    op.add_column("objections", sa.Column("kind", sa.String(length=12), nullable=False, server_default="named"))
    op.add_column("objections", sa.Column("handler_id", sa.BigInteger(), nullable=True))
    op.add_column("objections", sa.Column("upheld", sa.Boolean(), nullable=True))
    op.execute(sa.text("UPDATE objections SET number = 'YY-' || CAST(id AS VARCHAR(16))"))
    with op.batch_alter_table("objections") as objections:
        for name, longest in (("number", 20), ("kind", 12)):
            objections.alter_column(name, existing_type=sa.String(length=longest), server_default=None)
        objections.alter_column("person_id", existing_type=sa.BigInteger(), nullable=True)
        objections.create_unique_constraint(op.f("uq_objections_number"), ["number"])
        objections.create_check_constraint(
            op.f("ck_objections_somebody_or_anonymous"), "person_id IS NOT NULL OR kind = 'anonymous' OR name IS NOT NULL"
        )
        objections.drop_constraint(op.f("ck_objections_known_state"), type_="check")
        objections.create_check_constraint(op.f("ck_objections_known_state"), OBJECTION)
