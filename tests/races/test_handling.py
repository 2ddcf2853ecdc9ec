"""Two processes tick at the same moment: each clock is told once, whoever is first; nothing is left half done."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.conftest import START
from tests.handling import stage
from tests.races.rivals import SOAK, race
from webapp.core import journal
from webapp.core.db import transaction
from webapp.core.outbox import Message
from webapp.core.workflow import Refused
from webapp.handling import actions, queries
from webapp.handling.models import Escalation, Order

MANY = 60 * SOAK or 6
pytestmark = pytest.mark.soak


def tick(engine, moments):
    """Every verb of time at each of the moments, each in a transaction of its own; gives how many each did."""
    done = []
    for at in moments:
        for verb in actions.TICK:
            with transaction(engine) as session:
                done.append(verb(session, at))
    return done


def grab(engine, share):
    """Take each order; gives which were had."""
    person, orders = share
    had = []
    for key in orders:
        try:
            with transaction(engine) as session:
                order = session.get_one(Order, key, with_for_update=True)
                actions.grab(session, order, by=stage.viewer(session, person), at=START)
            had.append(key)
        except Refused:
            continue
    return had


def test_two_ticks_at_once_remind_and_escalate_each_need_once(engine, database, keys, cast):
    with transaction(engine) as session:
        due = max(stage.said(session, cast).due_at for _ in range(MANY))
    for at in (due - timedelta(minutes=1), due, due + timedelta(days=9)):
        race(tick, database, keys, [[at, at], [at, at]])
    with Session(engine) as session:
        levels = session.execute(sa.select(Escalation.level, sa.func.count()).group_by(Escalation.level)).all()
        assert dict(levels) == {"street": MANY, "district": MANY}
        query = sa.select(sa.func.count()).select_from(Message).where(Message.person_id == cast.worker.id)
        assert session.scalar(query.where(Message.title.startswith("快到期"))) == MANY
        assert session.scalar(query.where(Message.title.startswith("已逾期"))) == 2 * MANY
        assert list(journal.faults(session)) == []
        assert [fault for check in queries.CHECKS.values() for fault in check(session)] == []


def test_an_order_that_two_grab_at_once_is_had_by_one(engine, database, keys, cast):
    with transaction(engine) as session:
        two = stage.member(session, cast).id, cast.grid.id
        orders = []
        for _ in range(MANY):
            need = stage.accepted(session, cast)
            order = actions.place(session, need, title="修灯", by=cast.worker.viewer(session, START), at=START)
            stage.take_step(session, order, "publish", by=cast.worker_two.viewer(session, START), at=START)
            orders.append(order.id)
    had = race(grab, database, keys, [(two[0], orders), (two[1], orders)])
    assert sorted(had[0] + had[1]) == orders
    with Session(engine) as session:
        assert list(journal.faults(session)) == []
