"""Pure rules of the review: the draw, the assignment, blind reading, the ranking, and what each step requires."""

from webapp.reviews.rules.steps import REQUIRED
from webapp.reviews.rules.words import WORDS

__all__ = ["REQUIRED", "WORDS"]
