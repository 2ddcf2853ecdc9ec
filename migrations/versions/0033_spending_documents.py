"""spending documents by kind: numbers, buyer and seller, originals and their shares; what was remarked and read"""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DOCUMENT = {
    "register": 12, "code": 20, "number": 64, "check_code": 8, "buyer": None, "buyer_key": 64, "seller_key": 64, "holder": None,
}  # fmt: skip
SPENDING = {"payee_key": 64, "person_key": 64, "identity_key": 64, "reason": None}


def _words(table: str, columns: dict[str, int | None]) -> None:
    with op.batch_alter_table(table) as batch:
        for name, length in columns.items():
            batch.add_column(sa.Column(name, sa.String(length=length) if length else sa.Text(), nullable=False, server_default=""))
    with op.batch_alter_table(table) as batch:
        for name, length in columns.items():
            batch.alter_column(name, existing_type=sa.String(length=length) if length else sa.Text(), server_default=None)


def upgrade() -> None:
    _words("spending_documents", DOCUMENT)
    op.execute(sa.text("UPDATE spending_documents SET register = kind, number = key"))
    with op.batch_alter_table("spending_documents") as documents:
        documents.add_column(sa.Column("serial", sa.BigInteger(), nullable=True))
        documents.add_column(sa.Column("parent_id", KEY, nullable=True))
        documents.create_foreign_key(op.f("fk_spending_documents_parent_id_spending_documents"), "spending_documents", ["parent_id"], ["id"])
        documents.create_check_constraint(op.f("ck_spending_documents_only_a_split_has_a_parent"), "parent_id IS NULL OR kind = 'split'")
        documents.drop_constraint(op.f("uq_spending_documents_one_document"), type_="unique")
        documents.create_unique_constraint(op.f("uq_spending_documents_one_document"), ["register", "key"])
    for columns in (["register", "code", "serial"], ["seller_key"], ["parent_id"]):
        op.create_index(op.f(f"ix_spending_documents_{'_'.join(columns)}"), "spending_documents", columns)
    _words("spendings", SPENDING)
    with op.batch_alter_table("spendings") as spendings:
        spendings.add_column(sa.Column("person", sa.Text(), nullable=True))
        spendings.add_column(sa.Column("read", sa.Text(), nullable=True))
        spendings.add_column(sa.Column("remarks", sa.JSON(none_as_null=True), nullable=False, server_default="[]"))
    with op.batch_alter_table("spendings") as spendings:
        spendings.alter_column("remarks", existing_type=sa.JSON(none_as_null=True), server_default=None)
    for columns in (["document_id"], ["payee_key"], ["person_key"], ["identity_key", "spent_on"]):
        op.create_index(op.f(f"ix_spendings_{'_'.join(columns)}"), "spendings", columns)
