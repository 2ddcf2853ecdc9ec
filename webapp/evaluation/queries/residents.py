"""What the residents gave of a final evaluation: by the ballot 评价绩效, or by the survey among those served, as the call says."""

from sqlalchemy.orm import Session

from webapp.ballots import queries as counted
from webapp.evaluation.models import Evaluation
from webapp.evaluation.queries.one import plan_of
from webapp.evaluation.queries.surveys import survey_of
from webapp.evaluation.rules import of_stars
from webapp.projects.models import Project


def residents_of(session: Session, evaluation: Evaluation) -> tuple[int | None, int]:
    """The residents' points of a hundred (hundredths; None where they do not count), and how many gave them."""
    if evaluation.kind != "final":
        return None, 0
    if plan_of(session, session.get_one(Project, evaluation.project_id)).residents_by == "survey":
        survey = survey_of(session, evaluation.project_id)
        return (survey.score, survey.answered) if survey is not None and survey.state == "closed" else (None, 0)
    if evaluation.ballot_id is None:
        return None, 0
    rated = counted.outcome(session, evaluation.ballot_id)
    if rated and rated[0].n and rated[0].mean_hundredths is not None:
        return of_stars(rated[0].mean_hundredths), rated[0].n
    return None, 0
