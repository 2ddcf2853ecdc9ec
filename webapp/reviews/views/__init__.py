"""Pages of the review: opinions, panels, scoring, the ranking, notices and objections."""

from webapp.reviews.views import experts, fees, notices, opinions, panels, plans, pool, ranking
from webapp.reviews.views.blueprint import bp

__all__ = ["bp", "experts", "fees", "notices", "opinions", "panels", "plans", "pool", "ranking"]
