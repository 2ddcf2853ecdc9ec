"""The same story in a real browser: those who work sit before a wide screen, the residents hold a phone."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.conftest import DESK, PHONE
from tests.browser.window import Windows
from tests.cast import RESIDENTS
from tests.journeys.conftest import days_pass, pool
from tests.journeys.test_story import Story, tell

__all__ = ["days_pass", "pool"]
pytestmark = [pytest.mark.browser, pytest.mark.only("sqlite")]


def test_the_story_on_screens(app, visit, sign_in, cast, clock, days_pass, pool):
    residents = {getattr(cast, name).id for name in RESIDENTS}

    def size_of(person: Any) -> dict[str, int]:
        return PHONE if person is None or person.id in residents else DESK

    windows = Windows(app, visit, sign_in, size_of)
    tell(Story(windows, cast, clock, days_pass))
    assert windows.pages > 200
