"""What `sanshe doctor` asks of evaluations."""

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.calls.models import Call
from webapp.calls.queries import rules_of
from webapp.evaluation.models import Evaluation
from webapp.evaluation.queries.one import parts_of
from webapp.evaluation.rules import combine, grade_of
from webapp.projects.models import Project


def totals_follow(session: Session) -> Iterator[str]:
    """A confirmed total is what its parties' points and the call's weights give, and the final's grade is its band."""
    query = sa.select(Evaluation, Call).join(Project, Project.id == Evaluation.project_id).join(Call, Call.id == Project.call_id)
    for evaluation, call in session.execute(query.where(Evaluation.state == "confirmed")):
        total = combine(parts_of(evaluation, rules_of(call).evaluation))
        if total != evaluation.total:
            yield f"{evaluation.ref} 总分 {evaluation.total}，重算为 {total}"
        if evaluation.kind == "final" and total is not None and evaluation.grade != grade_of(total):
            yield f"{evaluation.ref} 等级 {evaluation.grade}，重算为 {grade_of(total)}"
