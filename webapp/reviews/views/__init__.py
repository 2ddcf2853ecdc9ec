"""Pages of the review: opinions, panels, scoring, the ranking, notices and objections."""

from webapp.reviews.views import experts, figures, notices, opinions, panels, ranking
from webapp.reviews.views.blueprint import bp

__all__ = ["bp", "experts", "figures", "notices", "opinions", "panels", "ranking"]
