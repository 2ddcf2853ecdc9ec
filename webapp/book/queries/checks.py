"""The digest of a transaction, and every damage of the book there can be."""

from collections.abc import Iterator, Sequence
from datetime import UTC
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from reports.money import Money
from webapp.book.models import Account, Checkpoint, Posting, Transaction
from webapp.core import journal

_Origin = aliased(Transaction)
NOTHING = Money(0)


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


def _wrong_checkpoints(session: Session) -> Iterator[str]:
    """Each running total is what the postings add up to, counted again from the first."""
    verb = sa.func.coalesce(_Origin.kind, Transaction.kind)
    keys = [Account.fund, Account.year, Account.area_code, Account.kind, verb.label("verb")]
    posted = (
        sa.select(*keys, sa.type_coerce(Posting.fen, sa.BigInteger).label("fen"))
        .join(Account, Account.id == Posting.account_id)
        .join(Transaction, Transaction.id == Posting.transaction_id)
        .outerjoin(_Origin, _Origin.id == Transaction.reverses_id)
    )
    kept = sa.select(
        Checkpoint.fund, Checkpoint.year, Checkpoint.area_code, Checkpoint.kind, Checkpoint.verb, (-sa.type_coerce(Checkpoint.fen, sa.BigInteger)).label("fen")
    )  # fmt: skip
    both = sa.union_all(posted, kept).subquery()
    names = [both.c.fund, both.c.year, both.c.area_code, both.c.kind, both.c.verb]
    query: sa.Select[Any] = sa.select(*names, sa.func.sum(both.c.fen)).group_by(*names).having(sa.func.sum(both.c.fen) != 0)
    for fund, year, area, kind, name, gap in session.execute(query):
        yield f"{fund} {year} {area} {kind} {name} 累计数与分录相差 {gap} 分"


def _negative_balances(session: Session) -> Iterator[str]:
    """Only the outside world owes."""
    query = sa.select(Account).where(Account.kind != "source", Account.balance_fen < NOTHING)
    for account in session.scalars(query.order_by(Account.id)):
        yield f"{account.fund} {account.year} {account.kind} {account.reason} 余额为负 {account.balance_fen}"


def _altered(session: Session) -> Iterator[str]:
    """Each transaction with its postings fits its digest, and the journal of its fund's year knows that digest."""
    said = _Said(session)
    lines = sa.select(Transaction, Account.kind, Account.fund, Account.year, Account.reason, sa.type_coerce(Posting.fen, sa.BigInteger))
    lines = lines.outerjoin(Posting, Posting.transaction_id == Transaction.id).outerjoin(Account, Account.id == Posting.account_id)
    last: Transaction | None = None
    postings: list[tuple[str, str, int, str, int]] = []
    found = session.execute(lines.order_by(Transaction.id).execution_options(yield_per=500))
    for transaction, kind, fund, year, reason, fen in found:
        if last is not None and transaction.id != last.id:
            yield from _judge(last, postings, said.take(last.source))
            postings = []
        last = transaction
        if kind is not None:
            postings.append((kind, fund, year, reason, fen))
    if last is not None:
        yield from _judge(last, postings, said.take(last.source))
    for source in said.left():
        yield f"{source} 办理记录里有，账上没有"


class _Said:
    """What the journal says of each source, read along with the transactions.

    Both are written in nearly one order (each fund's year in its own), so only what is a little ahead is held: the memory
    does not grow with the book. A transaction without an entry makes it read on to the end once.
    """

    def __init__(self, session: Session) -> None:
        query = sa.select(journal.Entry.subject, journal.Entry.data).where(journal.Entry.subject.startswith("book:"))
        self._more = iter(session.execute(query.order_by(journal.Entry.id).execution_options(yield_per=500)))
        self._ahead: dict[str, tuple[str, str]] = {}

    def take(self, source: str) -> tuple[str, str] | None:
        """The chain and the digest that were written down for a source."""
        if source not in self._ahead:
            for subject, data in self._more:
                if "source" in data:
                    self._ahead[data["source"]] = (subject, data["digest"])
                    if data["source"] == source:
                        break
        return self._ahead.pop(source, None)

    def left(self) -> Iterator[str]:
        """The sources of which no transaction was found."""
        yield from self._ahead
        for _, data in self._more:
            if "source" in data:
                yield data["source"]


def _judge(transaction: Transaction, postings: list[tuple[str, str, int, str, int]], said: tuple[str, str] | None) -> Iterator[str]:
    digest = digest_of(transaction, postings)
    if digest != transaction.digest:
        yield f"{transaction.source} 的凭证或分录被改动"
    if said is None:
        yield f"{transaction.source} 没有办理记录"
    elif said[1] != digest or any(
        chain_of(fund, year) != said[0] for fund, year in [(transaction.fund, transaction.year), *((p[1], p[2]) for p in postings)]
    ):
        yield f"{transaction.source} 与办理记录不符"


CHECKS = {
    "账簿每笔借贷相抵": _unbalanced,
    "账户余额等于分录合计": _wrong_balances,
    "账簿累计数等于分录合计": _wrong_checkpoints,
    "账户没有负余额": _negative_balances,
    "账簿凭证、分录与办理记录相符": _altered,
}
