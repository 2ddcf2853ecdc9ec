"""The life of a ballot: opened, voted on, changed, closed so that nothing links, counted."""

import json
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from tests.ballots.papers import a_ballot, damage, keys_of, opened
from tests.cast import TAO
from tests.conftest import START
from webapp.accounts.models import Person
from webapp.ballots import actions, queries, tally, voters
from webapp.ballots.models import Ballot, Participant, Vote
from webapp.core import journal
from webapp.core.workflow import CLOCK, NotAllowed, Refused, take_step

LATER = START + timedelta(days=7)


def refused(code):
    return pytest.raises(Refused, check=lambda error: [r.code for r in error.refusals] == [code])


def test_a_vote_is_counted_once_and_can_be_changed(session, cast, by):
    ballot = opened(session, by("worker"))
    one, two, three = keys_of(session, ballot)
    first = actions.cast(session, ballot, choices={"choices": [one]}, by=by("granny"), at=START)
    again = actions.cast(session, ballot, choices={"choices": [two, three]}, by=by("granny"), at=START)
    actions.cast(session, ballot, choices={"choices": [two]}, by=by("resident"), at=START)
    assert ballot.turnout == 2
    assert first != again
    assert voters.receipt_of(session, ballot, cast.granny.ref) == again
    assert damage(session) == []
    actions.close_ballot(session, ballot, by=by("worker"), at=LATER)
    actions.count(session, ballot, by=by("worker"), at=LATER)
    assert [(o.votes, o.rank, o.n) for o in queries.outcome(session, ballot.id)] == [(0, 3, 2), (2, 1, 2), (1, 2, 2)]
    assert damage(session) == []


def test_the_same_vote_has_the_same_receipt_and_another_voter_another(session, by):
    ballot = opened(session, by("worker"))
    one = keys_of(session, ballot)[0]
    vote = {"choices": [one]}
    codes = [actions.cast(session, ballot, choices=vote, by=by(name), at=START) for name in ("granny", "granny", "resident")]
    assert codes[0] == codes[1] != codes[2]


def test_a_vote_altered_behind_our_back_changes_the_receipt(session, cast, by):
    ballot = opened(session, by("worker"))
    one, two, _ = keys_of(session, ballot)
    code = actions.cast(session, ballot, choices={"choices": [one]}, by=by("granny"), at=START)
    session.execute(sa.update(Vote).values(choices={"choices": [two]}))
    assert voters.receipt_of(session, ballot, cast.granny.ref) not in (None, code)


def test_after_the_close_nothing_links(session, cast, by):
    ballot = opened(session, by("worker"))
    one = keys_of(session, ballot)[0]
    for name in ("granny", "resident", "resident_two"):
        actions.cast(session, ballot, choices={"choices": [one]}, by=by(name), at=START)
    key = ballot.key
    before = set(session.scalars(sa.select(Vote.voter_key)))
    assert before == {voters.voter_key(key, getattr(cast, name).ref) for name in ("granny", "resident", "resident_two")}
    actions.close_ballot(session, ballot, by=by("worker"), at=LATER)
    after = set(session.scalars(sa.select(Vote.voter_key)))
    assert len(after) == 3
    assert not before & after
    assert session.execute(sa.text("SELECT key FROM ballots")).scalars().all() == [None]
    assert voters.receipt_of(session, ballot, cast.granny.ref) is None
    assert damage(session) == []


def test_neither_votes_nor_the_journal_know_who_chose_what(session, cast, by):
    ballot = opened(session, by("worker"))
    actions.cast(session, ballot, choices={"choices": keys_of(session, ballot)[:1]}, by=by("granny"), at=START)
    assert not session.scalars(sa.select(journal.Entry).where(journal.Entry.by == cast.granny.ref)).all()
    assert set(Vote.__table__.columns.keys()) == {"ballot_id", "voter_key", "choices"}
    assert set(Participant.__table__.columns.keys()) == {"ballot_id", "who", "way", "stratum"}


@pytest.mark.parametrize(
    ("who", "choices", "code"),
    [
        ("near_resident", {"choices": [0]}, "not_resident"), ("worker", {"choices": [0]}, "not_resident"),
        ("granny", {"choices": []}, "none_chosen"), ("granny", {"choices": [0, 1, 2]}, "too_many"),
        ("granny", {"choices": [987654]}, "unknown_choice"),
    ],
)  # fmt: skip
def test_what_a_vote_is_refused_for(session, by, who, choices, code):
    ballot = opened(session, by("worker"))
    real = keys_of(session, ballot)
    given = {"choices": [real[n] if n < 3 else n for n in choices["choices"]]}
    with refused(code):
        actions.cast(session, ballot, choices=given, by=by(who), at=START)
    assert damage(session) == []


