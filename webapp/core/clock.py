"""The only clock. Actions are given `at`; nothing else asks what time it is."""

from datetime import UTC, date, datetime, timedelta, timezone

CHINA = timezone(timedelta(hours=8), "Asia/Shanghai")
"""China has kept one zone without summer time since 1991, so a fixed offset is exact for every date here."""


class Clock:
    """The real time."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class SetClock(Clock):
    """A clock for tests, rehearsals and the demo's simulation; it only moves forward."""

    def __init__(self, start: datetime) -> None:
        self._now = start

    def now(self) -> datetime:
        return self._now

    def move_to(self, moment: datetime) -> None:
        """Go to a later moment. Raises ValueError when asked to go back."""
        if moment < self._now:
            raise ValueError("时钟只能向前")
        self._now = moment

    def forward(self, **amount: int) -> None:
        self.move_to(self._now + timedelta(**amount))


def today(at: datetime) -> date:
    """The calendar day in China."""
    return at.astimezone(CHINA).date()


def start_of(day: date) -> datetime:
    """The first moment of a Chinese calendar day, in UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=CHINA).astimezone(UTC)


def end_of(day: date) -> datetime:
    """The moment a Chinese calendar day is over, in UTC."""
    return start_of(day + timedelta(days=1))


def last_day(end: datetime) -> date:
    """The last Chinese calendar day of a time that ends at a moment: what ends at midnight ended with the day before."""
    return today(end - timedelta(seconds=1))
