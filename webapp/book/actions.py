"""Verbs of the book: every movement of money is one balanced transaction, posted once for its source, never changed.

All go through `_post`, which takes its locks in one order: first the end of the fund-year's journal chain, then the accounts by
kind, fund, year and reason. The chain makes postings of one fund's year wait for each other (some milliseconds each);
that is the price of one chain per fund and year that a removed or reordered posting breaks. Different funds and years
do not wait. A verb that posts to several fund-years in one transaction takes them in rising order.
"""

import calendar
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from reports.format import yuan
from reports.money import Money
from webapp.book import queries
from webapp.book.models import KINDS, Account, Checkpoint, Period, Posting, Transaction
from webapp.book.rules import LABELS, Pot, moves
from webapp.core import faults, journal
from webapp.core.clock import today
from webapp.core.db import inserting
from webapp.core.scope import Viewer
from webapp.core.workflow import refuse

_HURRY = timedelta(minutes=1)
"""Requests take their moment when they come and may post in another order: so little before the last posting is no turning back of time."""


def budget(
    session: Session, fund: str, year: int, amount: Money, *, area_code: str, source: str, by: Viewer, at: datetime, memo: str = ""
) -> Transaction:
    """下达预算: money comes into a fund's year. `area_code` is the fund's own area."""
    return _move(session, "budget", fund, year, fund, amount, area_code=area_code, source=source, by=by, at=at, memo=memo)


def reserve(
    session: Session,
    fund: str,
    year: int,
    reason: str,
    amount: Money,
    *,
    area_code: str,
    source: str,
    by: Viewer,
    at: datetime,
    memo: str = "",
) -> Transaction:
    """立项预留: free money becomes the reason's. `area_code` is where the reason (a project) lies."""
    return _move(session, "reserve", fund, year, reason, amount, area_code=area_code, source=source, by=by, at=at, memo=memo)


def release(
    session: Session, fund: str, year: int, reason: str, amount: Money, *, source: str, by: Viewer, at: datetime, memo: str = ""
) -> Transaction:
    """预留释放: what was reserved and not requested is free again."""
    return _move(session, "release", fund, year, reason, amount, source=source, by=by, at=at, memo=memo)


def request(
    session: Session, fund: str, year: int, reason: str, amount: Money, *, source: str, by: Viewer, at: datetime, memo: str = ""
) -> Transaction:
    """请款: reserved money is on its way to the bank."""
    return _move(session, "request", fund, year, reason, amount, source=source, by=by, at=at, memo=memo)


def bounce(
    session: Session, fund: str, year: int, reason: str, amount: Money, *, source: str, by: Viewer, at: datetime, memo: str = ""
) -> Transaction:
    """银行退回, or the request was withdrawn: the money is reserved as before."""
    return _move(session, "bounce", fund, year, reason, amount, source=source, by=by, at=at, memo=memo)


def pay(
    session: Session,
    fund: str,
    year: int,
    reason: str,
    amount: Money,
    *,
    second_id: int,
    source: str,
    by: Viewer,
    at: datetime,
    memo: str = "",
) -> Transaction:
    """拨付: the bank has paid. `by` posts it, `second_id` is the other person who approved; never the same (`two_people`)."""
    if by.id is None or by.id == second_id:
        raise refuse("two_people", "付款必须有两个人经手，经办和复核不能是同一个人。")
    return _move(session, "pay", fund, year, reason, amount, source=source, by=by, at=at, memo=memo, second_id=second_id)


def spend(
    session: Session, fund: str, year: int, reason: str, amount: Money, *, source: str, by: Viewer, at: datetime, memo: str = ""
) -> Transaction:
    """支出: an accepted spending document uses paid money."""
    return _move(session, "spend", fund, year, reason, amount, source=source, by=by, at=at, memo=memo)


def unspend(
    session: Session, fund: str, year: int, reason: str, amount: Money, *, source: str, by: Viewer, at: datetime, memo: str = ""
) -> Transaction:
    """支出退回: an accepted document was voided; the money counts as unspent again."""
    return _move(session, "unspend", fund, year, reason, amount, source=source, by=by, at=at, memo=memo)


