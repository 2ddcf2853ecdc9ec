"""Rubrics, cards and figures. Pure, and exact: points are whole hundredths, no float comes near a score."""

from webapp.scoring.rules.cards import REQUIRED, CardFacts, Mark, check_measured, check_na, check_points, given, shown, total
from webapp.scoring.rules.figures import (
    ENOUGH_TO_TRIM,
    Calibration,
    Statistics,
    calibrated,
    diverging,
    divided,
    mean,
    standard,
    statistics,
)
from webapp.scoring.rules.filling import Goal, filled, key_of, of_stars
from webapp.scoring.rules.indicators import band_of, deviates, figure, percent, points_of, rate, worked
from webapp.scoring.rules.rubric import BANDS, FILLED, MEASURES, Anchor, Band, Item, check_tree, items, most, said

__all__ = [
    "BANDS",
    "ENOUGH_TO_TRIM",
    "FILLED",
    "MEASURES",
    "REQUIRED",
    "Anchor",
    "Band",
    "Calibration",
    "CardFacts",
    "Goal",
    "Item",
    "Mark",
    "Statistics",
    "band_of",
    "calibrated",
    "check_measured",
    "check_na",
    "check_points",
    "check_tree",
    "deviates",
    "diverging",
    "divided",
    "figure",
    "filled",
    "given",
    "items",
    "key_of",
    "mean",
    "most",
    "of_stars",
    "percent",
    "points_of",
    "rate",
    "said",
    "shown",
    "standard",
    "statistics",
    "total",
    "worked",
]
