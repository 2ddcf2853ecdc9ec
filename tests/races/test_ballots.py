"""Many vote at once: nobody is lost, nobody counts twice, and closing in the midst of it keeps register and votes together."""

from __future__ import annotations

from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.ballots.papers import opened
from tests.cast import TAO
from tests.conftest import START
from tests.races.rivals import SOAK, race
from webapp.accounts.models import Person
from webapp.accounts.viewer import viewer_of
from webapp.ballots import actions, queries
from webapp.ballots.models import Ballot, Choice, Vote
from webapp.core.db import transaction
from webapp.core.workflow import CLOCK, Refused

MANY = 200 * SOAK or 12


def vote(engine, share):
    """Each of the people takes part with the share's own choice; gives "ok" or the code of the refusal."""
    ballot_id, choice, people, closes = share
    found = []
    for person in people:
        try:
            with transaction(engine) as session:
                by = viewer_of(session, person, START)
                ballot = session.get_one(Ballot, ballot_id)
                actions.cast(session, ballot, choices={"choices": [choice]}, by=by, at=START)
            found.append("ok")
        except Refused as refused:
            found.append(refused.refusals[0].code)
    if closes:
        with transaction(engine) as session:
            ballot = session.get_one(Ballot, ballot_id, with_for_update=True)
            actions.close_ballot(session, ballot, by=CLOCK, at=START + timedelta(days=7))
    return found


def prepared(engine, cast):
    """An open ballot, its choices, and many residents."""
    with transaction(engine) as session:
        ballot = opened(session, cast.worker.viewer(session, START))
        people = [Person(name=f"居民{n}", area_code=TAO, born_on=date(1970, 1, 1)) for n in range(MANY)]
        session.add_all(people)
        session.flush()
        choices = list(session.scalars(sa.select(Choice.id).where(Choice.ballot_id == ballot.id).order_by(Choice.position)))
        return ballot.id, choices, [person.id for person in people]


def whole(engine, ballot_id):
    """Turnout and votes after a race, when no check finds damage."""
    with Session(engine) as session:
        assert [sentence for check in queries.CHECKS.values() for sentence in check(session)] == []
        votes = session.scalars(sa.select(Vote.choices).where(Vote.ballot_id == ballot_id)).all()
        return session.get_one(Ballot, ballot_id).turnout, votes


def test_the_same_people_from_two_processes_count_once(engine, database, keys, cast):
    ballot, (one, two, _), people = prepared(engine, cast)
    answers = race(vote, database, keys, [(ballot, one, people, False), (ballot, two, people, False)])
    assert answers == [["ok"] * MANY] * 2
    turnout, votes = whole(engine, ballot)
    assert turnout == len(votes) == MANY
    assert all(vote in ({"choices": [one]}, {"choices": [two]}) for vote in votes)


def test_different_people_from_two_processes_all_count(engine, database, keys, cast):
    ballot, (one, two, _), people = prepared(engine, cast)
    race(vote, database, keys, [(ballot, one, people[::2], False), (ballot, two, people[1::2], False)])
    turnout, votes = whole(engine, ballot)
    assert turnout == MANY
    assert (votes.count({"choices": [one]}), votes.count({"choices": [two]})) == (MANY // 2, MANY // 2)


def test_closing_amid_votes_and_changes_loses_none_and_waits_for_none_for_ever(engine, database, keys, cast):
    """One process votes and then closes; others go on, first votes and changed ones: each is either counted or refused."""
    ballot, (one, two, three), people = prepared(engine, cast)
    half = MANY // 2
    shares = [
        (ballot, one, people[: half // 2], True),
        (ballot, two, people[half:], False),
        (ballot, three, people[: half // 2] * 3, False),
    ]
    answers = race(vote, database, keys, shares)
    assert {code for answer in answers for code in answer} <= {"ok", "closed"}
    turnout, votes = whole(engine, ballot)
    assert turnout == len(votes) == half // 2 + answers[1].count("ok")
    assert votes.count({"choices": [two]}) == answers[1].count("ok")
