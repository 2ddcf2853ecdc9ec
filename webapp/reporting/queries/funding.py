"""What the funding report is made of: the published projects, and the book. Two parts, never added together."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from reports.money import Money
from webapp.accounts.queries import area_names
from webapp.book import queries as book
from webapp.calls.models import Fund
from webapp.library import queries as library
from webapp.reporting.queries.asked import Subject, Wish, city_names, is_demo, subjects

STREET = 9
"""Digits of the code of a street."""
WITHOUT_PROJECT = {"allowance": "社会工作者津贴"}
"""What else the book pays, by the word of its reference."""


@dataclass(frozen=True, slots=True)
class BookRow:
    """What one project moved in one month of one fund's year. A fund's own rows have a budget and nothing else; what is paid
    beside the projects stands under its own name and has no number."""

    number: str
    title: str
    organisation: str
    programme: str
    street: str
    area: str
    category: str
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


@dataclass(frozen=True, slots=True)
class Book:
    """`budgeted`: funds' years (as rows name them) whose budget and all that was paid of it are in the rows; only of these there is
    a 预算执行率. `whole`: not narrowed to a call or a project, which have no budget of their own."""

    rows: Sequence[BookRow]
    budgeted: frozenset[str]
    whole: bool


@dataclass(frozen=True, slots=True)
class Funding:
    """Both parts; a part that was not asked for is None."""

    published: Sequence[library.Figures] | None
    platform: Book | None
    demo: bool


def gather(session: Session, wish: Wish) -> Funding:
    """The rows of the funding report."""
    published = _published(session, wish) if "published" in wish.sources else None
    if "platform" not in wish.sources:
        return Funding(published, None, False)
    return Funding(published, _platform(session, wish), is_demo(session))


def _published(session: Session, wish: Wish) -> list[library.Figures]:
    if wish.project:  # published projects have no number of ours
        return []
    cities = city_names(session, wish.area) if wish.area else None
    return library.figures(session, year=wish.year, programme=wish.programme, cities=cities)


def _platform(session: Session, wish: Wish) -> Book:
    """The book's turnovers by project and month; what the asker does not reach, the book itself leaves out."""
    whole = not (wish.programme or wish.project)
    known = {one.ref: one for one in subjects(session, wish)}
    funds = _names(session)
    streets = area_names(session, {one.area_code[:STREET] for one in known.values()})
    found: list[BookRow] = []
    budgeted: set[str] = set()
    kept_back: set[str] = set()
    for one in book.monthly(session, year=wish.year, area=wish.area or None, viewer=wish.viewer, as_of=wish.as_of):
        fund = f"{one.year}年 {funds.get(one.fund, one.fund)}"
        kind, about = one.reason.partition(":")[0], known.get(one.reason)
        if about is not None:
            found.append(_row(one, fund, about, streets.get(about.area_code[:STREET], "其他")))
        elif kind == "project" and whole:  # one the asker stands aside from: its money is not told, nor what would tell it
            kept_back.add(fund)
        elif whole:
            budgeted |= {fund} if not one.reason else set()
            found.append(_row(one, fund, None, WITHOUT_PROJECT.get(kind, "")))
    return Book(sorted(found, key=_order), frozenset(budgeted - kept_back), whole)


def _names(session: Session) -> dict[str, str]:
    """What each fund is called; of several of one name each with its place."""
    found = session.execute(sa.select(Fund.id, Fund.name, Fund.area_code)).all()
    many = Counter(one.name for one in found)
    places = area_names(session, {one.area_code for one in found if many[one.name] > 1})
    return {f"fund:{one.id}": places.get(one.area_code, "") + one.name for one in found}


def _row(one: book.Monthly, fund: str, about: Subject | None, named: str) -> BookRow:
    """`named`: the street of a project, the name of what is none."""
    of = ("", named, named, named, named, named, named)
    if about is not None:
        of = (about.number, about.title, about.organisation, about.call, named, about.area, about.category)
    return BookRow(
        *of, fund=fund, year=one.year, month=one.month, budget=one.budget, committed=one.committed, requested=one.requested, paid=one.paid,
        spent=one.spent, returned=one.returned,
    )  # fmt: skip


def _order(row: BookRow) -> tuple[int, bool, str, str, str, int]:
    return -row.year, not row.number, row.number, row.title, row.fund, row.month
