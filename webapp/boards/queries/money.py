"""Execution of the year, by fund, and the payments that are due."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from fractions import Fraction
from typing import Any, Self

import sqlalchemy as sa
from sqlalchemy.orm import Session

from reports.money import Money
from webapp.boards.queries.reach import projects
from webapp.boards.rules import part
from webapp.book import queries as book
from webapp.calls.models import FUND_KINDS, Fund
from webapp.core.scope import Viewer, visible
from webapp.funding.models import Tranche
from webapp.funding.queries.pages import DUE, due_by, spending_listing, tranche_listing
from webapp.permissions import roles_for
from webapp.projects.models import RUNNING, Project


@dataclass(frozen=True, slots=True)
class FundRow:
    """A fund's year with its three rates."""

    id: int
    name: str
    kind: str
    year: int
    budget: Money
    committed: Money
    paid: Money
    spent: Money
    returned: Money
    execution: Fraction | None
    paying: Fraction | None
    spending: Fraction | None

    @classmethod
    def of(cls, fund: Any, year: int, sums: book.Totals) -> Self:
        """A fund with the turnovers of its year."""
        return cls(
            fund.id, fund.name, fund.kind, year, sums.budget, sums.committed, sums.paid, sums.spent, sums.returned,
            part(sums.paid, sums.budget), part(sums.paid, sums.committed), part(sums.spent, sums.paid),
        )  # fmt: skip

    @property
    def kind_label(self) -> str:
        return FUND_KINDS[self.kind]


@dataclass(frozen=True, slots=True)
class Execution:
    """The year's money in a viewer's areas: the book's turnovers, and each rate under its own name."""

    year: int
    totals: book.Totals
    funds: Sequence[FundRow]

    @property
    def execution(self) -> Fraction | None:
        """预算执行率: paid of the year's budget."""
        return part(self.totals.paid, self.totals.budget)

    @property
    def paying(self) -> Fraction | None:
        """拨付进度: paid of what was agreed."""
        return part(self.totals.paid, self.totals.committed)

    @property
    def spending(self) -> Fraction | None:
        """项目支出进度: spent of what the organisations received."""
        return part(self.totals.spent, self.totals.paid)


def execution(session: Session, viewer: Viewer, year: int, as_of: datetime | None = None) -> Execution:
    """Three statements: the totals of the viewer's areas, the funds one may read, their year; now, or up to an earlier moment."""
    totals = book.totals(session, year=year, viewer=viewer, as_of=as_of)
    query = sa.select(Fund.id, Fund.name, Fund.kind).where(visible(viewer, Fund, roles_for("fund.read"))).order_by(Fund.id).limit(50)
    funds = {f"fund:{one.id}": one for one in session.execute(query)}
    sums = _sums(session, year, funds, as_of) if funds else {}
    return Execution(year, totals, [FundRow.of(funds[fund], year, sums[fund]) for fund in funds if fund in sums])


def _sums(session: Session, year: int, funds: Collection[str], as_of: datetime | None) -> dict[str, book.Totals]:
    """The turnovers of a year by fund."""
    names = [field.name for field in fields(book.Totals)]
    if as_of is None:
        kept = [one for one in book.years(session, *funds) if one.year == year]
        return {one.fund: book.Totals(**{name: getattr(one, name) for name in names}) for one in kept}
    found: dict[str, book.Totals] = {}
    for month in book.monthly(session, year=year, as_of=as_of):
        if month.fund in funds:
            before = found.get(month.fund, book.Totals())
            found[month.fund] = book.Totals(**{name: getattr(before, name) + getattr(month, name) for name in names})
    return found


@dataclass(frozen=True, slots=True)
class Due:
    """Payments that are to be made, in one of the ways of `pages.DUE`."""

    kind: str
    n: int
    amount: Money

    @property
    def label(self) -> str:
        return DUE[self.kind]


def due(session: Session, viewer: Viewer, at: datetime) -> list[Due]:
    """How many and how much in each way; one statement, by the conditions of the list of tranches."""
    fen = sa.type_coerce(Tranche.amount_fen, sa.BigInteger)
    columns = [column for kind in DUE for column in (sa.func.count().filter(due_by(kind, at)), sa.func.sum(fen).filter(due_by(kind, at)))]
    found = session.execute(sa.select(*columns).select_from(Tranche).where(visible(viewer, Tranche, roles_for("tranche.list")))).one()
    return [Due(kind, int(n), Money(int(fen or 0))) for kind, n, fen in zip(DUE, found[::2], found[1::2], strict=True)]


@dataclass(frozen=True, slots=True)
class Work:
    """What the money brought: projects of the board and whom they served."""

    projects: int
    running: int
    persons: int
    visits: int


def work(session: Session, viewer: Viewer) -> Work:
    """How many projects, how many of them at work, and whom they served; one statement."""
    query = sa.select(
        sa.func.count().label("projects"), sa.func.count().filter(Project.state.in_(RUNNING)).label("running"),
        sa.func.coalesce(sa.func.sum(Project.persons), 0).label("persons"), sa.func.coalesce(sa.func.sum(Project.visits), 0).label("visits"),
    ).where(projects(viewer))  # fmt: skip
    found = session.execute(query).one()
    return Work(found.projects, found.running, int(found.persons), int(found.visits))


@dataclass(frozen=True, slots=True)
class Listed:
    """How many of a list, and how much they come to."""

    n: int
    amount: Money


def listed(session: Session, viewer: Viewer, year: int) -> tuple[Listed, Listed]:
    """The payments made and the documents accepted of a year's projects, exactly as their lists show them; two statements."""
    return (
        _summed(session, tranche_listing(viewer, state="paid", year=year), "amount_fen"),
        _summed(session, spending_listing(viewer, state="accepted", year=year), "amount_fen"),
    )


def _summed(session: Session, query: sa.Select[Any], column: str) -> Listed:
    of = query.order_by(None).subquery()
    n, fen = session.execute(sa.select(sa.func.count(), sa.func.sum(sa.type_coerce(of.c[column], sa.BigInteger)))).one()
    return Listed(int(n), Money(int(fen or 0)))
