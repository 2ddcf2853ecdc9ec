"""signatures under the 验收意见书"""

import sqlalchemy as sa
from alembic import op

from webapp.core.db import Moment

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _key(column: str, to: str) -> sa.Column[int]:
    return sa.Column(column, KEY, sa.ForeignKey(f"{to}.id", name=op.f(f"fk_acceptance_signs_{column}_{to}")), nullable=False)


def upgrade() -> None:
    op.create_table(
        "acceptance_signs",
        sa.Column("id", KEY, nullable=False),
        _key("evaluation_id", "evaluations"),
        sa.Column("side", sa.String(length=12), nullable=False),
        _key("organisation_id", "organisations"),
        _key("person_id", "people"),
        sa.Column("agrees", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("at", Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_acceptance_signs")),
        sa.UniqueConstraint("evaluation_id", "side", "organisation_id", name=op.f("uq_acceptance_signs_one_of_a_side")),
        sa.CheckConstraint("side IN ('organiser', 'street', 'community', 'supervisor')", name=op.f("ck_acceptance_signs_known_side")),
        sa.CheckConstraint("agrees OR reason <> ''", name=op.f("ck_acceptance_signs_dissent_with_reason")),
    )
