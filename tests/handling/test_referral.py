"""转办 to a department; the first decision; 回访 by another person; telephone samples."""

import pytest
import sqlalchemy as sa

from tests.conftest import START
from tests.handling import stage
from webapp.accounts.models import Membership
from webapp.core import journal
from webapp.core.db import transaction
from webapp.core.outbox import Message
from webapp.core.workflow import Refused
from webapp.handling import actions
from webapp.handling.models import Drawn, Escalation, Sample
from webapp.handling.rules import draw
from webapp.needs import actions as needs
from webapp.needs.models import Need


def test_only_the_named_department_sees_it_and_its_answer_reaches_who_spoke(site, cast, engine):
    with transaction(engine) as session:
        stage.accepted(session, cast)
    clerk, granny = site.as_(cast.housing_clerk), site.as_(cast.granny)
    assert clerk.open("needs.show", id=1).status == 404
    form = site.as_(cast.worker).open("needs.show", id=1).click("转办")
    assert "请选择" in form.submit("转办", department_id="0", note="")
    assert "姑苏区住建委" in form.submit("转办", department_id=str(cast.housing), note="请查楼道线路")
    assert "姑苏区住建委 · 0512-60000000" in granny.open("needs.show", id=1)
    assert "待部门答复" in clerk.open("desk.home")
    back = clerk.open("needs.show", id=1).submit("确认退回社区", note="属于物业专有部分")
    assert back.status in {200, 404}
    assert "属于物业专有部分" in granny.open("needs.show", id=1)
    assert clerk.open("needs.show", id=1).status == 404
    again = site.as_(cast.worker).open("needs.show", id=1).click("转办")
    again.submit("转办", department_id=str(cast.housing), note="物业说是线路问题")
    answered = clerk.open("needs.show", id=1).submit("确认部门答复", note="线路已换")
    assert "已办结" in answered
    with transaction(engine) as session:
        bodies = session.scalars(sa.select(Message.body).where(Message.person_id == cast.granny.id)).all()
        assert "线路已换" in bodies
        assert any("属于物业专有部分" in one for one in bodies)


def test_what_is_no_department_of_the_district_is_refused(session, cast):
    need = stage.accepted(session, cast)
    with pytest.raises(Refused, match="本区县的一个职能部门"):
        actions.refer(session, need, department_id=cast.gusu, note="请办", by=cast.worker.viewer(session, START), at=START)


def test_the_community_takes_a_referral_back(site, cast, engine):
    with transaction(engine) as session:
        need = stage.accepted(session, cast)
        actions.refer(session, need, department_id=cast.housing, note="请办", by=cast.worker.viewer(session, START), at=START)
    assert "已收回" in site.as_(cast.worker).open("needs.show", id=1).submit("确认收回转办", note="社区自己能办")
    with transaction(engine) as session:
        assert session.get(Need, 1).handler_id == cast.taohuawu


def test_another_than_who_handled_it_calls_back(site, cast, engine):
    with transaction(engine) as session:
        stage.resolved(session, cast)
    own = site.as_(cast.grid).open("needs.show", id=1)
    assert "回访要由另一位同事做" in own
    form = site.as_(cast.worker).open("needs.show", id=1).click("回访")
    assert "请选择 1 到 5 分" in form.submit("回访", how="visit", note="老人很高兴")
    done = form.submit("回访", how="visit", rating="5", note="老人很高兴")
    assert "已回访" in done
    assert "老人很高兴" in done
    assert "回访记录" not in site.as_(cast.auditor).open("needs.show", id=1)


def test_a_sample_is_drawn_by_a_seed_that_draws_the_same_again(session, cast):
    keys = [stage.resolved(session, cast).id for _ in range(6)]
    by = cast.street.viewer(session, START)
    sample = actions.draw_sample(session, area_code="320508019", since=START.date(), until=START.date(), size=4, by=by, at=START)
    drawn = list(session.scalars(sa.select(Drawn.need_id).where(Drawn.sample_id == sample.id).order_by(Drawn.position)))
    assert (sample.found, sample.size, drawn) == (6, 4, draw(sample.seed, keys, 4))
    with pytest.raises(Refused, match="没有办结的需求"):
        actions.draw_sample(session, area_code="320508018", since=START.date(), until=START.date(), size=4, by=by, at=START)


