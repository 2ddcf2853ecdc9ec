"""Verbs of surveys: opening with printed slips, more slips, an answer by a code, a refusal by a code, the close."""

import hmac
import secrets
from collections.abc import Mapping
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.ballots.slips import DIGITS, plain
from webapp.calls.rules import SHIPPED
from webapp.core import journal
from webapp.core.clock import end_of, today
from webapp.core.scope import Viewer
from webapp.core.secrets import keyed
from webapp.core.trace import trace
from webapp.core.workflow import Refused, begin, refuse, take_step
from webapp.evaluation import queries
from webapp.evaluation.models import Survey, SurveyAnswer, SurveySlip, SurveyStar
from webapp.evaluation.queries import surveys
from webapp.evaluation.rules.survey import (
    CODE_UNKNOWN,
    CODE_USED,
    MOST_SLIPS,
    OPEN_TO,
    OVER,
    SurveyFacts,
    figures_add_up,
    satisfied,
    score,
    unfit,
)
from webapp.projects import actions as projects
from webapp.projects.models import Activity, Project

LONGEST_DAYS = 366


def code_of(key: str, number: int) -> str:
    """The digits on the slip of a number."""
    made = hmac.digest(bytes.fromhex(key), f"survey:{number}".encode(), "sha256")
    return str(int.from_bytes(made) % 10**DIGITS).zfill(DIGITS)


def open_survey(
    session: Session, project: Project, *, slips: int, closes_on: date, activity_id: int | None = None, by: Viewer, at: datetime
) -> Survey:
    """开始满意度问卷 among those a project serves, with its first slips.

    Refuses a project that is not at work, one that has a survey already (`exists`), a day that is past (`closes_on`).
    """
    if project.state not in OPEN_TO:
        raise refuse("project", f"项目{project.state_label}，不能开始满意度问卷。")
    if surveys.survey_of(session, project.id) is not None:
        raise refuse("exists", "这个项目已经有满意度问卷，可以在原问卷上加印问卷码。")
    if not today(at) < closes_on <= today(at) + timedelta(days=LONGEST_DAYS):
        raise refuse("closes_on", "截止日期要晚于今天，不超过一年。", "closes_on")
    plan = queries.plan_of(session, project)
    tree = plan.residents_tree or next(one.tree for one in SHIPPED if one.key == "residents")
    survey = Survey(
        project_id=project.id, title=f"{project.title} 满意度问卷", tree=tree, least=plan.sample_least, closes_on=closes_on,
        key=secrets.token_hex(32),
    )  # fmt: skip
    begin(session, survey, by=by, at=at, data={"title": "满意度问卷", "least": survey.least, "closes_on": closes_on.isoformat()})
    survey.due_at = end_of(closes_on)
    trace(session, project.ref, survey.ref)
    _print(session, survey, slips, activity_id)
    projects.tell_organisation(
        session, project, survey.ref, f"项目 {project.number} 开始满意度问卷", "请配合主办单位把问卷码当面发给服务对象。", at
    )
    return survey


def more(session: Session, survey: Survey, *, slips: int, activity_id: int | None = None, by: Viewer, at: datetime) -> None:
    """加印问卷码, for another activity. Refuses once the survey is closed."""
    _lock(session, survey)
    _being_open(survey)
    _print(session, survey, slips, activity_id)
    journal.record(session, survey.ref, "more", by=by.ref, at=at, data={"slips": slips, "printed": survey.printed})


def _print(session: Session, survey: Survey, slips: int, activity_id: int | None) -> None:
    if not 1 <= slips <= MOST_SLIPS:
        raise refuse("slips", f"一次印 1 到 {MOST_SLIPS} 份。", "slips")
    if activity_id is not None and session.scalar(sa.select(Activity.project_id).where(Activity.id == activity_id)) != survey.project_id:
        raise refuse("activity", "请选择本项目的活动。", "activity_id")
    numbers = range(survey.printed + 1, survey.printed + slips + 1)
    made = [{"survey_id": survey.id, "number": n, "code_key": _hash(code_of(survey.key, n)), "activity_id": activity_id} for n in numbers]
    survey.printed += slips
    session.execute(sa.insert(SurveySlip), made)
    session.flush()


def _hash(code: str) -> str:
    return keyed("survey_slip", code)


def _lock(session: Session, survey: Survey) -> None:
    session.refresh(survey, with_for_update=True)


def _being_open(survey: Survey) -> None:
    if survey.state != "open" or not survey.key:
        raise refuse("state", "问卷已经截止，问卷码随即作废，不能再打印。")


