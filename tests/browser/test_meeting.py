"""Five windows follow a chair; more than the streams there are, so some ask every 3 seconds; one is cut off and comes back."""

from __future__ import annotations

import contextlib
import os
from typing import Any

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, TimeoutError

from tests.browser.conftest import DESK, PHONE
from tests.reviews.conftest import Stage, rules, stage  # noqa: F401 -- the fixtures
from tests.reviews.test_meeting import meeting, panel_of  # noqa: F401 -- the fixture
from webapp.accounts.viewer import viewer_of
from webapp.core.db import transaction
from webapp.reviews import actions
from webapp.reviews.models import Meeting, MeetingSign
from webapp.reviews.queries import meetings
from webapp.reviews.views.meetings import STREAMS

pytestmark = [pytest.mark.browser, pytest.mark.only("sqlite")]
SOON, BACK = 20_000, 60_000
"""Milliseconds: for who is there, and for who was cut off."""


def told(stage: Stage, key: int, people: list[Any]) -> list[list[str]]:  # noqa: F811
    """What each is told of the drawn order: the titles, and of those a judge leaves the room for that he stands aside."""
    at = stage.clock.now()
    with transaction(stage.engine) as session:
        found = session.get_one(Meeting, key)
        viewers = [viewer_of(session, one.id, at) for one in people]
        return [[item.title for item in meetings.live(session, found, one, one.roles).items] for one in viewers if one]


def sees(window: Page, words: str, wait: int = SOON) -> None:
    window.locator("[data-live] .live-title").get_by_text(words, exact=True).wait_for(timeout=wait)


def lead(chair: Page, words: str) -> None:
    """The chair goes on to an item; pressed again where the page was drawn anew under the finger."""
    button = chair.get_by_role("button", name=f"下一个：{words}")
    while button.count():
        button.click()
        with contextlib.suppress(TimeoutError):
            sees(chair, words, 5000)


def picture(window: Page, name: str) -> None:
    if folder := os.environ.get("SANSHE_PICTURES"):
        window.screenshot(path=f"{folder}/{name}.png", full_page=True)


def test_five_windows_follow_a_chair_and_one_comes_back(visit: Any, stage: Stage, meeting: int, cast: Any) -> None:  # noqa: F811
    seats = stage.seats(panel_of(stage, meeting))
    address = f"/meetings/{meeting}"
    people = [*(stage.expert(seat.person_id) for seat in seats[:4]), cast.operator, cast.auditor]
    order, *orders = told(stage, meeting, people)
    chair, *followers = (visit(one, PHONE if n % 2 else DESK) for n, one in enumerate(people, 1))
    assert len(followers) == 5 > STREAMS
    for window in (*followers[:4], chair):
        window.goto(address)
    followers[4].goto(f"{address}/screen")
    lead(chair, order[0])
    for window, words in zip(followers, orders, strict=True):
        sees(window, words[0])
    assert followers[4].locator(".live-time").text_content() in {f"{8 - (s > 0)}:{(60 - s) % 60:02d}" for s in range(15)}
    lost = followers[0]
    lost.context.set_offline(True)
    lead(chair, order[1])
    for window, words in zip(followers[1:], orders[1:], strict=True):
        sees(window, words[1])
    assert lost.locator("[data-live] .live-title").text_content() == orders[0][0]
    lost.context.set_offline(False)
    sees(lost, orders[0][1], BACK)
    picture(lost, "meeting-judge-1280")
    picture(followers[4], "meeting-screen-1280")
    picture(chair, "meeting-chair-390")
    chair.get_by_role("button", name="打分").click()
    for window in followers:
        window.locator("[data-live]").get_by_text("评委打分").first.wait_for(timeout=SOON)


def test_a_judge_signs_in_with_the_code_on_the_screen(visit: Any, stage: Stage, meeting: int, cast: Any) -> None:  # noqa: F811
    seat = stage.seats(panel_of(stage, meeting))[0]
    desk = visit(cast.operator)
    desk.goto(f"/meetings/{meeting}")
    with desk.context.expect_page() as opened:
        desk.get_by_role("button", name="出示签到码").click()
    screen = opened.value
    screen.get_by_text("每个码只能用一次").wait_for()
    picture(screen, "meeting-code-1280")
    word = stage_code(stage, meeting)
    phone = visit(stage.expert(seat.person_id), PHONE)
    phone.goto(f"/meetings/in/{word}")
    phone.get_by_role("button", name="签到").click()
    phone.wait_for_url(f"**/meetings/{meeting}")
    with transaction(stage.engine) as session:
        assert session.scalars(sa.select(MeetingSign.person_id)).all() == [seat.person_id]


def stage_code(stage: Stage, key: int) -> str:  # noqa: F811
    """A code as the screen shows it; the picture itself is not read here."""
    with transaction(stage.engine) as session:
        return actions.new_code(session, session.get_one(Meeting, key), at=stage.clock.now())
