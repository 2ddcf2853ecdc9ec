"""the book by fund and year: checkpoints, closing by fund, transfers, corrections"""

import sqlalchemy as sa
from alembic import op

from webapp.core.db import Code, Moment

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
FIRST = """
    SELECT {column} FROM book_accounts JOIN book_postings ON book_postings.account_id = book_accounts.id
    WHERE book_postings.transaction_id = book_transactions.id ORDER BY book_postings.id LIMIT 1
"""
COUNT = """
    INSERT INTO book_checkpoints (fund, year, area_code, kind, verb, fen)
    SELECT a.fund, a.year, a.area_code, a.kind, COALESCE(o.kind, t.kind), SUM(p.fen)
    FROM book_postings p JOIN book_accounts a ON a.id = p.account_id JOIN book_transactions t ON t.id = p.transaction_id
    LEFT JOIN book_transactions o ON o.id = t.reverses_id
    GROUP BY a.fund, a.year, a.area_code, a.kind, COALESCE(o.kind, t.kind)
"""


def upgrade() -> None:
    op.add_column("book_transactions", sa.Column("fund", sa.String(64), nullable=True))
    op.add_column("book_transactions", sa.Column("year", sa.Integer(), nullable=True))
    op.execute(f"UPDATE book_transactions SET fund = ({FIRST.format(column='fund')}), year = ({FIRST.format(column='year')})")
    # nothing reversed until now said who confirmed it: no page did it
    with op.batch_alter_table("book_transactions") as table:
        table.alter_column("fund", existing_type=sa.String(64), nullable=False)
        table.alter_column("year", existing_type=sa.Integer(), nullable=False)
        table.create_check_constraint(
            op.f("ck_book_transactions_transfer_has_two_people"), "kind NOT IN ('transfer_out', 'transfer_in') OR second_id IS NOT NULL"
        )
        table.create_check_constraint(op.f("ck_book_transactions_reversal_has_two_people"), "kind <> 'reverse' OR second_id IS NOT NULL")
    op.create_index(op.f("ix_book_transactions_fund_year_kind_id"), "book_transactions", ["fund", "year", "kind", "id"])
    op.create_index(op.f("ix_book_transactions_fund_year_id"), "book_transactions", ["fund", "year", "id"])
    op.create_index(op.f("ix_book_transactions_fund_day"), "book_transactions", ["fund", "day"])
    op.create_table(
        "book_checkpoints",
        sa.Column("fund", sa.String(64), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("area_code", Code, nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("verb", sa.String(12), nullable=False),
        sa.Column("fen", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("fund", "year", "area_code", "kind", "verb", name=op.f("pk_book_checkpoints")),
    )
    op.execute(COUNT)
    op.execute("CREATE TABLE book_periods_of_all AS SELECT * FROM book_periods")
    op.drop_table("book_periods")
    op.create_table(
        "book_periods",
        sa.Column("fund", sa.String(64), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("closed_at", Moment(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("fund", "month", name=op.f("pk_book_periods")),
    )
    op.execute(
        "INSERT INTO book_periods (fund, month, closed_at, \"by\") "
        "SELECT funds.fund, old.month, old.closed_at, old.\"by\" FROM book_periods_of_all old CROSS JOIN (SELECT DISTINCT fund FROM book_accounts) funds"
    )
    op.drop_table("book_periods_of_all")
    for name, columns, checks in (
        (
            "fund_transfers",
            [
                sa.Column("fund_id", KEY, sa.ForeignKey("funds.id", name=op.f("fk_fund_transfers_fund_id_funds")), nullable=False),
                sa.Column("year", sa.Integer(), nullable=False),
                sa.Column("to_fund_id", KEY, sa.ForeignKey("funds.id", name=op.f("fk_fund_transfers_to_fund_id_funds")), nullable=False),
                sa.Column("to_year", sa.Integer(), nullable=False),
                sa.Column("document", sa.Text(), nullable=False),
            ],
            [
                sa.CheckConstraint("state IN ('prepared', 'moved', 'refused')", name=op.f("ck_fund_transfers_known_state")),
                sa.CheckConstraint("amount_fen > 0", name=op.f("ck_fund_transfers_above_nought")),
                sa.CheckConstraint("fund_id <> to_fund_id", name=op.f("ck_fund_transfers_two_funds")),
            ],
        ),
        (
            "book_corrections",
            [
                sa.Column("fund_id", KEY, sa.ForeignKey("funds.id", name=op.f("fk_book_corrections_fund_id_funds")), nullable=False),
                sa.Column(
                    "transaction_id",
                    KEY,
                    sa.ForeignKey("book_transactions.id", name=op.f("fk_book_corrections_transaction_id_book_transactions")),
                    nullable=False,
                ),
                sa.Column("area_code", Code, nullable=False),
                sa.Column("reason", sa.Text(), nullable=False),
            ],
            [sa.CheckConstraint("state IN ('asked', 'reversed', 'refused')", name=op.f("ck_book_corrections_known_state"))],
        ),
    ):
        op.create_table(
            name,
            sa.Column("id", KEY, nullable=False),
            *columns,
            sa.Column("title", sa.Text(), nullable=False),
            sa.Column("amount_fen", sa.BigInteger(), nullable=False),
            sa.Column("prepared_by_id", sa.BigInteger(), nullable=False),
            sa.Column("state", sa.String(24), nullable=False),
            sa.Column("state_at", Moment(timezone=True), nullable=False),
            sa.Column("due_at", Moment(timezone=True), nullable=True),
            sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
            *checks,
        )
        op.create_index(op.f(f"ix_{name}_state_due_at"), name, ["state", "due_at"])
        op.create_index(op.f(f"ix_{name}_fund_id_id"), name, ["fund_id", "id"])
    op.create_index(op.f("ix_fund_transfers_to_fund_id_id"), "fund_transfers", ["to_fund_id", "id"])
    asked = sa.text("state = 'asked'")
    op.create_index("uq_book_corrections_one_asked", "book_corrections", ["transaction_id"], unique=True, postgresql_where=asked, sqlite_where=asked)
