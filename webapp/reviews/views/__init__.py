"""Pages of the review: opinions, panels, scoring, the ranking, notices and objections."""

from webapp.reviews.views import board, experts, notices, opinions, panels, ranking, release
from webapp.reviews.views.blueprint import bp

__all__ = ["board", "bp", "experts", "notices", "opinions", "panels", "ranking", "release"]
