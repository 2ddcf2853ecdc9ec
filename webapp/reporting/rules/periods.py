"""Periods a brief can be about: a year, a half, a quarter, a month, by a short key: 2026, 2026-H1, 2026-Q3, 2026-07."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

_KEY = re.compile(r"(20\d\d)(?:-(?:H([12])|Q([1-4])|(0[1-9]|1[0-2])))?")
HALVES = {1: "上半年", 2: "下半年"}
QUARTERS = {1: "第一季度", 2: "第二季度", 3: "第三季度", 4: "第四季度"}


@dataclass(frozen=True, slots=True)
class Period:
    """Whole months of one year."""

    year: int
    first_month: int
    months: int
    words: str

    @property
    def first(self) -> date:
        return date(self.year, self.first_month, 1)

    @property
    def last(self) -> date:
        after = self.first_month + self.months
        return (date(self.year, after, 1) if after <= 12 else date(self.year + 1, 1, 1)) - timedelta(days=1)

    def holds(self, month: int) -> bool:
        """Whether a month (202603) lies in it."""
        return self.year == month // 100 and self.first_month <= month % 100 < self.first_month + self.months


def period(key: str) -> Period:
    """The period of a key. Raises ValueError for what is none."""
    found = _KEY.fullmatch(key)
    if found is None:
        raise ValueError(f"no period: {key}")
    year, half, quarter, month = (int(one) if one else 0 for one in found.groups())
    if half:
        return Period(year, 6 * half - 5, 6, f"{year}年{HALVES[half]}")
    if quarter:
        return Period(year, 3 * quarter - 2, 3, f"{year}年{QUARTERS[quarter]}")
    return Period(year, month, 1, f"{year}年{month}月") if month else Period(year, 1, 12, f"{year}年")


def offered(day: date) -> list[tuple[str, str]]:
    """The periods begun by a day in its year and the year before, the newest year first: the year, then halves, quarters, months."""
    found = []
    for year in (day.year, day.year - 1):
        keys = [
            f"{year}",
            *(f"{year}-H{n}" for n in (2, 1)),
            *(f"{year}-Q{n}" for n in (4, 3, 2, 1)),
            *(f"{year}-{n:02d}" for n in range(12, 0, -1)),
        ]
        found += [(key, one.words + ("（至今）" if one.last >= day else "")) for key in keys if (one := period(key)).first <= day]
    return found
