"""Pages of the review: opinions, panels, scoring, the ranking, notices and objections."""

from webapp.reviews.views import experts, figures, meetings, notices, opinions, panels, ranking, results
from webapp.reviews.views.blueprint import bp

__all__ = ["bp", "experts", "figures", "meetings", "notices", "opinions", "panels", "ranking", "results"]
