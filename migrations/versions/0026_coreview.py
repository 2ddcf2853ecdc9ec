"""opinions: who gives them, extended, reminded, shown and answered; who stood aside, who witnessed; reminders of landings"""

import sqlalchemy as sa
from alembic import op

from webapp.core.db import Moment

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Opinions given before are shown where the result of their call has been released."""
    op.add_column("landings", sa.Column("reminded_at", Moment(timezone=True), nullable=True))
    with op.batch_alter_table("opinions") as opinions:
        opinions.add_column(sa.Column("office", sa.String(length=12), nullable=False, server_default="community"))
        opinions.add_column(sa.Column("given_by_id", sa.BigInteger(), nullable=True))
        for name in ("extended_at", "reminded_at", "shown_at", "answered_at"):
            opinions.add_column(sa.Column(name, Moment(timezone=True), nullable=True))
        opinions.add_column(sa.Column("answer", sa.Text(), nullable=True))
    op.execute(sa.text("UPDATE opinions SET office = kind"))
    op.execute(
        sa.text(
            "UPDATE opinions SET shown_at = (SELECT d.released_at FROM decisions d JOIN applications a ON a.call_id = d.call_id"
            " WHERE a.id = opinions.application_id) WHERE state = 'given'"
        )
    )
    with op.batch_alter_table("opinions") as opinions:
        opinions.alter_column("office", existing_type=sa.String(length=12), server_default=None)
        opinions.create_check_constraint(
            op.f("ck_opinions_known_office"), "office IN ('community', 'street') AND (kind = 'community' OR office = 'street')"
        )
        opinions.create_check_constraint(op.f("ck_opinions_answered_was_shown"), "answer IS NULL OR shown_at IS NOT NULL")
    for table, columns, checks in (
        ("opinion_recusals", (sa.Column("tie", sa.Text(), nullable=False),), ()),
        (
            "opinion_witnesses",
            (sa.Column("kind", sa.String(length=8), nullable=False), sa.Column("words", sa.Text(), nullable=False)),
            (
                sa.CheckConstraint("kind IN ('witness', 'dissent')", name=op.f("ck_opinion_witnesses_known_kind")),
                sa.CheckConstraint("kind = 'witness' OR words <> ''", name=op.f("ck_opinion_witnesses_dissent_says_why")),
            ),
        ),
    ):
        op.create_table(
            table,
            sa.Column("opinion_id", KEY, sa.ForeignKey("opinions.id", name=op.f(f"fk_{table}_opinion_id_opinions")), nullable=False),
            sa.Column("person_id", KEY, sa.ForeignKey("people.id", name=op.f(f"fk_{table}_person_id_people")), nullable=False),
            *columns,
            sa.Column("at", Moment(timezone=True), nullable=False),
            sa.PrimaryKeyConstraint("opinion_id", "person_id", name=op.f(f"pk_{table}")),
            *checks,
        )
        op.create_index(op.f(f"ix_{table}_person_id"), table, ["person_id"])