def test_age_is_asked(session, cast, by):
    ballot = opened(session, by("worker"))
    vote = {"choices": keys_of(session, ballot)[:1]}
    person = session.get_one(Person, cast.granny.id)
    person.born_on = date(2008, 3, 3)
    with refused("underage"):
        actions.cast(session, ballot, choices=vote, by=by("granny"), at=START)
    person.born_on = None
    with refused("undeclared"):
        actions.cast(session, ballot, choices=vote, by=by("granny"), at=START, declared=False)
    assert actions.cast(session, ballot, choices=vote, by=by("granny"), at=START)


def test_before_opening_and_after_the_hour_votes_are_refused(session, by):
    ballot = a_ballot(session, by("worker"), opens_at=START + timedelta(hours=2))
    vote = {"choices": keys_of(session, ballot)[:1]}
    with refused("not_open"):
        actions.cast(session, ballot, choices=vote, by=by("granny"), at=START)
    actions.open_ballot(session, ballot, by=by("worker"), at=START)
    with refused("not_open"):
        actions.cast(session, ballot, choices=vote, by=by("granny"), at=START)
    actions.cast(session, ballot, choices=vote, by=by("granny"), at=START + timedelta(hours=2))
    with refused("closed"):
        actions.cast(session, ballot, choices=vote, by=by("granny"), at=ballot.closes_at)


def test_a_vote_that_comes_while_it_closes_is_refused(session, by):
    """The page was read while the ballot was open; it was closed before the vote was written."""
    ballot = opened(session, by("worker"))
    session.execute(sa.update(Ballot).values(state="closed", key=None).execution_options(synchronize_session=False))
    with refused("closed"):
        actions.cast(session, ballot, choices={"choices": keys_of(session, ballot)[:1]}, by=by("granny"), at=START)


def test_a_changed_vote_that_comes_while_it_closes_is_refused(session, by):
    ballot = opened(session, by("worker"))
    vote = {"choices": keys_of(session, ballot)[:1]}
    actions.cast(session, ballot, choices=vote, by=by("granny"), at=START)
    session.execute(sa.update(Ballot).values(state="closed", key=None).execution_options(synchronize_session=False))
    with refused("closed"):
        actions.cast(session, ballot, choices=vote, by=by("granny"), at=START)


def test_points_are_counted_by_their_mean(session, by):
    ballot = opened(session, by("worker"), method="score", most=1)
    one, two, _ = keys_of(session, ballot)
    actions.cast(session, ballot, choices={"scores": {one: 5, two: 4}}, by=by("granny"), at=START)
    actions.cast(session, ballot, choices={"scores": {one: 4}}, by=by("resident"), at=START)
    actions.cast(session, ballot, choices={"scores": {one: 4}}, by=by("resident_two"), at=START)
    actions.close_ballot(session, ballot, by=by("worker"), at=LATER)
    actions.count(session, ballot, by=by("worker"), at=LATER)
    assert [(o.mean_hundredths, o.n, o.rank) for o in queries.outcome(session, ballot.id)] == [(433, 3, 1), (400, 1, 2), (None, 0, 3)]


def test_closing_early_needs_a_reason(session, by):
    ballot = opened(session, by("worker"))
    with refused("early"):
        actions.close_ballot(session, ballot, by=by("worker"), at=START)
    actions.close_ballot(session, ballot, by=by("worker"), at=START, note="会议当场表决完毕")
    assert ballot.state == "closed"


def test_too_few_choices_cannot_open(session, by):
    ballot = a_ballot(session, by("worker"), choices=1, most=1)
    with refused("choices"):
        actions.open_ballot(session, ballot, by=by("worker"), at=START)


def test_a_neighbour_community_cannot_run_it(session, by):
    ballot = a_ballot(session, by("worker"))
    with pytest.raises(NotAllowed):
        actions.open_ballot(session, ballot, by=by("near_worker"), at=START)


def test_a_community_cannot_run_the_districts_ballot(session, by):
    ballot = a_ballot(session, by("officer"), area_code="320508")
    with pytest.raises(NotAllowed):
        actions.open_ballot(session, ballot, by=by("worker"), at=START)


