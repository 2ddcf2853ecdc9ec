"""What the notice of a fund's year is made of (彩票公益金使用公告): each project's money, use and effect, out of the book and the deeds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from reports.money import Money
from webapp.accounts.models import Organisation
from webapp.book import queries as book
from webapp.calls.models import Fund
from webapp.projects.models import BudgetLine, Project
from webapp.reporting.queries import delivery
from webapp.reporting.queries.asked import Wish
from webapp.reporting.queries.delivery import Standing
from webapp.reporting.queries.funding import WITHOUT_PROJECT

NONE = Money(0)
NO_LINE = "其他（不分科目）"
PARTS = ("budget", "committed", "paid", "spent", "returned")


@dataclass(frozen=True, slots=True)
class Used:
    """One project's share of the fund's year. `stood`: what was done; None for what is paid beside the projects."""

    title: str
    organisation: str
    area: str
    sums: Mapping[str, Money]
    uses: Sequence[tuple[str, Money]]
    """What it was spent on, by budget line, the most first."""
    stood: Standing | None
    grade: str


@dataclass(frozen=True, slots=True)
class FundYear:
    fund: str
    payer: str
    subject_code: str
    permitted: str
    year: int
    sums: Mapping[str, Money]
    used: Sequence[Used]
    demo: bool


def gather(session: Session, fund: Fund, year: int, as_of: datetime) -> FundYear:
    """A fund's year as the book had it at a moment. It is for everybody, so it is the same whoever asks."""
    sums: dict[str, dict[str, Money]] = {}
    for one in book.monthly(session, year=year, as_of=as_of):
        if one.fund == fund.ref:
            mine = sums.setdefault(one.reason, dict.fromkeys(PARTS, NONE))
            for name in PARTS:
                mine[name] += getattr(one, name)
    found = delivery.gather(session, Wish(as_of, year=year))
    standing = {one.subject.ref: one for one in found.projects}
    keys = [one.subject.id for ref, one in standing.items() if ref in sums]
    uses: dict[int, list[tuple[str, Money]]] = {}
    lines = sa.select(BudgetLine.project_id, BudgetLine.title, BudgetLine.spent_fen).where(
        BudgetLine.project_id.in_(keys), BudgetLine.spent_fen > NONE
    )
    for key, title, fen in session.execute(lines.order_by(BudgetLine.spent_fen.desc(), BudgetLine.position)):
        uses.setdefault(key, []).append((title, fen))
    grades = dict(
        session.execute(
            sa.select(Project.id, Project.grade).where(Project.id.in_(keys), Project.state.in_(("evaluated", "archived")))
        ).all()
    )
    used = []
    for ref, mine in sums.items():
        stood = standing.get(ref)
        if stood is not None:
            about = stood.subject
            spent_on = _whole(uses.get(about.id, []), mine["spent"])
            used.append(Used(about.title, about.organisation, about.area, mine, spent_on, stood, grades.get(about.id, "")))
        elif ref:
            used.append(Used(WITHOUT_PROJECT.get(ref.partition(":")[0], "其他"), "", "", mine, (), None, ""))
    used = sorted(_together(used), key=lambda one: (one.stood is None, -one.sums["committed"].fen, one.title))
    payer = session.scalar(sa.select(Organisation.name).where(Organisation.id == fund.payer_id)) or ""
    total = {name: sum((mine[name] for mine in sums.values()), NONE) for name in PARTS}
    return FundYear(fund.name, payer, fund.subject_code, fund.permitted, year, total, used, found.demo)


def _whole(uses: list[tuple[str, Money]], spent: Money) -> list[tuple[str, Money]]:
    """Uses that add up to what the book says was spent: what was left to the organisation (免予收回) is of no budget line, and what
    a project spent of several years cannot be told apart by line."""
    told = sum((fen for _, fen in uses), NONE)
    if told > spent:
        uses, told = [], NONE
    return [*uses, (NO_LINE, spent - told)] if spent > told else uses


def _together(used: Sequence[Used]) -> list[Used]:
    """What is paid beside the projects in one line for each kind."""
    found = [one for one in used if one.stood is not None]
    for title in sorted({one.title for one in used if one.stood is None}):
        of = [one.sums for one in used if one.stood is None and one.title == title]
        found.append(Used(title, "", "", {name: sum((one[name] for one in of), NONE) for name in PARTS}, (), None, ""))
    return found


def years(session: Session, fund: Fund) -> list[int]:
    """The years of a fund that paid anything, the newest first."""
    return [one.year for one in book.years(session, fund.ref) if one.committed > NONE]
