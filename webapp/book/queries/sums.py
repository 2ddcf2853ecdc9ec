"""What is free, where a project's money stands, turnovers and rates: of a year, a fund, an area, at any moment."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from reports.money import Money
from webapp.book.models import Account, Checkpoint, Posting, Transaction
from webapp.book.rules import COUNTS
from webapp.core.db import constant, constants, row, rows
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
class Monthly:
    """One reason's turnovers of one fund's year, posted in one month; the budget is the fund's own and has no reason."""

    reason: str
    fund: str
    year: int
    month: int
    """202603."""
    budget: Money
    committed: Money
    requested: Money
    paid: Money
    spent: Money
    returned: Money


def _sum(condition: sa.ColumnElement[bool], sign: int = 1) -> sa.ColumnElement[Any]:
    fen = sa.type_coerce(Posting.fen, sa.BigInteger)
    nought = constant(0)
    return sa.type_coerce(
        sa.func.coalesce(sa.func.sum(sa.case((condition, fen if sign > 0 else -fen), else_=nought)), nought), Account.balance_fen.type
    )


def _turnover(name: str) -> sa.ColumnElement[Any]:
    kind, sign, verbs = COUNTS[name]
    verb = sa.func.coalesce(_Origin.kind, Transaction.kind)
    return _sum(sa.and_(Account.kind == constant(kind), verb.in_(constants(verbs))), sign).label(name)


def _balance(kind: str, label: str) -> sa.ColumnElement[Any]:
    return _sum(Account.kind == constant(kind)).label(label)


def _postings(columns: Sequence[Any]) -> sa.Select[Any]:
    return (
        sa.select(*columns)
        .select_from(Posting)
        .join(Account, Account.id == Posting.account_id)
        .join(Transaction, Transaction.id == Posting.transaction_id)
        .outerjoin(_Origin, _Origin.id == Transaction.reverses_id)
    )


def _within(
    viewer: Viewer | None,
    year: int | None,
    fund: str | None,
    area: str | None,
    as_of: datetime | None,
    of: type[Account] | type[Checkpoint] = Account,
) -> list[sa.ColumnElement[bool]]:
    """What of the book is asked for; a viewer sees the areas of the roles that may read it."""
    found: list[sa.ColumnElement[bool]] = []
    if viewer is not None:
        may = roles_for("book.read")
        reached = [within(of.area_code, tie.value) for tie in viewer.ties if tie.role in may and tie.relation == "area"]
        found.append(sa.or_(*reached) if reached else sa.false())
    if year is not None:
        found.append(of.year == year)
    if fund is not None:
        found.append(of.fund == fund)
    if area is not None:
        found.append(within(of.area_code, area))
    if as_of is not None:
        found.append(Transaction.at <= as_of)
    return found


@cache
def _turnovers() -> sa.Select[Any]:
    """All turnovers of the book; built once, narrowed each time."""
    return _postings([_turnover(name) for name in COUNTS])


def _counted(condition: sa.ColumnElement[bool], sign: int = 1) -> sa.ColumnElement[Any]:
    fen = sa.type_coerce(Checkpoint.fen, sa.BigInteger)
    nought = constant(0)
    return sa.type_coerce(
        sa.func.coalesce(sa.func.sum(sa.case((condition, fen if sign > 0 else -fen), else_=nought)), nought), Checkpoint.fen.type
    )


def _kept(name: str) -> sa.ColumnElement[Any]:
    kind, sign, verbs = COUNTS[name]
    return _counted(sa.and_(Checkpoint.kind == constant(kind), Checkpoint.verb.in_(constants(verbs))), sign).label(name)


