"""Pages of documents: asking for one and having it, the register of all, many at once, and checking one against what was issued."""

from webapp.reporting.views import bundles, papers, register, tables
from webapp.reporting.views.blueprint import bp
from webapp.reporting.views.papers import papers_of, preview_of

__all__ = ["bp", "bundles", "papers", "papers_of", "preview_of", "register", "tables"]
