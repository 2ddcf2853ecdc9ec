"""An officer builds a table of their own at a desk, by keyboard where a hand would use it, and reads it on a telephone."""

from __future__ import annotations

import os
from typing import Any

import pytest
from playwright.sync_api import Page

from tests import make
from tests.browser.conftest import PHONE
from tests.browser.window import STUCK_OUT, WIDE
from tests.conftest import START
from webapp.calls.rules import template
from webapp.core.db import transaction

pytestmark = [pytest.mark.browser, pytest.mark.only("sqlite")]
PROJECTS = {"银龄陪伴": ("elderly", 4_800_000), "青苗课堂": ("children", 3_200_000), "楼道里的老年食堂": ("elderly", 5_000_050)}


def picture(tab: Page, name: str) -> None:
    if folder := os.environ.get("SANSHE_PICTURES"):
        tab.screenshot(path=f"{folder}/{name}.png", full_page=True)


def test_a_table_is_built_and_kept(visit: Any, engine: Any, cast: Any) -> None:
    with transaction(engine) as session:
        call = make.call(session, cast, START, rules=template().to_json(), state="awarded")
        for title, (category, granted) in PROJECTS.items():
            application = make.application(session, cast, START, call, state="awarded", title=title, category=category)
            make.project(session, cast, START, application, granted=granted)
    tab = visit(cast.officer)
    tab.goto("/tables")
    picture(tab, "tables-1280")
    tab.get_by_role("navigation", name="新建").get_by_role("link", name="项目", exact=True).click()
    tab.get_by_label("资助的次序", exact=True).fill("1")
    tab.get_by_label("状态", exact=True).last.select_option(label="实施中")
    tab.get_by_label("已支出", exact=True).press("Space")
    tab.get_by_role("button", name="预览").press("Enter")
    heads = tab.locator("main thead th").all_inner_texts()
    assert heads == ["资助（元）", "编号", "项目名称", "承接单位", "状态", "已拨付（元）", "已支出（元）"]
    assert tab.locator("main tfoot").inner_text().split()[0] == "130,000.50"
    picture(tab, "tables-build-1280")
    tab.get_by_label("按什么汇总").select_option(label="类别")
    tab.get_by_role("button", name="预览").click()
    picture(tab, "tables-group-1280")
    tab.get_by_label("名称").last.fill("各类项目的资助")
    tab.get_by_label("共享给本地区").check()
    tab.get_by_role("button", name="保存").click()
    assert "各类项目的资助" in tab.locator("h1").inner_text()
    assert "存为统计表" in tab.locator("main").inner_text()
    picture(tab, "tables-show-1280")
    phone = visit(cast.officer, PHONE)
    for path, name in (("/own-tables/1", "tables-show-390"), ("/own-tables/1/change", "tables-build-390"), ("/tables", "tables-390")):
        phone.goto(path)
        picture(phone, name)
        assert not phone.evaluate(WIDE), phone.evaluate(STUCK_OUT)
