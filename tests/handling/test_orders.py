"""三单制: placed, assigned or grabbed, done with proof, judged; what was not done is given out anew."""

import pytest
import sqlalchemy as sa

from tests.conftest import START
from tests.handling import stage
from tests.needs.test_pages import photo
from webapp.core.db import transaction
from webapp.core.outbox import Message
from webapp.core.workflow import Refused
from webapp.handling import actions
from webapp.handling.models import Order
from webapp.handling.queries import CHECKS
from webapp.needs.models import Need


def test_the_whole_way_of_an_order(site, cast, engine):
    with transaction(engine) as session:
        stage.accepted(session, cast)
        taker = stage.member(session, cast)
    placed = site.as_(cast.worker).open("needs.show", id=1).click("点单").submit("点单", title="换楼道灯", contact="严阿婆，3 号楼")
    assert "换楼道灯" in placed
    assert "已接单" in placed
    lead = site.as_(cast.worker_two)
    step = lead.open("handling.order_show", id=1).click("派单")
    assert "请选择派给谁" in step.submit("派单", taker_id="0")
    assert "待接单" in step.submit("派单", taker_id=str(taker.id))
    mine = site.as_(taker)
    assert "派给您的单" in mine.open("desk.home")
    page = mine.open("handling.order_show", id=1)
    assert "严阿婆，3 号楼" in page
    page = page.submit("接单").click("办好了")
    assert "请写明怎样办好的" in page.submit("办好了", note="")
    done = page.submit("办好了", note="换了两盏灯", photos=[photo()])
    assert "已办好" in done
    assert "灯.jpg" in done
    granny = site.as_(cast.granny)
    page = granny.open("needs.show", id=1)
    assert "换了两盏灯" in page.tree.xpath("//section[@aria-labelledby='answer-title']")[0].text_content(), "the answer comes first"
    assert "评价" not in mine.open("handling.order_show", id=1).buttons()
    assert not mine.open("handling.order_show", id=1).links("评价")
    granny.open("handling.order_show", id=1).click("评价").submit("评价", rating="5")
    with transaction(engine) as session:
        order, need = session.get(Order, 1), session.get(Need, 1)
        assert (order.state, order.rating, need.state, need.rating) == ("rated", 5, "rated", 5)
        told = session.scalars(sa.select(Message.title).where(Message.person_id == cast.granny.id)).all()
        assert any("已办好" in one for one in told)
        assert [fault for check in CHECKS.values() for fault in check(session)] == []


def test_what_was_not_done_is_opened_again_with_a_round_of_its_own(site, cast, engine):
    with transaction(engine) as session:
        stage.resolved(session, cast)
    site.as_(cast.granny).open("needs.show", id=1).submit("确认我不满意，重新办", note="灯又灭了")
    with transaction(engine) as session:
        assert session.get(Order, 1).state == "failed"
        assert session.get(Need, 1).state == "accepted"
    assert "第 2 次办理" in site.as_(cast.granny).open("needs.show", id=1)


def test_the_first_who_grabs_it_has_it_and_contact_is_for_takers(site, cast, engine):
    with transaction(engine) as session:
        stage.accepted(session, cast)
        one, two = stage.member(session, cast), cast.grid
    site.as_(cast.worker).open("needs.show", id=1).click("点单").submit("点单", title="换灯", contact="严阿婆 502")
    site.as_(cast.worker_two).open("handling.order_show", id=1).submit("公开抢单")
    first = site.as_(one).open("handling.order_show", id=1)
    assert "严阿婆 502" not in first
    second = site.as_(two).open("handling.order_show", id=1)
    taken = first.submit("我来办")
    assert "严阿婆 502" in taken
    assert "/needs/1" not in taken.links(), "who may not open the need is not led there"
    assert "/needs/1" in site.as_(two).open("handling.order_show", id=1).links()
    late = second.submit("我来办")
    assert late.status == 409
    back = site.as_(one).open("handling.order_show", id=1).submit("确认退单", note="家里有事")
    assert "待派单" in back or back.status == 200
    with transaction(engine) as session:
        assert (session.get(Order, 1).state, session.get(Order, 1).taker_id) == ("placed", None)


def test_a_cancelled_order_gives_the_need_back_and_tells_who_spoke(site, cast, engine):
    with transaction(engine) as session:
        need = stage.accepted(session, cast)
        actions.place(session, need, title="换灯", by=cast.worker.viewer(session, START), at=START)
    page = site.as_(cast.worker).open("handling.order_show", id=1).submit("确认撤单", note="物业已经修好一半")
    assert "已撤单" in page
    with transaction(engine) as session:
        assert session.get(Need, 1).state == "accepted"
        told = session.scalars(sa.select(Message.body).where(Message.person_id == cast.granny.id)).all()
        assert any("物业已经修好一半" in one for one in told)


def test_a_resident_orders_from_the_menu_of_the_own_community(site, cast, engine):
    worker = site.as_(cast.worker)
    page = worker.open("handling.menu_new").submit("列入菜单", title="上门理发", text="每周三下午", category="elderly")
    assert "上门理发" in page
    granny = site.as_(cast.granny)
    made = granny.open("handling.menu").click("点单").submit("点单", words="头发长了", place_="3 号楼")
    assert made.heading == "上门理发"
    assert "待派单" in made
    assert granny.open("needs.show", id=1).heading == "上门理发"
    assert "上门理发" in granny.open("desk.home")
    assert site.as_(cast.far_resident).open("handling.menu_order", id=1).status == 404
    worker.open("handling.menu").submit("撤下：上门理发")
    assert granny.open("handling.menu_order", id=1).status == 404


def test_an_order_is_for_those_who_have_to_do_with_it(site, cast, engine):
    with transaction(engine) as session:
        stage.resolved(session, cast)
    for who, status in (
        ("worker", 200),
        ("grid", 200),
        ("street", 200),
        ("granny", 200),
        ("resident", 404),
        ("far_worker", 404),
        ("lead", 404),
    ):
        assert site.as_(getattr(cast, who)).open("handling.order_show", id=1).status == status, who
    assert "修灯" in site.as_(cast.granny).open("handling.orders")
    assert "修灯" not in site.as_(cast.resident).open("handling.orders")
    assert "/orders/1" in site.as_(cast.worker).open("needs.show", id=1).links()
    page = site.as_(cast.officer).open("needs.show", id=1)
    assert "接单" in page
    assert "/orders/1" not in page.links(), "who may not open it is not led there"


def test_a_need_has_one_order_at_a_time(session, cast):
    need, by = stage.accepted(session, cast), cast.worker.viewer(session, START)
    actions.place(session, need, title="换灯", by=by, at=START)
    with pytest.raises(Refused, match="当前状态"):
        actions.place(session, need, title="再换灯", by=by, at=START)
    assert session.scalar(sa.select(sa.func.count()).select_from(Order)) == 1
