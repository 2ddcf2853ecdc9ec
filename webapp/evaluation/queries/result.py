"""What an evaluation comes to, before anybody confirms it and when it is confirmed: by one function, so that both are the same."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.calls.queries import rules_of
from webapp.calls.rules import late_papers
from webapp.evaluation.models import Evaluation
from webapp.evaluation.queries import standing
from webapp.evaluation.rules import grade_of
from webapp.projects.models import Progress, Project
from webapp.projects.queries.acting import call_of


@dataclass(frozen=True, slots=True)
class Result:
    """What each party gave or who is waited for, and what comes of it; points in hundredths."""

    table: standing.Table
    grade: str
    """优良中差 of a final; empty for a mid-term, or where there is no total."""
    late: tuple[str, ...]
    """What was handed in late or not at all, where the call lets that fail the evaluation."""
    failed: bool
    """Whether that fails it: not where it is excused."""

    @property
    def total(self) -> int | None:
        return self.table.total

    @property
    def residents(self) -> tuple[int | None, int]:
        """The residents' points as they count, and from how many; nothing of a mid-term."""
        return next(((part.score, part.n) for part in self.table.parts if part.party == "residents"), (None, 0))

    @property
    def missing(self) -> tuple[str, ...]:
        """The parties this evaluation asks that have a weight and gave no points."""
        return tuple(part.party for part in self.table.parts if part.score is None and part.weight)


def of(session: Session, evaluation: Evaluation, *, excuse: str = "", at: datetime) -> Result:
    """The result as it stands now; the evaluation is not changed."""
    project = session.get_one(Project, evaluation.project_id)
    rules = rules_of(call_of(session, project.call_id))
    found, final = standing.table(session, evaluation, rules.evaluation), evaluation.kind == "final"
    query = sa.select(Progress.state, Progress.late).where(Progress.project_id == project.id, Progress.period == "final")
    report = session.execute(query).one_or_none() if final and rules.breach.late_fails else None
    late = late_papers(
        rules.breach, self_late=evaluation.late, report=report.state if report else "", report_late=bool(report and report.late),
        ends_on=project.ends_on if final else None, at=at,
    )  # fmt: skip
    failed = bool(late) and not excuse.strip()
    return Result(found, grade_of(found.total, failed) if final and found.total is not None else "", late, failed)