def test_the_result_is_hidden_until_counted(session, by):
    ballot = opened(session, by("worker"))
    actions.cast(session, ballot, choices={"choices": keys_of(session, ballot)[:1]}, by=by("granny"), at=START)
    for viewer in (by("worker"), by("granny"), by("auditor")):
        assert not queries.result_for(ballot, viewer)
    actions.close_ballot(session, ballot, by=by("worker"), at=LATER)
    assert queries.outcome(session, ballot.id) == []
    assert not queries.result_for(ballot, by("worker"))
    actions.count(session, ballot, by=by("worker"), at=LATER)
    assert queries.result_for(ballot, by("granny")) == ballot.result


def test_time_closes_and_counts(session, by):
    ballot = opened(session, by("worker"))
    actions.cast(session, ballot, choices={"choices": keys_of(session, ballot)[:1]}, by=by("granny"), at=START)
    assert [due(session, ballot.closes_at - timedelta(seconds=1)) for due in actions.TICK] == [0, 0]
    assert [due(session, ballot.closes_at) for due in actions.TICK] == [1, 1]
    assert (ballot.state, ballot.result["turnout"]) == ("counted", 1)
    assert [due(session, ballot.closes_at) for due in actions.TICK] == [0, 0]
    assert [line.by for line in journal.lines(session, [ballot.ref])][:2] == ["clock", "clock"]
    assert list(journal.faults(session)) == []


def test_a_cancelled_ballot_has_neither_key_nor_result(session, by):
    ballot = opened(session, by("worker"))
    actions.cast(session, ballot, choices={"choices": keys_of(session, ballot)[:1]}, by=by("granny"), at=START)
    actions.cancel(session, ballot, by=by("worker"), at=START, note="选项写错了")
    assert (ballot.state, ballot.key, ballot.result) == ("cancelled", None, None)
    assert queries.of_subject(session, ballot.subject) is None
    assert damage(session) == []


def test_the_newest_ballot_of_a_subject(session, by):
    a_ballot(session, by("worker"))
    second = a_ballot(session, by("worker"))
    assert queries.of_subject(session, f"area:{TAO}", "needs") is second
    assert queries.of_subject(session, f"area:{TAO}", "projects") is None
    assert [row.id for row in queries.running_in(session, TAO, at=START)] == []
    actions.open_ballot(session, second, by=by("worker"), at=START)
    assert [row.id for row in queries.running_in(session, TAO, at=START)] == [second.id]


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ("UPDATE ballots SET turnout = turnout + 1", "参加人数 2，名册 1 人，票 1 张"),
        ("DELETE FROM ballot_register", "参加人数 1，名册 0 人，票 1 张"),
        ("UPDATE ballot_votes SET choices = :other", "的票与截止时不同"),
        ("UPDATE ballots SET result = :result", "重新计票与公布结果不同"),
    ],
)
def test_damage_is_found(session, by, change, found):
    ballot = opened(session, by("worker"))
    one, two, _ = keys_of(session, ballot)
    actions.cast(session, ballot, choices={"choices": [one]}, by=by("granny"), at=START)
    actions.close_ballot(session, ballot, by=by("worker"), at=LATER)
    actions.count(session, ballot, by=by("worker"), at=LATER)
    assert damage(session) == []
    forged = ballot.result | {"quorum_met": False}
    values = {"other": json.dumps({"choices": [two]}), "result": json.dumps(forged)}
    session.execute(sa.text(change), {name: value for name, value in values.items() if f":{name}" in change})
    assert any(found in sentence for sentence in damage(session))


def test_a_forged_count_is_found_even_where_it_counts_right(session, by):
    ballot = opened(session, by("worker"))
    one, two, _ = keys_of(session, ballot)
    actions.cast(session, ballot, choices={"choices": [one]}, by=by("granny"), at=START)
    actions.close_ballot(session, ballot, by=by("worker"), at=LATER)
    actions.count(session, ballot, by=by("worker"), at=LATER)
    session.execute(sa.update(Vote).values(choices={"choices": [two]}))
    ballot.result = tally.recount(session, ballot)
    assert len(damage(session)) == 2


def test_a_key_that_survived_is_found(session, by, kind_of_database):
    ballot = opened(session, by("worker"))
    if kind_of_database == "sqlite":
        session.execute(sa.text("PRAGMA ignore_check_constraints=ON"))
    else:
        session.execute(sa.text("ALTER TABLE ballots DROP CONSTRAINT ck_ballots_key_destroyed"))
    take_step(session, ballot, "close", by=CLOCK, at=LATER)
    assert [sentence for sentence in damage(session) if "密钥还在" in sentence] == [f"{ballot.number} 已截止，密钥还在"]
