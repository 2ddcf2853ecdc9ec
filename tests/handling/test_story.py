"""What the public reads of a need's handling."""

from tests.handling import stage
from tests.handling.test_pledges import offered
from webapp.core.db import transaction


def test_the_public_story_says_who_has_it_until_when_and_what_is_pledged(site, cast, engine):
    with transaction(engine) as session:
        stage.public(session, cast)
    page = site.as_().open("portal.need_story", id=1)
    assert "谁在办：桃花坞社区居委会 · 电话 0512-60000000" in page
    assert "下一步最晚：" in page
    with transaction(engine) as session:
        offered(session, cast)
    page = site.as_().open("portal.need_story", id=2)
    assert "已认领 0.00 元，需要 20,000.00 元" in page
    assert "楼道灯坏了" not in page


def test_a_need_asks_at_most_twelve_statements_of_its_handler(site, cast, engine, count_queries):
    with transaction(engine) as session:
        offered(session, cast)
    for who in ("worker", "granny", "street"):
        visitor = site.as_(getattr(cast, who))
        visitor.open("needs.show", id=1)
        with count_queries(most=12):
            visitor.open("needs.show", id=1)


def test_every_list_costs_the_same(site, cast, engine, count_queries):
    with transaction(engine) as session:
        for _ in range(5):
            stage.resolved(session, cast)
    street = site.as_(cast.street)
    for endpoint in (
        "handling.orders",
        "handling.escalations",
        "handling.pledges",
        "handling.teams",
        "handling.samples",
        "handling.figures",
    ):
        street.open(endpoint)
        with count_queries(most=12):
            street.open(endpoint)
