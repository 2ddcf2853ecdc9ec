"""Reads of surveys: counts with their n, never who said what."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.core.scope import Viewer
from webapp.evaluation.models import Survey, SurveyAnswer, SurveySlip, SurveyStar
from webapp.evaluation.rules.survey import STARS, SurveyFacts, score
from webapp.projects.models import Activity, Beneficiary, Project, RegisterDrawn, RegisterSample
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


def drawn_of(survey_id: int) -> sa.Select[Any]:
    """The slips of a survey that are somebody's of the register, each with its draw."""
    drawn = sa.and_(RegisterDrawn.sample_id == SurveySlip.sample_id, RegisterDrawn.position == SurveySlip.position)
    return sa.select(SurveySlip.number).join(RegisterDrawn, drawn).where(SurveySlip.survey_id == survey_id)


def slips_between(session: Session, survey_id: int, first: int, last: int) -> list[tuple[int, str]]:
    """The unused slips between two numbers, each with whose of the register it is (服务对象12, 儿童3), empty where nobody's."""
    query = (
        sa.select(SurveySlip.number, Beneficiary.number, Beneficiary.minor)
        .outerjoin(RegisterDrawn, sa.and_(RegisterDrawn.sample_id == SurveySlip.sample_id, RegisterDrawn.position == SurveySlip.position))
        .outerjoin(Beneficiary, Beneficiary.id == RegisterDrawn.beneficiary_id)
        .where(SurveySlip.survey_id == survey_id, SurveySlip.number.between(first, last), SurveySlip.use == "out")
    )
    found = session.execute(query.order_by(SurveySlip.number))
    return [(n, "" if whose is None else f"{'儿童' if minor else '服务对象'}{whose}") for n, whose, minor in found]


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
            sa.case((SurveySlip.sample_id.is_not(None), "名册抽样，一人一份"), else_=sa.func.coalesce(Activity.title, "不指定活动")),
            sa.func.min(SurveySlip.number),
            sa.func.max(SurveySlip.number),
            sa.func.count(),
            used,
        )
        .select_from(SurveySlip)
        .outerjoin(Activity, Activity.id == SurveySlip.activity_id)
        .where(SurveySlip.survey_id == survey_id)
        .group_by(SurveySlip.activity_id, SurveySlip.sample_id, Activity.title)
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


def slips_follow(session: Session) -> Iterator[str]:
    """A slip of a drawn person is of a draw from the survey's own project, and nobody has two."""
    strange = sa.select(SurveySlip.survey_id, SurveySlip.number).join(Survey, Survey.id == SurveySlip.survey_id)
    strange = strange.join(RegisterSample, RegisterSample.id == SurveySlip.sample_id).where(RegisterSample.project_id != Survey.project_id)
    for survey_id, number in session.execute(strange.order_by(SurveySlip.survey_id, SurveySlip.number)):
        yield f"survey:{survey_id} 第 {number} 号不是从本项目名册抽出的"
    drawn = sa.and_(RegisterDrawn.sample_id == SurveySlip.sample_id, RegisterDrawn.position == SurveySlip.position)
    twice = (
        sa.select(SurveySlip.survey_id, RegisterDrawn.beneficiary_id)
        .join(RegisterDrawn, drawn)
        .group_by(SurveySlip.survey_id, RegisterDrawn.beneficiary_id)
        .having(sa.func.count() > 1)
    )
    for survey_id, key in session.execute(twice):
        yield f"survey:{survey_id} 给同一位服务对象（beneficiary:{key}）发了不止一份"
