"""Signing in, as people meet it."""

import re

import pyotp
import pytest
import sqlalchemy as sa

from tests.conftest import START
from tests.site import Visitor
from webapp.accounts import actions
from webapp.accounts.models import Person
from webapp.accounts.rules import DEMO_PASSWORD
from webapp.core import journal
from webapp.core.db import transaction

PASSWORD = "green-apple-42"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture
def officer(engine, cast):
    """The officer, with a password."""
    with transaction(engine) as session:
        session.get(Person, cast.officer.id).password = actions.registry.secrets.hash_password(PASSWORD)
    return cast.officer


@pytest.fixture
def demo(engine, cast):
    """A database that says it is a demo city."""
    with transaction(engine) as session:
        actions.add_dataset(session, "demo", {}, at=START)
        officer = session.get(Person, cast.officer.id)
        officer.demo, officer.password = True, actions.registry.secrets.hash_password(DEMO_PASSWORD)
        session.get(Person, cast.granny.id).demo = True


def signed_in(visitor: Visitor) -> bool:
    return visitor.client.get("/account").status_code == 200


def try_password(visitor, login="officer", password=PASSWORD, **args):
    return visitor.open("accounts.sign_in", **args).submit("登录", login=login, password=password)


def test_an_officer_signs_in_and_out(site, officer, engine):
    visitor = site.as_()
    assert not signed_in(visitor)
    try_password(visitor)
    assert signed_in(visitor)
    with transaction(engine) as session:
        assert journal.lines(session, [officer.ref])[0].step == "sign_in"
    page = visitor.open("accounts.account")
    page.submit("退出")
    assert not signed_in(visitor)


def test_where_one_wanted_to_go(site, officer):
    visitor = site.as_()
    page = visitor.get("/organisations?kind=bureau")
    assert page.heading == "登录"
    page = page.submit("登录", login="officer", password=PASSWORD)
    assert page.heading == "单位名录"
    answer = site.as_().client.post("/sign-in", data={"login": "officer", "password": PASSWORD, "next": "//evil.cn"})
    assert answer.status_code == 400  # without the form's token


def test_a_foreign_next_is_forgotten(site, officer):
    visitor = site.as_()
    form = visitor.get("/sign-in?next=//evil.cn/x")
    assert not form.tree.xpath('//input[@name="next"]')
    token = form.tree.xpath('//input[@name="csrf_token"]/@value')[0]
    answer = visitor.client.post("/sign-in", data={"csrf_token": token, "login": "officer", "password": PASSWORD, "next": "//evil.cn/x"})
    assert answer.headers["Location"] == "/desk"


def test_a_session_begins_anew_at_sign_in(site, officer):
    visitor = site.as_()
    with visitor.client.session_transaction() as kept:
        kept["planted"] = "by somebody else"
    try_password(visitor)
    with visitor.client.session_transaction() as kept:
        assert "planted" not in kept


@pytest.mark.parametrize("login", ["officer", "nobody-of-this-name"])
def test_five_failures_lock_known_and_unknown_names_alike(site, officer, engine, clock, login):
    visitor = site.as_()
    for _ in range(5):
        page = try_password(visitor, login=login, password="wrong")
        assert page.status == 422
        assert "登录名或密码不对" in page
    page = try_password(visitor, login=login, password=PASSWORD)
    assert "已锁定" in page
    assert not signed_in(visitor)
    clock.forward(minutes=31)
    page = try_password(visitor, login=login, password=PASSWORD)
    assert signed_in(visitor) is (login == "officer")


def test_one_success_forgets_the_failures(site, officer, engine):
    visitor = site.as_()
    for _ in range(4):
        try_password(visitor, password="wrong")
    try_password(visitor)
    with transaction(engine) as session:
        assert session.get(Person, officer.id).failed == 0


