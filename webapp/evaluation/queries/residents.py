"""What the residents gave of a final evaluation: by the ballot 评价绩效, or by the survey among those served, as the call says."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from reports.format import day as spelled
from webapp.ballots import queries as counted
from webapp.ballots.models import Ballot
from webapp.calls.rules import EvaluationPlan
from webapp.core.clock import today
from webapp.evaluation.models import Evaluation, Survey
from webapp.evaluation.queries.one import plan_of
from webapp.evaluation.queries.surveys import survey_of
from webapp.evaluation.rules import of_stars
from webapp.projects.models import Project


@dataclass(frozen=True, slots=True)
class Residents:
    """Their points of a hundred (hundredths; None where there are none that count) from `n` of them.

    `short`: 样本不足, so that the points are what the call published for that. `told`: the figures in words; `way`: by what they are
    asked, `since` when that has been going on.
    """

    score: int | None = None
    n: int = 0
    short: bool = False
    told: str = ""
    way: str = ""
    since: datetime | None = None

    @property
    def counted(self) -> tuple[int | None, int]:
        return self.score, self.n


def residents_of(session: Session, evaluation: Evaluation) -> Residents:
    """What the residents gave; nothing of a mid-term, for which they are not asked."""
    if evaluation.kind != "final":
        return Residents()
    plan = plan_of(session, session.get_one(Project, evaluation.project_id))
    by_survey = plan.residents_by == "survey"
    survey = survey_of(session, evaluation.project_id) if by_survey else None
    ballot = session.get(Ballot, evaluation.ballot_id) if evaluation.ballot_id is not None and not by_survey else None
    return given_by(evaluation, plan, ballot, survey)


def given_by(evaluation: Evaluation, plan: EvaluationPlan, ballot: Ballot | None, survey: Survey | None) -> Residents:
    """The same of what was loaded."""
    if evaluation.kind != "final":
        return Residents()
    return _by_survey(survey, plan) if plan.residents_by == "survey" else _by_ballot(ballot, plan)


def _nought(plan: EvaluationPlan) -> int | None:
    return 0 if plan.too_few == "zero" else None


def _by_survey(survey: Survey | None, plan: EvaluationPlan) -> Residents:
    way = "满意度问卷"
    if survey is None:
        return Residents(told="还没有开始满意度问卷", way=way)
    if survey.state != "closed":
        return Residents(told=f"进行中，{spelled(survey.closes_on)} 截止；{survey.figures_said}", way=way, since=survey.state_at)
    if not survey.counts:
        return Residents(_nought(plan), survey.answered, True, survey.figures_said, way)
    return Residents(survey.score, survey.answered, told=survey.figures_said, way=way)


def _by_ballot(ballot: Ballot | None, plan: EvaluationPlan) -> Residents:
    way = "居民评价"
    if ballot is None or ballot.state == "cancelled":
        return Residents(told="没有进行居民评价", way=way)
    if ballot.state != "counted":
        return Residents(told=f"{ballot.state_label}，{spelled(today(ballot.closes_at))} 截止", way=way, since=ballot.opens_at)
    rated = counted.outcomes(ballot.result) if ballot.result else []
    n, mean = (rated[0].n or 0, rated[0].mean_hundredths) if rated else (0, None)
    told = f"参加 {n} 人，最少样本 {plan.rating_least} 人"
    if n < plan.rating_least or mean is None:
        return Residents(_nought(plan), n, True, told, way)
    return Residents(of_stars(mean), n, told=told, way=way)
