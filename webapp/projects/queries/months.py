"""What is planned for a month, and what of it may be told beforehand; what an activity cost as told."""

from dataclasses import dataclass
from datetime import date, time, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from reports.money import Money
from webapp.core.db import rows
from webapp.projects.models import Activity, ActivitySpend, BudgetLine
from webapp.workflows import ACTIVITY


def hours(starts: time | None, ends: time | None) -> str:
    """14:00–16:00, or only when it begins; empty when that is not known."""
    return "–".join(f"{one:%H:%M}" for one in (starts, ends) if one is not None)


def days_of(month: str) -> tuple[date, date]:
    """The first and the last day of a month such as 2026-05."""
    first = date(int(month[:4]), int(month[5:]), 1)
    return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def words(month: str) -> str:
    """2026-05 as people write it: 2026 年 5 月."""
    return f"{month[:4]} 年 {int(month[5:])} 月"


def around(month: str) -> tuple[str, str]:
    """The month before and the one after."""
    first, last = days_of(month)
    return f"{first - timedelta(days=1):%Y-%m}", f"{last + timedelta(days=1):%Y-%m}"


@dataclass(frozen=True, slots=True)
class Dated:
    """An activity in the plan of its month."""

    id: int
    title: str
    place: str
    day: date
    starts: time | None
    ends: time | None
    state: str
    previewed: bool

    @property
    def hours(self) -> str:
        return hours(self.starts, self.ends)

    @property
    def state_label(self) -> str:
        return ACTIVITY.states[self.state]


def of_month(session: Session, project_id: int, month: str) -> list[Dated]:
    """The activities of a project planned for a month, or held in it, by day and hour."""
    day = sa.func.coalesce(Activity.held_on, Activity.planned_on)
    query = (
        sa.select(
            Activity.id,
            Activity.title,
            Activity.place,
            day.label("day"),
            Activity.starts,
            Activity.ends,
            Activity.state,
            Activity.previewed,
        )
        .where(Activity.project_id == project_id, day.between(*days_of(month)))
        .order_by(day, Activity.starts, Activity.id)
        .limit(400)
    )
    return rows(session, Dated, query)


@dataclass(frozen=True, slots=True)
class Told:
    """What an activity cost of one budget line, as the organisation says."""

    title: str
    amount_fen: Money


def spends_of(session: Session, activity_id: int) -> list[Told]:
    query = (
        sa.select(BudgetLine.title, ActivitySpend.amount_fen)
        .join(BudgetLine, BudgetLine.id == ActivitySpend.budget_line_id)
        .where(ActivitySpend.activity_id == activity_id)
        .order_by(BudgetLine.position)
    )
    return rows(session, Told, query)
