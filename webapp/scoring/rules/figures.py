"""What several scores say together. Every figure is worked out with whole numbers and rounded half up once, at the end.

**Standard score** (标准分折算, 慈展会大赛 2020): for each judge apart, `mean + deviation × (score − his mean) ÷ his standard
deviation` (that of all he gave, divided by their number). A judge who gave the same to all has said nothing about them:
all his standard scores are the mean.

**Calibration** moves and stretches a judge's scores so that they can be laid beside the others':

    calibrated = what the others gave the same files, on average + (score − his mean) × √(the panel's variance ÷ his variance)

over the files that somebody else judged too. The panel's variance is the mean of the variances of its adjustable judges;
the stretch is held between one half and two; the result is held between 0 and the full marks. A judge with fewer than
`ENOUGH_SCORES` such files is left as he is, and with fewer than `ENOUGH_JUDGES` adjustable judges nobody is adjusted: a
small panel's figures say more about chance than about judges. Calibrated figures stand beside the raw ones, never instead.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import isqrt

ENOUGH_TO_TRIM = 5
"""From so many judges on, the highest and the lowest score are dropped for the trimmed mean."""
ENOUGH_SCORES = 8
"""Files, judged by others too, from which on a judge's habit can be told from his files."""
ENOUGH_JUDGES = 3
MOST_STRETCH = Fraction(4)
"""The square of the largest stretch (2); its reciprocal belongs to the smallest."""
Given = Mapping[int, Mapping[int, int]]
"""Judge → file → total in hundredths."""


def divided(part: int, whole: int) -> int:
    """part ÷ whole, half up; both not negative."""
    return (2 * part + whole) // (2 * whole)


@dataclass(frozen=True, slots=True)
class Statistics:
    """What several totals say together, in hundredths, half rounded up; all but `n` are None where there is none."""

    n: int
    mean: int | None
    trimmed: int | None
    """The mean without one highest and one lowest, from five judges on; before that, the mean."""
    median: int | None
    spread: int | None
    low: int | None
    high: int | None


def statistics(values: Sequence[int], *, trim: int = 1, trim_from: int = ENOUGH_TO_TRIM) -> Statistics:
    """Mean, trimmed mean, median and spread of some totals (whole hundredths, none negative).

    `trim`: how many of the highest and of the lowest are dropped, from `trim_from` judges on.
    Raises ValueError for a negative value: there are no such points, and half up would turn its meaning round.
    """
    if any(type(value) is not int or value < 0 for value in values):
        raise ValueError("totals are whole hundredths of zero or more")
    if not values:
        return Statistics(0, None, None, None, None, None, None)
    ranked = sorted(values)
    cut = trim if len(ranked) >= trim_from and len(ranked) > 2 * trim else 0
    kept = ranked[cut : len(ranked) - cut]
    middle = ranked[(len(ranked) - 1) // 2 : len(ranked) // 2 + 1]
    low, high = ranked[0], ranked[-1]
    return Statistics(len(ranked), mean(ranked), mean(kept), mean(middle), high - low, low, high)


def mean(values: Sequence[int]) -> int:
    """The mean of one or more whole numbers of zero or more, half rounded up, by whole numbers alone."""
    return divided(sum(values), len(values))


def _with_root(base: Fraction, sign: int, square: Fraction) -> int:
    """base + sign × √square, half up, exactly: no root is ever rounded before the sum."""
    shifted = base + Fraction(1, 2)
    whole = square * shifted.denominator**2
    if sign >= 0:
        return (shifted.numerator + isqrt(whole.numerator // whole.denominator)) // shifted.denominator
    up = -(-whole.numerator // whole.denominator)
    root = isqrt(up - 1) + 1 if up else 0
    return (shifted.numerator - root) // shifted.denominator


def _sign(value: Fraction | int) -> int:
    return (value > 0) - (value < 0)


def _mean_and_variance(values: Sequence[int]) -> tuple[Fraction, Fraction]:
    n, whole = len(values), sum(values)
    return Fraction(whole, n), Fraction(n * sum(value * value for value in values) - whole * whole, n * n)


def standard(given: Given, *, mean: int = 7000, deviation: int = 1000) -> dict[int, dict[int, int]]:
    """Each judge's scores as standard scores, in hundredths, never below zero."""
    found: dict[int, dict[int, int]] = {}
    for judge, files in given.items():
        if not files:
            continue
        middle, variance = _mean_and_variance(list(files.values()))
        found[judge] = {
            one: max(0, _with_root(Fraction(mean), _sign(score - middle), (score - middle) ** 2 * deviation**2 / variance))
            if variance
            else mean
            for one, score in files.items()
        }
    return found


@dataclass(frozen=True, slots=True)
class Calibration:
    """The calibrated scores by judge and file, and which judges were adjusted; nobody where the panel is too small."""

    scores: dict[int, dict[int, int]]
    adjusted: frozenset[int]


def calibrated(given: Given, *, most: int = 10_000, enough: int = ENOUGH_SCORES) -> Calibration:
    """Scores with each judge's habit taken off, by the method above; `most`: the full marks."""
    by_file: dict[int, dict[int, int]] = {}
    for judge, files in given.items():
        for one, score in files.items():
            by_file.setdefault(one, {})[judge] = score
    shared = {judge: [one for one in files if len(by_file[one]) > 1] for judge, files in given.items()}
    able = {judge: _mean_and_variance([given[judge][one] for one in mine]) for judge, mine in shared.items() if len(mine) >= enough}
    if len(able) < ENOUGH_JUDGES:
        return Calibration({judge: dict(files) for judge, files in given.items()}, frozenset())
    usual = sum((variance for _, variance in able.values()), Fraction(0)) / len(able)
    scores: dict[int, dict[int, int]] = {}
    for judge, files in given.items():
        if judge not in able:
            scores[judge] = dict(files)
            continue
        middle, variance = able[judge]
        target = sum((_others(by_file[one], judge) for one in shared[judge]), Fraction(0)) / len(shared[judge])
        stretch = min(MOST_STRETCH, max(1 / MOST_STRETCH, usual / variance)) if variance and usual else Fraction(1)
        scores[judge] = {
            one: min(most, max(0, _with_root(target, _sign(score - middle), (score - middle) ** 2 * stretch)))
            for one, score in files.items()
        }
    return Calibration(scores, frozenset(able))


def _others(scores: Mapping[int, int], judge: int) -> Fraction:
    """The mean of what the others gave a file."""
    others = [score for one, score in scores.items() if one != judge]
    return Fraction(sum(others), len(others))


def diverging(scores: Mapping[int, int], limit: int | None) -> frozenset[int]:
    """The judges whose score of a file lies further than `limit` from the mean of the others'; nobody without a limit."""
    if limit is None or len(scores) < 2:
        return frozenset()
    return frozenset(judge for judge, score in scores.items() if abs(score - _others(scores, judge)) > limit)
