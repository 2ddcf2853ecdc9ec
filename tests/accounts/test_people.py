"""Accounts as the administrators keep them, and what people can do about what is kept of them."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
import sqlalchemy as sa

from tests import make
from tests.journeys.conftest import picture
from webapp.accounts import actions
from webapp.accounts.models import Membership, Person
from webapp.accounts.rules import password_refusal
from webapp.accounts.viewer import viewer_of
from webapp.core import files, jobs, journal
from webapp.core.clock import today
from webapp.core.db import reading, transaction
from webapp.needs.models import Need, Voice


def first_password(page) -> str:
    return page.tree.xpath('//p[contains(@class, "figure-line")]/b/text()')[0]


def entries(engine, ref):
    with reading(engine) as session:
        return [line.step for line in journal.lines(session, [ref], newest_first=False)]


def opened(site, cast, login="qiansan"):
    """A new account, as the page after making it shows it."""
    return site.as_(cast.admin).open("accounts.people").click("新建人员").submit("建立账号", name="钱三", login=login)


def key_of(engine, login="qiansan") -> int:
    with reading(engine) as session:
        return session.scalars(sa.select(Person.id).where(Person.login == login)).one()


def signed_in(site, login, password):
    return site.as_().open("accounts.sign_in").submit("登录", login=login, password=password)


def test_an_account_is_opened_given_a_duty_and_used(site, cast, engine):
    made = opened(site, cast)
    password = first_password(made)
    assert password_refusal(password, "qiansan") is None
    person = key_of(engine)
    again = site.as_(cast.admin).open("accounts.person_show", id=person)
    assert password not in again
    duty = again.click("任职").submit("找单位", q="桃花坞")
    done = duty.submit("任职", organisation_id=str(cast.taohuawu), role="community", from_day="2026-03-02")
    assert "桃花坞社区居委会 · 社区工作者" in done
    first = signed_in(site, "qiansan", password)
    assert "更改密码" in first.heading
    assert first.visitor.get("/needs").heading == "更改密码"
    assert first.visitor.get("/needs", headers={"Accept": "application/json"}).status == 403
    same = first.visitor.get("/account/password").submit("更改密码", old=password, new=password, again=password)
    assert "新密码和现在的一样" in same
    first.visitor.get("/account/password").submit("更改密码", old=password, new="wode-mima-2026", again="wode-mima-2026")
    assert first.visitor.get("/needs").heading == "需求"
    assert entries(engine, f"person:{person}") == ["create", "sign_in", "password"]


def test_a_login_name_taken_is_told_at_the_field(site, cast):
    opened(site, cast)
    refused = opened(site, cast)
    assert refused.status == 422
    assert "这个登录名已被使用" in refused
    assert refused.tree.xpath('//input[@name="name"]/@value') == ["钱三"]


def test_the_security_officer_resets_and_the_administrator_does_not(site, cast, engine):
    asked = site.as_(cast.security).open("accounts.person_show", id=cast.officer.id).click("重置密码")
    password = first_password(asked.submit("重置密码"))
    assert "更改密码" in signed_in(site, engine_login(engine, cast.officer.id), password).heading
    assert site.as_(cast.admin).open("accounts.person_reset", id=cast.officer.id).status == 403
    assert site.as_(cast.head).open("accounts.person_show", id=cast.officer.id).status == 404
    assert "reset" in entries(engine, cast.officer.ref)


def engine_login(engine, key):
    with reading(engine) as session:
        return session.get_one(Person, key).login


def test_nobody_resets_their_own(site, cast):
    asked = site.as_(cast.security).open("accounts.person_reset", id=cast.security.id)
    assert "自己的密码" in asked.submit("重置密码")


def test_a_duty_ends_on_its_day(site, cast, engine, clock):
    with reading(engine) as session:
        key = session.scalars(sa.select(Membership.id).where(Membership.person_id == cast.grid.id)).first()
    page = site.as_(cast.admin).open("accounts.duty_end", id=key)
    assert "不能早于" in page.submit("结束任职", day="2020-01-01")
    page.submit("结束任职", day=today(clock.now()).isoformat())
    with reading(engine) as session:
        assert viewer_of(session, cast.grid.id, clock.now()).members
        assert not viewer_of(session, cast.grid.id, clock.now() + timedelta(days=1)).members


def test_a_deputys_step_names_whom_it_was_taken_for(site, cast, engine, clock):
    with transaction(engine) as session:
        duty = session.scalars(sa.select(Membership).where(Membership.person_id == cast.worker.id, Membership.role == "community")).one()
        duty.deputy_id, duty.away_from, duty.away_until = cast.grid.id, today(clock.now()), today(clock.now()) + timedelta(days=2)
        need, own = make.need(session, clock.now(), state="collected").id, make.need(session, clock.now(), state="collected").id
    taken = site.as_(cast.grid).open("needs.show", id=need).take("受理", title="楼道堆物", category="safety", decision="self")
    assert "蒋网 代 褚小桃" in taken
    site.as_(cast.worker_two).open("needs.show", id=own).take("受理", title="楼道堆物", category="safety", decision="self")
    with reading(engine) as session:
        lines = {ref: journal.lines(session, [ref])[0] for ref in (f"need:{need}", f"need:{own}")}
    assert (lines[f"need:{need}"].by, lines[f"need:{need}"].on_behalf) == (cast.grid.ref, cast.worker.ref)
    assert lines[f"need:{own}"].on_behalf is None


def test_correcting_ones_name_and_birthday(site, cast, engine):
    page = site.as_(cast.granny).open("accounts.account").click("更正姓名")
    assert "不能晚于今天" in page.submit("更正", name="王秀兰", born_on="2031-01-01")
    assert "王秀兰" in page.submit("更正", name="王秀兰", born_on="1950-01-01")
    with reading(engine) as session:
        line = journal.lines(session, [cast.granny.ref])[0]
    assert (line.step, line.data) == ("correct", {"fields": ["name", "born_on"]})


def test_another_phone_after_its_code(site, cast, engine, demo_city):
    page = site.as_(cast.granny).open("accounts.phone").submit("获取验证码", phone="13811112222")
    code = page.text.partition("验证码是 ")[2][:6]
    assert "验证码不对" in page.submit("更换", code="000000" if code != "000000" else "111111")
    assert "138****2222" in page.submit("更换", code=code)


@pytest.fixture
def demo_city(engine, clock):
    with transaction(engine) as session:
        actions.add_dataset(session, "demo", {}, at=clock.now())


def test_a_copy_of_all_that_is_kept_of_me(site, cast, engine):
    site.as_(cast.granny).open("needs.new").submit("提交", words="六楼太高")
    page = site.as_(cast.granny).open("accounts.account").submit("下载我的信息")
    held = json.loads(page.body)
    assert held["账号"][0]["姓名"] == cast.granny.name
    assert [one["原话"] for one in held["我反映的需求"]] == ["六楼太高"]
    assert "六楼太高" not in site.as_(cast.resident).open("accounts.account").submit("下载我的信息").body.decode()
    assert entries(engine, cast.granny.ref) == ["copy"]


def test_erasure_is_asked_by_one_and_done_by_another(site, cast, engine, clock, app):
    said = site.as_(cast.granny).open("needs.new").submit("提交", words="六楼没有电梯。腿脚不好下不了楼", photos=[picture()])
    refused = site.as_(cast.granny).open("accounts.erase_mine").submit("申请删除")
    assert "还有 1 件需求在办" in refused
    said.take("撤回")
    asked = site.as_(cast.granny).open("accounts.account").click("申请删除").submit("申请删除")
    assert "已提交申请" in asked
    with reading(engine) as session:
        digest = session.scalars(sa.select(files.Attachment.digest)).one()
        phone = session.get_one(Person, cast.granny.id).phone
    done = site.as_(cast.admin).open("accounts.person_show", id=cast.granny.id).click("核对并删除").submit("确认删除")
    assert "已删除" in done
    with app.app_context():
        while jobs.run_next(engine, at=clock.now()):
            pass
    with reading(engine) as session:
        person, voice = session.get_one(Person, cast.granny.id), session.scalars(sa.select(Voice)).one()
        assert (person.name, person.phone, person.area_code) == ("已注销", None, None)
        assert voice.words == "（已按本人申请删除）"
        assert session.scalars(sa.select(Need.resident_id)).one() is None
        assert digest not in set(files.stored())
        assert list(journal.faults(session)) == []
        assert list(files.faults(session)) == []
    assert "X2026-0001" not in site.as_(cast.worker).get("/needs?q=腿脚")
    assert phone


def test_erasure_can_be_taken_back_and_is_never_done_unasked(site, cast):
    unasked = site.as_(cast.admin).open("accounts.person_erase", id=cast.granny.id).submit("确认删除")
    assert "本人没有提出过" in unasked
    site.as_(cast.granny).open("accounts.erase_mine").submit("申请删除")
    assert "已撤回删除申请" in site.as_(cast.granny).open("accounts.account").submit("撤回删除申请")


def test_who_holds_a_duty_hands_it_over_first(site, cast):
    assert "个岗位" in site.as_(cast.worker).open("accounts.erase_mine").submit("申请删除")
