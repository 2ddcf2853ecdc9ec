"""The residents' story in a real browser: residents hold a phone, who handles what they said sits before a wide screen."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.conftest import DESK, PHONE
from tests.browser.window import Windows
from tests.cast import RESIDENTS
from tests.journeys.conftest import days_pass
from tests.journeys.test_residents import Residents, neighbours, tell

__all__ = ["days_pass", "neighbours"]
pytestmark = [pytest.mark.browser, pytest.mark.only("sqlite")]


def test_the_residents_story_on_screens(app, visit, sign_in, cast, clock, days_pass, neighbours):
    residents = {getattr(cast, name).id for name in RESIDENTS}

    def size_of(person: Any) -> dict[str, int]:
        return PHONE if person is None or person.id in residents else DESK

    windows = Windows(app, visit, sign_in, size_of)
    tell(Residents(windows, cast, clock, days_pass, neighbours))
    assert windows.pages > 100
