"""Reads of surveys: counts with their n, never who said what."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.core.scope import Viewer
from webapp.evaluation.models import Survey, SurveyAnswer, SurveySlip, SurveyStar
from webapp.evaluation.rules.survey import STARS, SurveyFacts, score
from webapp.projects.models import Activity, Project
from webapp.projects.queries.acting import acts_for, call_of
from webapp.scoring.rules import items, of_stars

MOST_VOICES = 50


def survey_of(session: Session, project_id: int) -> Survey | None:
    """The survey of a project."""
    return session.scalars(sa.select(Survey).where(Survey.project_id == project_id)).one_or_none()


def of_survey(session: Session, survey: Survey, by: Viewer, at: datetime) -> SurveyFacts:
    call = call_of(session, session.get_one(Project, survey.project_id).call_id)
    return SurveyFacts(acts_for(by, call), survey.printed, survey.answered, survey.refused, survey.unissued, survey.told_refused)


def sums(session: Session, survey_id: int) -> dict[str, dict[int, int]]:
    """How often each question got each number of stars."""
    query = (
        sa.select(SurveyStar.item, SurveyStar.stars, sa.func.count())
        .join(SurveyAnswer, SurveyAnswer.id == SurveyStar.answer_id)
        .where(SurveyAnswer.survey_id == survey_id)
        .group_by(SurveyStar.item, SurveyStar.stars)
    )
    found: dict[str, dict[int, int]] = {}
    for item, stars, n in session.execute(query):
        found.setdefault(item, {})[stars] = n
    return found


def added(by_stars: Mapping[str, Mapping[int, int]]) -> dict[str, int]:
    """The stars of each question added up."""
    return {item: sum(stars * n for stars, n in counts.items()) for item, counts in by_stars.items()}


@dataclass(frozen=True, slots=True)
class Question:
    """A question with its answers: how many gave each number of stars, of n, and the points they come to."""

    title: str
    most: int
    n: int
    counts: tuple[tuple[str, int], ...]
    total: int
    points: int | None


def questions(survey: Survey, by_stars: Mapping[str, Mapping[int, int]]) -> list[Question]:
    """The questions of a survey with what was answered; without answers, none of it."""
    found = []
    for item in items(survey.tree):
        counts = by_stars.get(item.key, {})
        n, total = sum(counts.values()), sum(stars * one for stars, one in counts.items())
        told = tuple((words, counts.get(stars, 0)) for stars, words in STARS.items())
        found.append(Question(item.title, item.most, n, told, total, of_stars(item.most, total, n) if n else None))
    return found


@dataclass(frozen=True, slots=True)
class Batch:
    """Slips printed for one occasion."""

    title: str
    first: int
    last: int
    printed: int
    used: int


def batches(session: Session, survey_id: int) -> list[Batch]:
    """The slips by the activity at which they are handed out."""
    used = sa.func.sum(sa.case((SurveySlip.use != "out", 1), else_=0))
    query = (
        sa.select(
            sa.func.coalesce(Activity.title, "不指定活动"),
            sa.func.min(SurveySlip.number),
            sa.func.max(SurveySlip.number),
            sa.func.count(),
            used,
        )
        .select_from(SurveySlip)
        .outerjoin(Activity, Activity.id == SurveySlip.activity_id)
        .where(SurveySlip.survey_id == survey_id)
        .group_by(SurveySlip.activity_id, Activity.title)
        .order_by(sa.func.min(SurveySlip.number))
    )
    return [Batch(*one) for one in session.execute(query)]


def voices(session: Session, survey_id: int) -> list[str]:
    """What residents added in words, in an order that tells nothing of when."""
    query = sa.select(SurveyAnswer.voice).where(SurveyAnswer.survey_id == survey_id, SurveyAnswer.voice != "")
    return list(session.scalars(query.order_by(SurveyAnswer.voice).limit(MOST_VOICES)))


def activities_of(session: Session, project_id: int) -> list[tuple[int, str]]:
    """The activities at which slips may be handed out, the newest first."""
    query = sa.select(Activity.id, Activity.title, Activity.planned_on).where(
        Activity.project_id == project_id, Activity.state != "cancelled"
    )
    found = session.execute(query.order_by(Activity.planned_on.desc(), Activity.id.desc()).limit(MOST_VOICES))
    return [(key, f"{title}（{day:%m-%d}）") for key, title, day in found]


def answers_follow(session: Session) -> Iterator[str]:
    """The counters and the points of a survey are what its slips and answers say."""
    answers = sa.select(sa.func.count()).where(SurveyAnswer.survey_id == Survey.id).scalar_subquery()
    happy = sa.select(sa.func.count()).where(SurveyAnswer.survey_id == Survey.id, SurveyAnswer.satisfied).scalar_subquery()

    def slips(*conditions: sa.ColumnElement[bool]) -> sa.ScalarSelect[int]:
        return sa.select(sa.func.count()).where(SurveySlip.survey_id == Survey.id, *conditions).scalar_subquery()

    query = sa.select(Survey, answers, happy, slips(), slips(SurveySlip.use == "answered"), slips(SurveySlip.use == "refused"))
    for survey, n, satisfied, printed, used, refused in session.execute(query.order_by(Survey.id)):
        kept = (survey.answered, survey.satisfied, survey.printed, survey.answered, survey.refused)
        if kept != (n, satisfied, printed, used, refused):
            again = f"{n}、{satisfied}、{printed}、{refused}"
            yield f"{survey.ref} 收回、满意、印制、拒答记 {'、'.join(map(str, (*kept[:3], survey.refused)))}，重数为 {again}"
        if survey.state != "closed":
            continue
        points = score(survey.tree, added(sums(session, survey.id)), n) if n and n >= survey.least else None
        if survey.score != points:
            yield f"{survey.ref} 得分 {survey.score}，重算为 {points}"
