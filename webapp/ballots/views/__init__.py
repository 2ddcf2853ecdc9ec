"""Pages of ballots: the paper and its result, the roll and what goes before, and the way in by the code of a slip."""

from webapp.ballots.views import ballot, code, prepare
from webapp.ballots.views.door import bp

__all__ = ["ballot", "bp", "code", "prepare"]
