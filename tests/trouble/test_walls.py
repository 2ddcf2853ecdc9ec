"""The walls: headers on every answer, cookies, sessions, what the log may say, signs of life."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from argon2 import extract_parameters

from tests.conftest import DEAR
from tests.journeys.conftest import picture
from webapp.app import create_app
from webapp.core import secrets, web
from webapp.core.db import READ_ONLY
from webapp.core.settings import Setting
from webapp.core.site import CSP

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Content-Security-Policy": CSP,
}
PLACES = (
    "/",
    "/sign-in",
    "/nothing-here",
    "/needs",
    "/needs/999",
    "/healthz",
    "/readyz",
    "/p/needs",
    "/files/1",
    "/desk",
    "/verify/x",
    "/static/nothing.css",
)


def checked(answer: Any) -> None:
    for name, value in HEADERS.items():
        assert answer.headers.get(name) == value, (answer.request.path, answer.status_code, name)


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_headers_on_every_answer(site, cast, accept):
    for person in (None, cast.worker):
        client = site.as_(person).client
        for path in PLACES:
            checked(client.get(path, headers={"Accept": accept}))
        checked(client.post("/needs/new", data={}, headers={"Accept": accept}))
        checked(client.put("/needs/new", headers={"Accept": accept}))


def test_the_policy_lets_nothing_in() -> None:
    assert "default-src 'none'" in CSP
    for loose in ("unsafe-inline", "unsafe-eval", "*", "http:", "https:"):
        assert loose not in CSP
    for shut in ("base-uri 'none'", "frame-ancestors 'none'", "form-action 'self'"):
        assert shut in CSP


def test_a_breakdown_has_headers_a_sentence_and_no_trace(app, site, cast, monkeypatch, capsys):
    app.config["PROPAGATE_EXCEPTIONS"] = False

    def broken(*_: Any, **__: Any) -> Any:
        raise RuntimeError("王阿婆 13812345678")

    monkeypatch.setattr("webapp.needs.queries.listed", broken)
    for accept in ("text/html", "application/json"):
        answer = site.as_(cast.worker).client.get("/needs?q=13812345678", headers={"Accept": accept})
        assert answer.status_code == 500
        checked(answer)
        body = answer.get_data(as_text=True)
        assert "系统出错" in (body if accept == "text/html" else json.loads(body)["refusals"][0]["sentence"])
        assert "RuntimeError" not in body
        assert "13812345678" not in body.replace("q%3D13812345678", ""), "only in the address of this very page"
    said = capsys.readouterr()
    assert "RuntimeError" in said.err + said.out
    for private in ("王阿婆", "13812345678"):
        assert private not in said.err + said.out


def test_what_people_type_is_not_logged(app, site, cast, engine, capsys):
    """A need with its words, phone and photo; a sign-in that fails; a form refused; a number no table holds."""
    granny = site.as_(cast.granny)
    granny.open("needs.new").submit("提交", words="我叫严阿婆，电话 13866668888，夜里摔倒了", photos=[picture("严阿婆家.jpg")])
    site.as_(cast.worker).open("needs.intake").submit(
        "登记", words="腿脚不好", speaker="王阿婆", channel="visit", speaker_phone="13777779999"
    )
    door = site.as_().open("accounts.sign_in")
    door.submit("登录", login="secret-login", password="secret-password")
    door.submit("获取验证码", phone="13811112222")
    site.as_(cast.worker).client.get("/needs/99999999999999999999?q=王阿婆")
    said = capsys.readouterr()
    for private in ("严阿婆", "王阿婆", "13866668888", "13777779999", "13811112222", "secret-", "摔倒", "腿脚"):
        assert private not in said.err + said.out


def test_cookies_are_for_the_server_alone(site, cast, app):
    answer = site.as_().client.get("/sign-in")
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    elder = site.as_().client.get("/elder?on=1").headers.get_all("Set-Cookie")
    assert all("SameSite" in one for one in elder)


def test_cookies_are_secure_behind_https(app, clock):
    config = replace(app.config["SANSHE"], secure_cookies=True)
    secure = create_app(config, clock)
    assert "Secure" in secure.test_client().get("/sign-in").headers["Set-Cookie"]
    with secure.app_context():
        web.db.engine.dispose()


def test_the_engine_of_the_web_is_as_careful_as_every_other(app, clock, engine):
    """The house of the tests is given its engine from without; one that is made by itself must be no other."""
    served = create_app(app.config["SANSHE"], clock)
    asked = ("foreign_keys", "secure_delete", "synchronous", "busy_timeout") if engine.dialect.name == "sqlite" else ()
    with served.app_context():
        own = web.db.engine
        for one in (own, engine):
            assert one.hide_parameters
            with one.execution_options(**READ_ONLY).connect() as connection, pytest.raises(sa.exc.DBAPIError):
                connection.execute(sa.insert(Setting).values(key="wrong", area_code="", from_day=date(2026, 3, 2), value=1))
        told = []
        for one in (own, engine):
            with one.connect() as connection:
                told.append([connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in asked])
        assert told[0] == told[1]
        own.dispose()


def test_a_cookie_made_up_or_changed_is_nobody(site, app, cast):
    client = site.as_(cast.worker).client
    assert client.get("/desk").status_code == 200
    kept = client.get_cookie("session").value
    for forged in (f"{kept[:-3]}AAA", "garbage", kept.replace(".", "", 1), ""):
        other = app.test_client()
        other.set_cookie("session", forged)
        assert other.get("/desk").status_code in {302, 303}
    for key in ("999999.1", "1", "1.2"):
        other = app.test_client()
        with other.session_transaction() as session:
            session["_user_id"] = key
        assert other.get("/desk").status_code in {302, 303}, key


def test_passwords_cost_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """OWASP's least for argon2id: 19 MiB and two rounds, or more. A name that nobody has costs the same."""
    monkeypatch.setattr(secrets, "_passwords", DEAR)
    assert extract_parameters(secrets._NOBODY) == extract_parameters(DEAR.hash(""))
    found = extract_parameters(secrets.hash_password("green-apple-42"))
    assert found.type.name == "ID"
    assert found.memory_cost >= 19 * 1024
    assert found.time_cost >= 2