def give_back(
    session: Session, fund: str, year: int, reason: str, amount: Money, *, source: str, by: Viewer, at: datetime, memo: str = ""
) -> Transaction:
    """结余收回: unspent money came back and is free again, in one transaction of four postings."""
    return _move(session, "return", fund, year, reason, amount, source=source, by=by, at=at, memo=memo)


def donate(
    session: Session, fund: str, year: int, amount: Money, *, area_code: str, second_id: int, source: str, by: Viewer, at: datetime
) -> Transaction:
    """捐赠到账: the recipient has received a sum; in a fund of its own. `by` confirms what `second_id` recorded; never the same person."""
    if by.id is None or by.id == second_id:
        raise refuse("two_people", "到账由两个人经手，登记和复核不能是同一个人。")
    return _move(
        session, "donate", fund, year, fund, amount, area_code=area_code, source=source, by=by, at=at, memo="", second_id=second_id
    )


def use_donations(session: Session, fund: str, *, reason: str, source: str, by: Viewer, at: datetime) -> list[Transaction]:
    """捐赠使用: all that a donation's fund still has is used, year by year."""
    query = sa.select(Account.year, Account.balance_fen).where(Account.fund == fund, Account.kind == "available")
    left = [(year, fen) for year, fen in session.execute(query.order_by(Account.year)) if fen > Money(0)]
    return [_move(session, "use", fund, year, reason, fen, source=f"{source}/{year}", by=by, at=at, memo="") for year, fen in left]


def carry_over(
    session: Session, fund: str, year: int, amount: Money, *, area_code: str, second_id: int, source: str, by: Viewer, at: datetime
) -> list[Transaction]:
    """结转: free money of a year becomes the next year's, in a transaction of each year. `by` confirms what `second_id` prepared."""
    if by.id is None or by.id == second_id:
        raise refuse("two_people", "结转由两个人经手，经办和复核不能是同一个人。")
    return [
        _move(
            session, verb, fund, of, fund, amount, area_code=area_code, source=f"{source}/{of}", by=by, at=at, memo="", second_id=second_id
        )
        for verb, of in (("carry_out", year), ("carry_in", year + 1))
    ]


def transfer(
    session: Session, fund: str, year: int, to: str, to_year: int, amount: Money, *, area_code: str, to_area: str, second_id: int, source: str,
    memo: str, by: Viewer, at: datetime,
) -> list[Transaction]:  # fmt: skip
    """资金转移 (区→街道): free money of one fund's year becomes another's; neither paid nor spent. `by` confirms what `second_id` prepared.

    The two fund-years are locked in rising order, so that two transfers in opposite directions never wait for each other.
    """
    if by.id is None or by.id == second_id:
        raise refuse("two_people", "资金转移由两个人经手，经办和复核不能是同一个人。")
    legs = [(fund, year, "transfer_out", area_code), (to, to_year, "transfer_in", to_area)]
    legs.sort(key=lambda leg: (len(leg[0]), leg[0], leg[1]))
    return [
        _move(
            session, verb, which, of, which, amount, area_code=area, source=f"{source}/{verb}", by=by, at=at, memo=memo, second_id=second_id
        )
        for which, of, verb, area in legs
    ]


def reverse(
    session: Session, transaction: Transaction, *, second_id: int, source: str, by: Viewer, at: datetime, memo: str = ""
) -> Transaction:
    """冲销: the same postings with the other sign, confirmed by `by`, asked for by `second_id`; never the same person.

    Once for each transaction, and a reversal is not reversed itself.
    """
    if by.id is None or by.id == second_id:
        raise refuse("two_people", "冲销由两个人经手，经办和复核不能是同一个人。")
    if transaction.kind == "reverse":
        raise refuse("reversal", "冲销的账不能再冲销，请重新记一笔。")
    if session.scalar(sa.select(Transaction.id).where(Transaction.reverses_id == transaction.id)):
        raise refuse("reversed", "这笔账已经冲销过。")
    query = sa.select(Account, Posting.fen).join(Posting, Posting.account_id == Account.id)
    lines = session.execute(query.where(Posting.transaction_id == transaction.id).order_by(Posting.id)).all()
    postings = [(Pot(account.kind, account.fund, account.year, account.reason), -fen) for account, fen in lines]
    return _post(
        session, "reverse", transaction.reason, postings, source=source, by=by, at=at, memo=memo, reverses=transaction, second_id=second_id
    )


