"""答疑: asked while a call is out, answered for all to read, nobody named; followers told; what each version changed."""

import dataclasses
from datetime import timedelta

import pytest
import sqlalchemy as sa

from tests import make
from tests.conftest import START
from webapp.applications.actions import amend_call
from webapp.calls import actions
from webapp.calls.actions import inquiries
from webapp.calls.models import Call, Follower, Inquiry
from webapp.calls.rules import InquiryFacts, asking_ends, asking_refusal, template
from webapp.calls.rules.inquiries import REQUIRED
from webapp.core.db import transaction
from webapp.core.outbox import Message
from webapp.core.workflow import Refusal, Refused
from webapp.desk.queries import todos

ASKED = "我是晨光的朱晨，请问微信电话 13812345678 的志愿者补贴能不能列？"


@pytest.fixture
def call(engine, cast):
    with transaction(engine) as session:
        return make.call(session, cast, START, rules=dataclasses.replace(template(), asking_days=5).to_json(), without_needs="试点")


def ask(engine, call, who, text=ASKED, at=START):
    with transaction(engine) as session:
        return inquiries.ask(session, session.get_one(Call, call.id), text=text, by=who.viewer(session, at), at=at)


def told(engine, who):
    with transaction(engine) as session:
        return list(session.scalars(sa.select(Message.title).where(Message.person_id == who.id).order_by(Message.id)))


def refused(facts):
    found = []
    for rule in REQUIRED["inquiry.answer"]:
        one = rule(facts)
        found += [one] if isinstance(one, Refusal) else one or ()
    return [(one.code, one.place) for one in found]


def test_a_public_answer_names_nobody():
    fine = InquiryFacts("志愿者补贴能不能列？", "可以，见预算规则。", ("朱晨", "晨光社会工作服务中心"), True)
    assert refused(fine) == []
    assert refused(dataclasses.replace(fine, wording="朱晨问：能不能列？")) == [("named", "wording")]
    assert refused(dataclasses.replace(fine, answer="请晨光社会工作服务中心来电 13812345678")) == [("named", "answer")] * 2
    assert refused(dataclasses.replace(fine, answer=" ")) == [("answer", "answer")]
    assert refused(dataclasses.replace(fine, mine=False)) == [("not_yours", "")]


def test_questions_end_with_the_deadline_or_so_many_days_before_it():
    closes = START + timedelta(days=20)
    assert asking_ends(template(), closes) == closes
    ends = asking_ends(dataclasses.replace(template(), asking_days=5), closes)
    assert ends == closes - timedelta(days=5)
    assert asking_refusal("open", START, ends, 4, ends - timedelta(seconds=1)) is None
    assert asking_refusal("open", START, ends, 0, ends).code == "asking_over"
    assert asking_refusal("closed", START, ends, 0, START).code == "asking_over"
    assert asking_refusal("open", START, ends, 5, START).code == "asking_many"


def test_asked_by_an_organisation_answered_for_all(site, cast, engine, call):
    page = site.as_(cast.member).open("calls.show", id=call.id).click("提问")
    assert page.submit("提交问题", text="").status == 422
    page = page.submit("提交问题", text=ASKED)
    assert "我的提问" in page
    for who in (None, cast.resident, cast.rival):
        seen = site.as_(who).open("calls.inquiries", id=call.id)
        assert "13812345678" not in seen.text
        assert "朱晨" not in seen.text
    with transaction(engine) as session:
        assert [one.step for one in todos(session, cast.officer.viewer(session, START)).rows if one.ref == "inquiry:1"] == ["answer"]
    page = site.as_(cast.officer).open("calls.show", id=call.id).click("1 个问题待答复").click("的提问")
    assert "朱晨" in page
    assert "晨光社会工作服务中心" in page
    page = page.click("答复并公开")
    bad = page.submit("答复并公开", answer="可以。")
    assert bad.status == 422
    assert "不能出现提问人“朱晨”" in bad
    assert "手机号码“13812345678”" in bad
    page = bad.submit("答复并公开", wording="志愿者补贴能不能列？", answer="可以，每人每天不超过 100 元。")
    assert "志愿者补贴能不能列？" in page
    for who in (None, cast.rival, cast.granny):
        seen = site.as_(who).open("calls.show", id=call.id)
        assert "志愿者补贴能不能列？" in seen
        assert "每人每天不超过 100 元" in seen
        assert "朱晨" not in seen.text
    assert told(engine, cast.member)[0].startswith("提问已答复")
    page = site.as_(cast.officer).open("calls.inquiry_show", id=1).click("更正答复")
    page.submit("更正答复", answer="每人每天不超过 80 元。", note="写错了标准")
    assert "每人每天不超过 80 元" in site.as_(None).open("calls.inquiries", id=call.id)
    assert told(engine, cast.member)[-1].startswith("答复已更正")


