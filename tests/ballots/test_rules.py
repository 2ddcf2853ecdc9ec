"""What a vote must be, and what the count says: pure."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.ballots import rules
from webapp.ballots.rules import BallotFacts, Counted, Voter
from webapp.core.workflow import Refusal

AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def code(found):
    return found.code if isinstance(found, Refusal) else None


@pytest.mark.parametrize(
    ("born", "years"),
    [(date(2008, 3, 2), 18), (date(2008, 3, 3), 17), (date(2008, 2, 29), 18), (date(1955, 1, 1), 71)],
)
def test_full_years(born, years):
    assert rules.age(born, date(2026, 3, 2)) == years


def test_a_leap_day_child_is_a_year_older_on_the_first_of_march():
    assert [rules.age(date(2008, 2, 29), date(2026, *day)) for day in ((2, 28), (3, 1))] == [17, 18]


@pytest.mark.parametrize(
    ("voter", "declared", "refused"),
    [
        (Voter("320508019036", date(1955, 1, 1)), True, None),
        (Voter("320508019037", date(1955, 1, 1)), True, "not_resident"),
        (Voter(None, date(1955, 1, 1)), True, "not_resident"),
        (Voter("320508019036", date(2010, 1, 1)), True, "underage"),
        (Voter("320508019036", None), True, None),
        (Voter("320508019036", None), False, "undeclared"),
    ],
)
def test_who_may_take_part(voter, declared, refused):
    assert code(rules.may_take_part(voter, "320508019036", date(2026, 3, 2), declared=declared)) == refused


@pytest.mark.parametrize(
    ("state", "at", "refused"),
    [
        ("draft", AT, "not_open"), ("open", AT - HOUR, "not_open"), ("open", AT, None), ("open", AT + HOUR, "closed"),
        ("closed", AT, "closed"), ("counted", AT, "closed"), ("cancelled", AT, "closed"),
    ],
)  # fmt: skip
def test_votes_are_taken_between_the_two_moments(state, at, refused):
    assert code(rules.is_running(state, AT, AT + HOUR, at)) == refused


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({"choices": [3, 1]}, {"choices": [1, 3]}), ({"choices": ["3", 3]}, {"choices": [3]}),
        ({"choices": []}, "none_chosen"), ({}, "none_chosen"), ({"choices": [1, 2, 3]}, "too_many"), ({"choices": [9]}, "unknown_choice"),
        ({"choices": ["x"]}, "unknown_choice"), ({"choices": 5}, "unknown_choice"),
    ],
)  # fmt: skip
def test_approvals_have_one_spelling(given, found):
    settled = rules.settle("approve", 2, [1, 2, 3], given)
    assert (settled if isinstance(found, dict) else code(settled)) == found


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({"scores": {3: 5, "1": "4"}}, {"scores": {"1": 4, "3": 5}}), ({"scores": {}}, "none_chosen"), ({"scores": {1: 6}}, "bad_score"),
        ({"scores": {1: 0}}, "bad_score"), ({"scores": {7: 3}}, "unknown_choice"), ({"scores": [1]}, "unknown_choice"),
    ],
)  # fmt: skip
def test_points_have_one_spelling(given, found):
    settled = rules.settle("score", 1, [1, 2, 3], given)
    assert (settled if isinstance(found, dict) else code(settled)) == found


@pytest.mark.parametrize(
    ("facts", "refused"),
    [
        (BallotFacts("approve", 2, 2, AT + HOUR, AT), []),
        (BallotFacts("approve", 1, 2, AT + HOUR, AT), ["choices", "most"]),
        (BallotFacts("score", 1, 5, AT + HOUR, AT), []),
        (BallotFacts("score", 0, 1, AT, AT), ["choices", "over"]),
    ],
)
def test_what_opening_requires(facts, refused):
    assert [found.code for rule in rules.REQUIRED["ballot.open"] if (found := rule(facts))] == refused


THREE = [Counted(1, "need:1", "甲"), Counted(2, "need:2", "乙"), Counted(3, "need:3", "丙")]


def test_ties_are_told_and_share_a_rank():
    result = rules.count("approve", 3, THREE, [{"choices": [1, 2]}, {"choices": [2, 1]}, {"choices": [3]}])
    assert [(row["votes"], row["rank"], row["n"]) for row in result["choices"]] == [(2, 1, 3), (2, 1, 3), (1, 3, 3)]
    assert result["ties"] == [[1, 2]]
    assert (result["turnout"], result["quorum_met"]) == (3, True)


def test_a_missed_quorum_is_part_of_the_result():
    assert rules.count("approve", 2, THREE, [{"choices": [1]}])["quorum_met"] is False


def test_nobody_took_part():
    result = rules.count("score", 0, THREE, [])
    assert [(row["mean"], row["rank"]) for row in result["choices"]] == [(None, 1)] * 3
    assert result["ties"] == [[1, 2, 3]]


papers = st.lists(st.dictionaries(st.sampled_from(["1", "2", "3"]), st.integers(1, 5), min_size=1), max_size=40)


@given(papers)
def test_means_are_exact_and_ranks_follow_them(votes):
    result = rules.count("score", 0, THREE, [{"scores": vote} for vote in votes])
    exact = {}
    for row in result["choices"]:
        points = [vote[str(row["id"])] for vote in votes if str(row["id"]) in vote]
        assert row["votes"] == row["n"] == len(points)
        exact[row["id"]] = Fraction(sum(points), len(points)) if points else Fraction(0)
        assert row["mean"] == (int(exact[row["id"]] * 100 + Fraction(1, 2)) if points else None)
    for row in result["choices"]:
        assert row["rank"] == 1 + sum(other > exact[row["id"]] for other in exact.values())
    tied = {key for ids in result["ties"] for key in ids}
    assert tied == {key for key in exact if list(exact.values()).count(exact[key]) > 1}


@given(st.lists(st.sets(st.sampled_from([1, 2, 3]), min_size=1), max_size=40))
def test_the_order_of_votes_says_nothing(votes):
    papers = [{"choices": sorted(vote)} for vote in votes]
    assert rules.count("approve", 5, THREE, papers) == rules.count("approve", 5, THREE, papers[::-1])
    assert sum(row["votes"] for row in rules.count("approve", 5, THREE, papers)["choices"]) == sum(map(len, votes))