def close_period(session: Session, fund: str, month: date, *, by: Viewer, at: datetime) -> None:
    """结账: nothing is posted into a month of a fund any more, and nobody undoes it. Only a month that is over can be closed, so no
    posting is on its way; and only after the months before it.
    """
    month = month.replace(day=1)
    faults.point("read")
    if today(at) <= month.replace(day=calendar.monthrange(month.year, month.month)[1]):
        raise refuse("month_runs", "这个月还没有过完，月末以后才能结账。")
    if session.get(Period, (fund, month)) is not None:
        raise refuse("closed_period", f"{month:%Y-%m} 已经结账。")
    earlier = queries.first_open_month(session, fund)
    if earlier is not None and earlier < month:
        raise refuse("earlier_month", f"请先结 {earlier:%Y-%m} 的账。")
    session.add(Period(fund=fund, month=month, closed_at=at, by=by.ref))
    session.flush()
    faults.point("write")
    journal.record(session, fund, "close_period", by=by.ref, at=at, data={"month": f"{month:%Y-%m}"}, note=f"{month:%Y-%m}")


def _move(
    session: Session,
    verb: str,
    fund: str,
    year: int,
    reason: str,
    amount: Money,
    *,
    source: str,
    by: Viewer,
    at: datetime,
    memo: str,
    area_code: str = "",
    second_id: int | None = None,
) -> Transaction:
    if amount <= Money(0):
        raise refuse("amount", "金额要大于零。", "amount")
    if not reason or not source:
        raise ValueError("a posting needs its reason and its source")
    postings = [line for left, right in moves(verb, fund, year, reason) for line in ((left, -amount), (right, amount))]
    return _post(session, verb, reason, postings, source=source, by=by, at=at, memo=memo, area_code=area_code, second_id=second_id)


def _post(
    session: Session,
    kind: str,
    reason: str,
    postings: Sequence[tuple[Pot, Money]],
    *,
    source: str,
    by: Viewer,
    at: datetime,
    memo: str,
    area_code: str = "",
    second_id: int | None = None,
    reverses: Transaction | None = None,
) -> Transaction:
    """Post one balanced transaction: lock, check, write, chain.

    Refuses with posted (the source has been posted), closed_period, balance. Nothing is written before all is checked.
    """
    chain = queries.chain_of(postings[0][0].fund, postings[0][0].year)
    faults.point("read")
    head = session.get(journal.Head, chain, with_for_update=True, populate_existing=True)
    faults.point("lock")
    if head is not None and head.at - _HURRY <= at < head.at:
        at = head.at
    if session.scalar(sa.select(Transaction.id).where(Transaction.source == source)):
        raise refuse("posted", "这笔业务已经记过账，没有重复入账。")
    fund, year = postings[0][0].fund, postings[0][0].year
    if session.get(Period, (fund, today(at).replace(day=1))) is not None:
        raise refuse("closed_period", f"{today(at):%Y-%m} 已经结账，不能再记账。")
    pots = sorted({pot for pot, _ in postings})
    accounts = _locked(session, pots)
    _check_balances(accounts, postings, kind)
    if len(accounts) < len(pots):
        accounts = _opened(session, pots, accounts, area_code)
    transaction = Transaction(
        kind=kind, fund=fund, year=year, reason=reason, source=source, day=today(at), at=at, by_id=by.id, second_id=second_id, memo=memo,
        reverses_id=reverses.id if reverses else None, digest="",
    )  # fmt: skip
    transaction.digest = queries.digest_of(transaction, [(pot.kind, pot.fund, pot.year, pot.reason, fen.fen) for pot, fen in postings])
    session.add(transaction)
    session.flush()
    for pot, fen in postings:
        session.add(Posting(transaction_id=transaction.id, account_id=accounts[pot].id, fen=fen))
    for pot, change in _changes(postings).items():
        accounts[pot].balance_fen = accounts[pot].balance_fen + change
    session.flush()
    _count(session, accounts, postings, kind if reverses is None else reverses.kind)
    faults.point("write")
    data = {"transaction": transaction.id, "source": source, "reason": reason, "digest": transaction.digest}
    journal.record(session, chain, kind, by=by.ref, at=at, data=data)
    return transaction


