"""Delivery and money in a real browser: organisation and communities hold a phone, officers sit before a wide screen."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.conftest import DESK, PHONE
from tests.browser.window import Windows
from tests.journeys import test_delivery as delivery
from tests.journeys.conftest import days_pass
from tests.journeys.test_story import Story

__all__ = ["days_pass"]
pytestmark = [pytest.mark.browser, pytest.mark.only("sqlite")]
ON_PHONES = ("lead", "member", "rival", "worker", "near_worker", "granny", "resident", "near_resident")


@pytest.fixture
def story(app: Any, visit: Any, sign_in: Any, cast: Any, clock: Any, days_pass: Any) -> Story:
    phones = {getattr(cast, name).id for name in ON_PHONES}

    def size_of(person: Any) -> dict[str, int]:
        return PHONE if person is not None and person.id in phones else DESK

    return Story(Windows(app, visit, sign_in, size_of, everywhere=True), cast, clock, days_pass)


def test_from_the_agreement_to_the_archive_on_screens(story, saved, engine):
    delivery.begin(story, saved)
    delivery.tell(story, saved)
    delivery.at_rest(engine, story.places["project"])
    assert story.site.pages > 80


def test_a_breach_ends_it_and_the_money_comes_back_on_screens(story, saved, engine):
    delivery.end_early(story, saved)
    delivery.at_rest(engine, story.places["project"])
    assert story.site.pages > 20
