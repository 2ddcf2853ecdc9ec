"""Pages of applications."""

from webapp.applications.views import budget, coaching, history, one, one_page, others, rehearsal, sections, together
from webapp.applications.views.base import bp

PARTS = {"call": (one.on_call,)}
__all__ = ["PARTS", "bp", "budget", "coaching", "history", "one", "one_page", "others", "rehearsal", "sections", "together"]
