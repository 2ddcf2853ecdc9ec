"""Pages of the boards."""

from webapp.boards.views import boards, penny
from webapp.boards.views.blueprint import bp
from webapp.boards.views.penny import PARTS

__all__ = ["PARTS", "boards", "bp", "penny"]
