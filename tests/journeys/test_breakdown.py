"""服务打包: its 子项 become tasks somebody answers for, through pages alone."""

from __future__ import annotations

import sqlalchemy as sa

from tests.conftest import START
from tests.journeys.mechanisms import prove
from tests.journeys.test_story import Story
from tests.projects import stage
from webapp.applications.models import Snapshot
from webapp.calls.rules import template
from webapp.projects import actions
from webapp.projects.models import Charge, Project, Task


def awarded(session, cast):
    """A package just awarded: what was offered for each 子项 stands in the snapshot."""
    call, application = stage.announced(session, cast, START)
    call.rules = template("package").to_json()
    kept = session.scalars(sa.select(Snapshot).where(Snapshot.application_id == application.id)).one()
    offered = [(1200, "每周入户一次"), (48, ""), (24, ""), (6, ""), (0, "")]
    parts = [{"quantity": quantity, "amount": 500_000, "how": how} for quantity, how in offered]
    kept.content = {**kept.content, "sections": {"package": {"parts": parts}}}
    session.flush()
    return actions.award_call(session, call, by=cast.officer.viewer(session, START), at=START)[0].id


def test_a_package_is_broken_down_into_tasks(site, saved, cast, clock, days_pass, engine):
    story = Story(site, cast, clock, days_pass)
    project = saved(lambda s: awarded(s, cast))
    agreement = saved(lambda s: stage.agreement_of(s, s.get(Project, project)).id)
    page = story.as_("lead").open("projects.agreement_show", id=agreement)
    page.take("社会组织签署")
    story.as_("leader").open("projects.agreement_show", id=agreement).take("主办单位签署")
    page = story.as_("member").open("projects.show", id=project).click("项目责任书")
    story.places["charge"] = page.path
    assert "独居老人探访" in page
    assert "社区自选项目" not in page
    assert "未填" in page
    blocked = story.as_("lead").get(page.path)
    assert "第 1 项还没有填责任人" in blocked
    page = page.click("修改任务").submit("增加一行")
    people = {f"rows__{n}__responsible": who for n, who in enumerate(("社工周一", "社工吴二", "社工郑三", "社工王四"))}
    row = {
        "rows__4__title": "月度例会",
        "rows__4__responsible": "主任冯五",
        "rows__4__target": "1",
        "rows__4__unit": "次",
        "rows__4__due_on": "2026-06-30",
    }
    page = page.submit("保存", **people, **row)
    assert "月度例会" in page
    page = story.as_("lead").get(story.places["charge"]).submit("确认提交责任书")
    assert "待主办单位确认" in page
    officer = story.as_("officer")
    page = officer.get(story.places["charge"]).submit("确认退回修改", note="例会改为两次")
    page = story.as_("lead").get(story.places["charge"]).click("修改任务").submit("保存", rows__4__target="2")
    page.submit("确认提交责任书")
    page = officer.get(story.places["charge"]).submit("确认责任书")
    first = saved(lambda s: s.scalars(sa.select(Task.id).order_by(Task.position)).first())
    last = saved(lambda s: s.scalars(sa.select(Task.id).order_by(Task.position.desc())).first())
    page = story.as_("member").open("projects.task_show", id=first).click("登记进度")
    page = page.submit("登记", count="600", note="上半年", proofs=stage.upload("探访.jpg"))
    assert "50.0%" in page
    assert "探访.jpg" in page
    assert "已完成 600 人次" in page
    page = story.as_("member").open("projects.task_report", id=last).submit("登记", count="2")
    page = page.submit("确认办结任务", note="开了两次")
    assert "已办结" in page
    assert story.as_("member").open("projects.charge_new", id=project).click("打开项目责任书").path == story.places["charge"]
    assert "600 / 1200" in officer.open("projects.show", id=project)
    prove(story, engine, test_a_package_is_broken_down_into_tasks)


def test_a_project_without_parts_is_broken_down_by_hand(site, saved, cast):
    project = saved(lambda s: stage.delivering(s, cast, START).id)
    page = site.as_(cast.lead).open("projects.show", id=project).click("任务分解（责任书）")
    page = page.submit(
        "保存",
        **{
            "rows__0__title": "入户",
            "rows__0__due_on": "2030-01-01",
            "rows__0__target": "3",
            "rows__0__unit": "户",
            "rows__0__responsible": "甲",
        },
    )
    assert "不在项目期限" in page
    page = page.click("修改任务").submit("删除第 1 行").submit("保存")
    assert "还没有分解任务" in page
    assert saved(lambda s: s.scalars(sa.select(Charge.rows)).one()) == []
