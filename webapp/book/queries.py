"""Reads of the book: what is free, where a project's money stands, totals at any moment, and every damage there can be."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from reports.money import Money
from webapp.book.models import Account, Posting, Transaction
from webapp.book.rules import COUNTS
from webapp.core import journal
from webapp.core.db import row, rows
from webapp.core.scope import Viewer, within
from webapp.permissions import roles_for

_Origin = aliased(Transaction)
NOTHING = Money(0)


def free(session: Session, fund: str, year: int) -> Money:
    """What a fund's year still has to give."""
    query = sa.select(Account.balance_fen).where(
        Account.kind == "available", Account.fund == fund, Account.year == year, Account.reason == ""
    )
    return session.scalar(query) or NOTHING


@dataclass(frozen=True, slots=True)
class Totals:
    """Turnovers: what was ever budgeted, committed, requested, paid, spent, returned, reversals taken off."""

    budget: Money = NOTHING
    committed: Money = NOTHING
    requested: Money = NOTHING
    paid: Money = NOTHING
    spent: Money = NOTHING
    returned: Money = NOTHING


@dataclass(frozen=True, slots=True)
class Position:
    """A reason's turnovers, and its balances: not yet requested, on its way, received and neither spent nor returned."""

    committed: Money = NOTHING
    requested: Money = NOTHING
    paid: Money = NOTHING
    spent: Money = NOTHING
    returned: Money = NOTHING
    to_request: Money = NOTHING
    in_payment: Money = NOTHING
    unspent: Money = NOTHING


@dataclass(frozen=True, slots=True)
class ReasonTotals:
    """One reason's turnovers within one fund's year."""

    reason: str
    fund: str
    year: int
    committed: Money
    requested: Money
    paid: Money
    spent: Money
    returned: Money


def _sum(condition: sa.ColumnElement[bool], sign: int = 1) -> sa.ColumnElement[Any]:
    fen = sa.type_coerce(Posting.fen, sa.BigInteger)
    return sa.type_coerce(sa.func.coalesce(sa.func.sum(sa.case((condition, sign * fen), else_=0)), 0), Account.balance_fen.type)


def _turnover(name: str) -> sa.ColumnElement[Any]:
    kind, sign, verbs = COUNTS[name]
    verb = sa.func.coalesce(_Origin.kind, Transaction.kind)
    return _sum(sa.and_(Account.kind == kind, verb.in_(verbs)), sign).label(name)


def _balance(kind: str, label: str) -> sa.ColumnElement[Any]:
    return _sum(Account.kind == kind).label(label)


def _postings(columns: Sequence[Any]) -> sa.Select[Any]:
    return (
        sa.select(*columns)
        .select_from(Posting)
        .join(Account, Account.id == Posting.account_id)
        .join(Transaction, Transaction.id == Posting.transaction_id)
        .outerjoin(_Origin, _Origin.id == Transaction.reverses_id)
    )


def _within(
    viewer: Viewer | None, year: int | None, fund: str | None, area: str | None, as_of: datetime | None
) -> list[sa.ColumnElement[bool]]:
    """What of the book is asked for; a viewer sees the areas of the roles that may read it."""
    found: list[sa.ColumnElement[bool]] = []
    if viewer is not None:
        may = roles_for("book.read")
        reached = [within(Account.area_code, tie.value) for tie in viewer.ties if tie.role in may and tie.relation == "area"]
        found.append(sa.or_(*reached) if reached else sa.false())
    if year is not None:
        found.append(Account.year == year)
    if fund is not None:
        found.append(Account.fund == fund)
    if area is not None:
        found.append(within(Account.area_code, area))
    if as_of is not None:
        found.append(Transaction.at <= as_of)
    return found


@cache
def _turnovers() -> sa.Select[Any]:
    """All turnovers of the book; built once, narrowed each time."""
    return _postings([_turnover(name) for name in COUNTS])


def totals(
    session: Session,
    *,
    year: int | None = None,
    fund: str | None = None,
    area: str | None = None,
    viewer: Viewer | None = None,
    as_of: datetime | None = None,
) -> Totals:
    """The book's turnovers in one statement: of a year, a fund, an area (prefix), a viewer's areas, up to a moment.

    A fund's budget lies in the fund's own area, a project's money in the project's.
    """
    return row(session, Totals, _turnovers().where(*_within(viewer, year, fund, area, as_of))) or Totals()


def by_reason(
    session: Session,
    *,
    year: int | None = None,
    fund: str | None = None,
    area: str | None = None,
    viewer: Viewer | None = None,
    as_of: datetime | None = None,
) -> list[ReasonTotals]:
    """The same for each reason in each fund's year, in one statement."""
    keys = [Account.reason, Account.fund, Account.year]
    query = _postings([*keys, *(_turnover(name) for name in COUNTS if name != "budget")])
    counted = sa.func.coalesce(_Origin.kind, Transaction.kind).in_({verb for _, _, verbs in COUNTS.values() for verb in verbs})
    query = query.where(Account.reason != "", counted, *_within(viewer, year, fund, area, as_of))
    return rows(session, ReasonTotals, query.group_by(*keys).order_by(*keys))


def position(session: Session, reason: str, *, as_of: datetime | None = None) -> Position:
    """Where a reason's money stands, over all funds and years, in one statement."""
    balances = [_balance("committed", "to_request"), _balance("requested", "in_payment"), _balance("paid", "unspent")]
    query = _postings([*(_turnover(name) for name in COUNTS if name != "budget"), *balances])
    return row(session, Position, query.where(Account.reason == reason, *_within(None, None, None, None, as_of))) or Position()


