"""who takes part: rolls, codes, paper"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WAYS = "way IN ('online', 'paper', 'assisted')"


def upgrade() -> None:
    _register_by_reference()


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
