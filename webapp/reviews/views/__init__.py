"""Pages of the review: opinions, panels, scoring, the ranking, notices and objections."""

from webapp.reviews.views import experts, fees, figures, meetings, notices, opinions, panels, plans, pool, ranking, results
from webapp.reviews.views.blueprint import bp

__all__ = ["bp", "experts", "fees", "figures", "meetings", "notices", "opinions", "panels", "plans", "pool", "ranking", "results"]
