"""资金绩效: the 10/50/30/10 table of a fund's year against a plain reference, two people, and the chain through its pages."""

from __future__ import annotations

import io
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

import openpyxl
import pytest
import sqlalchemy as sa

from tests.conftest import START
from tests.projects import stage
from webapp.calls.models import Call, Fund
from webapp.core.workflow import Refused
from webapp.evaluation.actions import performance as actions
from webapp.evaluation.models import FundPerformance
from webapp.evaluation.queries.performance import scores_follow, sums
from webapp.evaluation.rules.performance import Aim, elapsed, lags, tree, worked
from webapp.projects.models import Project
from webapp.scoring.rules import items

AIMS = (
    Aim("projects", "资助项目", "个", 400), Aim("activities", "开展活动", "场", 8000), Aim("accepted", "项目验收合格率", "%", 9500),
    Aim("cost", "资助金额占预算", "%", 9000), Aim("good", "绩效等级良以上的项目", "%", 8000), Aim("satisfied", "服务对象满意度", "%", 9000),
)  # fmt: skip


def test_the_points_are_those_of_a_plain_reference():
    """执行率 10 of 80 %, 产出 50 shared by four, 效益 30, 满意度 10; worked out here by Decimal."""
    budget = 20_000_000
    actual = {
        "execution": 16_000_000,
        "projects": 400,
        "activities": 6000,
        "accepted": 9500,
        "cost": 10_000,
        "good": 7000,
        "satisfied": 9500,
    }
    assert [item.most for item in items(tree(AIMS, budget))] == [1000, 1250, 1250, 1250, 1250, 3000, 1000]

    def points(most, part, whole):
        return (Decimal(most) * min(Decimal(part) / Decimal(whole), Decimal(1))).quantize(Decimal("0.01"), ROUND_HALF_UP)

    by_hand = [
        points(10, 16, 20), points("12.5", 4, 4), points("12.5", 60, 80), points("12.5", 95, 95), points("12.5", 90, 100), points(30, 70, 80),
        points(10, 95, 90),
    ]  # fmt: skip
    lines, total = worked(AIMS, budget, actual)
    assert [Decimal(line.points) / 100 for line in lines] == by_hand
    assert Decimal(total) / 100 == sum(by_hand)
    assert [line.key for line in lines if line.deviates] == ["activities"]
    without = worked(AIMS, budget, {**actual, "satisfied": None})
    rest = sum(by_hand[:-1]) * 100 / Decimal(90)
    assert without[0][-1].points is None
    assert Decimal(without[1]) / 100 == rest.quantize(Decimal("0.01"), ROUND_HALF_UP)


def test_what_adds_up_is_measured_by_the_share_of_the_year():
    gone = elapsed(2026, date(2026, 7, 2))
    assert elapsed(2026, date(2025, 1, 1)) == 0
    assert elapsed(2026, date(2027, 1, 1)) == 1
    assert not lags(AIMS[1], 4000, gone)
    assert lags(AIMS[1], 3000, gone)
    assert lags(AIMS[2], 7000, gone)
    assert not lags(AIMS[2], None, gone)


@pytest.fixture
def at_work(app, saved, cast):
    """The fund of a project under way, with one activity held."""

    def made(session):
        project = stage.delivering(session, cast, START)
        stage.activity(session, cast, project, START)
        return session.get(Call, session.get(Project, project.id).call_id).fund_id

    return saved(made)


def drafted(session, cast, fund_id):
    one = actions.create(session, session.get(Fund, fund_id), year=2026, by=cast.officer.viewer(session, START), at=START)
    actions.edit(session, one, goal="为老服务", aims=AIMS, by=cast.officer.viewer(session, START), at=START)
    return one


