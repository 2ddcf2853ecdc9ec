"""Pages of projects: who may open them, and every step pressed through its button."""

import pytest
import sqlalchemy as sa

from tests import make
from tests.conftest import START
from tests.projects import stage
from webapp.core import journal
from webapp.core.db import transaction
from webapp.core.outbox import Message
from webapp.projects.models import Activity, Agreement, Progress, Project, Rectification


@pytest.fixture
def at_work(app, engine, cast):
    """A project being delivered; gives its key."""
    with transaction(engine) as session:
        return stage.delivering(session, cast, START).id


def test_the_officer_awards_and_both_sides_sign(site, saved, cast):
    call_id = saved(lambda s: stage.announced(s, cast, START)[0].id)
    page = site.as_(cast.officer).get(f"/call/{call_id}/award")
    assert "公示期满" in page
    page = page.submit("确认公示期满，立项")
    assert page.status == 200
    assert "银龄陪伴" in page
    assert "待签约" in page
    project_id = saved(lambda s: s.scalars(sa.select(Project.id)).one())
    page = site.as_(cast.lead).open("projects.show", id=project_id)
    page = page.click("Y2026-0001")
    assert "伍万元整" in page
    assert "晨光社会工作服务中心" in page
    page = page.take("社会组织签署")
    assert "待主办单位签署" in page
    agreement_id = saved(lambda s: s.scalars(sa.select(Agreement.id)).one())
    page = site.as_(cast.leader).open("projects.agreement_show", id=agreement_id).take("主办单位签署")
    assert page.path == f"/projects/{project_id}"
    assert "实施中" in page


def test_an_award_that_cannot_be_says_why(site, saved, cast):
    call_id = saved(lambda s: stage.announced(s, cast, START, notice="running", budget=0)[0].id)
    page = site.as_(cast.officer).get(f"/call/{call_id}/award")
    assert "公示还没有期满" in page
    assert "不够" in page


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("officer", 200), ("head", 200), ("leader", 200), ("accountant", 200), ("auditor", 200), ("street", 200), ("worker", 200), ("near_worker", 200),
        ("supervisor", 200), ("grid", 200), ("member", 200), ("lead", 200), ("social_worker", 200), ("operator", 200), ("evaluator", 200),
        ("rival", 403), ("far_worker", 403), ("far_officer", 403), ("granny", 403), ("expert1", 403), ("admin", 403), ("housing_clerk", 403),
    ],
)  # fmt: skip
def test_who_may_open_a_project(site, at_work, cast, who, status):
    assert site.as_(getattr(cast, who)).open("projects.show", id=at_work).status == status


def test_nobody_signed_in_is_asked_to_sign_in(site, at_work):
    page = site.as_(None).open("projects.show", id=at_work)
    assert page.path != f"/projects/{at_work}"


def test_the_list_is_scoped_and_filtered(site, at_work, cast):
    assert "银龄陪伴" in site.as_(cast.officer).open("projects.index")
    assert "银龄陪伴" in site.as_(cast.officer).open("projects.index", state="delivering", q="银龄")
    assert "没有符合条件的项目" in site.as_(cast.officer).open("projects.index", state="archived")
    assert "还没有项目" in site.as_(cast.rival).open("projects.index")
    assert site.as_(cast.granny).open("projects.index").status == 403
    rows = site.as_(cast.member).json("/projects")["page"]["rows"]
    assert [row["granted_fen"] for row in rows] == [5_000_000]


def test_an_activity_is_planned_and_recorded_with_its_files(site, saved, at_work, cast):
    page = site.as_(cast.member).open("projects.show", id=at_work).click("计划活动")
    page = page.submit("列入计划", title="重阳陪伴", place="活动室", planned_on="2026-03-02")
    page = page.click("记录活动")
    page = page.submit("记录活动", persons="20", visits="30")
    assert page.status == 422
    assert "签到表" in page.text
    assert "30" in page.tree.xpath('//input[@name="visits"]/@value')
    activity_id = saved(lambda s: s.scalars(sa.select(Activity.id)).one())
    page = site.as_(cast.member).open("projects.activity_record", id=activity_id)
    page = page.submit("记录活动", persons="30", visits="20", sign_in=stage.upload("签到.jpg"), photos=stage.upload("现场.jpg"))
    assert page.status == 422
    assert "人次不能少于人数" in page
    page = site.as_(cast.member).open("projects.activity_record", id=activity_id)
    page = page.submit("记录活动", persons="20", visits="30", sign_in=stage.upload("签到.jpg"), photos=stage.upload("现场.jpg"))
    assert page.status == 200
    assert "20 人" in page
    assert "签到.jpg" in page
    assert "30" in site.as_(cast.officer).open("projects.show", id=at_work)
    assert saved(lambda s: s.get(Project, at_work).visits) == 30
    assert site.as_(cast.officer).open("projects.activity_record", id=activity_id).status == 403


def test_an_activity_is_cancelled_with_its_reason(site, saved, at_work, cast):
    page = site.as_(cast.lead).open("projects.activity_new", id=at_work)
    page = page.submit("列入计划", title="义诊", place="广场", planned_on="2026-04-02").submit("确认取消活动", note="下雨")
    assert "已取消" in page
    assert "下雨" in page


