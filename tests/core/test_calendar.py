"""Deadlines in working days: holidays, make-up days, and how long something is overdue."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.core.calendar import add_workdays, deadline, is_workday, workdays_left
from webapp.core.clock import end_of


def at(day: str) -> datetime:
    """Ten o'clock in China on a day."""
    return datetime.fromisoformat(f"{day}T02:00:00+00:00")


@pytest.mark.parametrize(
    ("now", "due", "left"),
    [
        ("2026-03-02", "2026-03-02", 0),
        ("2026-03-02", "2026-03-06", 4),
        ("2026-03-06", "2026-03-09", 1),  # over a weekend
        ("2026-03-03", "2026-03-02", -1),
        ("2026-03-07", "2026-03-06", -1),  # Saturday: overdue, though no working day has passed
        ("2026-03-09", "2026-03-06", -1),
        ("2026-03-16", "2026-03-02", -10),
        ("2026-10-09", "2026-09-30", -2),  # the National Day holiday does not count
    ],
)
def test_days_left_and_days_over(now: str, due: str, left: int) -> None:
    assert workdays_left(at(now), at(due)) == left


def test_what_ends_at_midnight_is_due_on_the_day_before() -> None:
    assert workdays_left(at("2026-03-03"), end_of(date(2026, 3, 4))) == 1
    assert workdays_left(at("2026-03-04"), end_of(date(2026, 3, 4))) == 0
    assert workdays_left(end_of(date(2026, 3, 4)), end_of(date(2026, 3, 4))) == -1


@given(st.dates(date(2020, 1, 1), date(2026, 12, 31)), st.integers(1, 60))
def test_a_deadline_is_as_far_away_as_it_was_set(start: date, days: int) -> None:
    moment = datetime(start.year, start.month, start.day, 2, tzinfo=UTC)
    due = deadline(moment, days)
    assert workdays_left(moment, due) == days
    assert is_workday(add_workdays(start, days))
    late = due + timedelta(days=40)
    assert workdays_left(late, due) < -10
