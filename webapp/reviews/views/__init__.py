"""Pages of the review: opinions, panels, scoring, the ranking, notices and objections."""

from webapp.reviews.views import (
    board,
    experts,
    fees,
    figures,
    meetings,
    notices,
    opinions,
    panels,
    plans,
    pool,
    ranking,
    release,
    results,
    ties,
    told,
)
from webapp.reviews.views.blueprint import bp
from webapp.reviews.views.ties import aside_told

PARTS = {"call": (panels.on_call, *notices.PARTS["call"]), "application": (opinions.on_application, told.on_application)}
__all__ = [
    "PARTS",
    "aside_told",
    "board",
    "bp",
    "experts",
    "fees",
    "figures",
    "meetings",
    "notices",
    "opinions",
    "panels",
    "plans",
    "pool",
    "ranking",
    "release",
    "results",
    "ties",
    "told",
]
