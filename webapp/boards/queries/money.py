"""Execution of the year, by fund, and the payments that are due."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

import sqlalchemy as sa
from sqlalchemy.orm import Session

from reports.money import Money
from webapp.boards.queries.reach import projects
from webapp.boards.rules import part
from webapp.book import queries as book
from webapp.calls.models import FUND_KINDS, Fund
from webapp.core.scope import Viewer, visible
from webapp.funding.models import Tranche
from webapp.funding.queries.pages import DUE, due_by
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


def execution(session: Session, viewer: Viewer, year: int) -> Execution:
    """Three statements: the totals of the viewer's areas, the funds one may read, their year."""
    totals = book.totals(session, year=year, viewer=viewer)
    query = sa.select(Fund.id, Fund.name, Fund.kind).where(visible(viewer, Fund, roles_for("fund.read"))).order_by(Fund.id).limit(50)
    funds = {f"fund:{one.id}": one for one in session.execute(query)}
    sums = [one for one in book.years(session, *funds) if one.year == year] if funds else []
    rows = [
        FundRow(
            funds[one.fund].id, funds[one.fund].name, funds[one.fund].kind, year, one.budget, one.committed, one.paid, one.spent,
            one.returned, one.execution, one.paying, one.spending,
        )
        for one in sums
    ]  # fmt: skip
    return Execution(year, totals, rows)


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
