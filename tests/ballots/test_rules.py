"""What a vote must be, and what opening asks: pure."""

from datetime import UTC, date, datetime, timedelta

import pytest

from reports.money import Money
from webapp.ballots import rules
from webapp.ballots.rules import BallotFacts, Shown, Voter
from webapp.ballots.vote import settle
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
    settled = settle("approve", 2, [1, 2, 3], given)
    assert (settled if isinstance(found, dict) else code(settled)) == found


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({"scores": {3: 5, "1": "4"}}, {"scores": {"1": 4, "3": 5}}), ({"scores": {}}, "none_chosen"), ({"scores": {1: 6}}, "bad_score"),
        ({"scores": {1: 0}}, "bad_score"), ({"scores": {7: 3}}, "unknown_choice"), ({"scores": [1]}, "unknown_choice"),
    ],
)  # fmt: skip
def test_points_have_one_spelling(given, found):
    settled = settle("score", 1, [1, 2, 3], given)
    assert (settled if isinstance(found, dict) else code(settled)) == found


COSTS = {1: Money(400_00), 2: Money(300_00), 3: Money(600_00)}


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({"choices": [2, 1]}, {"choices": [1, 2]}), ({"choices": ["3", 2, 3]}, {"choices": [2, 3]}), ({"choices": [1, 3]}, "too_much"),
        ({"choices": [1, 2, 3]}, "too_much"), ({"choices": []}, "none_chosen"), ({"choices": [9]}, "unknown_choice"),
    ],
)  # fmt: skip
def test_a_pot_is_spent_once(given, found):
    settled = settle("pot", 1, [1, 2, 3], given, costs=COSTS, pot=Money(900_00))
    assert (settled if isinstance(found, dict) else code(settled)) == found


def test_what_is_too_much_is_told_in_yuan():
    settled = settle("pot", 1, [1, 2, 3], {"choices": [1, 3]}, costs=COSTS, pot=Money(900_00))
    assert settled.sentence == "您选的合计 1,000.00 元，超过了 900.00 元，请去掉一些。"


def test_money_beside_another_method_binds_no_voter():
    given = {"choices": [1, 2, 3]}
    assert settle("approve", 3, [1, 2, 3], given, costs=COSTS, pot=Money(1)) == given


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({"ranking": [3, 1]}, {"ranking": [3, 1]}), ({"places": {"1": "2", 3: 1}}, {"ranking": [3, 1]}), ({"places": {2: "1"}}, {"ranking": [2]}),
        ({"ranking": [3, 3]}, "twice"), ({"places": {1: 1, 2: 1}}, "twice"), ({"places": {1: 1, 2: 3}}, "gap"), ({"places": {1: 2}}, "gap"),
        ({"places": {1: 4}}, "too_many"), ({"places": {1: 0}}, "too_many"), ({"ranking": [1, 2, 3, 4]}, "too_many"), ({"ranking": [8]}, "unknown_choice"),
        ({"places": {}}, "none_chosen"), ({}, "none_chosen"), ({"places": {1: "x"}}, "unknown_choice"), ({"ranking": 4}, "unknown_choice"),
    ],
)  # fmt: skip
def test_rankings_have_one_spelling(given, found):
    settled = settle("rank", 3, [1, 2, 3, 4], given)
    assert (settled if isinstance(found, dict) else code(settled)) == found


def opening(*shown, purpose="needs", method="approve", most=1, pot=None):
    facts = BallotFacts(method, len(shown), most, AT + HOUR, AT, purpose, shown, pot)
    refused = []
    for rule in rules.REQUIRED["ballot.open"]:
        found = rule(facts)
        refused += [found] if isinstance(found, Refusal) else found or []
    return refused


def test_choices_that_nobody_can_tell_apart_are_named():
    found = opening(Shown("加装电梯", "三号楼"), Shown("修路灯", "北门"), Shown("加装 电梯。", "五号楼"), Shown("照明", "北门！"))
    assert [one.code for one in found] == ["alike_choices"] * 2
    assert "第 1 项“加装电梯”和第 3 项“加装 电梯。”名称相同" in found[0].sentence
    assert "第 2 项“修路灯”和第 4 项“照明”说明相同" in found[1].sentence


def test_applications_in_one_place_are_not_alike():
    assert opening(Shown("老伙伴", "落地：桃花坞"), Shown("小课堂", "落地：桃花坞"), purpose="projects") == []


@pytest.mark.parametrize(
    ("costs", "codes"),
    [
        ((Money(1), Money(900_00)), []),
        ((Money(1), None), ["cost"]),
        ((Money(900_01), Money(1)), ["cost"]),
        ((None, None), ["cost", "cost"]),
    ],
)
def test_where_there_is_a_pot_each_choice_has_a_cost_that_fits(costs, codes):
    found = opening(Shown("甲", cost=costs[0]), Shown("乙", cost=costs[1]), method="pot", pot=Money(900_00))
    assert [one.code for one in found] == codes


@pytest.mark.parametrize(
    ("facts", "refused"),
    [
        (BallotFacts("approve", 2, 2, AT + HOUR, AT), []),
        (BallotFacts("approve", 1, 2, AT + HOUR, AT), ["choices", "most"]),
        (BallotFacts("score", 1, 5, AT + HOUR, AT), []),
        (BallotFacts("score", 0, 1, AT, AT), ["choices", "over"]),
        (BallotFacts("rank", 2, 3, AT + HOUR, AT), ["most"]),
        (BallotFacts("pot", 1, 1, AT + HOUR, AT), ["choices"]),
    ],
)
def test_what_opening_requires(facts, refused):
    assert [found.code for rule in rules.REQUIRED["ballot.open"] if (found := rule(facts))] == refused
