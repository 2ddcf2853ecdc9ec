"""How the parties' points become one total and a grade. Pure, and exact: whole hundredths of a point."""

from dataclasses import dataclass

from webapp.evaluation.models import GRADES
from webapp.scoring.rules import said

FULL = 10000
"""A hundred points, in hundredths."""
PARTIES = {"self_assessment": "自评", "community": "社区协同评估", "residents": "居民评价", "evaluator": "第三方（主办单位）评估"}


@dataclass(frozen=True, slots=True)
class Part:
    """What one party gave, brought to a hundred points; None where it gave nothing."""

    party: str
    score: int | None
    weight: int
    n: int = 1

    @property
    def label(self) -> str:
        return PARTIES[self.party]


def combine(parts: tuple[Part, ...]) -> int | None:
    """The weighted mean over the parties that gave a score, half rounded up; None when none did.

    A party that is missing does not count as nought: the others share its weight in proportion, and the page names it.
    """
    given = [part for part in parts if part.score is not None and part.weight > 0]
    weight = sum(part.weight for part in given)
    if not weight:
        return None
    total = sum((part.score or 0) * part.weight for part in given)
    return (2 * total + weight) // (2 * weight)


def formula_of(parts: tuple[Part, ...]) -> str:
    """The total as anybody can work it out: `(90 × 10 + 80 × 20) ÷ 30 = 83.33`; empty when no party gave a score."""
    given = [part for part in parts if part.score is not None and part.weight > 0]
    total = combine(parts)
    if total is None:
        return ""
    inner = " + ".join(f"{said(part.score or 0)} × {part.weight}" for part in given)
    return f"（{inner}）÷ {sum(part.weight for part in given)} = {total // 100}.{total % 100:02d}"


def grade_of(total: int, failed: bool = False) -> str:
    """优良中差 by bands (财预〔2020〕10号: 优 90–100, 良 80–<90, 中 60–<80, 差 <60); 差 for what fails whatever its total."""
    return GRADES[-1][0] if failed else next(grade for grade, least in GRADES if total >= least)


def to_hundred(points: int, most: int) -> int:
    """Points of a rubric brought to a hundred, half rounded up; both in hundredths of a point."""
    return (2 * points * FULL + most) // (2 * most)


def of_stars(mean_hundredths: int) -> int:
    """Residents' mean of 1–5, in hundredths (450 is 4.5), brought to a hundred points: 4.5 is 90."""
    return mean_hundredths * FULL // 500


def mean(values: list[int]) -> int | None:
    """The mean of some totals, half rounded up; None of none."""
    return (2 * sum(values) + len(values)) // (2 * len(values)) if values else None


def common_area(codes: list[str]) -> str:
    """The smallest area that holds them all: 12 digits of one community, 9 of a street …"""
    first = min(codes)
    last = max(codes)
    same = next((n for n, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), min(len(first), len(last)))
    return first[: next((level for level in (18, 15, 12, 9, 6, 4, 2) if level <= same), 0)]
