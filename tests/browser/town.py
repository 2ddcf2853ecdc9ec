"""The prepared world of the walks behind a real server, and the pages a resident may come to there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Flask
from playwright.sync_api import Browser, BrowserContext

from tests.browser.conftest import session_cookie
from tests.walks import expected
from tests.walks.walk import Walked, methods

RESIDENT = "granny"
PHONE_SIZE, DESK_SIZE, SMALLEST = (390, 844), (1280, 900), (320, 640)
AXE_RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"], "resultTypes": ["violations"]}


@dataclass
class Town:
    """Where it runs, and whose pages are whose."""

    walked: Walked
    browser: Browser
    address: str

    @property
    def app(self) -> Flask:
        return self.walked.app

    @property
    def public(self) -> list[str]:
        """One page of every kind that anybody may open."""
        return self._pages(expected.NOBODY)

    @property
    def residents(self) -> list[str]:
        """One page of every kind that a resident opens and a stranger does not."""
        public = {stop.endpoint for stop in self.walked.stops if stop.answers[expected.NOBODY] == 200}
        return self._pages(RESIDENT, without=public) + self._papers()

    def _pages(self, persona: str, without: set[str] = frozenset()) -> list[str]:  # type: ignore[assignment]
        found: dict[str, str] = {}
        client = self.walked.browser(persona)
        for stop in self.walked.stops:
            known = stop.endpoint in found or stop.endpoint in without or stop.endpoint == "static"
            if known or "GET" not in methods(self.app, stop.endpoint) or stop.answers[persona] != 200:
                continue
            answer = client.get(stop.path)
            if answer.mimetype == "text/html" and "attachment" not in answer.headers.get("Content-Disposition", ""):  # a file is no page
                found[stop.endpoint] = stop.path
        return list(found.values())

    def _papers(self) -> list[str]:
        """A ballot is one address with several faces: the paper of each method, and its result."""
        faces = ("ballot open", "ballot by pot", "ballot by rank", "ballot by score", "ballot counted", "ballot with a tie")
        return [f"/ballots/{self.walked.world.ids[face]['own']}" for face in faces]

    def window(
        self, size: tuple[int, int] = PHONE_SIZE, *, persona: str | None = None, large: bool = False, scripts: bool = True, **more: Any
    ) -> BrowserContext:
        """A window of its own, with nothing kept from before."""
        context = self.browser.new_context(
            viewport={"width": size[0], "height": size[1]}, base_url=self.address, locale="zh-CN", timezone_id="Asia/Shanghai",
            java_script_enabled=scripts, **more,
        )  # fmt: skip
        if persona is not None:
            person = getattr(self.walked.world.cast, persona)
            context.add_cookies([{"name": "session", "value": session_cookie(self.app, person), "url": self.address}])
        if large:
            context.add_cookies([{"name": "elder", "value": "1", "url": self.address}])
        return context
