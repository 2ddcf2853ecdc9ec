"""After a 评议需求: the way to the 需求清单, and what becomes of the needs when it is cancelled or held again."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from tests.handling import stage
from tests.journeys.conftest import vote
from webapp.ballots.models import Ballot
from webapp.core.db import reading, transaction
from webapp.core.outbox import Message
from webapp.needs import actions, queries
from webapp.needs.models import Need, Wording


@pytest.fixture
def two(engine, cast):
    """Two public needs of the community."""
    with transaction(engine) as session:
        for title in ("楼道照明", "加装扶手"):
            need = stage.public(session, cast)
            session.scalars(sa.select(Wording).where(Wording.need_id == need.id)).one().text = f"请{title}"
            need.title = title


def put(site, cast, title="评议需求"):
    form = site.as_(cast.worker).open("needs.ballot_new")
    return form.submit("建立评议", title=title, needs=["1", "2"], most="1", closes_on="2026-03-05").take("开始评议")


def states(engine):
    with reading(engine) as session:
        return list(session.scalars(sa.select(Need.state).order_by(Need.id)))


def told(engine, person, words):
    with reading(engine) as session:
        return session.scalar(sa.select(sa.func.count()).where(Message.person_id == person.id, Message.title.contains(words)))


def test_the_result_leads_to_the_list_until_it_is_made(site, cast, engine, clock, two):
    ballot = put(site, cast).path
    vote(site.as_(cast.granny).get(ballot), "楼道照明")
    assert not site.as_(cast.worker).get(ballot).links("选定列入清单的需求"), "not before it is counted"
    clock.forward(days=5)
    page = site.as_(cast.worker).get(ballot).take("截止").take("计票")
    assert told(engine, cast.worker_two, "“评议需求”已计票") == 1
    assert told(engine, cast.near_worker, "已计票") == 0
    for who in (cast.granny, cast.street, cast.near_worker):
        assert not site.as_(who).get(ballot).links("选定列入清单的需求")
    listed = page.click("选定列入清单的需求").submit("列入需求清单", keep=["1"])
    assert "1 件列入需求清单" in listed
    assert states(engine) == ["listed", "accepted"]
    assert not site.as_(cast.worker).get(ballot).links("选定列入清单的需求")


def test_a_cancelled_ballot_gives_its_needs_back_and_says_why(site, cast, engine, two):
    page = put(site, cast)
    assert states(engine) == ["balloted", "balloted"]
    page.take("取消", note="选项写错了")
    assert states(engine) == ["accepted", "accepted"]
    assert told(engine, cast.granny, "评议取消") == 2
    assert "评议取消，社区继续办理" in site.as_(None).get("/n/1")
    with reading(engine) as session:
        assert all(need.due_at is not None for need in session.scalars(sa.select(Need)))
    assert put(site, cast, "再次评议").status == 200, "they can be put to the residents again"


def test_an_old_result_does_not_settle_a_new_ballot(site, cast, engine, clock, two):
    def counted(title):
        page = put(site, cast, title)
        page.take("截止", note="人已到齐").take("计票")
        return int(page.path.rpartition("/")[2])

    first = counted("第一次")
    with transaction(engine) as session:
        by = cast.worker.viewer(session, clock.now())
        assert actions.settle_ballot(session, session.get_one(Ballot, first), keep=[], by=by, at=clock.now()) == 0
    second = counted("第二次")
    with transaction(engine) as session:
        by, at = cast.worker.viewer(session, clock.now()), clock.now() + timedelta(minutes=1)
        assert (queries.waiting_for(session, first), queries.waiting_for(session, second)) == ([], [1, 2])
        assert actions.settle_ballot(session, session.get_one(Ballot, first), keep=[1, 2], by=by, at=at) == 0
        assert actions.settle_ballot(session, session.get_one(Ballot, second), keep=[1, 2], by=by, at=at) == 2
