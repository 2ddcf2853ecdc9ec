"""Needs through pages: say, take in, accept, merge, word and release; who sees what."""

import io

import pytest
from PIL import Image

from tests import make
from tests.conftest import START
from webapp.core import journal, search
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
    assert page.heading == "需求 · 桃花坞社区居委会", "说的话不作标题"
    assert "楼道灯坏了" in page
    assert "X2026-0001" in page
    assert "晚上老人看不见路" in page
    assert "居民反映" in page
    assert "灯.jpg" in page


def test_saying_the_same_form_twice_makes_one_need(site, cast, engine):
    visitor = site.as_(cast.granny)
    form = visitor.open("needs.new")
    first = form.submit("提交", words="路灯不亮")
    again = form.submit("提交", words="路灯不亮")
    assert first.path == again.path
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
    empty = worker.open("needs.wording", id=need.id)
    assert empty.tree.xpath('//*[@name="title"]/@value') in ([], [""])
    told = empty.submit("保存，请同事发布", title="楼道照明不足", text="3 幢 502 室严阿婆晚上看不见")
    assert told.status == 422
    assert "姓名“严阿婆”" in told
    assert "楼栋门牌“3幢502室”" in told
    own = told.submit("保存，请同事发布", title="楼道照明不足", text="老人晚上出行不便")
    assert "核对并发布" not in own.buttons()
    assert "核对并发布" not in own
    done = second.open("needs.show", id=need.id).click("核对并发布").submit("确认发布")
    assert "已公开" in done
    assert done.heading == "楼道照明不足"


def test_what_may_tell_of_somebody_is_ticked_off_one_by_one(site, cast, engine):
    with transaction(engine) as session:
        need = make.need(session, START, person=cast.granny)
    drafted = site.as_(cast.worker).open("needs.wording", id=need.id)
    drafted = drafted.submit("保存，请同事发布", title="加装坡道", text="轮椅和残疾居民进出不便，低保家庭优先。")
    assert "发布的同事要逐项核对" in drafted
    form = site.as_(cast.worker_two).open("needs.show", id=need.id).click("核对并发布")
    boxes = form.tree.xpath('//input[@name="ticks"]/@value')
    assert boxes == ["健康情况“残疾”", "困难身份“低保”"]
    held = form.submit("确认发布", ticks=boxes[:1])
    assert held.status == 422
    assert "请逐项核对并勾选：困难身份“低保”" in held
    assert "已公开" in held.submit("确认发布", ticks=boxes)
    with transaction(engine) as session:
        line = journal.lines(session, ["wording:1"])[0]
    assert (line.step, line.data) == ("release", {"looked_at": ["health", "status"]})


def test_withdrawing_takes_the_public_wording_down_at_once(site, cast, engine):
    with transaction(engine) as session:
        key = make.public_need(session, cast, START, state="accepted", person=cast.granny).id
    assert site.as_(None).open("portal.need_story", id=key).status == 200
    assert "已撤回" in site.as_(cast.granny).open("needs.show", id=key).take("撤回")
    assert site.as_(None).open("portal.need_story", id=key).heading == "登录", "对公众如同没有"


def test_a_handler_opens_a_phone_and_the_journal_says_who(site, cast, engine):
    page = (
        site.as_(cast.worker)
        .open("needs.intake")
        .submit("登记", words="想有人陪着去医院", speaker="王阿婆", channel="visit", speaker_phone="13800001111")
    )
    assert "13800001111" not in page
    shown = page.submit("查看电话", voice=page.tree.xpath('//input[@name="voice"]/@value')[0])
    assert "13800001111" in shown
    assert "13800001111" not in site.as_(cast.worker).open("needs.show", id=1)
    with transaction(engine) as session:
        line = journal.lines(session, ["need:1"])[0]
    assert (line.step, line.by, line.data) == ("reveal", cast.worker.ref, {"voice": "voice:1"})
    assert "查看电话" not in site.as_(cast.street).open("needs.show", id=1).buttons()


@pytest.mark.parametrize("phone", ["6723001", "67230001", "1380000111", "0512-123"])
def test_a_number_that_cannot_be_called_back_is_refused(site, cast, phone):
    page = (
        site.as_(cast.worker).open("needs.intake").submit("登记", words="路灯不亮", speaker="王阿婆", channel="visit", speaker_phone=phone)
    )
    assert page.status == 422
    assert "带区号的座机号" in page


@pytest.mark.parametrize("phone", ["13800001111", "138 0000 1111", "0512-67230001", "051267230001", "010-12345678"])
def test_mobiles_and_landlines_with_their_area_are_taken(site, cast, phone):
    page = (
        site.as_(cast.worker).open("needs.intake").submit("登记", words="路灯不亮", speaker="王阿婆", channel="visit", speaker_phone=phone)
    )
    assert "X2026-0001" in page


def test_the_auditor_sees_no_word_of_what_was_said(site, cast):
    say(site, cast.granny, "楼道灯坏了，晚上老人看不见路")
    for page in (site.as_(cast.auditor).open("needs.index"), site.as_(cast.auditor).open("needs.show", id=1)):
        assert page.status == 200
        assert "楼道灯" not in page
    assert "楼道灯坏了" in site.as_(cast.worker).open("needs.index")
    assert "楼道灯坏了" in site.as_(cast.granny).open("desk.home")


def test_the_same_need_is_said_and_taken_back(site, cast, engine):
    with transaction(engine) as session:
        key = make.public_need(session, cast, START, state="accepted", person=cast.granny).id
    page = site.as_(cast.resident).open("portal.need_story", id=key).submit("我也有同样需求")
    page = site.as_(cast.resident).open("portal.need_story", id=key)
    assert "您表示过有同样需求" in page
    page.submit("取消")
    assert "我也有同样需求" in site.as_(cast.resident).open("portal.need_story", id=key).buttons()
    with transaction(engine) as session:
        assert session.get(Need, key).same == 0


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


def test_a_resident_finds_the_public_needs_of_neighbours(site, cast, engine):
    with transaction(engine) as session:
        shown = make.public_need(session, cast, START, state="accepted", person=cast.granny, title="想要老年食堂")
        hidden = make.need(session, START, person=cast.granny, title="食堂的私事")
        for need in (shown, hidden):
            search.index(session, "need", need.id, f"{need.number} {need.title}")
    found = site.as_(cast.resident).get("/search?q=食堂")
    assert "公开的需求" in found
    assert "食堂的私事" not in found
    assert found.click("想要老年食堂").path == f"/n/{shown.id}"
    own = site.as_(cast.granny).get("/search?q=食堂")
    assert "食堂的私事" in own
    assert own.text.count("想要老年食堂") == 1, "自己的只列一次"
