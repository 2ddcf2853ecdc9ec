"""Needs through pages: say, take in, accept, merge, word and release; who sees what."""

import io

import pytest
from PIL import Image

from tests import make
from tests.conftest import START
from webapp.core.db import transaction
from webapp.needs.models import Need, Voice


def say(site, person, words="楼道灯坏了，晚上老人看不见路"):
    return site.as_(person).open("needs.new").submit("提交", words=words)


def photo() -> tuple[io.BytesIO, str]:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(out, "JPEG")
    out.seek(0)
    return out, "灯.jpg"


def test_a_resident_says_a_need_and_sees_its_number_and_clock(site, cast):
    page = site.as_(cast.granny).open("needs.new").submit("提交", words="楼道灯坏了。晚上老人看不见路", place="3 号楼", photos=[photo()])
    assert page.status == 200
    assert page.heading == "楼道灯坏了"
    assert "X2026-0001" in page
    assert "晚上老人看不见路" in page
    assert "居民反映" in page
    assert "灯.jpg" in page


def test_saying_the_same_form_twice_makes_one_need(site, cast, engine):
    visitor = site.as_(cast.granny)
    form = visitor.open("needs.new")
    first = form.submit("提交", words="路灯不亮")
    again = form.submit("提交", words="路灯不亮")
    assert first.heading == again.heading == "路灯不亮"
    with transaction(engine) as session:
        assert session.query(Need).count() == 1


def test_nothing_said_is_refused_at_the_field_and_keeps_the_rest(site, cast):
    page = site.as_(cast.granny).open("needs.new").submit("提交", words="", place="北门")
    assert page.status == 422
    assert "请写下您想反映的事" in page
    assert page.tree.xpath('//input[@name="place"]/@value') == ["北门"]


def test_a_worker_takes_in_for_an_old_neighbour(site, cast):
    page = (
        site.as_(cast.worker)
        .open("needs.intake")
        .submit("登记", words="想有人陪着去医院", speaker="王阿婆", channel="visit", speaker_phone="13800001111")
    )
    assert "想有人陪着去医院" in page
    assert "王阿婆" in page
    assert "13800001111" not in page
    assert "代为登记" in page


def test_accepting_needs_a_decision_and_tells_the_resident(site, cast):
    say(site, cast.granny)
    worker = site.as_(cast.worker)
    step = worker.open("needs.index").click("楼道灯坏了").click("受理")
    refused = step.submit("受理", decision="")
    assert refused.status == 422
    page = step.submit("受理", decision="self", category="safety", title="楼道照明")
    assert page.heading == "楼道照明"
    assert "已受理" in page


@pytest.mark.parametrize(
    ("who", "status"),
    [("worker", 200), ("street", 200), ("officer", 200), ("granny", 200), ("auditor", 200), ("resident", 404), ("far_worker", 404),
     ("far_officer", 404), ("lead", 404), ("expert1", 404), ("admin", 404)],
)  # fmt: skip
def test_who_opens_a_need(site, cast, engine, who, status):
    with transaction(engine) as session:
        need = make.need(session, START, person=cast.granny)
    assert site.as_(getattr(cast, who)).open("needs.show", id=need.id).status == status


def test_the_words_themselves_are_for_the_handler_and_the_speaker(site, cast, engine):
    with transaction(engine) as session:
        need = make.need(session, START, person=cast.granny, title="接送")
    for who, sees in (("worker", True), ("granny", True), ("street", False), ("officer", False), ("auditor", False)):
        visitor = site.as_(getattr(cast, who))
        assert ("原话：接送" in visitor.open("needs.show", id=need.id)) is sees, who
        assert ("原话：接送" in str(visitor.json(f"/needs/{need.id}"))) is sees, who


def test_two_people_make_a_need_public(site, cast, engine):
    with transaction(engine) as session:
        need = make.need(session, START, person=cast.granny)
    worker, second = site.as_(cast.worker), site.as_(cast.worker_two)
    page = worker.open("needs.wording", id=need.id).submit("保存，请同事发布", title="楼道照明不足", text="3 幢 502 室严阿婆晚上看不见")
    own = page.click("核对并发布")
    assert "先审后发" in own
    blocked = second.open("needs.show", id=need.id).click("核对并发布")
    assert "严阿婆" in blocked
    assert "楼栋门牌" in blocked
    worker.open("needs.wording", id=need.id).submit("保存，请同事发布", title="楼道照明不足", text="老人晚上出行不便")
    done = second.open("needs.show", id=need.id).click("核对并发布").submit("确认发布")
    assert "已公开" in done
    assert done.heading == "楼道照明不足"


def test_two_characters_find_a_duplicate_and_merging_keeps_every_voice(site, cast, engine):
    for words in ("希望办养老食堂", "社区养老食堂什么时候有"):
        say(site, cast.granny, words)
    worker = site.as_(cast.worker)
    found = worker.get("/needs?q=养老")
    assert "希望办养老食堂" in found
    assert "社区养老食堂什么时候有" in found
    assert "希望办养老食堂" not in worker.get("/needs?q=停车")
    page = found.click("社区养老食堂什么时候有").click("合并").submit("合并", into="1")
    assert "已合并" in page
    with transaction(engine) as session:
        assert [n.voices for n in session.query(Need).order_by(Need.id)] == [2, 0]
        assert session.query(Voice).filter_by(need_id=1).count() == 2
    page = page.submit("撤销合并")
    with transaction(engine) as session:
        assert [n.voices for n in session.query(Need).order_by(Need.id)] == [1, 1]


def test_the_list_costs_the_same_however_long(site, cast, engine, count_queries):
    for many in (2, 40):
        with transaction(engine) as session:
            for n in range(many):
                make.need(session, START, title=f"第{n}件")
        visitor = site.as_(cast.worker)
        visitor.open("needs.index")
        with count_queries(most=6):
            visitor.open("needs.index")
    need = site.as_(cast.worker)
    with count_queries(most=12):
        need.open("needs.show", id=1)


def test_returning_needs_a_reason_and_a_place_to_go_and_the_resident_may_ask_again(site, cast):
    say(site, cast.granny)
    worker = site.as_(cast.worker)
    form = worker.open("needs.show", id=1).click("不予受理")
    assert "请写明不予受理的理由" in form.submit("不予受理", note="", other="小区物业")
    nowhere = form.submit("不予受理", note="属于物业维修")
    assert nowhere.status == 422
    assert "请选择居民可以去哪里办" in nowhere
    page = form.submit("不予受理", note="属于物业维修", elsewhere="12345", other="桃花坞物业 0512-61234567")
    assert "已退回" in page
    again = site.as_(cast.granny).open("needs.show", id=1)
    for told in ("属于物业维修", "12345", "桃花坞物业 0512-61234567"):
        assert told in again
    assert "已受理" in again.submit("确认我不满意，重新办", note="物业说不管")
