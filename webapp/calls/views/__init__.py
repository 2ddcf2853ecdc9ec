"""Pages of funds and calls."""

from webapp.calls.views import calls, funds, inquiries, rules, trees
from webapp.calls.views.base import bp, mine

__all__ = ["bp", "calls", "funds", "inquiries", "mine", "rules", "trees"]
