"""Pages of evaluation: each step through its button, by who may, and who may not."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from tests.conftest import START
from tests.evaluation.walk import boxes, judged, self_assess, tree_boxes
from tests.projects import stage
from webapp.ballots import actions as ballots
from webapp.ballots.models import Ballot
from webapp.calls.models import Call
from webapp.evaluation import actions, queries
from webapp.evaluation.models import Evaluation
from webapp.projects.models import Project


@pytest.fixture
def at_work(app, saved, cast):
    return saved(lambda s: stage.delivering(s, cast, START).id)


def passed(session, cast, project_id):
    """The mid-term behind it."""
    project = session.get(Project, project_id)
    evaluation = actions.create(session, project, "midterm", by=cast.officer.viewer(session, START), at=START)
    self_assess(session, cast, evaluation)
    actions.judge(
        session, evaluation, given=judged(session, evaluation, 90), opinion="好", by=cast.evaluator.viewer(session, START), at=START
    )
    actions.confirm(session, evaluation, by=cast.head.viewer(session, START), at=START)


def test_the_midterm_through_its_pages(site, saved, at_work, cast):
    page = site.as_(cast.officer).open("projects.show", id=at_work).click("开始中期评估").submit("开始中期评估")
    assert "待自评" in page
    key = saved(lambda s: s.scalars(sa.select(Evaluation.id)).one())
    assert "中期评估" in site.as_(cast.lead).open("projects.show", id=at_work)
    page = site.as_(cast.member).open("evaluation.show", id=key).click("提交自评")
    wrong = page.submit("提交自评", text="按计划完成", self_score="101", **boxes(page, "actual_"))
    assert wrong.status == 422
    assert "最高 100 分" in wrong
    page = wrong.submit("提交自评", self_score="92.5")
    assert "待评估" in page
    assert "92.50" in page
    page = site.as_(cast.evaluator).open("evaluation.show", id=key).click("提交评估")
    page = page.submit("提交评估", opinion="现场核查属实", **tree_boxes(page, 80))
    assert "待确认" in page
    assert "80.00" in page
    page = site.as_(cast.head).open("evaluation.show", id=key).submit("确认退回重评", note="请核对")
    assert "待评估" in page
    page = site.as_(cast.evaluator).open("evaluation.show", id=key).click("提交评估")
    page = page.submit("提交评估", opinion="已核对")
    page = site.as_(cast.head).open("evaluation.show", id=key).click("确认评估结果")
    assert "项目转为中期合格" in page
    stale = page.submit("确认评估结果", seen="1")
    assert (stale.status, saved(lambda s: s.get(Project, at_work).state)) == (409, "delivering")
    page = page.submit("确认评估结果")
    assert "已确认" in page
    assert "总分没有包含：社区协同评估、居民评价" in page
    assert saved(lambda s: s.get(Project, at_work).state) == "passed"


def test_what_was_late_is_told_before_and_after_and_may_be_excused(site, saved, at_work, cast, clock):
    def judged_late(session):
        project = session.get(Project, at_work)
        call = session.get(Call, project.call_id)
        call.rules = {**call.rules, "breach": {"late_fails": True}}
        one = actions.create(session, project, "midterm", by=cast.officer.viewer(session, START), at=START)
        clock.move_to(one.due_at + timedelta(seconds=1))
        self_assess(session, cast, one, at=clock.now())
        by = cast.evaluator.viewer(session, clock.now())
        actions.judge(session, one, given=judged(session, one, 100), opinion="好", by=by, at=clock.now())
        return one.id

    page = site.as_(cast.head).open("evaluation.show", id=saved(judged_late)).click("确认评估结果")
    assert all(
        words in page for words in ("自评迟交。公告规定无故迟交、不交的视为不合格", "总分没有包含：社区协同评估", "等待：", "责令整改")
    )
    page = page.submit("确认评估结果", excuse="疫情封控")
    assert "自评迟交。不按迟交处理：疫情封控" in page
    assert "自评迟交。不按迟交处理：疫情封控" in page.click("各方逐项得分和计算过程")


def test_a_failed_midterm_is_rectified(site, saved, at_work, cast):
    def fail(session):
        project = session.get(Project, at_work)
        evaluation = actions.create(session, project, "midterm", by=cast.officer.viewer(session, START), at=START)
        self_assess(session, cast, evaluation, score=1000)
        actions.judge(
            session, evaluation, given=judged(session, evaluation, 10), opinion="差", by=cast.evaluator.viewer(session, START), at=START
        )
        actions.confirm(session, evaluation, by=cast.head.viewer(session, START), at=START)

    saved(fail)
    page = site.as_(cast.officer).open("projects.show", id=at_work).click("责令整改")
    page = page.submit("责令整改", note="补齐活动档案", due_on="2026-04-01")
    assert "整改中" in page
    assert "1 项整改未销号" in page


def test_closing_acceptance_and_grade_through_pages(site, saved, at_work, cast):
    saved(lambda s: passed(s, cast, at_work))
    page = site.as_(cast.lead).open("projects.show", id=at_work).submit("确认申请结项")
    assert "结项中" in page
    key = saved(lambda s: queries.of_project(s, at_work, "final").id)
    page = site.as_(cast.member).open("evaluation.self_assess", id=key)
    assert "决算" in page
    assert "还没有到账的资助" in page
    typed = {name: value for name, value in tree_boxes(page, 90).items() if not name.startswith("reason_")}
    wrong = page.submit("提交自评", text="", **typed)
    assert wrong.status == 422
    told = [line.text_content().strip() for line in wrong.tree.xpath('//*[@id="form-errors"]//li')]
    assert any("请写明偏差原因和改进措施" in line for line in told)
    assert "请写自评说明" in told[-1]  # what the form asks and what the rules ask come at once, as they stand on the page
    proof = page.tree.xpath('//select[starts-with(@name,"evidence_")]/@name')[0]
    done = wrong.submit("提交自评", text="全部完成", **tree_boxes(wrong, 90), **{proof: "count:visits"})
    paper = done.click("绩效自评表")
    link = paper.tree.xpath('//a[contains(text(),"活动记录的人次")]/@href')
    assert link == [f"/projects/{at_work}"]
    assert all(
        words in paper for words in ("年度指标值", "实际完成值", "偏差原因及改进措施", "年初预算", "场地临时调整，已补做。", "不适用")
    )
    page = site.as_(cast.worker).open("evaluation.show", id=key).click("填写协同评估")
    page = page.submit("提交协同评估", comment="居民满意", **boxes(page, "points_", 90))
    assert "90.00" in page
    page = site.as_(cast.evaluator).open("evaluation.judge", id=key)
    page.submit("提交评估", opinion="完成", **tree_boxes(page, 95))
    page = site.as_(cast.officer).open("projects.show", id=at_work).click("验收")
    page = page.submit("验收", opinion="同意验收", members="张敏")
    assert page.status == 422
    assert "不少于两人" in page
    page = page.submit("验收", members="张敏\n郑颖")
    assert "已验收" in page

    def rated(session):
        ballot = session.get(Ballot, session.get(Evaluation, key).ballot_id)
        by = cast.officer.viewer(session, START)
        ballots.close_ballot(session, ballot, by=by, at=START, note="提前截止")
        ballots.count(session, ballot, by=by, at=START)

    saved(rated)
    page = site.as_(cast.head).open("evaluation.show", id=key).take("确认评估结果")
    assert "等级" in page
    assert "同意验收" in page
    sums = page.click("各方逐项得分和计算过程")
    assert all(words in sums for words in ("社区协同评估", "第三方（主办单位）评估", "达成年度指标", "总分 ="))
    page = site.as_(cast.officer).open("projects.show", id=at_work).take("确认绩效等级")
    assert "绩效等级" in page


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("officer", 200), ("accountant", 200), ("street", 200), ("worker", 200), ("lead", 200), ("evaluator", 200), ("auditor", 200),
        ("operator", 403), ("rival", 404), ("far_worker", 404), ("granny", 404), ("expert1", 404),
    ],
)  # fmt: skip
def test_who_may_read_an_evaluation(site, saved, at_work, cast, who, status):
    key = saved(lambda s: actions.create(s, s.get(Project, at_work), "midterm", by=cast.officer.viewer(s, START), at=START).id)
    assert site.as_(getattr(cast, who)).open("evaluation.show", id=key).status == status


def test_who_may_not_take_which_step(site, saved, at_work, cast):
    key = saved(lambda s: actions.create(s, s.get(Project, at_work), "midterm", by=cast.officer.viewer(s, START), at=START).id)
    for who, endpoint in (
        ("officer", "evaluation.self_assess"), ("lead", "evaluation.judge"), ("evaluator", "evaluation.evaluation_confirm"),
        ("officer", "evaluation.community"),
    ):  # fmt: skip
        assert site.as_(getattr(cast, who)).open(endpoint, id=key).status == 403, (who, endpoint)
    assert site.as_(cast.lead).open("evaluation.midterm_new", id=at_work).status == 403


@pytest.mark.parametrize("who", ["officer", "lead", "worker", "evaluator"])
def test_the_pages_stay_cheap(site, saved, at_work, cast, count_queries, who):
    saved(lambda s: passed(s, cast, at_work))
    key = saved(lambda s: queries.of_project(s, at_work, "midterm").id)
    for endpoint, number in (("evaluation.show", key), ("projects.show", at_work)):
        with count_queries(most=12):
            assert site.as_(getattr(cast, who)).open(endpoint, id=number).status == 200
