"""Votes on paper: on the register while the ballot is open, out of the box by two people, counted only when three figures agree."""

from __future__ import annotations

import os
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.ballots.papers import damage, keys_of, opened
from tests.cast import TAO
from tests.conftest import START
from webapp.accounts.models import Person
from webapp.ballots import actions, paper, queries, rules, tally
from webapp.ballots.models import Ballot, Box, Paper, Participant, Vote
from webapp.ballots.rules import BoxFacts
from webapp.core import journal
from webapp.core.db import transaction
from webapp.core.workflow import CLOCK, Refused

LATER = START + timedelta(days=7)


def refused(code):
    return pytest.raises(Refused, check=lambda error: code in [r.code for r in error.refusals])


def mark(session, ballot, by, name="赵大爷", way="paper", **more):
    given = {"phone": "", "born_on": date(1944, 5, 1), "area_code": TAO} | more
    paper.mark_person(session, ballot, name=name, way=way, by=by("worker"), at=START, **given)


def typed(session, ballot, by, serial, said, *names):
    return [paper.type_paper(session, ballot, serial=serial, said=said, by=by(name), at=LATER) for name in names]


@pytest.mark.parametrize(
    ("facts", "codes"),
    [
        ((0, None, False, 0, 0), []),
        ((2, None, False, 0, 0), ["envelopes"]),
        ((2, 2, False, 2, 2), ["unchecked"]),
        ((2, 3, True, 3, 3), ["envelopes"]),
        ((2, 2, True, 1, 1), ["box"]),
        ((2, 2, True, 2, 1), ["apart"]),
        ((0, 1, True, 0, 0), ["envelopes", "box"]),
        ((2, 2, True, 2, 2), []),
    ],
)
def test_three_figures_must_agree(facts, codes):
    assert [one.code for one in rules.box_agrees(BoxFacts("/ballots/1/box", *facts))] == codes


def test_papers_typed_alike_by_two_are_counted_with_the_rest(session, cast, by):
    ballot = opened(session, by("worker"))
    one, two, _ = keys_of(session, ballot)
    actions.cast(session, ballot, choices={"choices": [one]}, by=by("granny"), at=START)
    mark(session, ballot, by)
    mark(session, ballot, by, name="钱大妈", way="assisted", born_on=None, phone="13711110001")
    mark(session, ballot, by, name="孙大爷", born_on=date(1938, 1, 1))
    assert ballot.turnout == 4
    actions.close_ballot(session, ballot, by=by("worker"), at=LATER)
    with refused("envelopes"):
        actions.count(session, ballot, by=by("worker"), at=LATER)
    assert actions.count_due(session, LATER) == 0
    assert [paper.count_envelopes(session, ballot, envelopes=3, by=by(name), at=LATER) for name in ("worker", "worker_two")] == [
        False,
        True,
    ]
    assert typed(session, ballot, by, 1, {"choices": [one, two]}, "worker", "worker_two") == [False, True]
    assert typed(session, ballot, by, 2, {"choices": [two]}, "worker", "worker_two") == [False, True]
    with refused("box"):
        actions.count(session, ballot, by=by("worker"), at=LATER)
    assert typed(session, ballot, by, 3, paper.VOID, "worker", "worker_two") == [False, True]
    assert damage(session) == []
    assert actions.count_due(session, LATER) == 1
    assert [(o.votes, o.n) for o in queries.outcome(session, ballot.id)] == [(2, 3), (2, 3), (0, 3)]
    assert (ballot.turnout, ballot.result["turnout"]) == (4, 3)
    assert damage(session) == []


def test_two_typings_that_differ_are_typed_again(session, by):
    ballot = opened(session, by("worker"))
    one, two, _ = keys_of(session, ballot)
    mark(session, ballot, by)
    actions.close_ballot(session, ballot, by=by("worker"), at=LATER)
    assert typed(session, ballot, by, 1, {"choices": [one]}, "worker") == [False]
    assert typed(session, ballot, by, 1, {"choices": [two]}, "worker_two") == [False]
    with refused("third"):
        typed(session, ballot, by, 1, {"choices": [two]}, "street")
    assert [(a.serial, a.first, a.second) for a in paper.apart(session, ballot.id)] == [(1, {"choices": [one]}, {"choices": [two]})]
    assert typed(session, ballot, by, 1, {"choices": [two]}, "worker") == [True]
    with refused("typed"):
        typed(session, ballot, by, 1, {"choices": [one]}, "worker_two")


