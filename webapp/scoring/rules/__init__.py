"""Rubrics, cards and figures. Pure, and exact: points are whole hundredths, no float comes near a score."""

from webapp.scoring.rules.cards import REQUIRED, CardFacts, Mark, check_na, check_points, given, shown, total
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
from webapp.scoring.rules.rubric import Anchor, Item, check_tree, items, most, said

__all__ = [
    "ENOUGH_TO_TRIM",
    "REQUIRED",
    "Anchor",
    "Calibration",
    "CardFacts",
    "Item",
    "Mark",
    "Statistics",
    "calibrated",
    "check_na",
    "check_points",
    "check_tree",
    "diverging",
    "divided",
    "given",
    "items",
    "mean",
    "most",
    "said",
    "shown",
    "standard",
    "statistics",
    "total",
]
