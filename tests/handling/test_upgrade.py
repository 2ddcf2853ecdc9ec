"""A house that had needs before their handling was kept: brought up to date, nothing is damaged and nobody is stuck."""

from __future__ import annotations

import uuid
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from sqlalchemy.orm import Session

from tests import make
from tests.cast import TAO, gather
from tests.conftest import START, new_postgres
from tests.handling import stage
from webapp import app as house
from webapp.core import migrate
from webapp.core.db import make_engine, transaction
from webapp.core.workflow import Refused, take_step
from webapp.handling import actions
from webapp.handling.models import Round
from webapp.handling.queries import CHECKS
from webapp.needs.models import Need

BEFORE = "INSERT INTO needs (id, number, area_code, category, title, public, voices, same, raised_at, state, state_at, due_at)"
BEFORE += " VALUES (:key, :number, :area, 'elderly', '楼道灯坏了', :no, 0, 0, :at, :state, :at, :due)"


@pytest.fixture
def upgraded(kind_of_database: str, keys: Path, tmp_path: Path, request: pytest.FixtureRequest):
    """A database in which needs stood collected, ordered and referred before 0005."""
    house.unite()
    if kind_of_database == "sqlite":
        address = f"sqlite:///{tmp_path / 'old.db'}"
    else:
        address = new_postgres(request.getfixturevalue("postgres"), f"t{uuid.uuid4().hex[:12]}")
    engine = make_engine(address)
    moments = {name: sa.bindparam(name, type_=Need.raised_at.type) for name in ("at", "due")}
    with engine.begin() as connection:
        command.upgrade(migrate._config(connection), "0004")
        for key, (state, due) in enumerate((("collected", START + timedelta(days=7)), ("ordered", None), ("referred", None)), 1):
            given = {"key": key, "number": f"X2025-{key:04d}", "area": TAO, "state": state, "at": START, "due": due, "no": False}
            connection.execute(sa.text(BEFORE).bindparams(*moments.values()), given)
    migrate.upgrade(engine)
    yield engine
    engine.dispose()


def test_an_old_house_is_whole_after_the_upgrade(upgraded):
    with Session(upgraded) as session:
        assert [one for check in CHECKS.values() for one in check(session)] == []
        assert session.scalar(sa.select(sa.func.count()).select_from(Round)) == 3
        assert actions.remind(session, START + timedelta(days=99)) == actions.escalate(session, START + timedelta(days=99)) == 0


def test_needs_under_way_before_can_be_taken_on(upgraded):
    """What was ordered or referred then has no order and no department here: the community takes it back, and its clock begins."""
    at = START + timedelta(days=1)
    with transaction(upgraded) as session:
        worker = gather(session, START).worker.viewer(session, START)
        for key, step in ((2, "unorder"), (3, "recall")):
            need = session.get_one(Need, key)
            take_step(session, need, step, by=worker, at=at, note="系统升级，重新安排")
            assert (need.state, need.due_at is not None) == ("accepted", True)
        assert [one for check in CHECKS.values() for one in check(session)] == []


def test_a_need_with_an_order_in_hand_comes_back_with_the_order(session, cast):
    need = stage.accepted(session, cast)
    worker = cast.worker.viewer(session, START)
    order = actions.place(session, need, title="修灯", by=worker, at=START)
    with pytest.raises(Refused) as refused:
        take_step(session, need, "unorder", by=worker, at=START, note="不办了")
    assert refused.value.refusals[0].place == f"/orders/{order.id}"
    actions.cancel(session, order, note="居民不要了", by=worker, at=START)
    assert (need.state, order.state) == ("accepted", "cancelled")


def test_the_page_of_an_old_ordered_need_offers_the_way_back(site, cast, engine):
    with transaction(engine) as session:
        key = make.need(session, START, state="ordered", person=cast.granny).id
    page = site.as_(cast.worker).open("needs.show", id=key).submit("确认撤单", note="重新安排")
    assert "已撤单" in page
