"""What an evaluation comes to, before anybody confirms it and when it is confirmed: by one function, so that both are the same."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from webapp.calls.rules import EvaluationPlan
from webapp.evaluation.models import Evaluation
from webapp.evaluation.queries.one import parts_of
from webapp.evaluation.queries.residents import residents_of
from webapp.evaluation.rules import Part, combine, grade_of


@dataclass(frozen=True, slots=True)
class Result:
    """What each party gave, and what comes of it; points in hundredths."""

    parts: tuple[Part, ...]
    residents: int | None
    residents_n: int
    total: int | None
    grade: str
    """优良中差 of a final; empty for a mid-term, or where nobody gave points."""


def of(session: Session, evaluation: Evaluation, plan: EvaluationPlan) -> Result:
    """The result as it stands now; the evaluation is not changed."""
    points, n = residents_of(session, evaluation)
    parts = parts_of(evaluation, plan, (points, n))
    total = combine(parts)
    return Result(parts, points, n, total, grade_of(total) if evaluation.kind == "final" and total is not None else "")