def test_the_second_step_and_no_replay(site, officer, engine, clock):
    with transaction(engine) as session:
        session.get(Person, officer.id).totp_secret = SECRET
    visitor = site.as_()
    page = try_password(visitor)
    assert page.heading == "输入动态口令"
    assert not signed_in(visitor)
    page = page.submit("登录", code="000000")
    assert page.status == 422
    code = pyotp.TOTP(SECRET).at(clock.now())
    page.submit("登录", code=code)
    assert signed_in(visitor)
    other = site.as_()
    page = try_password(other).submit("登录", code=code)
    assert "刚刚用过" in page
    assert not signed_in(other)


def test_the_second_step_closes_after_a_while(site, officer, engine, clock):
    with transaction(engine) as session:
        session.get(Person, officer.id).totp_secret = SECRET
    visitor = site.as_()
    page = try_password(visitor)
    clock.forward(minutes=11)
    assert "停留太久" in page.submit("登录", code=pyotp.TOTP(SECRET).at(clock.now()))


def test_setting_up_and_putting_away_the_second_step(site, officer, engine, clock):
    visitor = site.as_(officer)
    page = visitor.open("accounts.totp")
    assert page.tree.xpath("//main//img/@src")[0].startswith("data:image/svg+xml")
    secret = page.tree.xpath("string(//main//li/span)").replace(" ", "")
    assert "不对" in page.submit("启用", code="123")
    code = pyotp.TOTP(secret).at(clock.now())
    assert "已启用" in page.submit("启用", code=code)
    with transaction(engine) as session:
        assert session.get(Person, officer.id).totp_secret == secret
    page = visitor.open("accounts.totp")
    assert "刚刚用过" in page.submit("停用", code=code)
    clock.forward(seconds=60)
    assert "已停用" in page.submit("停用", code=pyotp.TOTP(secret).at(clock.now()))


def test_changing_the_password_ends_other_sessions(site, officer):
    one, two = site.as_(), site.as_()
    try_password(one)
    try_password(two)
    page = one.open("accounts.password")
    assert "现在的密码不对" in page.submit("更改密码", old="x", new="blue-plum-77", again="blue-plum-77")
    assert "不一样" in page.submit("更改密码", old=PASSWORD, new="blue-plum-77", again="blue-plum-78")
    assert "至少 10 位" in page.submit("更改密码", old=PASSWORD, new="ab1", again="ab1")
    page.submit("更改密码", old=PASSWORD, new="blue-plum-77", again="blue-plum-77")
    assert signed_in(one)
    assert not signed_in(two)


def test_signing_out_everywhere(site, officer):
    one, two = site.as_(), site.as_()
    try_password(one)
    try_password(two)
    one.open("accounts.account").submit("退出所有设备")
    assert not signed_in(one)
    assert not signed_in(two)


def test_an_idle_session_ends(site, officer, clock):
    visitor = site.as_()
    try_password(visitor)
    clock.forward(minutes=29)
    assert signed_in(visitor)
    clock.forward(minutes=31)
    assert not signed_in(visitor)


def ask_code(visitor, phone):
    page = visitor.open("accounts.sign_in").submit("获取验证码", phone=phone)
    found = re.search(r"验证码是 (\d{6})", page.text)
    return page, found[1] if found else ""


def phone_of(engine, person):
    with transaction(engine) as session:
        return session.get(Person, person.id).phone


def test_a_resident_signs_in_with_the_code_shown_in_a_demo(site, cast, demo, engine):
    visitor = site.as_()
    page, code = ask_code(visitor, phone_of(engine, cast.granny))
    assert "演示站点不发短信" in page
    page.submit("登录", code=code)
    assert signed_in(visitor)
    assert cast.granny.name in visitor.open("accounts.account")


def test_without_a_demo_and_without_texts_no_code_is_shown(site, cast, engine):
    page, code = ask_code(site.as_(), phone_of(engine, cast.granny))
    assert page.status == 422
    assert not code
    assert "短信通道还没有接通" in page


