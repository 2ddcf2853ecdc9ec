"""An officer at a desk sets up a call from a template, changes a rule, a question and a rubric, and proposes; another publishes."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page

from reports.money import Money
from tests import make
from tests.browser.window import unfold
from tests.conftest import START
from webapp.calls import actions
from webapp.calls.models import Call
from webapp.calls.queries import rules_of
from webapp.core.db import transaction

pytestmark = [pytest.mark.browser, pytest.mark.only("sqlite")]


def picture(tab: Page, name: str) -> None:
    if folder := os.environ.get("SANSHE_PICTURES"):
        tab.screenshot(path=f"{folder}/{name}.png", full_page=True)


def press(tab: Page, name: str) -> None:
    tab.locator("main").get_by_role("button", name=name, exact=True).last.click()


def test_a_call_is_set_up_without_a_programmer(visit: Any, engine: Any, cast: Any) -> None:
    with transaction(engine) as session:
        fund, by = make.fund(session, cast), cast.accountant.viewer(session, START)
        actions.add_budget(session, fund, year=START.year, amount=Money.parse("3000", "万元"), document="1号", by=by, at=START)
    tab = visit(cast.officer)
    tab.goto("/calls/new")
    picture(tab, "calls-choose-1280")
    tab.get_by_role("link", name="广州 · 公益创投").click()
    tab.get_by_label("公告名称").fill("广州式公益创投")
    tab.get_by_label("不选需求的理由").fill("试点")
    tab.get_by_label("截止申报").fill((START + timedelta(days=30)).date().isoformat())
    press(tab, "保存草稿")
    tab.get_by_role("link", name="征集规则").first.click()
    picture(tab, "calls-rules-1280")
    tab.get_by_role("link", name="申报条件").click()
    tab.get_by_role("link", name="申报前 3 年没有重大违法记录").click()
    tab.get_by_label("年数").fill("5")
    press(tab, "保存")
    picture(tab, "calls-rule-1280")
    tab.goto("/calls/1/rules/form?at=form.0.questions.0")
    tab.get_by_label("题目").fill("一句话说清项目")
    press(tab, "保存")
    tab.goto("/calls/1/rules/rubric/rubric")
    tab.get_by_label("名称").nth(2).fill("调查充分")
    press(tab, "保存")
    picture(tab, "calls-rubric-1280")
    tab.goto("/calls/1")
    picture(tab, "calls-show-1280")
    press(tab, "报请发布")
    tab.get_by_text("已报请发布").first.wait_for()
    lead = visit(cast.leader)
    lead.goto("/calls/1")
    publish = lead.locator("main button", has_text="确认发布").first
    unfold(publish)
    publish.click()
    lead.get_by_text("公告已发布").first.wait_for()
    with transaction(engine) as session:
        call = session.get_one(Call, 1)
        rules = rules_of(call)
    assert (call.state, call.template) == ("published", "guangzhou")
    assert next(one.params["years"] for one in rules.eligibility if one.params.get("record") == "penalty") == 5
    assert rules.form[0].questions[0].title == "一句话说清项目"
    assert rules.rubric["items"][0]["items"][0]["items"][0]["title"] == "调查充分"