def codes(session: Session, survey: Survey, first: int, last: int, *, by: Viewer, at: datetime) -> list[tuple[int, str]]:
    """打印问卷码: the codes of the slips between two numbers that are not used yet; an entry says who had them.

    Refuses once the survey is closed, and where no slip lies between the numbers.
    """
    _being_open(survey)
    query = sa.select(SurveySlip.number).where(
        SurveySlip.survey_id == survey.id, SurveySlip.number.between(first, last), SurveySlip.use == "out"
    )
    numbers = list(session.scalars(query.order_by(SurveySlip.number)))
    if not numbers:
        raise refuse("numbers", "这个编号范围里没有还能用的问卷码，请核对起止编号。")
    journal.record(session, survey.ref, "print", by=by.ref, at=at, data={"first": first, "last": last, "slips": len(numbers)})
    return [(n, code_of(survey.key, n)) for n in numbers]


def enter(session: Session, typed: str, at: datetime) -> Survey:
    """The survey that a typed code is for. Refuses with `code_unknown`, `code_used`, `closed`."""
    query = sa.select(Survey, SurveySlip.use).join(SurveySlip, SurveySlip.survey_id == Survey.id)
    found = session.execute(query.where(SurveySlip.code_key == _hash(plain(typed)))).one_or_none()
    if found is None:
        raise refuse("code_unknown", CODE_UNKNOWN, "code")
    survey, state = found
    if state != "out":
        raise refuse("code_used", CODE_USED, "code")
    if survey.state != "open" or at > end_of(survey.closes_on):
        raise refuse("closed", OVER, "code")
    opened: Survey = survey
    return opened


def answer(session: Session, typed: str, *, stars: Mapping[str, int], voice: str = "", at: datetime) -> Survey:
    """One answer, once for a code: every question has one to five stars. The answer does not name the slip.

    Refuses as `enter` does, and each question without stars at its own place.
    """
    survey = enter(session, typed, at)
    if wrong := unfit(survey.tree, stars):
        raise Refused(*wrong)
    _use(session, typed, "answered")
    happy = satisfied(list(stars.values()))
    given = SurveyAnswer(survey_id=survey.id, satisfied=happy, voice=voice.strip())
    session.add(given)
    session.flush()
    session.execute(sa.insert(SurveyStar), [{"answer_id": given.id, "item": item, "stars": n} for item, n in stars.items()])
    _count(session, survey, {"answered": Survey.answered + 1, "satisfied": Survey.satisfied + int(happy)})
    return survey


def decline(session: Session, typed: str, *, at: datetime) -> Survey:
    """不想参加, by a code: counted as a refusal, and the code is used up. Refuses as `enter` does."""
    survey = enter(session, typed, at)
    _use(session, typed, "refused")
    _count(session, survey, {"refused": Survey.refused + 1})
    return survey


def _use(session: Session, typed: str, use: str) -> None:
    """The slip's one use, whoever is first."""
    used = sa.update(SurveySlip).where(SurveySlip.code_key == _hash(plain(typed)), SurveySlip.use == "out").values(use=use)
    if session.scalar(used.returning(SurveySlip.number).execution_options(synchronize_session=False)) is None:
        raise refuse("code_used", CODE_USED, "code")


def _count(session: Session, survey: Survey, figures: Mapping[str, object]) -> None:
    """The counters move on in the database; a survey that was closed meanwhile takes no more."""
    moved = sa.update(Survey).where(Survey.id == survey.id, Survey.state == "open").values(**figures)
    if session.scalar(moved.returning(Survey.id).execution_options(synchronize_session=False)) is None:
        raise refuse("closed", OVER, "code")
    session.expire(survey)


def close_survey(
    session: Session, survey: Survey, *, unissued: int = 0, told_refused: int = 0, by: Viewer, at: datetime, note: str = ""
) -> None:
    """截止并统计: what was never handed out and who refused in person is told, the codes die, the points are worked out.

    With fewer answers than the least the survey does not count, and says so. Refuses figures that do not add up.
    """
    _lock(session, survey)
    if wrong := figures_add_up(SurveyFacts(True, survey.printed, survey.answered, survey.refused, unissued, told_refused)):
        raise Refused(wrong)
    survey.unissued, survey.told_refused = unissued, told_refused
    with session.no_autoflush:
        by_stars = surveys.sums(session, survey.id)
        survey.score = score(survey.tree, surveys.added(by_stars), survey.answered) if survey.answered and survey.counts else None
        survey.key = ""
        told = {"issued": survey.issued, "answered": survey.answered, "refused": survey.refusals, "satisfied": survey.satisfied}
        digest = journal.digest(
            journal.canonical({item: {str(n): c for n, c in sorted(one.items())} for item, one in sorted(by_stars.items())})
        )
        take_step(session, survey, "close", by=by, at=at, note=note, data={**told, "score": survey.score, "answers": digest})
    session.flush()
