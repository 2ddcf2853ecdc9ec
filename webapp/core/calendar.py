"""Working days with the State Council's holidays and make-up days (调休)."""

import functools
from datetime import UTC, date, datetime, time, timedelta

from chinese_calendar import is_workday as _published_workday

from webapp.core.clock import CHINA, end_of, last_day, today


def known(day: date) -> bool:
    """Whether the holiday notice of that year is in the calendar; if not, only weekends are known."""
    try:
        _published_workday(day)
    except NotImplementedError:
        return False
    return True


def is_workday(day: date) -> bool:
    """Whether offices work that day; for a year without a published notice, Monday to Friday."""
    try:
        return bool(_published_workday(day))
    except NotImplementedError:
        return day.weekday() < 5


def add_workdays(start: date, days: int) -> date:
    """The last of `days` working days counted from the day after `start`."""
    day = start
    while days > 0:
        day += timedelta(days=1)
        days -= is_workday(day)
    return day


def deadline(at: datetime, workdays: int) -> datetime:
    """The last second of the last of `workdays` working days after `at`."""
    return end_of(add_workdays(today(at), workdays)) - timedelta(seconds=1)


@functools.lru_cache(maxsize=4096)
def _workdays(first: date, last: date) -> int:
    """Working days after `first` up to and with `last`; kept, for the to-dos of a list fall due on the same few days."""
    return sum(is_workday(first + timedelta(days=n)) for n in range(1, (last - first).days + 1))


def workdays_left(at: datetime, due: datetime) -> int:
    """Whole working days from tomorrow to the due day; when overdue, below 0 by the working days since it (at least one)."""
    here, there = today(at), last_day(due)
    return _workdays(here, there) if here <= there else -max(1, _workdays(there, here))


OPENS, CLOSES = time(9), time(17, 30)
"""Office hours, in China."""


def add_office_minutes(at: datetime, minutes: int) -> datetime:
    """The moment so many minutes of office hours after `at`; the clock stands still at night and on days off."""
    here, left = at.astimezone(CHINA), timedelta(minutes=minutes)
    while True:
        day = here.date()
        opens, closes = (datetime.combine(day, moment, CHINA) for moment in (OPENS, CLOSES))
        here = max(here, opens)
        if is_workday(day) and here < closes:
            if left <= closes - here:
                return (here + left).astimezone(UTC)
            left -= closes - here
        here = datetime.combine(day + timedelta(days=1), time(0), CHINA)
