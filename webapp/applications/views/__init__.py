"""Pages of applications."""

from webapp.applications.views import history, one, others, sections
from webapp.applications.views.base import bp

__all__ = ["bp", "history", "one", "others", "sections"]
