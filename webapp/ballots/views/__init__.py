"""Pages of ballots: the paper and its result, the box of papers, the roll and what goes before, and the way in by the code of a slip."""

from webapp.ballots.views import ballot, box, code, prepare
from webapp.ballots.views.door import bp

__all__ = ["ballot", "box", "bp", "code", "prepare"]
