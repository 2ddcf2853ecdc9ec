"""Pages of applications."""

from webapp.applications.views import one, others, sections
from webapp.applications.views.base import bp

__all__ = ["bp", "one", "others", "sections"]
