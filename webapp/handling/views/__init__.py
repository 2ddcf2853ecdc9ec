"""Pages of handling: orders, clocks, pledges, teams, call-backs, figures; and what they show on a need's page."""

from webapp.handling.views import clocks, figures, needs, orders, people, pledges
from webapp.handling.views.blueprint import bp

PARTS = needs.PARTS

__all__ = ["PARTS", "bp", "clocks", "figures", "needs", "orders", "people", "pledges"]
