"""The main menu lights what a page is about, whichever slice the page belongs to."""

import pytest

from tests.handling import stage
from tests.handling.test_pledges import offered
from webapp.core.db import transaction


def lit(page) -> list[str]:
    return [" ".join(one.text_content().split()) for one in page.tree.xpath("//nav[@aria-label='主菜单']//a[@aria-current='page']")]


@pytest.mark.parametrize("step", ["need_accept", "need_merge", "handling.need_refer", "handling.need_order", "handling.need_offer"])
def test_a_step_of_a_need_lights_needs(site, cast, engine, step):
    with transaction(engine) as session:
        need = stage.accepted(session, cast) if step.startswith("handling") else stage.said(session, cast)
    endpoint = step if "." in step else f"needs.{step}"
    assert lit(site.as_(cast.worker).open(endpoint, id=need.id)) == ["需求"]


@pytest.mark.parametrize(
    ("endpoint", "word"),
    [
        ("handling.teams", "需求"),
        ("handling.samples", "需求"),
        ("handling.categories", "需求"),
        ("handling.figures", "需求"),
        ("handling.pledges", "认领"),
        ("handling.escalations", "督办"),
    ],
)
def test_a_list_without_an_item_of_its_own_lights_where_it_is_found(site, cast, endpoint, word):
    assert lit(site.as_(cast.street).open(endpoint)) == [word]


def test_an_offer_lights_pledges_and_the_menu_of_orders_lights_orders(site, cast, engine):
    with transaction(engine) as session:
        found = offered(session, cast)
    worker = site.as_(cast.worker)
    assert lit(worker.open("handling.offer_show", id=found.id)) == ["认领"]
    assert lit(worker.open("handling.menu")) == ["接单"]
