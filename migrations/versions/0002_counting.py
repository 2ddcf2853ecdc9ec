"""how votes are counted: money, ranks, ties, tellers"""

import sqlalchemy as sa
from alembic import op
from webapp.core.db import Moment

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    # in words of SQL, for SQLite knows only here how to add a rule without building the whole table anew
    op.execute(
        "ALTER TABLE ballots ADD COLUMN pot_fen BIGINT"
        " CONSTRAINT ck_ballots_pot_positive CHECK (pot_fen > 0)"
        " CONSTRAINT ck_ballots_pot_has_money CHECK (method <> 'pot' OR pot_fen IS NOT NULL)"
        " CONSTRAINT ck_ballots_known_method CHECK (method IN ('approve', 'score', 'pot', 'rank'))"
    )
    op.execute("ALTER TABLE ballot_choices ADD COLUMN cost_fen BIGINT CONSTRAINT ck_ballot_choices_cost_positive CHECK (cost_fen > 0)")
    op.create_table(
        "ballot_tellers",
        sa.Column("ballot_id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(["ballot_id"], ["ballots.id"], name=op.f("fk_ballot_tellers_ballot_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_ballot_tellers_person_id")),
        sa.PrimaryKeyConstraint("ballot_id", "person_id", name=op.f("pk_ballot_tellers")),
    )
    op.create_table(
        "ballot_recounts",
        sa.Column("ballot_id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("agrees", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("at", Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["ballot_id"], ["ballots.id"], name=op.f("fk_ballot_recounts_ballot_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_ballot_recounts_person_id")),
        sa.PrimaryKeyConstraint("ballot_id", "person_id", name=op.f("pk_ballot_recounts")),
    )
