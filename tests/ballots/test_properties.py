"""Whatever happens to a ballot, its count is that of its published file, nobody counts twice, and nothing links after the close."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reports.money import Money
from tests.ballots.papers import opened
from tests.conftest import START
from webapp import app as house
from webapp.ballots import actions, details, queries, tally, voters
from webapp.ballots.models import Choice, Participant, Vote
from webapp.core.db import make_engine, transaction
from webapp.core.workflow import Refused

VOTERS = ("granny", "resident", "resident_two", "resident_three", "near_resident")
"""The last lives elsewhere and is always refused."""
MORE = {"approve": {}, "pot": {"pot": Money(1000_00), "costs": (600, 500, 300)}, "score": {"most": 1}, "rank": {"most": 2}}
some = st.lists(st.integers(0, 3), max_size=4)  # 3 is no choice at all
deeds = st.one_of(st.tuples(st.sampled_from(VOTERS), some, st.lists(st.integers(0, 6), min_size=4, max_size=4)), st.just("close"))
EXAMPLES = 400 if os.environ.get("SANSHE_SOAK") else 25


def spelled(method, keys, chosen, points):
    known = [keys[one] if one < 3 else 999_999 for one in chosen]
    if method == "score":
        return {"scores": dict(zip(known, points, strict=False))}
    return {"ranking" if method == "rank" else "choices": known}


@pytest.mark.soak
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(method=st.sampled_from(sorted(MORE)), story=st.lists(deeds, max_size=14))
def test_no_sequence_makes_the_count_differ_from_the_published_file(session, cast, method, story):
    with session.begin_nested() as all_of_it:
        by = cast.worker.viewer(session, START)
        ballot = opened(session, by, method=method, **MORE[method])
        keys = list(session.scalars(sa.select(Choice.id).where(Choice.ballot_id == ballot.id).order_by(Choice.position)))
        stands = {}
        for deed in story:
            try:
                with session.begin_nested():
                    if deed == "close":
                        actions.close_ballot(session, ballot, by=by, at=START, note="人已到齐")
                        continue
                    who, chosen, points = deed
                    vote = spelled(method, keys, chosen, points)
                    actions.cast(session, ballot, choices=vote, by=getattr(cast, who).viewer(session, START), at=START)
                    stands[who] = actions.settled(session, ballot, vote)
            except Refused:
                continue
        if ballot.state == "open":
            actions.close_ballot(session, ballot, by=by, at=START, note="人已到齐")
        actions.count(session, ballot, by=by, at=START)
        assert ballot.result["turnout"] == ballot.turnout == len(stands)
        stored = [vote for _, vote in tally.votes_of(session, ballot.id)]
        assert sorted(map(str, stored)) == sorted(map(str, stands.values())), "每人一票，以最后一次为准"
        for write in (details.write_pb, details.write_csv):
            found = details.recount(write(queries.details_of(session, ballot, votes=True)))
            assert (found.result, found.agrees) == (ballot.result, True)
        session.flush()
        assert [line for check in queries.CHECKS.values() for line in check(session)] == []
        all_of_it.rollback()
    session.expire_all()


def stored(path):
    """The bytes of a database and of its log."""
    return b"".join(one.read_bytes() for one in (Path(path), Path(f"{path}-wal")) if one.exists())


@pytest.mark.only("sqlite")
def test_the_database_file_holds_no_link_after_the_close(database, cast):
    """Read as bytes: neither the ballot's key, nor what anybody's vote was stored under, nor a receipt, in the file or beside it."""
    house.unite()
    engine = make_engine(database)
    with transaction(engine) as session:
        by = cast.worker.viewer(session, START)
        ballot = opened(session, by, choices=4)
        keys = list(session.scalars(sa.select(Choice.id).where(Choice.ballot_id == ballot.id)))
        for n, who in enumerate(VOTERS[:4]):
            actions.cast(session, ballot, choices={"choices": [keys[n]]}, by=getattr(cast, who).viewer(session, START), at=START)
    with transaction(engine) as session:
        ballot = session.merge(ballot)
        held = [voters.voter_key(ballot.key, getattr(cast, who).ref) for who in VOTERS[:4]]
        receipts = [voters.receipt_of(session, ballot, getattr(cast, who).ref) for who in VOTERS[:4]]
        secret = session.execute(sa.text("SELECT key FROM ballots WHERE id = :id"), {"id": ballot.id}).scalar_one()  # as it is kept, sealed
        path = sa.make_url(database).database
    assert all(key.encode() in stored(path) for key in (secret, *held)), "while it is open the test finds them"
    assert house.tick(engine, START + timedelta(days=7)) >= 2, "closed and counted, while the server runs on"
    content = stored(path)
    for trace in (secret, *held, *receipts):
        assert trace.encode() not in content
        assert trace.replace("-", "").encode() not in content
    with transaction(make_engine(database)) as session:
        assert {c.name for c in Participant.__table__.columns}.isdisjoint({"choices", "voter_key"})
        order = [vote.choices["choices"][0] for vote in session.scalars(sa.select(Vote).order_by(Vote.voter_key))]
        assert sorted(order) == sorted(keys)
