"""Reads of the library: lists and one row, public to all."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from reports.money import Money
from webapp.core import search
from webapp.core.db import row, rows
from webapp.core.paging import Page, page
from webapp.core.workflow import FactsOf
from webapp.library.models import CategoryCount, PublishedProgramme, PublishedProject
from webapp.library.rules import in_wan

FACTS: dict[str, FactsOf] = {}
UNKNOWN = "未公布"


@dataclass(frozen=True, slots=True)
class Project:
    """A published project as pages show it."""

    id: int
    year_key: int
    city: str
    year_text: str
    year_inferred: bool
    programme: str
    project: str
    organisation: str
    category: str
    amount_text: str
    low_fen: Money | None
    high_fen: Money | None
    note: str
    source: str
    read_at: datetime
    amount: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "amount", in_wan(self.amount_text))

    @property
    def link(self) -> str:
        """The address of the source, where the source is an address."""
        return self.source if self.source.startswith(("http://", "https://")) else ""


_YEAR_KEY = sa.func.coalesce(PublishedProject.year_from, 0).label("year_key")
_PROJECT = sa.select(
    PublishedProject.id, _YEAR_KEY, PublishedProject.city, PublishedProject.year_text, PublishedProject.year_inferred,
    PublishedProject.programme, PublishedProject.project, PublishedProject.organisation, PublishedProject.category,
    PublishedProject.amount_text, PublishedProject.low_fen, PublishedProject.high_fen, PublishedProject.note,
    PublishedProject.source, PublishedProject.read_at,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list of projects is narrowed to; empty means all."""

    q: str = ""
    year: int | None = None
    city: str = ""
    category: str = ""

    @property
    def any(self) -> bool:
        return bool(self.q or self.year or self.city or self.category)


def projects(session: Session, wanted: Wanted, after: str | None = None) -> Page[Project]:
    """Published projects, the latest year first. A project of several years is found by each of them."""
    query = _PROJECT.where(search.matches(PublishedProject.REF, PublishedProject.id, wanted.q))
    if wanted.year is not None:
        query = query.where(PublishedProject.year_from <= wanted.year, PublishedProject.year_to >= wanted.year)
    if wanted.city:
        query = query.where(PublishedProject.city == wanted.city)
    if wanted.category:
        query = query.where(PublishedProject.category == ("" if wanted.category == UNKNOWN else wanted.category))
    return page(session, Project, query, (_YEAR_KEY, PublishedProject.id), after)


@dataclass(frozen=True, slots=True)
class Choices:
    """What a list can be narrowed by: the values that occur."""

    years: Sequence[int]
    cities: Sequence[str]
    categories: Sequence[str]


def choices(session: Session) -> Choices:
    """The years, cities and categories of the published projects."""
    years: set[int] = set()
    for first, last in session.execute(sa.select(PublishedProject.year_from, PublishedProject.year_to).distinct()):
        years |= set(range(first, last + 1)) if first is not None and last is not None else set()
    cities = session.scalars(sa.select(PublishedProject.city).distinct())
    categories = session.scalars(sa.select(PublishedProject.category).distinct())
    return Choices(sorted(years, reverse=True), sorted(filter(None, cities)), sorted({one or UNKNOWN for one in categories}))


def project(session: Session, project_id: int) -> Project:
    """One published project."""
    found = row(session, Project, _PROJECT.where(PublishedProject.id == project_id))
    if found is None:
        raise LookupError(project_id)
    return found


@dataclass(frozen=True, slots=True)
class Programme:
    """A published programme as pages show it; every figure as it was printed."""

    id: int
    year_key: int
    place: str
    edition: str
    year_text: str
    year_inferred: bool
    total_text: str
    cap_text: str
    applied_text: str
    finalists_text: str
    funded_text: str
    period: str
    fund_source: str
    note: str
    source: str
    total: str = field(init=False)
    cap: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "total", in_wan(self.total_text))
        object.__setattr__(self, "cap", in_wan(self.cap_text))

    @property
    def link(self) -> str:
        return self.source if self.source.startswith(("http://", "https://")) else ""


_PROGRAMME_KEY = sa.func.coalesce(PublishedProgramme.year_from, 0).label("year_key")


def programmes(session: Session, q: str = "", after: str | None = None) -> Page[Programme]:
    """Published programmes, the latest year first; where publications disagree, each stands by itself."""
    one = PublishedProgramme
    query = sa.select(
        one.id, _PROGRAMME_KEY, one.place, one.edition, one.year_text, one.year_inferred, one.total_text, one.cap_text,
        one.applied_text, one.finalists_text, one.funded_text, one.period, one.fund_source, one.note, one.source,
    ).where(search.matches(one.REF, one.id, q))  # fmt: skip
    return page(session, Programme, query, (_PROGRAMME_KEY, one.id), after)


@dataclass(frozen=True, slots=True)
class Count:
    """A published count by category."""

    id: int
    place: str
    edition: str
    category: str
    value_text: str
    source: str

    @property
    def link(self) -> str:
        return self.source if self.source.startswith(("http://", "https://")) else ""


def counts(session: Session, after: str | None = None) -> Page[Count]:
    """Published counts by category."""
    one = CategoryCount
    query = sa.select(one.id, one.place, one.edition, one.category, one.value_text, one.source)
    return page(session, Count, query, (one.id,), after)


@dataclass(frozen=True, slots=True)
class Figures:
    """A published project as a report counts it."""

    city: str
    year_text: str
    year_from: int | None
    year_to: int | None
    programme: str
    project: str
    organisation: str
    category: str
    amount_text: str
    low_fen: Money | None
    high_fen: Money | None
    note: str
    source: str


def figures(session: Session, *, year: int | None = None, programme: str = "", cities: Sequence[str] | None = None) -> list[Figures]:
    """The published projects of a report, in an order of their own that no import changes.

    `year` finds what was running in it; `cities` are beginnings of the places' names, None for all.
    """
    one = PublishedProject
    query = sa.select(
        one.city, one.year_text, one.year_from, one.year_to, one.programme, one.project, one.organisation, one.category,
        one.amount_text, one.low_fen, one.high_fen, one.note, one.source,
    )  # fmt: skip
    if year is not None:
        query = query.where(one.year_from <= year, one.year_to >= year)
    if programme:
        query = query.where(one.programme == programme)
    found = rows(session, Figures, query)
    if cities is not None:
        found = [row for row in found if row.city.startswith(tuple(cities))]
    return sorted(found, key=lambda r: (-(r.year_from or 0), r.year_text, r.city, r.programme, r.project, r.organisation))


def _figures_match(session: Session) -> Iterator[str]:
    for key in projects_with_odd_figures(session):
        yield f"公开项目 {key} 的金额与原文不符"


def projects_with_odd_figures(session: Session) -> list[int]:
    """Published projects whose figures stand without a printed amount, or the other way round."""
    one = PublishedProject
    return list(session.scalars(sa.select(one.id).where((one.amount_text == "") != one.low_fen.is_(None))))


CHECKS = {"公开资料的金额都有原文": _figures_match}