def test_who_wrote_does_not_set_and_who_assessed_does_not_apply(session, cast):
    project = stage.delivering(session, cast, START)
    one = drafted(session, cast, session.get(Call, project.call_id).fund_id)
    officer, head, leader = (who.viewer(session, START) for who in (cast.officer, cast.head, cast.leader))
    actions.edit(session, one, goal="为老服务", aims=AIMS, by=head, at=START)
    with pytest.raises(Refused, match="不能自己审核下达"):
        actions.set_aims(session, one, by=head, at=START)
    actions.set_aims(session, one, by=leader, at=START)
    with pytest.raises(Refused, match="不能修改"):
        actions.edit(session, one, goal="改", aims=AIMS, by=officer, at=START)
    day = START.date()
    with pytest.raises(Refused, match="还没有到"):
        actions.monitor(session, one, on=day + timedelta(days=9), typed={}, why={}, risk={}, by=officer, at=START)
    why = dict.fromkeys(("execution", "projects", "activities", "accepted", "cost", "good", "satisfied"), "立项刚完成")
    with pytest.raises(Refused, match="请写明“预算执行率”的偏差原因和措施"):
        actions.monitor(session, one, on=day, typed={}, why={}, risk={}, by=officer, at=START)
    session.refresh(one)
    actions.monitor(session, one, on=day, typed={}, why=why, risk={"execution": "low"}, by=officer, at=START)
    assert [line["risk"] for line in one.monitorings[-1]["lines"]][:2] == ["low", "none"]
    actions.assess(session, one, on=day, text="完成", typed={}, why=why, by=head, at=START)
    with pytest.raises(Refused, match="不能自己决定结果应用"):
        actions.apply(session, one, decision="cut", decided="压减", document="苏财〔2027〕1号", by=head, at=START)
    session.refresh(one)
    actions.apply(session, one, decision="cut", decided="压减 10%", document="苏财〔2027〕1号", by=leader, at=START)
    assert list(scores_follow(session)) == []
    one.score += 1
    session.flush()
    assert len(list(scores_follow(session))) == 1


def test_the_chain_through_its_pages(site, saved, at_work, cast, count_queries):
    """编制 → 下达 → 监控 → 自评 → 结果应用, prefilled; printed tables, and a workbook whose money is numbers."""
    page = site.as_(cast.officer).open("calls.fund_show", id=at_work).click("编制绩效目标").submit("编制", year="2026")
    assert page.tree.xpath('string(//input[@name="target_projects"]/@value)') == "1"
    page = page.submit("保存", goal="让老人得到陪伴", title_own1="居民参与率", unit_own1="%", target_own1="60", target_satisfied="90")
    assert "让老人得到陪伴" in page
    key = saved(lambda s: s.scalars(sa.select(FundPerformance.id)).one())
    page = site.as_(cast.leader).open("evaluation.fund_performance_show", id=key).submit("确认审核下达目标")
    assert "目标已下达" in page
    page = site.as_(cast.accountant).open("evaluation.fund_performance_show", id=key).click("登记运行监控")
    assert "取自账簿" in page
    wrong = page.submit("登记运行监控", actual_own1="10")
    assert wrong.status == 422
    assert "请写明“预算执行率”的偏差原因和措施" in wrong
    asked = wrong.tree.xpath('//textarea[starts-with(@name,"why_")]/@name')
    page = wrong.submit("登记运行监控", **dict.fromkeys(asked, "立项刚完成，下半年加快"), risk_execution="low")
    assert "已监控" in page
    assert "较低" in page
    page = site.as_(cast.head).open("evaluation.fund_performance_show", id=key).click("填报自评")
    asked = page.tree.xpath('//textarea[starts-with(@name,"why_")]/@name')
    page = page.submit("填报自评", text="基本完成", actual_own1="60", **dict.fromkeys(asked, "分期实施"))
    assert "已自评" in page
    page = site.as_(cast.leader).open("evaluation.fund_performance_show", id=key).click("登记结果应用")
    page = page.submit("确认登记结果应用", decision="rectify", decided="加快拨付", document="苏财〔2027〕1号")
    assert "限期整改" in page, (page.status, page.text[:1500])
    with count_queries(most=12):
        shown = site.as_(cast.auditor).open("evaluation.fund_performance_show", id=key)
    for words in ("绩效目标申报表", "绩效运行监控表", "绩效自评表", "绩效评价结果应用表"):
        assert shown.click(words).heading == words
    answer = shown.visitor.client.get(shown.links("Excel")[0])
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    numbers = [cell.value for sheet in book for row in sheet.iter_rows() for cell in row if isinstance(cell.value, int | float)]
    money = saved(lambda s: sums(s, f"fund:{at_work}", 2026, START.date()))
    assert float(Decimal(money.budget.fen) / 100) in [float(one) for one in numbers]
    assert "2026 年度" in site.as_(cast.officer).open("calls.fund_show", id=at_work)
    assert site.as_(cast.lead).open("evaluation.fund_performance_show", id=key).status == 404
