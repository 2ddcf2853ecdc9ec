"""Pages of the review: opinions, panels, scoring, the ranking, notices and objections."""

from webapp.reviews.views import board, experts, figures, meetings, notices, opinions, panels, ranking, release, results
from webapp.reviews.views.blueprint import bp

__all__ = ["board", "bp", "experts", "figures", "meetings", "notices", "opinions", "panels", "ranking", "release", "results"]