def test_wrong_codes_use_the_code_up(site, cast, demo, engine):
    visitor = site.as_()
    page, code = ask_code(visitor, phone_of(engine, cast.granny))
    wrong = f"{(int(code) + 1) % 1000000:06d}"
    for _ in range(5):
        page = page.submit("登录", code=wrong)
        assert "验证码不对" in page
    assert "已作废" in page.submit("登录", code=code)
    assert not signed_in(visitor)


def test_a_code_grows_old(site, cast, demo, engine, clock):
    visitor = site.as_()
    page, code = ask_code(visitor, phone_of(engine, cast.granny))
    clock.forward(minutes=6)
    assert "已过期" in page.submit("登录", code=code)


def test_five_codes_an_hour_for_a_phone(site, cast, demo, engine):
    for _ in range(5):
        assert ask_code(site.as_(), "13911112222")[1]
    page, code = ask_code(site.as_(), "13911112222")
    assert "太频繁" in page
    assert not code


@pytest.mark.parametrize("phone", ["", "12345", "不是号码"])
def test_what_is_no_phone(site, cast, demo, phone):
    page, _ = ask_code(site.as_(), phone)
    assert page.status == 422


def test_a_newcomer_says_name_and_community_once(site, cast, demo, engine):
    visitor = site.as_()
    page, code = ask_code(visitor, "139 1111 3333")
    page = page.submit("登录", code=code)
    assert page.heading == "第一次来，请登记"
    page = page.submit("下一步", street="320508019")
    refused = page.submit("登记并登录", name="", area_code="")
    assert refused.status == 422
    assert "请填写姓名" in refused
    assert "请选择社区" in refused
    refused.submit("登记并登录", name="新居民", area_code="320508019036", agreed="y")
    assert signed_in(visitor)
    with transaction(engine) as session:
        person = session.scalars(sa.select(Person).where(Person.name == "新居民")).one()
        assert (person.area_code, person.phone) == ("320508019036", "13911113333")
    again = site.as_()
    page, code = ask_code(again, "13911113333")
    page.submit("登录", code=code)
    assert "新居民" in again.open("accounts.account")


def test_two_people_share_a_phone(site, cast, demo, engine):
    phone = phone_of(engine, cast.granny)
    with transaction(engine) as session:
        actions.add_person(session, "严外孙", by=None, at=START, phone=phone, area_code="320508019036")
    visitor = site.as_()
    page, code = ask_code(visitor, phone)
    page = page.submit("登录", code=code)
    assert page.heading == "您是哪一位"
    second = page.tree.xpath('//label[contains(.,"严外孙")]/preceding-sibling::input/@value')[0]
    page.submit("继续", person=second)
    assert "严外孙" in visitor.open("accounts.account")


def test_nobody_gets_past_the_code_by_address(site, cast, demo, engine):
    visitor = site.as_()
    ask_code(visitor, phone_of(engine, cast.granny))
    assert visitor.open("accounts.who").heading == "登录"
    assert visitor.open("accounts.newcomer").heading == "登录"
    assert visitor.open("accounts.second").heading == "登录"


def test_an_officers_phone_does_not_open_the_officers_account(site, cast, demo, engine):
    page, code = ask_code(site.as_(), phone_of(engine, cast.officer))
    assert page.submit("登录", code=code).heading == "第一次来，请登记"


def test_the_demo_table_presses_the_normal_form(site, cast, demo):
    visitor = site.as_()
    page = visitor.open("accounts.sign_in")
    assert DEMO_PASSWORD in page
    page.submit("登录：经办")
    assert "张敏" in visitor.open("accounts.account")
    visitor = site.as_()
    assert visitor.open("accounts.sign_in").submit("登录：居民").heading == "输入验证码"


def test_no_demo_accounts_elsewhere(site, cast):
    assert "演示账号" not in site.as_().open("accounts.sign_in")
