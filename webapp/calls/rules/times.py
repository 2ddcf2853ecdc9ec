"""When a time of the rules is over."""

from calendar import monthrange
from datetime import datetime, timedelta

from webapp.calls.rules.parts import Span
from webapp.calls.rules.words import UNITS
from webapp.core.calendar import deadline
from webapp.core.clock import end_of, today


def until(at: datetime, span: Span) -> datetime:
    """The last second of a span that begins at `at`; its first day is the day after, in working days as in calendar days.

    A month ends on the same day of the later month, or on that month's last day.
    """
    if span.unit == "workday":
        return deadline(at, span.length)
    start = today(at)
    if span.unit == "day":
        return end_of(start + timedelta(days=span.length)) - timedelta(seconds=1)
    year, month = divmod(start.year * 12 + start.month - 1 + span.length, 12)
    last = start.replace(year=year, month=month + 1, day=min(start.day, monthrange(year, month + 1)[1]))
    return end_of(last) - timedelta(seconds=1)


def spelled(span: Span) -> str:
    """A span in words: 5 个工作日, 15 日, 3 个月."""
    return f"{span.length} {UNITS[span.unit]}"
