"""What the funding report is made of: the published projects, and the book. Two parts, never added together."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from reports.money import Money
from webapp.book import queries as book
from webapp.library import queries as library
from webapp.reporting.queries.asked import Wish, city_names, is_demo, subjects


@dataclass(frozen=True, slots=True)
class BookRow:
    """One project's turnovers in the book within one year."""

    number: str
    title: str
    organisation: str
    call: str
    area: str
    category: str
    year: int
    committed: Money
    requested: Money
    paid: Money
    spent: Money
    returned: Money


@dataclass(frozen=True, slots=True)
class Funding:
    """Both parts; a part that was not asked for is None. `budget` is None where it cannot be told apart (one call, one project)."""

    published: Sequence[library.Figures] | None
    platform: Sequence[BookRow] | None
    budget: Money | None
    demo: bool


def gather(session: Session, wish: Wish) -> Funding:
    """The rows of the funding report."""
    published = _published(session, wish) if "published" in wish.sources else None
    if "platform" not in wish.sources:
        return Funding(published, None, None, False)
    whole = not (wish.programme or wish.project)
    kept = {"year": wish.year, "area": wish.area or None, "viewer": wish.viewer, "as_of": wish.as_of}
    budget = book.totals(session, **kept).budget if whole else None  # type: ignore[arg-type]  # one dictionary, several types
    return Funding(published, _platform(session, wish), budget, is_demo(session))


def _published(session: Session, wish: Wish) -> list[library.Figures]:
    if wish.project:  # published projects have no number of ours
        return []
    cities = city_names(session, wish.area) if wish.area else None
    return library.figures(session, year=wish.year, programme=wish.programme, cities=cities)


def _platform(session: Session, wish: Wish) -> list[BookRow]:
    """The book's turnovers by project; what the asker does not reach, the book itself leaves out."""
    known = {one.ref: one for one in subjects(session, wish)}
    found = []
    for one in book.by_reason(session, year=wish.year, area=wish.area or None, viewer=wish.viewer, as_of=wish.as_of):
        if (about := known.get(one.reason)) is not None:
            found.append(
                BookRow(
                    about.number, about.title, about.organisation, about.call, about.area, about.category, one.year, one.committed,
                    one.requested, one.paid, one.spent, one.returned,
                )
            )  # fmt: skip
    return sorted(found, key=lambda row: (-row.year, row.number))
