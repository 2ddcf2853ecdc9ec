"""Pages of applications."""

from webapp.applications.views import budget, coaching, history, one, one_page, others, rehearsal, sections, together
from webapp.applications.views.base import bp

__all__ = ["bp", "budget", "coaching", "history", "one", "one_page", "others", "rehearsal", "sections", "together"]