def _count(session: Session, accounts: Mapping[Pot, Account], postings: Sequence[tuple[Pot, Money]], verb: str) -> None:
    """The checkpoints follow; the chain is locked, so nobody else counts on this fund's year meanwhile."""
    found: dict[tuple[str, str], Money] = {}
    for pot, fen in postings:
        key = (accounts[pot].area_code, pot.kind)
        found[key] = found.get(key, Money(0)) + fen
    fund, year = postings[0][0].fund, postings[0][0].year
    rows = [{"fund": fund, "year": year, "area_code": area, "kind": kind, "verb": verb, "fen": fen} for (area, kind), fen in found.items()]
    fresh = inserting(session, Checkpoint).values(rows)
    keys = [Checkpoint.fund, Checkpoint.year, Checkpoint.area_code, Checkpoint.kind, Checkpoint.verb]
    session.execute(fresh.on_conflict_do_update(index_elements=keys, set_={"fen": Checkpoint.fen + fresh.excluded.fen}))


def _changes(postings: Sequence[tuple[Pot, Money]]) -> dict[Pot, Money]:
    """What each account changes by, all its postings together; unchanged ones left out."""
    found: dict[Pot, Money] = {}
    for pot, fen in postings:
        found[pot] = found.get(pot, Money(0)) + fen
    return {pot: fen for pot, fen in found.items() if fen}


def _locked(session: Session, pots: Sequence[Pot]) -> dict[Pot, Account]:
    """The accounts there are, locked in the order of their keys."""
    key = sa.tuple_(Account.kind, Account.fund, Account.year, Account.reason)
    query = sa.select(Account).where(key.in_([(pot.kind, pot.fund, pot.year, pot.reason) for pot in pots]))
    query = query.order_by(Account.kind, Account.fund, Account.year, Account.reason).with_for_update()
    found = session.scalars(query.execution_options(populate_existing=True))
    return {Pot(one.kind, one.fund, one.year, one.reason): one for one in found}


def _opened(session: Session, pots: Sequence[Pot], found: Mapping[Pot, Account], area_code: str) -> dict[Pot, Account]:
    """All the accounts, the missing ones opened; a reason's new pot lies where its others do.

    A missing pot had nothing, so what it could have gained meanwhile takes nothing from what was checked.
    """
    missing = [pot for pot in pots if pot not in found]
    area = area_code or next((one.area_code for pot, one in found.items() if pot.reason), "")
    fresh = [
        {"kind": p.kind, "fund": p.fund, "year": p.year, "reason": p.reason, "area_code": area, "balance_fen": Money(0)} for p in missing
    ]
    session.execute(inserting(session, Account).values(fresh).on_conflict_do_nothing())
    return _locked(session, pots)


def _check_balances(accounts: Mapping[Pot, Account], postings: Sequence[tuple[Pot, Money]], kind: str) -> None:
    """Only the outside world may owe."""
    for pot, change in _changes(postings).items():
        if pot.kind == "source":
            continue
        have = accounts[pot].balance_fen if pot in accounts else Money(0)
        if have + change < Money(0):
            raise refuse(
                "balance", f"{LABELS[kind]} {yuan(-change)} 元超过了账上的{KINDS[pot.kind]} {yuan(have)} 元。请核对金额和已拨、已用的数。"
            )
