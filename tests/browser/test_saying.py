"""Saying a need on a phone: look-alikes while one writes, a recording that plays, and all of it without scripts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import serving, session_cookie
from tests.browser.town import PHONE_SIZE
from tests.needs.test_lookalikes import known
from tests.sounds import WAV

pytestmark = [pytest.mark.browser, pytest.mark.only("sqlite")]
SPOKEN = {"name": "录音.wav", "mimeType": "audio/wav", "buffer": WAV}
PLAYED = """() => new Promise(done => {
    const sound = document.querySelector("audio");
    sound.onloadedmetadata = () => done(sound.duration);
    sound.onerror = () => done(sound.error.message);
    sound.load(); sound.play().catch(() => null);
})"""


@pytest.fixture
def phone(app: Any, cast: Any, browser: Any) -> Any:
    """A phone in which somebody is signed in; it must have nothing to complain of at the end."""

    @contextmanager
    def opened(who: str = "granny", path: str = "/needs/new", scripts: bool = True) -> Iterator[Page]:
        with serving(app) as address:
            size = {"width": PHONE_SIZE[0], "height": PHONE_SIZE[1]}
            context = browser.new_context(viewport=size, base_url=address, locale="zh-CN", java_script_enabled=scripts)
            context.add_cookies([{"name": "session", "value": session_cookie(app, getattr(cast, who)), "url": address}])
            tab = context.new_page()
            said: list[str] = []
            tab.on("console", lambda message: said.append(message.text))
            tab.on("pageerror", lambda error: said.append(str(error)))
            tab.goto(path)
            yield tab
            context.close()
            assert said == []

    return opened


def test_look_alikes_show_while_one_writes_and_go_again(phone: Any, cast: Any, engine: Any) -> None:
    known(engine, cast)
    with phone() as tab:
        asked: list[str] = []
        tab.on("request", lambda one: asked.append(f"{one.method} {one.url.partition('//')[2].partition('/')[2]}"))
        box = tab.get_by_label("您想反映什么")
        box.fill("我家楼下路灯不亮")
        link = tab.get_by_role("link", name="楼道照明不足")
        link.wait_for()
        assert link.get_attribute("target") == "_blank", "what is written stays"
        box.fill("想学书法，社区有没有班")
        link.wait_for(state="detached")
        box.fill("学")
        tab.wait_for_timeout(1000)
    told = [one for one in asked if "static/" not in one]  # the sign of the window comes when it likes
    assert told == ["POST needs/alike"] * 2, "a word too short is not asked for"


@pytest.mark.parametrize("scripts", [True, False])
def test_a_recording_is_sent(phone: Any, scripts: bool) -> None:
    with phone(scripts=scripts) as tab:
        tab.get_by_label("录一段音").set_input_files(SPOKEN)
        tab.get_by_role("button", name="提交", exact=True).click()
        tab.get_by_text("（录音，等社区听写）").wait_for()
        assert tab.locator("audio[controls]").count() == 1


def test_it_plays_where_it_is_written_down(phone: Any) -> None:
    with phone() as tab:
        tab.get_by_label("录一段音").set_input_files(SPOKEN)
        tab.get_by_role("button", name="提交", exact=True).click()
        tab.get_by_text("（录音，等社区听写）").wait_for()
        assert tab.evaluate(PLAYED) == pytest.approx(0.05)
    with phone("worker", "/voices/1/words") as tab:
        assert tab.evaluate(PLAYED) == pytest.approx(0.05)
