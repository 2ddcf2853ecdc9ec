"""Reads of the book: sums and rates, the transactions, and the checks."""

from webapp.book.queries.checks import CHECKS, chain_of, digest_of
from webapp.book.queries.ledger import Line, Month, TransactionRow, by_source, first_open_month, ledger, months, transactions
from webapp.book.queries.sums import (
    NOTHING,
    Monthly,
    Position,
    Totals,
    YearSums,
    free,
    monthly,
    position,
    positions,
    spent_by,
    totals,
    turnovers,
    years,
)

__all__ = [
    "CHECKS", "NOTHING", "Line", "Month", "Monthly", "Position", "Totals", "TransactionRow", "YearSums", "by_source", "chain_of",
    "digest_of", "first_open_month", "free", "ledger", "monthly", "months", "position", "positions", "spent_by", "totals", "transactions", "turnovers", "years",
]  # fmt: skip
