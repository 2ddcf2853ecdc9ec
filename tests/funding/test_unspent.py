"""Money that is older than its call allows: found by time, demanded or kept by the organiser."""

from datetime import timedelta

import pytest

from reports.money import Money
from tests.conftest import START
from tests.funding.walk import claim, paid, planned
from webapp.calls.models import Call
from webapp.core.workflow import Refused
from webapp.desk import queries as desk
from webapp.funding import actions
from webapp.funding.models import Recovery


def limited(session, project, months=2):
    call = session.get_one(Call, project.call_id)
    call.rules = {**call.rules, "breach": {**call.rules.get("breach", {}), "unspent_after": {"length": months, "unit": "month"}}}
    session.flush()


@pytest.fixture
def old(session, cast):
    """A project with its first tranche and one accepted claim, two months and a day later."""
    project, [first, *_] = planned(session, cast)
    limited(session, project)
    paid(session, cast, first)
    actions.accept(session, claim(session, cast, project), by=cast.officer.viewer(session, START), at=START)
    return project, first, START + timedelta(days=62)


def test_it_is_proposed_once_after_the_time_and_not_before(session, cast, old):
    _, first, later = old
    assert actions.find_unspent(session, START + timedelta(days=60)) == 0
    assert actions.find_unspent(session, later) == 1
    assert actions.find_unspent(session, later) == 0
    one = session.query(Recovery).one()
    assert (one.state, one.amount_fen) == ("due", first.amount_fen - Money(10_000))
    assert [row.todo for row in desk.todos(session, cast.officer.viewer(session, later)).rows if row.ref == one.ref] == ["到期资金待收回"]


def test_what_is_left_then_is_demanded_and_comes_back(session, cast, old):
    _, _, later = old
    actions.find_unspent(session, later)
    one = session.query(Recovery).one()
    officer = cast.officer.viewer(session, later)
    with pytest.raises(Refused):
        actions.receive(session, one, bank_reference="YH", by=cast.accountant.viewer(session, later), at=later)
    actions.demand_due(session, one, by=officer, at=later)
    assert (one.state, one.by_id) == ("demanded", officer.id)
    actions.receive(session, one, bank_reference="YH", by=cast.accountant.viewer(session, later), at=later)
    assert one.state == "received"


def test_nothing_is_proposed_where_the_call_says_nothing(session, cast):
    _, [first, *_] = planned(session, cast)
    paid(session, cast, first)
    assert actions.find_unspent(session, START + timedelta(days=3_000)) == 0


def test_the_organiser_keeps_it_for_a_reason_on_its_page(site, saved, cast, clock):
    def lived(session):
        project, [first, *_] = planned(session, cast)
        limited(session, project)
        paid(session, cast, first)
        actions.find_unspent(session, START + timedelta(days=62))
        return session.query(Recovery).one().id

    key = saved(lived)
    clock.move_to(START + timedelta(days=62))
    page = site.as_(cast.officer).open("funding.recovery_show", id=key)
    assert "到期未用完" in page
    page = page.take("暂不收回", note="延期三个月")
    assert "暂不收回" in page
