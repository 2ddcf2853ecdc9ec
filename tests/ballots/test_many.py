"""Where many voted, the worker counts beside everybody else's work, and only a box that is still the same is made known."""

import pytest
import sqlalchemy as sa

from tests.ballots.papers import opened
from tests.conftest import START
from webapp import app as house
from webapp.ballots import actions, counting, paper, tally
from webapp.ballots.models import Ballot, Choice
from webapp.core import jobs, journal
from webapp.core.db import transaction


@pytest.fixture(autouse=True)
def few_are_many(monkeypatch):
    monkeypatch.setattr(actions, "MANY", 1)


@pytest.fixture
def closed(engine, cast):
    """A closed ballot of two votes online, and one on paper still to be typed by its second person."""
    with transaction(engine) as session:
        by = cast.worker.viewer(session, START)
        ballot = opened(session, by)
        first = session.scalars(sa.select(Choice.id).where(Choice.ballot_id == ballot.id, Choice.position == 1)).one()
        for who in ("granny", "resident"):
            actions.cast(session, ballot, choices={"choices": [first]}, by=getattr(cast, who).viewer(session, START), at=START)
        paper.mark_person(session, ballot, name="纸阿公", phone="13800138000", way="paper", area_code=ballot.area_code, by=by, at=START)
        actions.close_ballot(session, ballot, by=by, at=START, note="人已到齐")
        other = cast.worker_two.viewer(session, START)
        for one in (by, other):
            paper.count_envelopes(session, ballot, envelopes=1, by=one, at=START)
            paper.type_paper(session, ballot, serial=1, said={"choices": [first]}, by=one, at=START)
        return ballot.id


def waiting(engine):
    with transaction(engine) as session:
        return session.scalars(sa.select(jobs.Job.state).where(jobs.Job.kind == "ballot_count").order_by(jobs.Job.id)).all()


def test_the_clock_has_the_worker_count_once_while_others_write(engine, closed, monkeypatch):
    really = counting.count

    def slowly(sheet, votes):
        with transaction(engine) as other:
            journal.record(other, "area:1", "look", by="clock", at=START)
        return really(sheet, votes)

    monkeypatch.setattr(counting, "count", slowly)
    for _ in range(2):
        with transaction(engine) as session:
            assert actions.count_due(session, START) == 0
    assert waiting(engine) == ["queued"]
    jobs.install(actions.JOBS)
    assert jobs.run_next(engine, at=START)
    assert waiting(engine) == ["done"]
    monkeypatch.setattr(counting, "count", really)
    with transaction(engine) as session:
        ballot = session.get_one(Ballot, closed)
        assert (ballot.state, ballot.result["turnout"], ballot.result["choices"][0]["votes"]) == ("counted", 3, 3)
        assert tally.recount(session, ballot) == ballot.result
        last = journal.lines(session, [ballot.ref])[0]
        assert (last.step, last.by, last.data["votes"]) == ("count", "clock", tally.digest_of(session, closed))
        checks = dict(house.rooms("queries"))["ballots"].CHECKS
        assert [fault for check in checks.values() for fault in check(session)] == []


def test_a_box_that_changed_meanwhile_is_not_made_known(engine, cast, closed, monkeypatch):
    really = counting.count

    def while_somebody_types(sheet, votes):
        with transaction(engine) as other:
            ballot = other.get_one(Ballot, closed)
            paper.type_paper(other, ballot, serial=2, said=dict(paper.VOID), by=cast.worker.viewer(other, START), at=START)
        return really(sheet, votes)

    monkeypatch.setattr(counting, "count", while_somebody_types)
    with transaction(engine) as session:
        actions.count_due(session, START)
    jobs.install(actions.JOBS)
    jobs.run_next(engine, at=START)
    assert waiting(engine) == ["failed"]
    with transaction(engine) as session:
        ballot = session.get_one(Ballot, closed)
        assert (ballot.state, ballot.result) == ("closed", None)


def test_who_presses_the_button_is_told_and_stands_on_record(site, cast, engine, closed):
    page = site.as_(cast.worker).open("ballots.show", id=closed).submit("计票")
    assert "票数较多，正在后台计票" in page
    assert "计票完成" not in page
    jobs.install(actions.JOBS)
    jobs.run_next(engine, at=START)
    assert "共 3 人参加" in site.as_(cast.worker).open("ballots.show", id=closed)
    with transaction(engine) as session:
        assert journal.lines(session, [f"ballot:{closed}"])[0].by == cast.worker.ref