def positions(session: Session, reasons: Sequence[str]) -> dict[str, Position]:
    """The same for many reasons in one statement; reasons without postings are left out."""
    balances = [_balance("committed", "to_request"), _balance("requested", "in_payment"), _balance("paid", "unspent")]
    query = _postings([Account.reason, *(_turnover(name) for name in COUNTS if name != "budget"), *balances])
    found: dict[str, Position] = {}
    for one in session.execute(query.where(Account.reason.in_(reasons)).group_by(Account.reason)).mappings():
        found[one["reason"]] = Position(**{name: fen for name, fen in one.items() if name != "reason"})
    return found


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


def by_source(session: Session, source: str) -> Transaction | None:
    """The transaction that was posted for something."""
    return session.scalars(sa.select(Transaction).where(Transaction.source == source)).one_or_none()


def chain_of(fund: str, year: int) -> str:
    """The journal's subject of a fund's year."""
    return f"book:{fund}:{year}"


def digest_of(transaction: Transaction, postings: Sequence[tuple[str, str, int, str, int]]) -> str:
    """Over all a transaction says and its postings as (kind, fund, year, reason, fen): whatever is altered, this no longer fits."""
    return journal.digest(
        journal.canonical(
            [
                transaction.kind, transaction.reason, transaction.source, transaction.day.isoformat(),
                transaction.at.astimezone(UTC).isoformat(timespec="microseconds"), transaction.by_id, transaction.second_id,
                transaction.memo, transaction.reverses_id, sorted(list(one) for one in postings),
            ]
        )
    )  # fmt: skip


def _unbalanced(session: Session) -> Iterator[str]:
    """The postings of each transaction add up to zero, and there are some."""
    total = sa.func.coalesce(sa.func.sum(sa.type_coerce(Posting.fen, sa.BigInteger)), 0)
    query = sa.select(Transaction.source, total, sa.func.count(Posting.id)).outerjoin(Posting, Posting.transaction_id == Transaction.id)
    query = query.group_by(Transaction.id, Transaction.source).having(sa.or_(total != 0, sa.func.count(Posting.id) == 0))
    for source, fen, many in session.execute(query.order_by(Transaction.id)):
        yield f"{source} 的 {many} 条分录合计 {fen} 分"
    lost = sa.select(Posting.id).outerjoin(Transaction, Transaction.id == Posting.transaction_id).where(Transaction.id.is_(None))
    for key in session.scalars(lost):
        yield f"分录 {key} 没有凭证"


def _wrong_balances(session: Session) -> Iterator[str]:
    """The balance of each account is the sum of its postings."""
    total = sa.func.coalesce(sa.func.sum(sa.type_coerce(Posting.fen, sa.BigInteger)), 0)
    stored = sa.type_coerce(Account.balance_fen, sa.BigInteger)
    query = sa.select(Account.kind, Account.fund, Account.year, Account.reason, stored, total)
    query = query.outerjoin(Posting, Posting.account_id == Account.id).group_by(Account.id).having(stored != total)
    for kind, fund, year, reason, balance, summed in session.execute(query.order_by(Account.id)):
        yield f"{fund} {year} {kind} {reason} 余额 {balance} 分，分录合计 {summed} 分"


def _negative_balances(session: Session) -> Iterator[str]:
    """Only the outside world owes."""
    query = sa.select(Account).where(Account.kind != "source", Account.balance_fen < NOTHING)
    for account in session.scalars(query.order_by(Account.id)):
        yield f"{account.fund} {account.year} {account.kind} {account.reason} 余额为负 {account.balance_fen}"


def _altered(session: Session) -> Iterator[str]:
    """Each transaction with its postings fits its digest, and the journal of its fund's year knows that digest."""
    said: dict[str, tuple[str, str]] = {}
    query = sa.select(journal.Entry.subject, journal.Entry.data).where(journal.Entry.subject.startswith("book:"))
    for subject, data in session.execute(query.execution_options(yield_per=2000)):
        if "source" in data:
            said[data["source"]] = (subject, data["digest"])
    lines = sa.select(Transaction, Account.kind, Account.fund, Account.year, Account.reason, sa.type_coerce(Posting.fen, sa.BigInteger))
    lines = lines.outerjoin(Posting, Posting.transaction_id == Transaction.id).outerjoin(Account, Account.id == Posting.account_id)
    last: Transaction | None = None
    postings: list[tuple[str, str, int, str, int]] = []
    found = session.execute(lines.order_by(Transaction.id).execution_options(yield_per=2000))
    for transaction, kind, fund, year, reason, fen in found:
        if last is not None and transaction.id != last.id:
            yield from _judge(last, postings, said.pop(last.source, None))
            postings = []
        last = transaction
        if kind is not None:
            postings.append((kind, fund, year, reason, fen))
    if last is not None:
        yield from _judge(last, postings, said.pop(last.source, None))
    for source in said:
        yield f"{source} 办理记录里有，账上没有"


def _judge(transaction: Transaction, postings: list[tuple[str, str, int, str, int]], said: tuple[str, str] | None) -> Iterator[str]:
    digest = digest_of(transaction, postings)
    if digest != transaction.digest:
        yield f"{transaction.source} 的凭证或分录被改动"
    if said is None:
        yield f"{transaction.source} 没有办理记录"
    elif said[1] != digest or any(chain_of(fund, year) != said[0] for _, fund, year, _, _ in postings):
        yield f"{transaction.source} 与办理记录不符"


CHECKS = {
    "账簿每笔借贷相抵": _unbalanced,
    "账户余额等于分录合计": _wrong_balances,
    "账户没有负余额": _negative_balances,
    "账簿凭证、分录与办理记录相符": _altered,
}
