"""who takes part: rolls, codes, paper"""

import sqlalchemy as sa
from alembic import op
from webapp.core.db import Code, Moment


revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WAYS = "way IN ('online', 'paper', 'assisted')"


def upgrade() -> None:
    _register_by_reference()
    _rolls()
    _paper_and_bursts()


def _paper_and_bursts() -> None:
    """Votes on paper by two people, and where votes came from."""
    op.create_table(
        "ballot_boxes",
        sa.Column("ballot_id", KEY, nullable=False),
        sa.Column("envelopes", sa.Integer(), nullable=False),
        sa.Column("counted_by_id", sa.BigInteger(), nullable=False),
        sa.Column("checked_by_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("envelopes >= 0", name=op.f("ck_ballot_boxes_envelopes_counted")),
        sa.CheckConstraint("checked_by_id IS NULL OR checked_by_id <> counted_by_id", name=op.f("ck_ballot_boxes_two_people")),
        sa.ForeignKeyConstraint(["ballot_id"], ["ballots.id"], name=op.f("fk_ballot_boxes_ballot_id")),
        sa.PrimaryKeyConstraint("ballot_id", name=op.f("pk_ballot_boxes")),
    )
    op.create_table(
        "ballot_papers",
        sa.Column("ballot_id", KEY, nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("first", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("first_by_id", sa.BigInteger(), nullable=False),
        sa.Column("second", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("second_by_id", sa.BigInteger(), nullable=True),
        sa.Column("agreed", sa.Boolean(), nullable=False),
        sa.Column("void", sa.Boolean(), nullable=False),
        sa.CheckConstraint("serial >= 1", name=op.f("ck_ballot_papers_serial_counts")),
        sa.CheckConstraint("second_by_id IS NULL OR second_by_id <> first_by_id", name=op.f("ck_ballot_papers_two_people")),
        sa.CheckConstraint("NOT agreed OR second_by_id IS NOT NULL", name=op.f("ck_ballot_papers_agreed_by_two")),
        sa.ForeignKeyConstraint(["ballot_id"], ["ballots.id"], name=op.f("fk_ballot_papers_ballot_id")),
        sa.PrimaryKeyConstraint("ballot_id", "serial", name=op.f("pk_ballot_papers")),
    )
    op.create_table(
        "ballot_flags",
        sa.Column("ballot_id", KEY, nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("source", sa.String(64), nullable=False),
        sa.Column("began_at", Moment(timezone=True), nullable=False),
        sa.Column("shown", sa.String(40), nullable=False),
        sa.Column("votes", sa.Integer(), nullable=False),
        sa.Column("looked_by_id", sa.BigInteger(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["ballot_id"], ["ballots.id"], name=op.f("fk_ballot_flags_ballot_id"), initially="DEFERRED", deferrable=True),
        sa.PrimaryKeyConstraint("ballot_id", "kind", "source", "began_at", name=op.f("pk_ballot_flags")),
    )


def _register_by_reference() -> None:
    """The register's key was a person's; now it is whoever stands on it: a person, or a line of the roll."""
    op.rename_table("ballot_register", "ballot_register_before")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE ballot_register_before DROP CONSTRAINT pk_ballot_register, DROP CONSTRAINT fk_ballot_register_ballot_id")
    op.create_table(
        "ballot_register",
        sa.Column("ballot_id", KEY, nullable=False),
        sa.Column("who", sa.String(24), nullable=False),
        sa.Column("way", sa.String(8), nullable=False),
        sa.Column("stratum", sa.String(18), nullable=False),
        sa.CheckConstraint(WAYS, name=op.f("ck_ballot_register_known_way")),
        sa.ForeignKeyConstraint(
            ["ballot_id"], ["ballots.id"], name=op.f("fk_ballot_register_ballot_id"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("ballot_id", "who", name=op.f("pk_ballot_register")),
    )
    op.execute(
        "INSERT INTO ballot_register (ballot_id, who, way, stratum)"
        " SELECT ballot_id, 'person:' || person_id, 'online', stratum FROM ballot_register_before"
    )
    op.drop_table("ballot_register_before")


def _rolls() -> None:
    """Who may take part by a roll, what is put on record before, and the codes of printed slips."""
    # in words of SQL, for SQLite knows only here how to add a rule without building the whole table anew
    for column in (
        "who VARCHAR(16) DEFAULT 'everyone' NOT NULL CONSTRAINT ck_ballots_known_who CHECK (who IN ('everyone', 'representatives', 'jury'))",
        "unit VARCHAR(12) DEFAULT 'person' NOT NULL CONSTRAINT ck_ballots_known_unit CHECK (unit IN ('person', 'household'))",
        "roll_size INTEGER DEFAULT 0 NOT NULL CONSTRAINT ck_ballots_roll_counted CHECK (roll_size >= 0)",
        "slip_key TEXT CONSTRAINT ck_ballots_slip_key_destroyed CHECK (state IN ('draft', 'open') OR slip_key IS NULL)",
    ):
        op.execute(f"ALTER TABLE ballots ADD COLUMN {column}")
    op.create_table(
        "ballot_preparations",
        sa.Column("id", KEY, nullable=False),
        sa.Column("ballot_id", KEY, nullable=False),
        sa.Column("roll_source", sa.Text(), nullable=False),
        sa.Column("roll_on", sa.Date()),
        sa.Column("studied_on", sa.Date()),
        sa.Column("study_meeting", sa.Text(), nullable=False),
        sa.Column("study_opinion", sa.Text(), nullable=False),
        sa.Column("study_agrees", sa.Boolean()),
        sa.Column("noticed_on", sa.Date()),
        sa.Column("notice_place", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["ballot_id"], ["ballots.id"], name=op.f("fk_ballot_preparations_ballot_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ballot_preparations")),
        sa.UniqueConstraint("ballot_id", name=op.f("uq_ballot_preparations_ballot")),
    )
    op.create_table(
        "ballot_roll",
        sa.Column("id", KEY, nullable=False),
        sa.Column("ballot_id", KEY, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("household", sa.Text(), nullable=False),
        sa.Column("phone_key", sa.String(64)),
        sa.Column("stratum", Code, nullable=False),
        sa.Column("present", sa.Boolean(), nullable=False),
        sa.Column("issue", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["ballot_id"], ["ballots.id"], name=op.f("fk_ballot_roll_ballot_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ballot_roll")),
        sa.UniqueConstraint("ballot_id", "position", name=op.f("uq_ballot_roll_position")),
    )
    op.create_index(op.f("ix_ballot_roll_phone_key_ballot_id"), "ballot_roll", ["phone_key", "ballot_id"])
    op.create_table(
        "ballot_slips",
        sa.Column("code_key", sa.String(64), nullable=False),
        sa.Column("roll_id", KEY, nullable=False),
        sa.Column("issue", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["roll_id"], ["ballot_roll.id"], name=op.f("fk_ballot_slips_roll_id")),
        sa.PrimaryKeyConstraint("code_key", name=op.f("pk_ballot_slips")),
    )
    op.create_index(op.f("ix_ballot_slips_roll_id"), "ballot_slips", ["roll_id"])
