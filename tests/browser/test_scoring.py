"""An evening of scoring at the keyboard: from file to file, saved while one types, kept when the network is gone."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page

from tests.browser.conftest import PHONE
from tests.reviews.conftest import Stage, stage  # noqa: F401 -- the fixture
from webapp.calls.models import Call
from webapp.calls.rules import CallRules, template
from webapp.core.db import transaction
from webapp.reviews import actions
from webapp.reviews.models import Assignment, Panel, Seat
from webapp.scoring.models import Jotting, Scorecard
from webapp.scoring.queries import card_of

pytestmark = [pytest.mark.browser, pytest.mark.only("sqlite")]
RUBRIC = {
    "items": [
        {"key": "need", "title": "需求度", "most": 4000, "anchor": "居民有依据的真实需求，受益面清楚", "reason_below": 1000, "anchors": [
            {"least": 3200, "text": "有居民签名的清单或调查数据"}, {"least": 2000, "text": "有走访记录"}, {"least": 0, "text": "只有申报单位自己说"},
        ]},
        {"key": "match", "title": "配套资金", "most": 2000, "na": True},
        {"key": "effect", "title": "有效性", "most": 4000, "anchor": "目标、指标、活动前后一致，做得成"},
        {"key": "raised", "title": "自筹加分", "most": 500, "kind": "plus"},
    ],
    "reason_above": 9500,
    "over": True,
}  # fmt: skip


@pytest.fixture
def rules() -> CallRules:
    return replace(template(), rubric=RUBRIC)


@pytest.fixture
def pile(stage: Stage) -> tuple[Any, list[Assignment]]:  # noqa: F811
    """An expert, and what was given to him, in his order."""
    stage.heard()
    given = stage.assignments(stage.started())
    person = given[0].person_id
    return stage.expert(person), sorted((one for one in given if one.person_id == person), key=lambda one: one.position)


def focused(tab: Page) -> str:
    return str(tab.evaluate("document.activeElement.name ?? ''"))


def picture(tab: Page, name: str) -> None:
    if folder := os.environ.get("SANSHE_PICTURES"):
        tab.screenshot(path=f"{folder}/{name}.png", full_page=True)


def kept(stage: Stage, one: Assignment) -> Any:  # noqa: F811
    with transaction(stage.engine) as session:
        return card_of(session, one.scorecard_id)


def test_an_evening_at_the_keyboard(visit: Any, stage: Stage, pile: Any) -> None:  # noqa: F811
    expert, mine = pile
    tab = visit(expert)
    tab.goto(f"/assignments/{mine[0].id}")
    assert tab.get_by_text(f"已评 0 / {len(mine)}").first.is_visible()
    tab.keyboard.press("1")
    assert focused(tab) == "p_need"
    for typed in ("36", "15", "30.5"):
        tab.keyboard.type(typed)
        tab.keyboard.press("Enter")
    assert focused(tab) == "p_raised"
    assert tab.locator("output[data-total]").text_content() == "81.5"
    tab.get_by_label("不适用").check()
    assert tab.locator("output[data-total]").text_content() == "83.13"  # 66.5 of 80: 83.125
    tab.get_by_text("随手记", exact=True).click()
    tab.get_by_label("随手记（").fill("与第三份比一比")
    picture(tab, "score-1280")
    with tab.expect_response("**/draft"):
        tab.keyboard.press("Control+s")
    card = kept(stage, mine[0])
    assert (card.points, card.marks["match"].na, card.total) == ({"need": 3600, "effect": 3050}, True, 8313)
    tab.locator("[data-saved]").first.get_by_text("已保存").wait_for()
    tab.keyboard.press("Escape")
    tab.keyboard.press("j")
    tab.wait_for_url(f"**/assignments/{mine[1].id}")
    tab.keyboard.press("k")
    tab.wait_for_url(f"**/assignments/{mine[0].id}")
    assert tab.get_by_label("需求度").first.input_value() == "36"
    with transaction(stage.engine) as session:
        assert session.scalar(sa.select(Jotting.text).where(Jotting.scorecard_id == mine[0].scorecard_id)) == "与第三份比一比"


def test_what_was_typed_goes_along_to_the_next_file_and_what_cannot_be_points_is_said(visit: Any, stage: Stage, pile: Any) -> None:  # noqa: F811
    expert, mine = pile
    tab = visit(expert)
    tab.goto(f"/assignments/{mine[0].id}")
    tab.keyboard.press("1")
    tab.keyboard.type("36")
    with tab.expect_request("**/draft"):  # it goes when the field is left or with the page; then nobody is there to take the answer
        tab.keyboard.press("Escape")
        tab.keyboard.press("j")
    tab.wait_for_url(f"**/assignments/{mine[1].id}")
    tab.keyboard.press("k")
    tab.wait_for_url(f"**/assignments/{mine[0].id}")
    assert tab.get_by_label("需求度").first.input_value() == "36"
    assert not tab.get_by_text("没能保存到平台").count()
    points = tab.locator("[data-points]")
    points.nth(1).fill("999")
    assert tab.get_by_text("请给 0 到 20 分").is_visible()
    assert tab.locator("output[data-total]").text_content() == "36"
    with tab.expect_response("**/draft"):
        tab.keyboard.press("Control+s")
    tab.locator("[data-saved]").first.get_by_text("“配套资金”没有保存").wait_for()
    points.nth(1).fill("9")
    assert not tab.get_by_text("请给 0 到 20 分").count()
    tab.set_viewport_size(PHONE)
    tab.locator("details.pile summary").click()
    assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
    tab.locator("[data-saved]").first.get_by_text("已保存").wait_for()


def test_a_reason_is_asked_for_where_the_points_are(visit: Any, stage: Stage, pile: Any) -> None:  # noqa: F811
    expert, mine = pile
    tab = visit(expert, PHONE)
    tab.goto(f"/assignments/{mine[0].id}")
    reason = tab.get_by_label("需求度的理由")
    assert not reason.is_visible()
    for label, points in (("需求度", "5"), ("配套资金", "10"), ("有效性", "20")):
        tab.locator("[data-points]").nth(["需求度", "配套资金", "有效性"].index(label)).fill(points)
    assert reason.is_visible()
    tab.get_by_role("button", name="提交评分").click()
    tab.get_by_text("“需求度”低于 10 分，请在这一项写明理由。").first.wait_for()
    assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
    picture(tab, "score-390")
    tab.get_by_label("需求度的理由").fill("居民没有提过这件事")
    tab.get_by_role("button", name="提交评分").click()
    tab.wait_for_url(f"**/assignments/{mine[1].id}")
    card = kept(stage, mine[0])
    assert (card.state, card.total, card.marks["need"].reason) == ("submitted", 3500, "居民没有提过这件事")


def test_points_typed_without_a_network_are_kept_and_sent(visit: Any, stage: Stage, pile: Any) -> None:  # noqa: F811
    expert, mine = pile
    tab = visit(expert)
    tab.goto(f"/assignments/{mine[0].id}")
    tab.context.set_offline(True)
    tab.locator("[data-points]").first.fill("31")
    tab.keyboard.press("Control+s")
    tab.locator("[data-saved]").first.get_by_text("内容暂存在本机").wait_for()
    with transaction(stage.engine) as session:
        assert session.get_one(Scorecard, mine[0].scorecard_id).total is None
    tab.context.set_offline(False)
    tab.locator("[data-saved]").first.get_by_text("已保存").wait_for()
    assert kept(stage, mine[0]).points == {"need": 3100}


def test_a_far_score_is_explained_and_all_sign(visit: Any, stage: Stage, cast: Any) -> None:  # noqa: F811
    stage.heard()
    with transaction(stage.engine) as session:
        call = session.get_one(Call, stage.call_id)
        call.rules = replace(stage.rules, figures=replace(stage.rules.figures, divergence=1500)).to_json()
    key = stage.started()
    far, *others = stage.assignments(key)
    for n, one in enumerate([far, *others]):
        given = (
            {"need": 2500, "match": 1000, "effect": 2500}
            if one.id == far.id
            else {"need": 3300, "match": 1500, "effect": 3000 + 50 * (n % 7)}
        )
        stage.do(stage.expert(one.person_id), actions.finish, (Assignment, one.id), points=given, comment="见各项")
    stage.do(cast.operator, actions.close, (Panel, key))
    seats = stage.seats(key)
    stage.do(cast.operator, actions.appoint_chair, (Seat, seats[0].id), how="elected")
    desk = visit(cast.operator)
    desk.goto(f"/panels/{key}/board")
    desk.get_by_text("待评委说明").wait_for()
    picture(desk, "board-1280")
    judge = visit(stage.expert(far.person_id), PHONE)
    judge.goto(f"/assignments/{far.id}")
    judge.get_by_label("保留原分的理由").fill("受益人数没有依据")
    picture(judge, "explain-390")
    judge.get_by_role("button", name="提交说明").click()
    judge.get_by_text("您的说明：受益人数没有依据").wait_for()
    chair = visit(stage.expert(seats[0].person_id))
    chair.goto("/my/reviews")
    chair.get_by_role("link", name="核对并锁定总分").click()
    chair.get_by_role("button", name="锁定总分").click()
    chair.get_by_role("heading", name="请您签署").wait_for()
    picture(chair, "report-1280")
    for seat in seats:
        tab = chair if seat.id == seats[0].id else visit(stage.expert(seat.person_id), PHONE)
        tab.goto("/my/reviews")
        tab.get_by_role("link", name="签署评审报告").click()
        tab.get_by_role("heading", level=1).get_by_text("评审报告").first.wait_for()
        assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
        if seat.id == seats[1].id:
            tab.get_by_label("不同意见和理由").fill("第一名的预算偏高")
        tab.get_by_role("button", name="签署评审报告").click()
        tab.get_by_text("已签署。").wait_for()
    chair.reload()
    chair.get_by_text("第一名的预算偏高").wait_for()
    chair.get_by_text("已定稿").first.wait_for()


def test_the_sheet_page_offers_both_ways(visit: Any, pile: Any) -> None:
    tab = visit(pile[0])
    tab.goto("/my/reviews")
    tab.get_by_role("link", name="用离线评分表").click()
    with tab.expect_download() as kept:
        tab.get_by_role("link", name="下载评分表").click()
    picture(tab, "sheet-1280")
    tab.get_by_label("填好的评分表").set_input_files(kept.value.path().rename(kept.value.path().with_suffix(".xlsx")))
    tab.get_by_role("button", name="导入").click()
    tab.get_by_text("没有改动").wait_for()