def test_calls_are_written_down_and_shares_are_told_with_their_n(site, cast, engine):
    with transaction(engine) as session:
        for _ in range(2):
            stage.resolved(session, cast)
    street = site.as_(cast.street)
    page = street.open("handling.sample_new").submit("抽取", area_code="320508019", since="2026-03-01", until="2026-03-02", size="5")
    assert "从 2 件办结需求里" in page
    with transaction(engine) as session:
        one, two = session.scalars(sa.select(Drawn.id).order_by(Drawn.id))
        assert session.get(Sample, 1).seed in page
    form = street.open("handling.sample_call", id=one)
    assert "请记下居民打的分" in form.submit("记下", reached="yes", words="好")
    form.submit("记下", reached="yes", rating="4", words="比以前亮")
    page = street.open("handling.sample_call", id=two).submit("记下", reached="no")
    assert "没有打通" in page
    assert "n=1" in page
    assert "4.00" in page
    assert site.as_(cast.far_street).open("handling.sample_show", id=1).status == 404
    with transaction(engine) as session:
        assert sorted(session.scalars(sa.select(Need.state))) == ["rated", "resolved"]


def test_a_team_is_set_by_the_street_and_shown_to_the_resident(site, cast, engine):
    with transaction(engine) as session:
        stage.accepted(session, cast)
        duty = dict(session.execute(sa.select(Membership.person_id, Membership.id)).all())
    granny, street = site.as_(cast.granny), site.as_(cast.street)
    assert "还没有确定" in granny.open("handling.team_mine")
    form = street.open("handling.teams").click("确定：桃花坞社区居委会")
    assert "请至少确定一级联系干部" in form.submit("确定")
    page = form.submit("确定", street_id=str(duty[cast.street.id]), community_id=str(duty[cast.worker.id]))
    assert "还缺" in page
    assert "郑颖（金阊街道办事处）" in page
    mine = granny.open("handling.team_mine")
    assert "褚小桃，桃花坞社区居委会社区工作者，电话 0512-60000000" in mine
    assert "郑颖" in granny.open("needs.show", id=1)
    form = street.open("handling.team_edit", code="320508019036")
    assert form.tree.xpath("//select[@name='street_id']/option[@selected]/@value") == [str(duty[cast.street.id])]
    form.submit("确定", resident="严阿婆", household="y", district_id=str(duty[cast.officer.id]))
    assert "张敏" in granny.open("handling.team_mine")
    assert "张敏" not in site.as_(cast.resident).open("handling.team_mine")
    form = street.open("handling.team_edit", code="320508019036")
    assert "没有查到这位居民" in form.submit("确定", resident="查无此人", district_id=str(duty[cast.officer.id]))
    assert site.as_(cast.far_street).open("handling.team_edit", code="320508019036").status == 404


def test_a_team_of_one_person_is_ended_with_a_reason_and_the_community_takes_over(site, cast, engine):
    with transaction(engine) as session:
        duty = dict(session.execute(sa.select(Membership.person_id, Membership.id)).all())
        street = cast.street.viewer(session, START)
        cadres = {"district_id": None, "street_id": None, "by": street, "at": START, "area_code": "320508019036"}
        whole = actions.set_team(session, community_id=duty[cast.worker.id], **cadres)
        actions.set_team(session, community_id=duty[cast.worker_two.id], resident="严阿婆", household=True, **cadres)
    granny, street = site.as_(cast.granny), site.as_(cast.street)
    assert cast.worker_two.name in granny.open("handling.team_mine")
    form = street.open("handling.teams").click("结束：严阿婆家")
    assert "结束严阿婆家的三级联动小组" in form
    assert "请填写结束的原因" in form.submit("结束", note="")
    assert "严阿婆" not in form.submit("结束", note="已搬离")
    assert cast.worker.name in granny.open("handling.team_mine")
    assert "这个小组已经结束" in street.open("handling.team_end", id=2).submit("结束", note="再来一次")
    assert "整个社区的小组不能结束" in street.open("handling.team_end", id=whole.id).submit("结束", note="不要了")
    with transaction(engine) as session:
        said = journal.lines(session, ["team:2"], newest_first=False)
        assert [(one.step, one.note) for one in said] == [("set", None), ("end", "已搬离")]
        assert said[-1].data["community"] == duty[cast.worker_two.id]
        actions.set_team(session, community_id=duty[cast.worker_two.id], resident="严阿婆", **cadres)
    assert cast.worker_two.name in granny.open("handling.team_mine")


def test_what_is_sealed_leaves_no_words_in_the_ledger_or_in_an_order(session, cast):
    need = stage.said(session, cast)
    at = need.due_at
    actions.escalate(session, at)
    by = cast.worker.viewer(session, at)
    needs.accept(session, need, category="safety", decision="self", title="某家的事", by=by, at=at)
    order = actions.place(session, need, title="某家的事", contact="三幢", by=by, at=at)
    actions.cancel(session, order, note="另办", by=by, at=at)
    needs.hand_off(session, need, kind="violence", by=by, at=at)
    assert need.due_at is None
    session.refresh(order)
    told = [order.title, *session.scalars(sa.select(Escalation.title))]
    assert "某家的事" not in told
    assert order.contact is None
    assert session.scalars(sa.select(Escalation.state)).all() == ["ended"]