def test_one_person_alone_never_agrees_with_themselves(session, by):
    ballot = opened(session, by("worker"))
    one = keys_of(session, ballot)[0]
    mark(session, ballot, by)
    actions.close_ballot(session, ballot, by=by("worker"), at=LATER)
    assert typed(session, ballot, by, 1, {"choices": [one]}, "worker", "worker") == [False, False]
    assert [paper.count_envelopes(session, ballot, envelopes=1, by=by("worker"), at=LATER) for _ in range(2)] == [False, False]


def test_another_number_of_envelopes_is_counted_anew(session, by):
    ballot = opened(session, by("worker"))
    actions.close_ballot(session, ballot, by=by("worker"), at=LATER)
    count = [
        paper.count_envelopes(session, ballot, envelopes=n, by=by(who), at=LATER)
        for n, who in ((3, "worker"), (2, "worker_two"), (2, "worker"))
    ]
    assert count == [False, False, True]
    with refused("checked"):
        paper.count_envelopes(session, ballot, envelopes=9, by=by("worker"), at=LATER)


def test_nobody_takes_part_online_and_on_paper(session, cast, by):
    ballot = opened(session, by("worker"))
    one = keys_of(session, ballot)[0]
    actions.cast(session, ballot, choices={"choices": [one]}, by=by("granny"), at=START)
    granny = session.get(Person, cast.granny.id)
    with refused("already_voted"):
        mark(session, ballot, by, name=granny.name, phone=granny.phone, born_on=None)
    resident = session.get(Person, cast.resident.id)
    mark(session, ballot, by, name=resident.name, phone=resident.phone, born_on=None)
    with refused("already_voted"):
        actions.cast(session, ballot, choices={"choices": [one]}, by=by("resident"), at=START)
    assert ballot.turnout == 2


def test_the_same_old_neighbour_is_marked_once(session, by):
    ballot = opened(session, by("worker"))
    mark(session, ballot, by)
    with refused("already_voted"):
        mark(session, ballot, by)
    mark(session, ballot, by, born_on=date(1950, 1, 1))
    with refused("who"):
        mark(session, ballot, by, born_on=None)
    with refused("underage"):
        mark(session, ballot, by, name="小赵", born_on=date(2020, 1, 1))
    assert ballot.turnout == 2


def test_a_mark_made_by_mistake_is_taken_back_with_a_reason(session, by):
    ballot = opened(session, by("worker"))
    mark(session, ballot, by)
    [one] = paper.marked(session, ballot.id)
    with refused("note"):
        paper.unmark(session, ballot, who=one.who, note=" ", by=by("worker"), at=START)
    paper.unmark(session, ballot, who=one.who, note="登记错了人", by=by("worker"), at=START)
    session.refresh(ballot)
    assert ballot.turnout == 0
    with refused("not_marked"):
        paper.unmark(session, ballot, who=one.who, note="再取消", by=by("worker"), at=START)


def test_the_box_stays_shut_until_the_close(session, by):
    ballot = opened(session, by("worker"))
    one = keys_of(session, ballot)[0]
    with refused("not_closed"):
        typed(session, ballot, by, 1, {"choices": [one]}, "worker")
    with refused("not_closed"):
        paper.count_envelopes(session, ballot, envelopes=1, by=by("worker"), at=START)


def test_the_journal_knows_neither_who_nor_what(session, by):
    ballot = opened(session, by("worker"))
    one = keys_of(session, ballot)[0]
    mark(session, ballot, by)
    actions.close_ballot(session, ballot, by=by("worker"), at=LATER)
    typed(session, ballot, by, 1, {"choices": [one]}, "worker", "worker_two")
    lines = {line.step: line.data for line in journal.lines(session, [ballot.ref], newest_first=False)}
    assert lines["mark"] == {"way": "paper"}
    assert lines["type_paper"] == {"serial": 1, "agreed": True}


