"""Pages cost the same with many rows as with few."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from reports.money import Money
from tests import make
from tests.cast import TAO
from tests.conftest import START
from tests.reviews.conftest import Stage, content
from webapp.applications.models import Application
from webapp.calls.models import Call
from webapp.core.db import transaction
from webapp.reviews import actions
from webapp.reviews.models import Opinion, Panel, Result, Seat


def many(stage: Stage, cast, count: int) -> None:
    with transaction(stage.engine) as session:
        call = session.get_one(Call, stage.call_id)
        for n in range(count):
            make.application(
                session, cast, START, call, state="eligible", organisation="qingmiao", title=f"更多{n}",
                content=content(f"更多{n}", "青苗公益服务社", TAO),
            )  # fmt: skip


@pytest.mark.parametrize("count", [0, 40])
def test_pages_cost_the_same_with_many_rows(site, stage: Stage, cast, count, count_queries):
    many(stage, cast, count)
    stage.review()
    with count_queries(most=12):
        assert site.as_(cast.worker).open("reviews.opinions").status == 200
    with transaction(stage.engine) as session:
        opinion = session.scalars(sa.select(Opinion.id).where(Opinion.area_code == TAO)).first()
        for one in session.scalars(sa.select(Application)):
            one.state = "heard"
    for endpoint, args, who in (
        ("reviews.opinion_show", {"id": opinion}, cast.worker), ("reviews.opinion_give", {"id": opinion}, cast.worker),
        ("reviews.panels", {}, cast.officer), ("reviews.panel_new", {"id": stage.call_id}, cast.officer),
    ):  # fmt: skip
        with count_queries(most=12):
            assert site.as_(who).open(endpoint, **args).status == 200
    key = stage.drawn()
    with count_queries(most=12):
        site.as_(cast.operator).open("reviews.panel_show", id=key)
    for seat in stage.seats(key):
        with count_queries(most=12):
            site.as_(stage.expert(seat.person_id)).open("reviews.seat_show", id=seat.id)
        stage.do(stage.expert(seat.person_id), actions.pledge, (Seat, seat.id))
    stage.do(cast.operator, actions.start, (Panel, key))
    pile = stage.assignments(key)
    expert = stage.expert(pile[0].person_id)
    for endpoint, args, who in (
        ("reviews.mine", {}, expert), ("reviews.assignment_show", {"id": pile[0].id}, expert),
        ("reviews.panel_show", {"id": key}, cast.operator), ("reviews.panel_reassign", {"id": key}, cast.operator),
        ("reviews.elect", {"id": stage.call_id}, cast.officer), ("reviews.ranking", {"id": stage.call_id}, cast.officer),
    ):  # fmt: skip
        with count_queries(most=12):
            assert site.as_(who).open(endpoint, **args).status == 200
    with transaction(stage.engine) as session:
        for n, one in enumerate(stage.applications):
            session.add(
                Result(
                    application_id=one,
                    call_id=stage.call_id,
                    panel_n=0,
                    rank=n + 1,
                    combined=8000,
                    outcome="propose",
                    amount_fen=Money(100),
                    reason="",
                )
            )
        session.get_one(Panel, key).state = "closed"
        session.get_one(Call, stage.call_id).state = "ranked"
    for endpoint, args in (("reviews.panel_board", {"id": key}), ("reviews.ranking", {"id": stage.call_id})):
        for who in (cast.officer, cast.head):
            with count_queries(most=12):
                assert site.as_(who).open(endpoint, **args).status == 200
