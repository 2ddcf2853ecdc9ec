"""核查: whom one may call and when, a number that is there only during the call, findings heard before they are decided."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from tests.conftest import START
from tests.evaluation.walk import judged, self_assess
from tests.projects import stage
from webapp.core.journal import Entry
from webapp.core.workflow import Refused
from webapp.evaluation import actions as evaluations
from webapp.evaluation.actions import checking
from webapp.evaluation.models import Evaluation, Observation, SampleCall
from webapp.evaluation.queries.checking import figures
from webapp.evaluation.rules.checking import QUESTIONS, TO_CALL, CallFacts, unfit
from webapp.projects import actions as projects
from webapp.projects.models import Project, RegisterSample
from webapp.projects.rules.register import Told

PHONE = "13912345678"
GOOD = {"served": "yes", "often": "same", "charged": "no", "satisfied": "good"}
FREE = CallFacts(mine=True, evaluating=True, here=True, erased=False, phone=True, past=())


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({}, None), ({"past": ("missed", "missed")}, None), ({"mine": False}, "mine"), ({"evaluating": False}, "evaluation"),
        ({"here": False}, "position"), ({"erased": True}, "erased"), ({"phone": False}, "no_phone"), ({"past": ("answered",)}, "done"),
        ({"past": ("missed", "refused")}, "done"), ({"past": ("missed",) * 3}, "attempts"),
    ],
)  # fmt: skip
def test_who_may_be_called(changed, code):
    found = [told.code for rule in TO_CALL if (told := rule(replace(FREE, **changed))) is not None]
    assert found == ([code] if code else [])


def test_an_answered_call_answers_every_question():
    assert unfit("answered", GOOD) == []
    assert unfit("missed", {}) == []
    assert [one.place for one in unfit("answered", {**GOOD, "charged": "maybe"})] == ["charged"]
    assert [one.place for one in unfit("", {})] == ["result"]
    assert len(unfit("answered", {})) == len(QUESTIONS)


def sampled(session, cast, *, people=3) -> tuple[Evaluation, RegisterSample]:
    """A project with people in its register, a mid-term under way, and a draw of the evaluator."""
    project = stage.delivering(session, cast, START)
    by = cast.member.viewer(session, START)
    for n in range(people):
        told = Told(f"老人{n}", str(int(PHONE) + n))
        projects.register(session, project, told, signed_on=date(2026, 3, 1), papers=[stage.picture("同意书.jpg", n)], by=by, at=START)
    evaluation = evaluations.create(session, project, "midterm", by=cast.officer.viewer(session, START), at=START)
    return evaluation, projects.draw_sample(session, project, size=people, by=cast.evaluator.viewer(session, START), at=START)


def test_calls_are_counted_by_person_and_each_is_in_the_journal(session, cast):
    evaluation, sample = sampled(session, cast)
    by = cast.evaluator.viewer(session, START)
    results = (("missed", {}), ("answered", GOOD), ("refused", {}), ("answered", {**GOOD, "served": "no"}))
    for position, (result, answers) in zip((1, 1, 2, 3), results, strict=True):
        call, phone = checking.begin_call(session, sample, position, by=by, at=START)
        assert phone.startswith("139123456")
        checking.end_call(session, call, result=result, answers=answers, by=by, at=START)
        with pytest.raises(Refused, match="已经结束"):
            checking.number_again(session, call, by=by, at=START)
    found = figures(session, evaluation.id)
    assert (found.drawn, found.called, found.answered, found.refused, found.missed, found.doubtful) == (3, 3, 2, 1, 0, 1)
    assert found.answers[0].counts == (("接受过", 1), ("没有接受过", 1), ("记不清", 0))
    with pytest.raises(Refused, match="已经接通"):
        checking.begin_call(session, sample, 1, by=by, at=START)
    steps = session.scalars(sa.select(Entry.step).where(Entry.subject == sample.ref).order_by(Entry.number)).all()
    assert steps == ["draw", *(["call", "call_end"] * 4)]


def test_nobody_is_on_two_calls_and_a_long_one_shows_no_number(session, cast):
    _, sample = sampled(session, cast)
    by = cast.evaluator.viewer(session, START)
    call, _ = checking.begin_call(session, sample, 1, by=by, at=START)
    with pytest.raises(IntegrityError, match=r"one_at_a_time|sample_calls\.by_id"), session.begin_nested():
        checking.begin_call(session, sample, 2, by=by, at=START)
    assert checking.number_again(session, call, by=by, at=START + timedelta(hours=1)).startswith("139")
    with pytest.raises(Refused, match="超过两小时"):
        checking.number_again(session, call, by=by, at=START + timedelta(hours=3))
    with pytest.raises(Refused, match="别人在打"):
        checking.end_call(session, call, result="missed", by=cast.officer.viewer(session, START), at=START)


def test_a_finding_is_heard_before_it_is_decided_and_the_result_waits(session, cast):
    evaluation, _ = sampled(session, cast)
    by, head = cast.evaluator.viewer(session, START), cast.head.viewer(session, START)
    self_assess(session, cast, evaluation)
    evaluations.judge(session, evaluation, given=judged(session, evaluation, 90), opinion="好", by=by, at=START)
    made = [
        checking.observe(session, evaluation, ground="site", title=f"缺签到表{n}", text="3 次没有。", workdays=5, by=by, at=START)
        for n in range(2)
    ]
    with pytest.raises(Refused, match="还有 2 项核查问题没有认定"):
        evaluations.confirm(session, evaluation, by=head, at=START)
    with pytest.raises(Refused, match="可以申辩到"):
        checking.uphold(session, made[0], reason="属实", by=by, at=START)
    session.refresh(made[0])
    checking.answer_observation(session, made[0], answer="已补齐", papers=[stage.picture()], by=cast.lead.viewer(session, START), at=START)
    checking.uphold_partly(session, made[0], reason="补了两次", by=by, at=START)
    late = START + timedelta(days=30)
    checking.drop(session, made[1], reason="核对后有签到", by=cast.evaluator.viewer(session, late), at=late)
    session.refresh(evaluation)
    evaluations.confirm(session, evaluation, by=cast.head.viewer(session, late), at=late)
    assert [one.state for one in made] == ["partly", "dropped"]
    with pytest.raises(Refused, match="已经确认"):
        checking.observe(session, evaluation, ground="site", title="又", text="又", workdays=5, by=by, at=late)


def test_the_evaluator_works_from_its_desk(site, saved, cast, count_queries):
    """Commission → evaluation → draw → telephone → visit → finding; the organisation answers; the finding is decided."""
    saved(lambda s: sampled(s, cast, people=2)[1].id)
    key = saved(lambda s: s.scalars(sa.select(Evaluation.id)).one())
    evaluator = site.as_(cast.evaluator)
    with count_queries(most=12):
        desk = evaluator.open("evaluation.commissions")
    assert "中期评估：待自评" in desk
    page = desk.click("中期评估：待自评").click("去拨打")
    assert PHONE[:9] not in page.body.decode()
    call = page.submit("开始通话：次序 1")
    assert call.tree.xpath("//a[starts-with(@href,'tel:139')]")
    wrong = call.submit("结束通话", result="answered", served="yes")
    assert wrong.status == 422
    assert "对方不愿意回答的" in wrong
    again = wrong.visitor.open("evaluation.call_show", id=saved(lambda s: s.scalars(sa.select(SampleCall.id)).one()))
    assert PHONE[:9] not in again.body.decode()
    seen = again.submit("再看号码")
    assert PHONE[:9] in seen.body.decode()
    done = seen.submit("结束通话", result="answered", remark="说得清楚", **{**GOOD, "served": "no"})
    assert "已登记：接通" in done
    assert PHONE[:9] not in done.body.decode()
    assert "与项目记录不符：是否接受过这个项目的服务" in done.click("接通")
    page = evaluator.open("evaluation.show", id=key).click("登记实地核查")
    assert page.submit("登记实地核查", held_on="2030-01-01", place="活动室", checked="签到表", found="缺 3 次").status == 422
    visit = page.submit("登记实地核查", held_on="2026-03-01", place="活动室", checked="签到表", found="缺 3 次")
    page = visit.click("中期评估").click("提出核查问题")
    page = page.submit("提出核查问题", ground="site", title="3 次活动没有签到表", text="与档案不符。", workdays="5")
    assert "待申辩" in page
    finding = saved(lambda s: s.scalars(sa.select(Observation.id)).one())
    page = site.as_(cast.lead).open("evaluation.show", id=key).click("3 次活动没有签到表").click("申辩")
    page = page.submit("申辩", answer="签到表在档案里", papers=[stage.upload()])
    assert "已申辩" in page
    page = evaluator.open("evaluation.observation_show", id=finding).click("部分认定")
    page = page.submit("确认部分认定", reason="补交了两次")
    assert "部分认定" in page
    with count_queries(most=12):
        shown = site.as_(cast.officer).open("evaluation.show", id=key)
    assert "拨打 1 人：接通 1 人" in shown
    assert "1 人的回答与项目记录不符" in shown
    assert site.as_(cast.officer).open("evaluation.calls", id=saved(lambda s: s.scalars(sa.select(RegisterSample.id)).one())).status == 403
    assert saved(lambda s: s.get(Project, s.get(Evaluation, key).project_id).state) == "delivering"
