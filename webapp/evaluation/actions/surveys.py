"""Verbs of surveys: opening with printed slips, more slips, an answer by a code, a refusal by a code, the close."""

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.ballots.slips import DIGITS, plain
from webapp.calls.rules import SHIPPED
from webapp.core import journal, outbox
from webapp.core.clock import end_of, today
from webapp.core.scope import Viewer
from webapp.core.secrets import keyed
from webapp.core.trace import trace
from webapp.core.workflow import CLOCK, Refused, begin, refuse, take_step
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
from webapp.projects.models import Activity, Project, RegisterDrawn
from webapp.projects.queries.acting import call_of
from webapp.reviews.actions.panels import organisers_of

LONGEST_DAYS = 366


def code_of(key: str, number: int) -> str:
    """The digits on the slip of a number."""
    made = hmac.digest(bytes.fromhex(key), f"survey:{number}".encode(), "sha256")
    return str(int.from_bytes(made) % 10**DIGITS).zfill(DIGITS)


def open_survey(
    session: Session, project: Project, *, slips: int, closes_on: date, among: str = "", activity_id: int | None = None, by: Viewer,
    at: datetime,
) -> Survey:  # fmt: skip
    """开始满意度问卷 among those a project serves, with its first slips (`more` says for whom).

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
    _print(session, survey, project, slips, among, activity_id, by, at)
    projects.tell_organisation(
        session, project, survey.ref, f"项目 {project.number} 开始满意度问卷", "请配合主办单位把问卷码当面发给服务对象。", at
    )
    return survey


def more(
    session: Session, survey: Survey, *, slips: int, among: str = "", activity_id: int | None = None, by: Viewer, at: datetime
) -> None:
    """加印问卷码: for another activity, or (`among="register"`) for so many more drawn from the register, each once in the survey.

    Refuses once the survey is closed, and where nobody of the register is left.
    """
    _lock(session, survey)
    _being_open(survey)
    _print(session, survey, session.get_one(Project, survey.project_id), slips, among, activity_id, by, at)
    journal.record(session, survey.ref, "more", by=by.ref, at=at, data={"slips": slips, "printed": survey.printed})


def _print(
    session: Session, survey: Survey, project: Project, slips: int, among: str, activity_id: int | None, by: Viewer, at: datetime
) -> None:
    if not 1 <= slips <= MOST_SLIPS:
        raise refuse("slips", f"一次印 1 到 {MOST_SLIPS} 份。", "slips")
    if among == "register" and activity_id is not None:
        raise refuse("activity", "从名册抽样的，一人一份，不指定活动。", "activity_id")
    if activity_id is not None and session.scalar(sa.select(Activity.project_id).where(Activity.id == activity_id)) != survey.project_id:
        raise refuse("activity", "请选择本项目的活动。", "activity_id")
    drawn: list[tuple[int | None, int | None]] = [(None, None)] * slips
    if among == "register":
        drawn = _draw(session, survey, project, slips, by, at)
    made = [
        {
            "survey_id": survey.id, "number": n, "code_key": _hash(code_of(survey.key, n)), "activity_id": activity_id, "sample_id": sample,
            "position": position,
        }
        for n, (sample, position) in enumerate(drawn, survey.printed + 1)
    ]  # fmt: skip
    survey.printed += len(made)
    session.execute(sa.insert(SurveySlip), made)
    session.flush()


def _draw(session: Session, survey: Survey, project: Project, size: int, by: Any, at: datetime) -> list[tuple[int | None, int | None]]:
    """So many of the register by lot, nobody who has a slip of this survey already; fewer where there are no more."""
    had = session.scalars(surveys.drawn_of(survey.id).with_only_columns(RegisterDrawn.beneficiary_id)).all()
    try:
        sample = projects.draw_sample(session, project, size=size, without=set(had), by=by, at=at)
    except Refused as refused:
        raise Refused(*(replace(one, place="slips" if one.place == "size" else one.place) for one in refused.refusals)) from refused
    trace(session, survey.ref, sample.ref)
    return [(sample.id, n) for n in range(1, sample.size + 1)]


def _hash(code: str) -> str:
    return keyed("survey_slip", code)


def _lock(session: Session, survey: Survey) -> None:
    session.refresh(survey, with_for_update=True)


def _being_open(survey: Survey) -> None:
    if survey.state != "open" or not survey.key:
        raise refuse("state", "问卷已经截止，问卷码随即作废，不能再打印。")


def codes(session: Session, survey: Survey, first: int, last: int, *, by: Viewer, at: datetime) -> list[tuple[int, str, str]]:
    """打印问卷码: of the slips between two numbers that are not used yet the number, the code and whose of the register; an entry says who had them.

    Refuses once the survey is closed, and where no slip lies between the numbers.
    """
    _being_open(survey)
    found = surveys.slips_between(session, survey.id, first, last)
    if not found:
        raise refuse("numbers", "这个编号范围里没有还能用的问卷码，请核对起止编号。")
    journal.record(session, survey.ref, "print", by=by.ref, at=at, data={"first": first, "last": last, "slips": len(found)})
    return [(n, code_of(survey.key, n), whose) for n, whose in found]


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


def refuse_for(session: Session, survey: Survey, number: int, *, by: Viewer, at: datetime) -> None:
    """登记拒答: whoever was handed the slip of a number said that they would rather not; counted once, and the code is used up.

    Refuses once the survey is closed, and a number that was not printed or was used.
    """
    _lock(session, survey)
    _being_open(survey)
    mine = sa.update(SurveySlip).where(SurveySlip.survey_id == survey.id, SurveySlip.number == number, SurveySlip.use == "out")
    if session.scalar(mine.values(use="refused").returning(SurveySlip.number).execution_options(synchronize_session=False)) is None:
        raise refuse("number", "没有这个编号的问卷码，或者已经用过，请核对纸条上的编号。", "number")
    _count(session, survey, {"refused": Survey.refused + 1})
    journal.record(session, survey.ref, "refuse", by=by.ref, at=at, data={"number": number})


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


def tell_issued(session: Session, survey: Survey, *, unissued: int, told_refused: int, by: Viewer, at: datetime) -> None:
    """登记发放情况: how many slips were never handed out, and who refused in person; also after the clock closed the survey.

    The points do not hang on it. Refuses figures that do not add up, and once the final evaluation is confirmed.
    """
    _lock(session, survey)
    final = queries.of_project(session, survey.project_id, "final")
    if final is not None and final.state == "confirmed":
        raise refuse("confirmed", "末期评估结果已经确认，发放情况不能再改。")
    if wrong := figures_add_up(SurveyFacts(True, survey.printed, survey.answered, survey.refused, unissued, told_refused)):
        raise Refused(wrong)
    survey.unissued, survey.told_refused = unissued, told_refused
    session.flush()
    journal.record(session, survey.ref, "tally", by=by.ref, at=at, data={"unissued": unissued, "told_refused": told_refused})


def close_due(session: Session, at: datetime) -> int:
    """The surveys whose last day is over close by themselves, with what was told of them until then; the organiser hears of it."""
    query = sa.select(Survey).where(Survey.state == "open", Survey.due_at <= at).order_by(Survey.id).with_for_update(skip_locked=True)
    found = session.scalars(query).all()
    for survey in found:
        close_survey(session, survey, unissued=survey.unissued, told_refused=survey.told_refused, by=CLOCK, at=at)
        project = session.get_one(Project, survey.project_id)
        people = organisers_of(session, call_of(session, project.call_id), at)
        words = f"{survey.figures_said}。没有发出和当面拒答的份数，请在问卷页登记。"
        outbox.tell(session, people, survey.ref, f"项目 {project.number} 满意度问卷已截止", words, at=at)
    return len(found)