def test_life_and_readiness(site, app, engine, monkeypatch):
    client = site.as_().client
    assert client.get("/healthz").get_json() == {"ok": True}
    assert client.get("/readyz").get_json() == {"ready": True}

    def gone(*_: Any, **__: Any) -> Any:
        raise sa.exc.OperationalError("SELECT 1", {}, Exception("server closed the connection"))

    with app.app_context():
        monkeypatch.setattr(web.db.engine.dialect, "do_begin", gone)
        monkeypatch.setattr(sa.Engine, "connect", gone)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    checked(answer)
    assert client.get("/healthz").status_code == 200
    page = client.get("/sign-in")
    assert page.status_code == 503
    assert "系统忙" in page.get_data(as_text=True) or "系统" in page.get_data(as_text=True)


def test_an_uploaded_file_comes_as_an_attachment(site, cast, engine):
    page = site.as_(cast.granny).open("needs.new").submit("提交", words="灯坏了", photos=[picture("家\u202egpj.jpg")])
    link = next(a for a in page.links("jpg") if "files" in a)
    answer = site.as_(cast.granny).client.get(link)
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "\u202e" not in answer.headers["Content-Disposition"]
    assert "%E2%80%AE" not in answer.headers["Content-Disposition"]
    checked(answer)
    assert site.as_(cast.far_worker).client.get(link).status_code == 404


def test_a_form_without_its_token(site, cast):
    for accept, read in (
        ("text/html", lambda a: a.get_data(as_text=True)),
        ("application/json", lambda a: a.get_json()["refusals"][0]["sentence"]),
    ):
        client = site.as_(cast.granny).client
        for sent in ({"words": "灯"}, {"words": "灯", "csrf_token": "made-up"}):
            answer = client.post("/needs/new", data=sent, headers={"Accept": accept})
            assert answer.status_code == 400
            assert "刷新页面" in read(answer)


def test_signed_out_while_a_form_was_open(site, cast):
    """The page that asks to sign in again; what was typed stays in the browser (the draft of the form)."""
    visitor = site.as_(cast.granny)
    form = visitor.open("needs.new")
    token = form.tree.xpath('//main//input[@name="csrf_token"]/@value')[0]
    with visitor.client.session_transaction() as session:
        session.pop("_user_id")
    answer = visitor.client.post("/needs/new", data={"csrf_token": token, "words": "灯"})
    assert answer.status_code in {302, 303}
    assert "/sign-in" in answer.headers["Location"]
    assert (
        visitor.client.post("/needs/new", data={"csrf_token": token, "words": "灯"}, headers={"Accept": "application/json"}).status_code
        == 401
    )


def test_where_asked_for_nobody_of_those_offices_works_without_a_second_step(app, site, cast):
    """GB/T 22239-2019 8.1.4.1; a demo, and an installation that only offers it, goes on without."""
    assert site.as_(cast.officer).client.get("/needs").status_code == 200
    assert "应当启用动态口令" in site.as_(cast.officer).open("accounts.account")
    app.config["SANSHE"] = replace(app.config["SANSHE"], two_steps=True)
    for who in (cast.officer, cast.leader, cast.accountant, cast.expert1, cast.admin):
        page = site.as_(who).open("desk.home")
        assert "动态口令" in page.heading
        assert site.as_(who).client.get("/desk", headers={"Accept": "application/json"}).status_code == 403
        assert site.as_(who).client.get("/account").status_code == 200
        assert site.as_(who).client.get("/").status_code == 200
    for who in (cast.granny, cast.worker, cast.member):
        assert site.as_(who).client.get("/desk").status_code == 200
