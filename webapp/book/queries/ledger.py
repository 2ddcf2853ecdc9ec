"""The transactions themselves, and the months they fall into."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from reports.money import Money
from webapp.book.models import Period, Posting, Transaction
from webapp.book.rules import LABELS
from webapp.core.db import rows
from webapp.core.paging import Page, page

A_SHEET = 30
"""Rows of the book on one page: each has two or three lines, thirty are what two sheets of paper hold and the page answers in time."""


@dataclass(frozen=True, slots=True)
class TransactionRow:
    """A transaction as a list shows it; `amount` is what it moved."""

    id: int
    kind: str
    reason: str
    source: str
    day: date
    at: datetime
    amount: Money
    by_id: int | None
    second_id: int | None
    memo: str
    reverses_id: int | None


def transactions(session: Session, reason: str) -> list[TransactionRow]:
    """What was posted for a reason, oldest first."""
    amount = sa.select(sa.func.max(Posting.fen)).where(Posting.transaction_id == Transaction.id).scalar_subquery()
    query = sa.select(
        Transaction.id, Transaction.kind, Transaction.reason, Transaction.source, Transaction.day, Transaction.at, amount.label("amount"),
        Transaction.by_id, Transaction.second_id, Transaction.memo, Transaction.reverses_id,
    )  # fmt: skip
    return rows(session, TransactionRow, query.where(Transaction.reason == reason).order_by(Transaction.id))


@dataclass(frozen=True, slots=True)
class Line:
    """A transaction on the page of a fund's year."""

    id: int
    kind: str
    reason: str
    source: str
    day: date
    amount: Money
    by_id: int | None
    second_id: int | None
    memo: str
    reverses_id: int | None
    reversed_by: int | None

    @property
    def label(self) -> str:
        return LABELS[self.kind]

    @property
    def origin(self) -> str:
        """What it was posted for, as a reference: `tranche:5` of `tranche:5/pay/3`."""
        return self.source.partition("/")[0]


@cache
def _lines() -> sa.Select[Any]:
    """The columns of a line; built once."""
    amount = sa.select(sa.func.max(Posting.fen)).where(Posting.transaction_id == Transaction.id).scalar_subquery()
    undone = aliased(Transaction)
    later = sa.select(undone.id).where(undone.reverses_id == Transaction.id).scalar_subquery()
    return sa.select(
        Transaction.id, Transaction.kind, Transaction.reason, Transaction.source, Transaction.day, amount.label("amount"), Transaction.by_id,
        Transaction.second_id, Transaction.memo, Transaction.reverses_id, later.label("reversed_by"),
    )  # fmt: skip


def ledger(session: Session, fund: str, year: int, *, kind: str = "", after: str | None = None) -> Page[Line]:
    """The transactions of a fund's year, newest first, keyset-paged; of one verb where asked."""
    query = _lines().where(Transaction.fund == fund, Transaction.year == year)
    if kind:
        query = query.where(Transaction.kind == kind)
    return page(session, Line, query, (Transaction.id,), after, size=A_SHEET)


@dataclass(frozen=True, slots=True)
class Month:
    """One month of a fund in which something was posted; who closed it, and when."""

    month: date
    closed_at: datetime | None
    by: str


def first_open_month(session: Session, fund: str) -> date | None:
    """The first month with postings that is not closed; None where all are."""
    closed = session.scalar(sa.select(sa.func.max(Period.month)).where(Period.fund == fund))
    query = sa.select(sa.func.min(Transaction.day)).where(Transaction.fund == fund)
    if closed is not None:
        query = query.where(Transaction.day >= _next(closed))
    first = session.scalar(query)
    return first.replace(day=1) if first is not None else None


def _next(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


@cache
def _posted(many: int) -> sa.Select[Any]:
    """For each of so many months, whether anything was posted in it: a look into the index each, however much there is."""
    of = Transaction.fund == sa.bindparam("of")
    days = [(sa.bindparam(f"from{n}", type_=sa.Date), sa.bindparam(f"to{n}", type_=sa.Date)) for n in range(many)]
    columns: list[Any] = [
        sa.exists().where(of, Transaction.day >= first, Transaction.day < end).label(f"m{n}") for n, (first, end) in enumerate(days)
    ]
    return sa.select(*columns)


def months(session: Session, fund: str, *, last: date, many: int) -> list[Month]:
    """The months of a fund in which something was posted, of so many up to the last, newest first, in two statements."""
    asked = [last.replace(day=1)]
    while len(asked) < many:
        asked.append((asked[-1] - timedelta(days=1)).replace(day=1))
    given: dict[str, Any] = {"of": fund}
    for n, month in enumerate(asked):
        given |= {f"from{n}": month, f"to{n}": _next(month)}
    posted = session.execute(_posted(many), given).one()
    closed = {one.month: one for one in session.scalars(sa.select(Period).where(Period.fund == fund, Period.month >= asked[-1]))}
    return [
        Month(month, closed[month].closed_at if month in closed else None, closed[month].by if month in closed else "")
        for month, some in zip(asked, posted, strict=True)
        if some or month in closed
    ]


def by_source(session: Session, source: str) -> Transaction | None:
    """The transaction that was posted for something."""
    return session.scalars(sa.select(Transaction).where(Transaction.source == source)).one_or_none()
