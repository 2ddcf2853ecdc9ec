"""What the figures mean: shares, risks, gaps, spreads and shades. Pure, exact, and each with its least number of cases.

The three rates of money have three names and are never one (预算执行率, 拨付进度, 项目支出进度).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from reports.format import percent
from reports.money import AmountError, Money

SILENT_DAYS = 30
"""After so many days without an activity a running project is at risk, unless the viewer chooses another number."""
SILENCES = (30, 60, 90)
LOW = Fraction(4, 5)
"""Below this share of contented answers satisfaction is low; surveys with fewer answers than they need are not counted."""
LEAST = 3
"""Below so many projects no spread is shown: it would describe the one or two, not their kind."""
YEARS = 3
"""How far back money and projects count as having reached a need."""
TOP = 5
"""How many needs of a community are shown."""
SHORT = Fraction(1, 10)
"""A need whose share of votes exceeds its share of money by more than this has too little."""
SHADES = 4

RISKS = {"late": "超期", "over": "超预算科目", "silent": "久无活动", "unhappy": "满意度低"}
GAPS = {"blank": "没有项目回应", "short": "资金偏少", "met": "大体相当"}


def part(some: Money, whole: Money) -> Fraction | None:
    """A rate of money; None where there is nothing to divide by."""
    return Fraction(some.fen, whole.fen) if whole.fen > 0 else None


@dataclass(frozen=True, slots=True)
class Risk:
    """What of a running project is looked at."""

    ends_on: date
    starts_on: date
    last_activity: date | None
    over: int
    """Budget lines of which activities told more spending than was granted."""
    answered: int
    satisfied: int
    """Of a survey that counts; both 0 where there is none."""


def risks(one: Risk, day: date, silent: int = SILENT_DAYS) -> dict[str, str]:
    """What is at risk, each kind with its sentence; nothing where all is well."""
    found = {}
    if one.ends_on < day:
        found["late"] = f"超过结束日期 {(day - one.ends_on).days} 天"
    if one.over:
        found["over"] = f"{one.over} 个预算科目的活动花费超过批准数"
    quiet = (day - (one.last_activity or one.starts_on)).days
    if quiet > silent:
        found["silent"] = f"{quiet} 天没有活动记录" if one.last_activity else f"开始 {quiet} 天还没有活动记录"
    if one.answered and Fraction(one.satisfied, one.answered) < LOW:
        found["unhappy"] = f"满意率 {percent(one.satisfied, one.answered)}（{one.answered} 人作答）"
    return found


@dataclass(frozen=True, slots=True)
class Gap:
    """A need's part of its community's votes and of the money that reached the community's needs."""

    votes: Fraction
    money: Fraction
    kind: str

    @property
    def label(self) -> str:
        return GAPS[self.kind]


def gaps(wanted: Sequence[tuple[int, Money, int]]) -> list[Gap]:
    """For the needs of one community, each with its votes, money and number of projects: how far supply answers demand.

    Money that several needs share counts whole for each of them, so shares of money are of what reached the needs shown.
    """
    votes, money = sum(one[0] for one in wanted), sum(one[1].fen for one in wanted)
    found = []
    for cast, amount, projects in wanted:
        asked = Fraction(cast, votes) if votes else Fraction(0)
        given = Fraction(amount.fen, money) if money else Fraction(0)
        found.append(Gap(asked, given, "blank" if not projects else "short" if asked - given > SHORT else "met"))
    return found


@dataclass(frozen=True, slots=True)
class Spread:
    """How far costs of like projects lie apart; `n` counts the projects, the costs are each rounded to the fen once."""

    n: int
    low: Money
    lower: Money
    middle: Money
    upper: Money
    high: Money


def spread(costs: Sequence[Fraction]) -> Spread | None:
    """Least, quartiles and most of costs in fen, quartiles between neighbours in proportion; None for fewer than `LEAST`."""
    if len(costs) < LEAST:
        return None
    known = sorted(costs)
    return Spread(len(known), *(rounded(_quantile(known, Fraction(n, 4))) for n in range(5)))


def _quantile(known: Sequence[Fraction], share: Fraction) -> Fraction:
    place = share * (len(known) - 1)
    below = int(place)
    above = min(below + 1, len(known) - 1)
    return known[below] + (known[above] - known[below]) * (place - below)


def rounded(fen: Fraction) -> Money:
    """A cost in fen to the nearest fen, halves upwards."""
    return Money(int(fen + Fraction(1, 2)))


def shades(values: Sequence[int]) -> list[int]:
    """How dark each area is shown, 0 (nothing) to 4: by its rank among those that have something, equals alike."""
    known = sorted({value for value in values if value > 0})
    return [0 if value <= 0 else 1 + known.index(value) * SHADES // len(known) for value in values]


def amount_of(typed: str) -> Money | None:
    """The amount that was typed, as people write it: `5000`, `5,000.00`, `５０００元`, `0.5万元`; None where it is none, or nothing."""
    plain = typed.strip().removeprefix("¥").removeprefix("￥")
    try:
        found = Money.parse(plain.rstrip("元").rstrip("万"), "万元" if plain.rstrip("元").endswith("万") else "元")
    except AmountError:
        return None
    return found or None