def test_a_progress_report_goes_back_and_forth(site, saved, at_work, cast):
    page = site.as_(cast.member).open("projects.show", id=at_work).click("写进展报告")
    page = page.submit("开始填写", kind="month", month="2026-13")
    assert page.status == 422
    assert "2026-05" in page
    page = page.submit("开始填写", kind="month", month="2026-02")
    page = page.submit("保存", done="入户二十户", next_steps="继续入户").submit("提交")
    assert "待审阅" in page
    report = saved(lambda s: s.scalars(sa.select(Progress.id)).one())
    page = site.as_(cast.officer).open("projects.progress_show", id=report).submit("确认退回补充", note="请写明人数")
    assert "退回补充" in page
    page = site.as_(cast.member).open("projects.progress_show", id=report).click("填写报告")
    page = page.submit("保存", done="入户二十户二十五人").submit("提交")
    page = site.as_(cast.operator).open("projects.progress_show", id=report).submit("审阅通过")
    assert "已审阅" in page


def test_supervision_rectification_and_its_closing(site, saved, at_work, cast):
    page = site.as_(cast.worker).open("projects.show", id=at_work).click("登记督导")
    page = page.submit("登记督导", held_on="2026-03-02", found="签到不全", asked="3", voice="希望周末也有", verdict="rectify")
    assert page.status == 422
    assert "整改什么" in page
    page = page.submit("登记督导", demand="补齐签到", due_on="2026-03-20")
    assert page.status == 200
    assert "需要整改" in page
    finding = saved(lambda s: s.scalars(sa.select(Rectification.id)).one())
    page = site.as_(cast.member).open("projects.rectification_show", id=finding).click("报告整改")
    bare = page.submit("报告整改", note="已补齐")
    assert any("照片或材料" in one for one in bare.errors)
    page = bare.submit("报告整改", note="已补齐", proofs=stage.upload())
    assert "待复核" in page
    assert "a.jpg" in page
    page = site.as_(cast.worker).open("projects.rectification_show", id=finding).submit("确认继续整改", note="还差一场")
    assert "待整改" in page
    page = site.as_(cast.member).open("projects.rectification_show", id=finding).click("报告整改").submit("报告整改", note="补齐了")
    page = site.as_(cast.officer).open("projects.rectification_show", id=finding).submit("复核销号")
    assert "已销号" in page
    assert site.as_(cast.far_worker).open("projects.visit_new", id=at_work).status == 403
    assert site.as_(cast.member).open("projects.visit_new", id=at_work).status == 403


def test_suspending_and_resuming(site, saved, at_work, cast):
    page = site.as_(cast.officer).open("projects.show", id=at_work).submit("确认暂停", note="场地维修")
    assert "已暂停" in page
    assert "场地维修" in page
    assert page.buttons().count("确认恢复") == 1
    page = page.submit("确认恢复", note="维修完成")
    assert "实施中" in page
    street = site.as_(cast.street).open("projects.show", id=at_work)
    assert "另一个单位主办" in street
    assert "确认暂停" not in street.buttons()
    assert {"项目 G2026-0001 已暂停", "项目 G2026-0001 已恢复"} <= set(saved(lambda s: s.scalars(sa.select(Message.title)).all()))


def test_a_project_that_passed_goes_on_as_passed(site, saved, at_work, cast):
    def passed(session):
        session.get(Project, at_work).state = "passed"

    saved(passed)
    page = site.as_(cast.officer).open("projects.show", id=at_work).submit("确认暂停", note="场地维修")
    assert "仍然有效" in page
    page = page.submit("确认恢复", note="维修完成")
    assert "中期合格" in page
    assert saved(lambda s: s.get(Project, at_work).state) == "passed"


def test_the_street_sees_its_communities_and_urges(site, saved, at_work, cast):
    page = site.as_(cast.street).open("projects.overview")
    assert "桃花坞" in page
    assert "阊门" in page
    assert "还没有活动记录" in page
    page = page.click("催办").submit("发出催办", note="请补记活动")
    assert "已催办" in page
    assert "请补记活动" in page
    assert saved(lambda s: journal.lines(s, [f"project:{at_work}"])[0].step) == "urge"
    assert "已催办 2026年3月2日" in site.as_(cast.street).open("projects.overview")
    page = site.as_(cast.street).open("projects.overview").click("督办：").submit("发出督办", demand="三月十日前补记", due_on="2026-03-10")
    assert "待整改" in page or "待答复" in page
    assert "三月十日前补记" in page
    assert "1 项整改、督办未销号" in site.as_(cast.street).open("projects.overview")
    assert site.as_(cast.worker).open("projects.overview").status == 403
    assert "本辖区还没有项目" in site.as_(cast.far_street).open("projects.overview")


@pytest.mark.parametrize("who", ["officer", "leader", "lead", "worker", "street", "auditor"])
def test_the_pages_cost_the_same_with_few_and_many(site, saved, at_work, cast, count_queries, who):
    pages = [("projects.show", {"id": at_work}), ("projects.index", {})] + (
        [("projects.overview", {})] if who in {"street", "officer"} else []
    )

    def costs():
        found = []
        for endpoint, args in pages:
            with count_queries(most=12) as seen:
                assert site.as_(getattr(cast, who)).open(endpoint, **args).status == 200
            found.append(len(seen))
        return found

    costs()  # the first page of a process asks once more: whether this is the demo
    few = costs()

    def more(session):
        project = session.get(Project, at_work)
        for _ in range(15):
            stage.activity(session, cast, project, START)
        call = session.get(stage.Call, project.call_id)
        for n in range(20):
            make.project(
                session,
                cast,
                START,
                make.application(session, cast, START, call, state="awarded", title=f"第{n}个", awarded_fen=stage.Money(1)),
            )

    saved(more)
    assert costs() == few
