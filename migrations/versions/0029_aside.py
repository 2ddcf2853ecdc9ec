"""who said that somebody stands aside, who undid it and why; an organisation found by its telephone"""

import sqlalchemy as sa
from alembic import op

from webapp.accounts.models import phone_key
from webapp.core.db import Moment

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None
UNDONE = "undone_at IS NULL OR (undone_by_id <> person_id AND undone_reason <> '')"


def upgrade() -> None:
    with op.batch_alter_table("expert_ties") as ties:
        ties.add_column(sa.Column("by_id", sa.BigInteger(), nullable=True))
        ties.add_column(sa.Column("at", Moment(timezone=True), nullable=True))
        ties.add_column(sa.Column("undone_at", Moment(timezone=True), nullable=True))
        ties.add_column(sa.Column("undone_by_id", sa.BigInteger(), nullable=True))
        ties.add_column(sa.Column("undone_reason", sa.Text(), nullable=False, server_default=""))
        ties.create_check_constraint(op.f("ck_expert_ties_another_undoes"), UNDONE)
    with op.batch_alter_table("expert_ties") as ties:
        ties.alter_column("undone_reason", existing_type=sa.Text(), server_default=None)
    with op.batch_alter_table("organisations") as organisations:
        organisations.add_column(sa.Column("phone_key", sa.String(length=64), nullable=False, server_default=""))
    with op.batch_alter_table("organisations") as organisations:
        organisations.alter_column("phone_key", existing_type=sa.String(length=64), server_default=None)
    for columns in (["phone_key"], ["legal_representative"], ["host_id"]):
        op.create_index(op.f(f"ix_organisations_{columns[0]}"), "organisations", columns)
    connection = op.get_bind()
    for key, phone in connection.execute(sa.text("SELECT id, phone FROM organisations WHERE phone <> ''")).all():
        connection.execute(sa.text("UPDATE organisations SET phone_key = :found WHERE id = :id"), {"found": phone_key(phone), "id": key})
