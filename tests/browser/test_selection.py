"""From the ranking to the 公告 in a real browser: officers sit before a wide screen, who objects holds a phone."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from reports.money import Money
from tests.browser.conftest import DESK, PHONE
from tests.browser.window import Windows
from tests.cast import RESIDENTS
from tests.conftest import START
from tests.reviews.conftest import DESK as WINDOW
from tests.reviews.conftest import ranked, rules, stage
from webapp import app as house
from webapp.applications.models import Application
from webapp.calls import actions as calls
from webapp.calls.models import Call, Fund
from webapp.core.db import transaction
from webapp.reviews.models import Decision, Letter, Notice, Objection

__all__ = ["ranked", "rules", "stage"]
pytestmark = [pytest.mark.browser, pytest.mark.only("sqlite")]


def picture(windows: Windows, person: Any, name: str) -> None:
    if folder := os.environ.get("SANSHE_PICTURES"):
        windows.tabs[person.id if person else None].screenshot(path=f"{folder}/{name}.png", full_page=True)


def later(engine: Any, clock: Any) -> None:
    """Until every notice that runs has run out."""
    with transaction(engine) as session:
        ends = session.scalars(sa.select(Notice.ends_at).where(Notice.state.in_(("running", "extended")))).all()
    clock.move_to(max(ends) + timedelta(minutes=1))
    house.tick(engine, clock.now())


def test_a_list_is_tried_decided_released_objected_to_and_announced(app, visit, sign_in, cast, clock, engine, ranked):
    residents = {getattr(cast, name).id for name in RESIDENTS}
    windows = Windows(app, visit, sign_in, lambda person: PHONE if person is None or person.id in residents else DESK)
    key = ranked.call_id
    with transaction(engine) as session:
        fund = session.get_one(Fund, session.get_one(Call, key).fund_id)
        calls.add_budget(
            session, fund, year=START.year, amount=Money(99_000_000), document="1号", by=cast.accountant.viewer(session, START), at=START
        )

    # the board: line and cap moved, three ways beside each other, one run chosen
    officer = windows.as_(cast.officer)
    officer.open("reviews.ranking", id=key).click("试排：移动资金线、限额和最低分")
    tab = windows.tabs[cast.officer.id]
    for label, value, seen in (("资金（万元）", "6", "退出 1"), ("资金（万元）", "12", "退出 0"), ("每个单位最多几项", "1", "退出 1")):
        tab.get_by_label(label).fill(value)
        tab.keyboard.press("Tab")
        tab.locator('#tried tfoot td[data-label="逐项放入"]', has_text=seen).wait_for()
    for method in ("逐项放入", "到线为止", "均衡分担"):
        tab.locator("#tried th", has_text=method).wait_for()
    tab.get_by_label("资金（万元）").fill("十二")
    tab.keyboard.press("Tab")
    tab.locator("#tried").get_by_text("不是金额").wait_for()
    tab.get_by_label("资金（万元）").fill("12")
    tab.keyboard.press("Tab")
    tab.locator("#tried th", has_text="逐项放入").wait_for()
    picture(windows, cast.officer, "selection-board-1280")
    tab.locator("#save-run").get_by_label("名称").fill("每家一项")
    with tab.expect_navigation():
        tab.locator("#save-run").get_by_role("button", name="保存试排").click()
    page = officer.get(tab.url).click("重算这次试排")
    assert "一致：4 项，拟立项 2 项，合计 100,000.00 元" in page
    page = officer.open("reviews.board_show", id=key).click("每家一项").submit("采用这份名单", reason="让更多单位参与")
    assert "名单改动" in page

    # the amount apart from the place, the meeting, and another who lets it out
    page = page.submit("保存名单", rows__0__amount="40000", rows__0__amount_reason="压减宣传费")
    assert "改动 1 项" in page
    picture(windows, cast.officer, "selection-ranking-1280")
    page = windows.as_(cast.head).open("reviews.ranking", id=key).click("集体研究")
    meeting = {"meeting": "局长办公会", "held_on": clock.now().date().isoformat(), "minutes_number": "〔2026〕7号"}
    page = page.submit("集体研究", **meeting, present="局长、分管副局长")
    assert "集体研究已登记" in page
    assert "请由另一位经办人核对名单和通知后发布" in windows.as_(cast.head).open("reviews.ranking", id=key)
    assert "待发" in windows.as_(cast.officer).open("reviews.call_letters", id=key)
    page = windows.as_(cast.officer).open("reviews.ranking", id=key).click("发布公示").submit("确认发布公示", **WINDOW)
    assert "公示中" in page
    picture(windows, cast.officer, "selection-notice-1280")
    with transaction(engine) as session:
        notice = session.scalars(sa.select(Notice)).one()
        decision = session.scalars(sa.select(Decision)).one()
        assert (decision.by_id, decision.released_by_id) == (cast.head.id, cast.officer.id)
        assert all(session.scalars(sa.select(Letter.sent_at)))

    # on a phone: the notice, an objection, its answer and the re-examination
    page = windows.as_(None).open("reviews.notice_show", id=notice.id)
    assert "公示截止" in page
    picture(windows, None, "selection-notice-390")
    page = windows.as_(cast.granny).open("reviews.notice_show", id=notice.id).click("提出异议")
    first = notice.content["items"][0]
    page = page.submit("提交异议", name="严阿婆", text="没有来过我们小区", application_id=first["application"].partition(":")[2])
    assert "答复期限" in page
    with transaction(engine) as session:
        raised = session.scalars(sa.select(Objection.id)).one()
    page = windows.as_(cast.officer).open("reviews.objection_show", id=raised).click("答复").submit("答复", upheld="no", note="有签到表。")
    assert "异议不成立" in page
    page = windows.as_(cast.granny).open("reviews.objection_appeal", id=raised).submit("申请复核", note="签到表是假的")
    assert "复核期限" in page
    picture(windows, cast.granny, "selection-objection-390")
    page = windows.as_(cast.leader).open("reviews.objection_settle", id=raised)
    page = page.submit("复核答复", upheld="yes", note="经复核，签到表不实。")
    assert "异议成立" in page
    assert "经复核，签到表不实" in windows.as_(cast.granny).open("reviews.objection_show", id=raised)

    # the list is corrected and runs on; who is next moves up with a notice of its own
    with transaction(engine) as session:
        fresh = session.scalars(sa.select(Notice).where(Notice.previous_id == notice.id)).one()
    assert first["title"] not in windows.as_(None).open("reviews.notice_show", id=fresh.id)
    page = windows.as_(cast.officer).open("reviews.notice_extend", id=fresh.id)
    page = page.submit("延期", until=(fresh.ends_at + timedelta(days=7)).date().isoformat(), note="名单有更正")
    assert "延期中" in page
    page = windows.as_(cast.officer).open("reviews.ranking", id=key).click("候补递补").submit("递补并发布公示", note="第一名异议成立")
    assert "候补项目递补公示" in page
    assert "候补项目递补公示" in windows.as_(None).open("calls.show", id=key)
    later(engine, clock)

    # the award, and the 公告
    page = windows.as_(cast.officer).open("projects.call_award", id=key).submit("确认公示期满，立项")
    assert page.status == 200, page.text
    page = windows.as_(cast.officer).open("reviews.ranking", id=key).click("立项公告").submit("发布立项公告")
    assert "立项公告已发布" in page
    page = windows.as_(None).open("calls.show", id=key).click("立项公告")
    with transaction(engine) as session:
        awarded = session.scalars(sa.select(Application.title).where(Application.state == "awarded")).all()
    assert len(awarded) == 2
    assert all(title in page for title in awarded)
    picture(windows, None, "selection-result-390")
    assert "一致" in windows.as_(cast.officer).open("reviews.recompute", id=key)