def test_a_private_matter_is_answered_to_the_asker_alone(site, cast, engine, call):
    ask(engine, call, cast.resident, text="我家漏水谁管？")
    site.as_(cast.officer).open("calls.inquiry_show", id=1).submit("确认不公开答复", note="请找社区。")
    assert "漏水" not in site.as_(None).open("calls.inquiries", id=call.id)
    assert told(engine, cast.resident) == ["提问：2026 年公益创投"]
    assert "不公开答复" in site.as_(cast.resident).open("calls.inquiry_show", id=1)


def test_who_asked_withdraws_and_nobody_else_sees_it(site, cast, engine, call):
    ask(engine, call, cast.resident)
    assert site.as_(cast.rival).open("calls.inquiry_show", id=1).status == 404
    assert site.as_(cast.street).open("calls.inquiry_show", id=1).status == 404
    assert "已撤回" in site.as_(cast.resident).open("calls.inquiry_show", id=1).submit("确认撤回提问")


def test_asking_ends_and_takes_five_at_a_time(site, cast, engine, call, clock):
    for _ in range(5):
        ask(engine, call, cast.resident)
    with pytest.raises(Refused, match="5 个问题还没有答复"):
        ask(engine, call, cast.resident)
    page = site.as_(cast.resident).open("calls.ask", id=call.id).submit("提交问题", text="再问一个")
    assert page.status == 422
    assert "再问一个" in page
    clock.move_to(call.closes_at - timedelta(days=5))
    page = site.as_(cast.rival).open("calls.ask", id=call.id)
    assert "答疑已在" in page
    assert "提交问题" not in page.buttons()


def test_a_new_version_is_told_to_who_follows_and_says_what_changed(site, cast, engine, call):
    page = site.as_(cast.resident).open("calls.show", id=call.id)
    page = page.submit("关注这个征集")
    assert "不再关注" in page.buttons()
    with transaction(engine) as session:
        thing = session.get_one(Call, call.id)
        by = cast.officer.viewer(session, START)
        first = session.scalar(sa.text("select id from call_versions"))
        session.execute(sa.text("update call_versions set intro = '旧的一段', closes_at = null where id = :id"), {"id": first})
        rules = dataclasses.replace(template(), asking_days=5, reserves=template().reserves + 1)
        amend_call(session, thing, rules, "多留一个候补", by=by, at=START, closes_at=thing.closes_at + timedelta(days=7), intro="新的一段")
    assert told(engine, cast.resident) == [f"征集公告更改 {call.number} 第 2 版"]
    page = site.as_(None).open("calls.show", id=call.id).click("第 2 版改了什么")
    for words in ("多留一个候补", "公告正文删去：“旧的一段”", "公告正文写明：“新的一段”", "候补"):
        assert words in page
    assert "第 1 版是最初的公告" in page.click("上一版")
    assert site.as_(None).get(f"/calls/{call.id}/versions/3").status == 404
    site.as_(cast.resident).open("calls.show", id=call.id).submit("不再关注")
    with transaction(engine) as session:
        assert session.query(Follower).count() == 0


def test_a_later_deadline_is_told_as_a_change(engine, cast, call):
    from webapp.calls.queries.versions import version_of

    with transaction(engine) as session:
        thing = session.get_one(Call, call.id)
        by = cast.officer.viewer(session, START)
        for days, reason in ((7, "补足答疑时间"), (14, "再延期")):
            later = call.closes_at + timedelta(days=days)
            actions.amend(session, thing, actions.rules_of(thing), reason, by=by, at=START, closes_at=later)
        found = version_of(session, call.id, 3)
    assert [one.title for one in found.changed] == ["公告"]
    assert found.changed[0].sentences[0].startswith("申报截止：")


def test_what_was_asked_goes_with_the_person_and_the_public_answer_stays(engine, cast, call):
    ask(engine, call, cast.resident)
    with transaction(engine) as session:
        inquiry = session.query(Inquiry).one()
        inquiries.answer(session, inquiry, wording="能不能列补贴？", answer="可以。", by=cast.officer.viewer(session, START), at=START)
        inquiries.forget_asker(session, cast.resident.id, START)
        session.expire_all()
        assert (inquiry.text, inquiry.person_id, inquiry.answer) == ("（已删除）", None, "可以。")
        assert session.query(Follower).count() == 0