@cache
def _running() -> sa.Select[Any]:
    """The same turnovers out of the checkpoints: some dozens of rows, whatever was posted."""
    return sa.select(*(_kept(name) for name in COUNTS))


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

    A fund's budget lies in the fund's own area, a project's money in the project's. As it stands now it is read from the checkpoints; at
    an earlier moment it is added up from the postings.
    """
    if as_of is None:
        return row(session, Totals, _running().where(*_within(viewer, year, fund, area, None, Checkpoint))) or Totals()
    return row(session, Totals, _turnovers().where(*_within(viewer, year, fund, area, as_of))) or Totals()


@cache
def _monthly() -> sa.Select[Any]:
    month = sa.cast(sa.extract("year", Transaction.day) * 100 + sa.extract("month", Transaction.day), sa.Integer).label("month")
    keys = [Account.reason, Account.fund, Account.year, month]
    counted = sa.func.coalesce(_Origin.kind, Transaction.kind).in_({verb for _, _, verbs in COUNTS.values() for verb in verbs})
    of_fund = sa.and_(Account.reason == "", Account.kind != COUNTS["budget"][0])
    query = _postings([*keys, *(_turnover(name) for name in COUNTS)]).where(counted, sa.not_(of_fund))
    return query.group_by(*keys).order_by(*keys)


def monthly(
    session: Session,
    *,
    year: int | None = None,
    area: str | None = None,
    viewer: Viewer | None = None,
    as_of: datetime | None = None,
) -> list[Monthly]:
    """The same turnovers taken apart, in one statement: by reason, fund's year and month. Whatever is added up from them is the book's.

    What moved nothing in a month is left out.
    """
    found = rows(session, Monthly, _monthly().where(*_within(viewer, year, None, area, as_of)))
    return [one for one in found if any(getattr(one, name) for name in COUNTS)]


def spent_by(session: Session, *, as_of: datetime | None = None) -> dict[str, Money]:
    """What was spent through each document (`spending:5`) up to a moment, in one statement; what came to nothing is left out."""
    source = sa.func.coalesce(_Origin.source, Transaction.source)
    verb = sa.func.coalesce(_Origin.kind, Transaction.kind)
    query = _postings([source, _turnover("spent")]).where(verb.in_(COUNTS["spent"][2]), *_within(None, None, None, None, as_of))
    found: dict[str, Money] = {}
    for origin, fen in session.execute(query.group_by(source)):
        key = origin.partition("/")[0]
        found[key] = found.get(key, NOTHING) + fen
    return {key: fen for key, fen in found.items() if fen}


def turnovers(*names: str) -> sa.Select[Any]:
    """The query of some turnovers of each reason, over all funds and years; for the doctor to join what is kept beside the book."""
    return _postings([Account.reason, *(_turnover(name) for name in names)]).where(Account.reason != "").group_by(Account.reason)


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
class YearSums:
    """A fund's year out of the checkpoints: its turnovers, and what stands on each kind of account now."""

    fund: str
    year: int
    budget: Money
    committed: Money
    requested: Money
    paid: Money
    spent: Money
    returned: Money
    passed_out: Money
    """Passed on to other funds (资金转移): neither paid nor spent."""
    passed_in: Money
    received: Money
    """All that ever came in and did not leave for another year or fund, donations included."""
    free: Money
    to_request: Money
    in_payment: Money
    unspent: Money

    @property
    def execution(self) -> Fraction | None:
        """预算执行率: paid of the year's budget; None without a budget."""
        return _part(self.paid, self.budget)

    @property
    def paying(self) -> Fraction | None:
        """拨付进度: paid of what was agreed."""
        return _part(self.paid, self.committed)

    @property
    def spending(self) -> Fraction | None:
        """项目支出进度: spent of what the organisations received."""
        return _part(self.spent, self.paid)


def _part(part: Money, whole: Money) -> Fraction | None:
    return Fraction(part.fen, whole.fen) if whole.fen > 0 else None


@cache
def _years() -> sa.Select[Any]:
    """The years of a fund; built once."""
    stands = {"free": "available", "to_request": "committed", "in_payment": "requested", "unspent": "paid"}
    query = sa.select(
        Checkpoint.fund, Checkpoint.year, *(_kept(name) for name in COUNTS),
        _counted(sa.and_(Checkpoint.verb == "transfer_out", Checkpoint.kind == "available"), -1).label("passed_out"),
        _counted(sa.and_(Checkpoint.verb == "transfer_in", Checkpoint.kind == "available")).label("passed_in"),
        _counted(Checkpoint.kind == "source", -1).label("received"),
        *(_counted(Checkpoint.kind == kind).label(name) for name, kind in stands.items()),
    )  # fmt: skip
    query = query.where(Checkpoint.fund.in_(sa.bindparam("of", expanding=True))).group_by(Checkpoint.fund, Checkpoint.year)
    return query.order_by(Checkpoint.year.desc(), Checkpoint.fund)


def years(session: Session, *funds: str) -> list[YearSums]:
    """Where each year of some funds stands now, newest first, in one statement."""
    return [YearSums(**one) for one in session.execute(_years(), {"of": list(funds)}).mappings()]
