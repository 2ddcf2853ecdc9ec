"""What the steps of an evaluation and of its project require, and how points become a total; one file for each."""

from webapp.core.workflow import Rule
from webapp.evaluation.rules import checking, evaluation, performance, project, survey
from webapp.evaluation.rules.combining import FULL, PARTIES, Part, combine, common_area, formula_of, grade_of, mean, of_stars, to_hundred
from webapp.evaluation.rules.evaluation import EvaluationFacts
from webapp.evaluation.rules.project import ProjectFacts
from webapp.evaluation.rules.result import band, follows, passes

REQUIRED: dict[str, tuple[Rule, ...]] = {
    **evaluation.REQUIRED,
    **project.REQUIRED,
    **survey.REQUIRED,
    **checking.REQUIRED,
    **performance.REQUIRED,
}

WORDS = {**evaluation.WORDS, **survey.WORDS, **checking.WORDS, **performance.WORDS}

__all__ = [
    "FULL",
    "PARTIES",
    "REQUIRED",
    "WORDS",
    "EvaluationFacts",
    "Part",
    "ProjectFacts",
    "band",
    "combine",
    "common_area",
    "follows",
    "formula_of",
    "grade_of",
    "mean",
    "of_stars",
    "passes",
    "to_hundred",
]
