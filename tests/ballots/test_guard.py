"""Against brushed votes: counted by source, asked for work, refused for a while, and told to the officer."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest
import sqlalchemy as sa

from tests.ballots.papers import opened
from tests.conftest import START
from webapp.accounts.models import Person
from webapp.ballots import actions, guard
from webapp.ballots.models import Ballot, Choice, Flag, Participant
from webapp.core import limits
from webapp.core.clock import today
from webapp.core.db import reading, transaction
from webapp.core.limits import Limit
from webapp.core.settings import Setting
from webapp.core.workflow import Refused


def worked_out(question):
    """The answer as a browser finds it."""
    return str(next(n for n in range(10**7) if hashlib.sha256(f"{question}:{n}".encode()).digest()[:2] == b"\0\0"))


@pytest.mark.parametrize(
    ("counted", "found"),
    [
        ({"address": 0, "device": 0, "phone": 0}, "pass"),
        ({"address": 29, "device": 2, "phone": 5}, "pass"),
        ({"address": 30, "device": 0}, "ask"),
        ({"device": 3}, "ask"),
        ({"address": 300}, "refuse"),
        ({"device": 12, "address": 0}, "refuse"),
        ({"phone": 6}, "refuse"),
    ],
)
def test_the_verdict_by_the_first_votes_so_far(counted, found):
    assert guard.verdict(counted, {"address": [30, 300, 20], "device": [3, 12, 4], "phone": [6, 6, 6]}) == found


@pytest.mark.parametrize(
    ("address", "shown"),
    [("10.2.3.4", "10.2.3.*"), ("2001:db8::1", "2001:0db8:0000:0000::*"), ("", ""), ("localhost", "")],
)
def test_an_address_is_shown_without_its_end(address, shown):
    assert guard.masked(address) == shown


def test_a_question_is_answered_by_work_once(session):
    question = guard.ask(7, START)
    answer = worked_out(question)
    assert not guard.answered(session, 7, question, "1", at=START)
    assert guard.answered(session, 7, question, answer, at=START)
    assert not guard.answered(session, 7, question, answer, at=START), "一题只用一次"


def test_a_question_is_answered_by_waiting(session):
    question = guard.ask(7, START)
    assert not guard.answered(session, 7, question, "", at=START + timedelta(seconds=59))
    assert guard.answered(session, 7, question, "", at=START + timedelta(seconds=60))


def test_a_question_of_another_ballot_forged_or_stale_is_none(session):
    question = guard.ask(7, START)
    answer = worked_out(question)
    assert not guard.answered(session, 8, question, answer, at=START)
    assert not guard.answered(session, 7, question.replace("7.", "8.", 1), answer, at=START)
    assert not guard.answered(session, 7, "", "", at=START)
    assert not guard.answered(session, 7, question, answer, at=START + timedelta(minutes=31))


def test_several_counts_in_one_statement(session):
    keys = [("a", 3600), ("b", 600)]
    assert limits.counts(session, keys, at=START) == {("a", 3600): 0, ("b", 600): 0}
    limits.hit_all(session, keys, at=START)
    assert limits.hit_all(session, keys[:1], at=START) == {("a", 3600): 2}
    assert limits.counts(session, keys, at=START) == {("a", 3600): 2, ("b", 600): 1}
    assert limits.hit_all(session, [], at=START) == {}


@pytest.fixture
def narrow(engine, clock):
    """Limits low enough to be met by the cast."""
    with transaction(engine) as session:
        value = {"address": [2, 4, 2], "device": [1, 9, 9], "phone": [9, 9, 9]}
        session.add(Setting(key="ballot.limits", area_code="32", from_day=today(clock.now()), value=value))


@pytest.fixture
def ballot(engine, cast):
    with transaction(engine) as session:
        found = opened(session, cast.worker.viewer(session, START))
        return found.id, list(session.scalars(sa.select(Choice.id).where(Choice.ballot_id == found.id)))


@pytest.fixture
def neighbours(engine):
    """Six more grown-ups of the community."""
    with transaction(engine) as session:
        made = [Person(name=f"邻居{n}", area_code="320508019036", session_version=1) for n in range(6)]
        session.add_all(made)
        session.flush()
        return made


def voted(site, person, ballot):
    key, choices = ballot
    page = site.as_(person).open("ballots.show", id=key)
    more = {"declared": "y"} if page.tree.xpath('//*[@name="declared"]') else {}
    return page.submit("提交", choices=[str(choices[0])], **more)


def test_many_from_one_address_are_asked_then_refused_and_told(site, cast, engine, clock, ballot, narrow, neighbours):
    for person in neighbours[:2]:
        assert "参加回执" in voted(site, person, ballot).heading
    asked = voted(site, neighbours[2], ballot)
    assert asked.status == 422
    assert "不是自动刷票" in asked
    assert asked.tree.xpath(f'//input[@name="choices"][@value="{ballot[1][0]}"][@checked]'), "选过的还在"
    question = asked.tree.xpath('//input[@name="question"]/@value')[0]
    assert "参加回执" in asked.submit("提交", answer=worked_out(question)).heading
    waited = voted(site, neighbours[3], ballot)
    clock.move_to(clock.now() + timedelta(seconds=61))
    assert "参加回执" in waited.submit("提交").heading
    refused = voted(site, neighbours[4], ballot)
    assert refused.status == 409
    assert "从这里参加的人太多了" in refused
    page = site.as_(cast.worker).open("ballots.show", id=ballot[0])
    assert "集中投票提示" in page
    assert "127.0.0.*" in page
    noted = page.submit("记下", note="现场核实，是同一个活动室的无线网")
    assert "已核实：现场核实" in noted
    assert "集中投票提示" not in site.as_(cast.granny).open("ballots.show", id=ballot[0])
    with reading(engine) as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Participant)) == 4
        assert {flag.kind for flag in session.scalars(sa.select(Flag))} == {"address"}


def test_changing_ones_vote_is_no_new_vote(site, engine, ballot, narrow, neighbours):
    voted(site, neighbours[0], ballot)
    for _ in range(5):
        page = site.as_(neighbours[0]).open("ballots.show", id=ballot[0])
        more = {"declared": "y"} if page.tree.xpath('//*[@name="declared"]') else {}
        assert "参加回执" in page.submit("更改选择", choices=[str(ballot[1][1])], **more).heading
    with reading(engine) as session:
        assert session.scalars(sa.select(Limit.count).where(Limit.key.startswith("vote:"))).all() == [1, 1]


def test_what_is_counted_tells_neither_person_nor_choice(site, engine, ballot, narrow, neighbours):
    for person in neighbours[:2]:
        voted(site, person, ballot)
    with reading(engine) as session:
        kept = [str(row) for row in session.execute(sa.select(Limit.key)).all()] + [
            str(row) for row in session.execute(sa.select(Flag.source, Flag.shown)).all()
        ]
    assert kept
    assert not any(f"person:{one.id}" in row for one in neighbours for row in kept)
    assert not any(row.endswith("127.0.0.1") for row in kept)


def test_a_refused_vote_is_not_counted(engine, cast, ballot):
    every = guard.sources(ballot[0], address="10.0.0.1", device="d", phone_key=None)

    def nothing_chosen(session):
        found = session.get_one(Ballot, ballot[0])
        gate = guard.gate(session, found, every, at=START)
        actions.cast(session, found, choices={"choices": []}, by=cast.granny.viewer(session, START), at=START, gate=gate)

    with pytest.raises(Refused), transaction(engine) as session:
        nothing_chosen(session)
    with reading(engine) as session:
        assert session.scalars(sa.select(Limit.key)).all() == []
