"""Pages of applications."""

from webapp.applications.views import budget, history, one, others, rehearsal, sections, together
from webapp.applications.views.base import bp

__all__ = ["bp", "budget", "history", "one", "others", "rehearsal", "sections", "together"]