@pytest.mark.soak
@settings(
    max_examples=200 if os.environ.get("SANSHE_SOAK") else 12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_no_sequence_counts_anybody_twice(session, cast, data):
    """Votes online, changes, marks, mistakes, typings that match and do not, closings: at the count register, box and votes agree."""
    with session.begin_nested() as all_of_it:
        by = {name: getattr(cast, name).viewer(session, START) for name in ("worker", "worker_two", "granny", "resident", "resident_two")}
        ballot = opened(session, by["worker"])
        every = keys_of(session, ballot)
        people = {name: session.get(Person, getattr(cast, name).id) for name in ("granny", "resident", "resident_two")}
        online, marked = {}, set()
        for _ in range(data.draw(st.integers(1, 12))):
            name = data.draw(st.sampled_from(sorted(people)))
            vote = data.draw(st.lists(st.sampled_from(every), min_size=1, max_size=2, unique=True))
            if data.draw(st.booleans()):
                try:
                    with session.begin_nested():
                        actions.cast(session, ballot, choices={"choices": vote}, by=by[name], at=START)
                    online[name] = sorted(vote)
                    assert name not in marked
                except Refused:
                    assert name in marked
            else:
                person = people[name]
                try:
                    with session.begin_nested():
                        paper.mark_person(
                            session, ballot, name=person.name, way="paper", area_code=TAO, phone=person.phone, by=by["worker"], at=START
                        )
                    marked.add(name)
                    assert name not in online
                except Refused:
                    assert name in online or name in marked
        session.refresh(ballot)
        assert ballot.turnout == len(online) + len(marked)
        actions.close_ballot(session, ballot, by=by["worker"], at=LATER)
        papers = [data.draw(st.lists(st.sampled_from(every), min_size=1, max_size=2, unique=True)) for _ in marked]
        for who in ("worker", "worker_two"):
            if marked:
                paper.count_envelopes(session, ballot, envelopes=len(marked), by=by[who], at=LATER)
        for serial, said in enumerate(papers, 1):
            wrong = data.draw(st.booleans())
            paper.type_paper(session, ballot, serial=serial, said={"choices": [every[0]] if wrong else said}, by=by["worker"], at=LATER)
            if paper.type_paper(session, ballot, serial=serial, said={"choices": said}, by=by["worker_two"], at=LATER):
                continue
            with pytest.raises(Refused):
                actions.count(session, ballot, by=by["worker"], at=LATER)
            assert paper.type_paper(session, ballot, serial=serial, said={"choices": said}, by=by["worker"], at=LATER)
        actions.count(session, ballot, by=CLOCK, at=LATER)
        stored = sorted(sorted(vote["choices"]) for _, vote in tally.votes_of(session, ballot.id))
        assert stored == sorted([*online.values(), *(sorted(one) for one in papers)])
        assert session.scalar(sa.select(sa.func.count()).select_from(Participant)) == len(stored)
        assert damage(session) == []
        all_of_it.rollback()
    session.expire_all()


def test_the_papers_are_entered_through_pages(site, cast, engine):
    with transaction(engine) as session:
        ballot = opened(session, cast.worker.viewer(session, START))
        key, choices = ballot.id, keys_of(session, ballot)
    page = site.as_(cast.worker).open("ballots.show", id=key).click("纸质票登记")
    wrong = page.submit("登记", name="赵大爷", way="paper", area_code=TAO)
    assert "请填写手机号；没有手机的，请填写出生日期。" in wrong
    done = wrong.submit("登记", name="赵大爷", way="assisted", area_code=TAO, born_on="1944-05-01")
    assert "已登记 1 人" in done
    site.as_(cast.worker).open("ballots.show", id=key).take("截止", note="人已到齐")
    held = site.as_(cast.worker).open("ballots.show", id=key)
    assert "信封还没有清点" in held
    for name in ("worker", "worker_two"):
        box = site.as_(getattr(cast, name)).open("ballots.box", id=key)
        box = box.submit("清点信封" if name == "worker" else "再清点一遍", envelopes="1")
        box = box.submit("录入", serial="1", choices=[str(choices[0])])
        assert box.status == 200, box.errors
    assert "三个数一致，可以计票" in box
    counted = site.as_(cast.worker).open("ballots.show", id=key).take("计票")
    assert "共 1 人参加" in counted
    with transaction(engine) as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Vote)) == 1
        assert session.get(Box, key).envelopes == 1
        assert session.scalars(sa.select(Paper.agreed)).all() == [True]
        assert session.get(Ballot, key).state == "counted"


def test_who_may_enter_papers(site, cast, engine):
    with transaction(engine) as session:
        key = opened(session, cast.worker.viewer(session, START)).id
    assert site.as_(cast.granny).open("ballots.register", id=key).status == 403
    assert site.as_(cast.far_resident).open("ballots.box", id=key).status == 403
    assert site.as_(cast.supervisor).open("ballots.box", id=key).status == 200
    assert site.as_(cast.supervisor).open("ballots.register", id=key).status == 403
