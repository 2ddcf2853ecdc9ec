"""The stage: a clock, a die, and lives that take turns.

A *life* is a generator: it does something in a transaction of its own and yields the moment at which it goes on. Every
evening the house's own `tick` runs, as it would on a real installation.
"""

import heapq
import itertools
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.accounts.viewer import Viewer, viewer_of
from webapp.app import tick
from webapp.core.calendar import add_workdays
from webapp.core.clock import CHINA, today
from webapp.core.db import transaction
from webapp.core.workflow import Refused

Life = Iterator[datetime]


class Stage:
    """Two years of one city; `at` is the present moment of the play."""

    def __init__(self, engine: sa.Engine, start: datetime, end: datetime, *, seed: int = 2026) -> None:
        self.engine, self.at, self.end = engine, start, end
        self.die = random.Random(seed)
        self._lives: list[tuple[datetime, int, Life]] = []
        self._order = itertools.count()
        self._viewers: dict[int, Viewer] = {}
        self.cast: dict[str, Any] = {}
        self.refused: list[str] = []
        """Lives that a rule ended, and why; a test keeps them few."""

    def begin(self, life: Life, at: datetime | None = None) -> None:
        """Let a life begin, now or at a later moment."""
        heapq.heappush(self._lives, (max(at or self.at, self.at), next(self._order), life))

    @property
    def last(self) -> datetime:
        """The last moment at which a life is told: the end, or the evening of its day."""
        return min(self.end, moment(today(self.end), 20))

    @contextmanager
    def scene(self) -> Iterator[Session]:
        """One transaction of the play."""
        with transaction(self.engine) as session:
            yield session

    def who(self, session: Session, person_id: int) -> Viewer:
        """A person as acting; memberships of the play do not change, so each is read once."""
        if person_id not in self._viewers:
            found = viewer_of(session, person_id, self.at)
            assert found is not None
            self._viewers[person_id] = found
        return self._viewers[person_id]

    def play(self, every_month: Callable[[date], None] = lambda day: None) -> None:
        """Run until the end: each day's lives in order, then the evening's tick."""
        day = today(self.at)
        while day <= today(self.end):
            evening = min(moment(day, 20), self.end)
            while self._lives and self._lives[0][0] < evening:
                when, _, life = heapq.heappop(self._lives)
                self.at = max(self.at, when)
                try:
                    following = next(life, None)
                except Refused as refused:  # as in real life: somebody was faster, or a rule stood in the way
                    self.refused.append(f"{getattr(life, '__name__', '')} {today(self.at)}: {refused}")
                    following = None
                if following is not None and following < self.end:
                    heapq.heappush(self._lives, (max(following, self.at), next(self._order), life))
            self.at = max(self.at, evening)
            tick(self.engine, self.at)
            if day.day == 1:
                every_month(day)
            day += timedelta(days=1)

    def in_days(self, days: float, hour: int | None = None) -> datetime:
        """So many days from now, within office hours."""
        day = today(self.at) + timedelta(days=int(days))
        return max(self.at, moment(day, self.die.randint(9, 17) if hour is None else hour, self.die.randint(0, 59)))

    def in_workdays(self, days: int) -> datetime:
        """So many working days from now."""
        return moment(add_workdays(today(self.at), days), self.die.randint(9, 16), self.die.randint(0, 59))

    def some(self, items: Any, most: int) -> list[Any]:
        """A few of something, in a drawn order."""
        pool = list(items)
        return self.die.sample(pool, min(most, len(pool)))


def moment(day: date, hour: int, minute: int = 0) -> datetime:
    """A moment of a day in China."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=CHINA).astimezone(UTC)
