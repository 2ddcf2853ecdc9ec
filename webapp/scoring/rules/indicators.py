"""Points of an indicator whose actual value is measured. Pure, and exact: whole numbers, half rounded up once.

财预〔2020〕10号: a quantity (定量) that reaches its target has the whole points, one that falls short has its share of them; one far
over its target is explained, and where the target was plainly set too low, cut by the deviation. A quality (定性) is judged in
three bands of the points: 达成 100–80 %, 部分达成 80–60 %, 未达成 60–0 %.

Targets and actual values are hundredths: 20 场 is 2000, 90 % is 9000, an amount is its fen.
"""

from fractions import Fraction

from reports.format import yuan
from reports.money import Money
from webapp.scoring.rules.figures import divided
from webapp.scoring.rules.rubric import BANDS, HUNDRED, Band, Item, said

FLOOR = 60
"""Percent of the target below which the formula `floor` gives nothing."""


def rate(item: Item, actual: int) -> Fraction:
    """How much of the target was reached, in percent; for a limit (`less`), how much of it was kept to."""
    if item.direction == "less":
        return Fraction(HUNDRED) if actual <= item.target else Fraction(item.target * HUNDRED, actual)
    return Fraction(actual * HUNDRED, item.target)


def points_of(item: Item, actual: int) -> int:
    """The points (hundredths) an actual value comes to: never below none, never above the item's most. Raises ValueError below zero."""
    if actual < 0 or item.target <= 0:
        raise ValueError("an actual value is not negative, and a target is more than nothing")
    reached = rate(item, actual)
    if item.formula == "all":
        return item.most if reached >= HUNDRED else 0
    if item.formula == "floor" and reached < FLOOR:
        return 0
    share = min(Fraction(1), reached / HUNDRED)
    if item.formula == "cut" and item.over is not None and reached > item.over:
        share = Fraction(item.over) / reached
    return divided(item.most * share.numerator, share.denominator)


def band_of(key: str) -> Band | None:
    """A band by its key."""
    return next((one for one in BANDS if one.key == key), None)


def limits(item: Item, band: Band) -> tuple[int, int]:
    """The least and the most points of a band, in hundredths; the upper edge belongs to the band above, but for the first."""
    low = -(-item.most * band.least // HUNDRED)
    high = item.most * band.most // HUNDRED
    return low, high if band.most == HUNDRED else min(high, -(-item.most * band.most // HUNDRED) - 1)


def deviates(item: Item, actual: int | None, band: str) -> str:
    """Why a value must be explained: `完成率 45%，低于 80%`; empty where it need not be."""
    if item.measure == "grade":
        found = band_of(band)
        return f"为“{found.title}”" if found is not None and found.most < HUNDRED else ""
    if not item.measured or actual is None or item.target <= 0:
        return ""
    reached = rate(item, actual)
    if item.under is not None and reached < item.under:
        return f"完成率 {percent(reached)}，低于 {item.under}%"
    if item.over is not None and reached > item.over:
        return f"完成率 {percent(reached)}，高于 {item.over}%"
    return ""


def percent(value: Fraction) -> str:
    """A percentage as people read it, with two decimals: 97.50%."""
    hundredths = divided(value.numerator * 100, value.denominator)
    return f"{hundredths // 100}.{hundredths % 100:02d}%"


def figure(item: Item, value: int) -> str:
    """A value of an item as people read it, with its unit; amounts with their separators: 65,700.00 元."""
    if item.unit == "元":
        return f"{yuan(Money(value))} 元"
    return f"{said(value)} {item.unit}".strip()


def worked(item: Item, actual: int | None, points: int | None, *, na: bool = False, band: str = "") -> str:
    """The formula of an item with its figures, as anybody can add it up: `18 ÷ 20 = 90.00%，90.00% × 15 分 = 13.5 分`."""
    if na:
        return "不适用，由其余指标按比例折算"
    if points is None:
        return ""
    if item.measure == "grade" and (found := band_of(band)) is not None:
        low, high = limits(item, found)
        return f"{found.title}，{said(low)}—{said(high)} 分，得 {said(points)} 分"
    if not item.measured or actual is None or item.target <= 0:
        return f"得 {said(points)} 分"
    reached = rate(item, actual)
    if item.direction == "less":
        first = (
            f"{said(actual)} 未超过 {said(item.target)}"
            if actual <= item.target
            else f"{said(item.target)} ÷ {said(actual)} = {percent(reached)}"
        )
    else:
        first = f"{figure(item, actual)} ÷ {figure(item, item.target)} = {percent(reached)}"
    return f"{first}，{_second(item, reached, points)}"


def _second(item: Item, reached: Fraction, points: int) -> str:
    full = said(item.most)
    if item.formula == "all":
        return f"{'达到' if reached >= HUNDRED else '没有达到'}目标，得 {said(points)} 分"
    if item.formula == "floor" and reached < FLOOR:
        return f"低于 {FLOOR}%，不得分"
    if item.formula == "cut" and item.over is not None and reached > item.over:
        return f"超过 {item.over}%，{item.over}% ÷ {percent(reached)} × {full} 分 = {said(points)} 分"
    return f"满分 {full} 分" if reached >= HUNDRED else f"{percent(reached)} × {full} 分 = {said(points)} 分"
