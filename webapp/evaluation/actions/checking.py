"""Verbs of 核查: a call to one of a sample from beginning to end, a visit, a finding with its 申辩 and its end."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from reports.format import day as spelled
from webapp.accounts.queries import people_with
from webapp.accounts.viewer import Viewer
from webapp.core import files, journal, outbox
from webapp.core.calendar import deadline
from webapp.core.clock import last_day, today
from webapp.core.trace import trace
from webapp.core.workflow import Refused, begin, refuse, take_step
from webapp.evaluation.models import Evaluation, Observation, SampleCall, SiteCheck
from webapp.evaluation.queries import checking
from webapp.evaluation.rules.checking import LONGEST_CALL, TO_CALL, unfit
from webapp.projects import actions as projects
from webapp.projects.models import Project, RegisterSample
from webapp.projects.queries import register
from webapp.projects.queries.acting import call_of


def begin_call(session: Session, sample: RegisterSample, position: int, *, by: Viewer, at: datetime) -> tuple[SampleCall, str]:
    """开始通话 with one of a sample: gives the call and the number, which is shown while the call goes on.

    Refused with `rules.TO_CALL`: for a draw of somebody else, without an evaluation under way, for who answered or refused before.
    The database refuses a second call of the same person who calls while one is going on.
    """
    found, facts = checking.to_call(session, sample, position, by)
    if wrong := [told for rule in TO_CALL if (told := rule(facts)) is not None]:
        raise Refused(*wrong)
    evaluation = checking.open_evaluation(session, sample.project_id)
    assert found is not None
    assert evaluation is not None
    assert by.id is not None
    call = SampleCall(
        project_id=sample.project_id, evaluation_id=evaluation, sample_id=sample.id, position=position, attempt=len(facts.past) + 1,
        by_id=by.id, began_at=at, answers={},
    )  # fmt: skip
    session.add(call)
    session.flush()
    journal.record(session, sample.ref, "call", by=by.ref, at=at, data={"position": position, "attempt": call.attempt, "call": call.ref})
    return call, found.phone or ""


def number_again(session: Session, call: SampleCall, *, by: Viewer, at: datetime) -> str:
    """再看号码 during a call; another entry of the journal. Refused once it is over, and after `LONGEST_CALL`."""
    _mine(call, by)
    if call.result:
        raise refuse("over", "通话已经结束，号码不再显示。")
    if at - call.began_at > LONGEST_CALL:
        raise refuse("long", "这通电话开始已经超过两小时，号码不再显示。请登记结果，需要时再拨一次。")
    key = checking.drawn_key(session, call.sample_id, call.position)
    found = register.one(session, key) if key is not None else None
    if found is None or not found.phone:
        raise refuse("no_phone", "这个人的信息已经删除，不能再联系。请登记为未接通。")
    journal.record(session, f"{RegisterSample.REF}:{call.sample_id}", "call_again", by=by.ref, at=at, data={"position": call.position})
    return found.phone


def end_call(
    session: Session, call: SampleCall, *, result: str, answers: Mapping[str, str] | None = None, remark: str = "", by: Viewer, at: datetime
) -> None:
    """结束通话: 接通 with an answer to each question, 未接通 or 拒访; the number is gone.

    Raises Refused for what is missing at its field, for somebody else's call and for one that is over.
    """
    _mine(call, by)
    if call.result:
        raise refuse("over", "这通电话已经登记了结果。")
    given = {key: value for key, value in (answers or {}).items() if value} if result == "answered" else {}
    if wrong := unfit(result, given):
        raise Refused(*wrong)
    call.result, call.answers, call.remark, call.ended_at = result, given, remark.strip(), at
    session.flush()
    journal.record(
        session, f"{RegisterSample.REF}:{call.sample_id}", "call_end", by=by.ref, at=at,
        data={"position": call.position, "result": result, "digest": journal.digest(journal.canonical(given))},
    )  # fmt: skip


def _mine(call: SampleCall, by: Viewer) -> None:
    if call.by_id != by.id:
        raise refuse("mine", "这通电话是别人在打，只有打电话的人可以登记。")


def _open(evaluation: Evaluation) -> None:
    if evaluation.state == "confirmed":
        raise refuse("state", "评估结果已经确认，不能再登记核查。")


def check_site(
    session: Session, evaluation: Evaluation, *, held_on: date, place: str, checked: str, found: str,
    photos: Sequence[files.Checked] = (), by: Viewer, at: datetime,
) -> SiteCheck:  # fmt: skip
    """实地核查: where, when, what was looked at and what was seen. Refused for a day to come and after the result."""
    _open(evaluation)
    if held_on > today(at):
        raise refuse("held_on", "核查日期还没有到。", "held_on")
    assert by.id is not None
    done = SiteCheck(
        project_id=evaluation.project_id, evaluation_id=evaluation.id, held_on=held_on, place=place.strip(), checked=checked.strip(),
        found=found.strip(), by_id=by.id, at=at,
    )  # fmt: skip
    session.add(done)
    session.flush()
    for one in photos:
        files.attach(session, done.ref, "photo", one, by=by.ref, at=at)
    journal.record(session, done.ref, "create", by=by.ref, at=at, data={"evaluation": evaluation.ref, "photos": len(photos)})
    journal.record(session, evaluation.ref, "site_check", by=by.ref, at=at, data={"check": done.ref})
    trace(session, evaluation.ref, done.ref)
    return done


def observe(
    session: Session, evaluation: Evaluation, *, ground: str, title: str, text: str, workdays: int, by: Viewer, at: datetime
) -> Observation:
    """提出核查问题: the organisation hears of it and has so many working days for its 申辩. Refused after the result."""
    _open(evaluation)
    assert by.id is not None
    project = session.get_one(Project, evaluation.project_id)
    made = Observation(
        project_id=project.id, evaluation_id=evaluation.id, ground=ground, title=title.strip(), text=text.strip(), raised_by_id=by.id
    )
    begin(session, made, by=by, at=at, data={"evaluation": evaluation.ref, "ground": ground})
    made.due_at = deadline(at, workdays)
    journal.record(session, evaluation.ref, "observe", by=by.ref, at=at, data={"observation": made.ref})
    trace(session, evaluation.ref, made.ref)
    until = spelled(last_day(made.due_at))
    projects.tell_organisation(
        session, project, made.ref, f"项目 {project.number} 评估提出核查问题", f"{made.title}。可以在 {until} 前申辩并附材料。", at
    )
    return made


def answer_observation(
    session: Session,
    observation: Observation,
    *,
    answer: str,
    papers: Sequence[files.Checked] = (),
    by: Viewer,
    at: datetime,
    note: str = "",
) -> None:
    """申辩, with papers; who raised the finding hears of it."""
    observation.answer = answer
    for one in papers:
        files.attach(session, observation.ref, "paper", one, by=by.ref, at=at)
    take_step(
        session, observation, "answer", by=by, at=at, note=note, data={"papers": len(papers), "digest": journal.digest(answer)},
        due=deadline(at, 5),
    )  # fmt: skip
    project = session.get_one(Project, observation.project_id)
    call = call_of(session, project.call_id)
    people = {observation.raised_by_id}
    if call.evaluator_id:
        people |= set(people_with(session, ("evaluator",), at=at, organisation_id=call.evaluator_id))
    outbox.tell(session, people, observation.ref, f"项目 {project.number} 已申辩", observation.title, at=at)


def _decides(step: str) -> Callable[..., None]:
    def decide(session: Session, observation: Observation, *, reason: str, by: Viewer, at: datetime, note: str = "") -> None:
        observation.reason = reason
        take_step(session, observation, step, by=by, at=at, note=note, data={"digest": journal.digest(reason)})
        project = session.get_one(Project, observation.project_id)
        words = f"项目 {project.number} 核查问题{observation.state_label}"
        projects.tell_organisation(session, project, observation.ref, words, f"{observation.title}：{reason}", at)

    decide.__doc__ = f"`{step}` a finding with the reason; the organisation is told. Refused before it was heard or its time is over."
    return decide


uphold, uphold_partly, drop = _decides("uphold"), _decides("partly"), _decides("drop")


def calls_open(session: Session, person_id: int) -> int | None:
    """The call somebody is on, by its key."""
    return session.scalar(sa.select(SampleCall.id).where(SampleCall.by_id == person_id, SampleCall.result == ""))
