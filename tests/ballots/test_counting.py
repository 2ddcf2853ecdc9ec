"""What the count says: by hand, and against a second way of counting written straight from the definitions. Pure."""

import itertools
import os
import random
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.ballots.counting import Counted, Quorum, Sheet, count, tied

THREE = (Counted(1, "need:1", "甲"), Counted(2, "need:2", "乙"), Counted(3, "need:3", "丙"))


def test_ties_are_told_and_share_a_rank():
    result = count(Sheet("approve", 2, THREE, Quorum(3)), [{"choices": [1, 2]}, {"choices": [2, 1]}, {"choices": [3]}])
    assert [(row["votes"], row["rank"], row["n"]) for row in result["choices"]] == [(2, 1, 3), (2, 1, 3), (1, 3, 3)]
    assert result["ties"] == [[1, 2]]
    assert (result["turnout"], result["quorum_met"]) == (3, True)


def test_a_missed_quorum_is_part_of_the_result():
    assert count(Sheet("approve", 2, THREE, Quorum(2)), [{"choices": [1]}])["quorum_met"] is False


def test_nobody_took_part():
    result = count(Sheet("score", 1, THREE), [])
    assert [(row["mean"], row["rank"]) for row in result["choices"]] == [(None, 1)] * 3
    assert result["ties"] == [[1, 2, 3]]


papers = st.lists(st.dictionaries(st.sampled_from(["1", "2", "3"]), st.integers(1, 5), min_size=1), max_size=40)


@given(papers)
def test_means_are_exact_and_ranks_follow_them(votes):
    result = count(Sheet("score", 1, THREE), [{"scores": vote} for vote in votes])
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
    assert count(Sheet("approve", 3, THREE), papers) == count(Sheet("approve", 3, THREE), papers[::-1])
    assert sum(row["votes"] for row in count(Sheet("approve", 3, THREE), papers)["choices"]) == sum(map(len, votes))


# --- places


def test_places_give_points_from_the_top_and_first_places_are_told():
    result = count(Sheet("rank", 2, THREE), [{"ranking": [1, 2]}, {"ranking": [2]}, {"ranking": [3, 2]}])
    assert [(row["points"], row["firsts"], row["votes"], row["rank"]) for row in result["choices"]] == [
        (2, 1, 1, 2),
        (4, 1, 3, 1),
        (2, 1, 1, 2),
    ]
    assert result["ties"] == [[1, 3]]


# --- what the pot buys


def priced(*costs):
    return tuple(Counted(n, f"need:{n}", f"事{n}", cost) for n, cost in enumerate(costs, 1))


def picked(*votes):
    return [{"choices": list(vote)} for vote in votes]


def money(sheet, votes):
    return count(sheet, votes)["money"]


def test_what_most_want_against_what_each_part_wants():
    """Six want 1 and 2, four want 3: by votes the many take all, by equal shares the few get theirs."""
    found = money(Sheet("approve", 3, priced(500, 500, 400), pot=1000), picked(*[(1, 2)] * 6, *[(3,)] * 4))
    assert (found["greedy"]["certain"], found["greedy"]["outcomes"]) == ([1, 2], 1)
    assert found["equal_shares"]["certain"] == [3]
    assert found["equal_shares"]["possible"] == [1, 2]
    assert found["equal_shares"]["outcomes"] == 2


def test_by_votes_what_does_not_fit_is_passed_over():
    found = money(Sheet("approve", 3, priced(700, 400, 300), pot=1000), picked((1, 2), (1, 2), (1, 3)))
    assert found["greedy"]["certain"] == [1, 3]
    assert found["greedy"]["spent"] == [1000, 1000]


def test_what_nobody_wants_is_never_bought():
    found = money(Sheet("pot", 1, priced(100, 100), pot=1000), picked((1,), (1,)))
    assert (found["greedy"]["certain"], found["equal_shares"]["certain"]) == ([1], [1])


def test_the_rest_of_the_money_goes_by_votes_and_says_so():
    """Each of four holds 250: the three behind 1 pay 600 of it; nobody can pay 2 alone, but the pot still can."""
    found = money(Sheet("approve", 2, priced(600, 400), pot=1000), picked((1,), (1,), (1,), (2,)))
    assert found["equal_shares"]["how"] == {"1": "shares", "2": "votes"}
    assert found["equal_shares"]["certain"] == [1, 2]


def test_a_tie_at_the_edge_of_the_pot_is_told():
    found = money(Sheet("approve", 2, priced(600, 600, 300), pot=1000), picked((1, 2), (1, 2), (3,)))
    for rule in found.values():
        assert (rule["certain"], rule["possible"], rule["outcomes"], rule["bounded"]) == ([3], [1, 2], 2, False)
        assert rule["tied"] == [1, 2]


def test_a_tie_that_changes_nothing_is_no_tie_of_money():
    found = money(Sheet("approve", 2, priced(500, 500), pot=1000), picked((1,), (2,)))
    for rule in found.values():
        assert (rule["certain"], rule["possible"], rule["outcomes"], rule["tied"]) == ([1, 2], [], 1, [])


def test_people_decide_a_tie():
    votes = picked((1, 2), (1, 2), (3,))
    sheet = Sheet("approve", 2, priced(600, 600, 300), pot=1000)
    assert tied(count(sheet, votes)) == [1, 2]
    result = count(Sheet("approve", 2, priced(600, 600, 300), pot=1000, order=(2, 1)), votes)
    assert (result["ties_settled"], result["order"]) == (True, [2, 1])
    for rule in result["money"].values():
        assert (rule["certain"], rule["possible"], rule["outcomes"]) == ([2, 3], [], 1)
    assert result["ties"] == [[1, 2]], "equal votes stay equal, whoever goes first"


def test_more_orders_than_we_look_at_are_said_to_be_more():
    """Of 30 equal choices 15 fit: what is certain and what is possible still holds, and the count says that it did not end."""
    sheet = Sheet("approve", 31, priced(5000, *[100] * 30), pot=6500)
    found = money(sheet, picked((1,), *[tuple(range(1, 32))] * 3))
    for rule in found.values():
        assert rule["bounded"]
        assert rule["certain"] == [1]
        assert rule["possible"] == list(range(2, 32))


def test_a_result_of_the_older_rules_is_counted_as_it_was():
    result = count(Sheet("approve", 2, THREE, Quorum(1), version="2026-11"), picked((1, 2), (3,)))
    assert set(result) == {"turnout", "quorum_met", "choices", "ties"}
    assert set(result["choices"][0]) == {"id", "about", "title", "votes", "mean", "n", "rank"}


def test_a_hundred_thousand_votes_are_counted_while_one_waits():
    chance = random.Random(7)
    sheet = Sheet("approve", 5, priced(*[chance.randrange(1, 30) * 1000 for _ in range(15)]), pot=100_000)
    votes = picked(*(sorted(chance.sample(range(1, 16), chance.randrange(1, 6))) for _ in range(100_000)))
    result = count(sheet, votes)
    assert result["turnout"] == 100_000
    assert result["money"]["equal_shares"]["outcomes"] == 1


# --- a second way of counting: each voter one by one, every order of every tie


def price_of(cost, holds, points):
    """The least ρ with Σ min(holds, ρ·points) = cost; None when there is none."""
    fans = [(have, worth) for have, worth in zip(holds, points, strict=True) if worth]
    if sum(have for have, _ in fans) < cost:
        return None
    for least in sorted(have / worth for have, worth in fans):
        if sum(min(have, least * worth) for have, worth in fans) >= cost:
            full = sum(have for have, worth in fans if have / worth < least)
            return Fraction(cost - full) / sum(worth for have, worth in fans if have / worth >= least)
    raise AssertionError("somebody can pay the rest")


def shares_by_definition(costs, points, pot):
    """Every set of choices equal shares may end in. `points[choice][voter]`."""
    ends = set()

    def go_on(chosen, holds):
        prices = {key: price_of(costs[key], holds, points[key]) for key in costs if key not in chosen}
        prices = {key: price for key, price in prices.items() if price is not None}
        if not prices:
            ends.add(chosen)
            return
        for key in [key for key, price in prices.items() if price == min(prices.values())]:
            go_on(chosen | {key}, [have - min(have, prices[key] * worth) for have, worth in zip(holds, points[key], strict=True)])

    voters = len(next(iter(points.values())))
    go_on(frozenset(), [Fraction(pot, voters)] * voters)
    return ends


def by_votes_in_every_order(costs, weight, pot, start=frozenset()):
    ends = set()
    for order in itertools.permutations(costs):
        chosen = set(start)
        for key in sorted(order, key=lambda key: -weight[key]):
            if weight[key] > 0 and key not in chosen and sum(costs[one] for one in chosen) + costs[key] <= pot:
                chosen.add(key)
        ends.add(frozenset(chosen))
    return ends


def some_votes(chance, method, costs, pot, most):
    keys = list(costs)
    votes = []
    for _ in range(chance.randrange(1, 9)):
        some = chance.sample(keys, chance.randrange(1, len(keys) + 1))
        if method == "pot":
            while sum(costs[key] for key in some) > pot:
                some.pop()
            if not some:
                continue
        if method == "score":
            votes.append({"scores": {str(key): chance.randrange(1, 6) for key in some}})
        elif method == "rank":
            votes.append({"ranking": some[:most]})
        else:
            votes.append({"choices": sorted(some)})
    return votes


def a_case(seed):
    """Small costs and few voters, so that ties are common; in every fourth case all cost the same."""
    chance = random.Random(seed)
    method = ("approve", "pot", "score", "rank")[seed % 4]
    alike = chance.randrange(4) == 0
    costs = {key: 3 if alike else chance.randrange(1, 7) for key in range(1, chance.randrange(2, 6) + 1)}
    pot, most = chance.randrange(2, 16), chance.randrange(1, len(costs) + 1)
    return method, costs, pot, most, some_votes(chance, method, costs, pot, most)


CASES = 20_000 if os.environ.get("SANSHE_SOAK") else 500


@pytest.mark.soak
def test_both_results_agree_with_the_definitions_on_random_cases_ties_included():
    with_ties = 0
    for seed in range(CASES):
        method, costs, pot, most, votes = a_case(seed)
        if not votes:
            continue
        result = count(Sheet(method, most, priced(*costs.values()), pot=pot), votes)
        given = {key: [worth(method, most, vote, key) for vote in votes] for key in costs}
        by_cost = method in {"approve", "pot"}
        points = {key: [costs[key] * one if by_cost else one for one in given[key]] for key in costs}
        said = {key: sum(one > 0 for one in given[key]) for key in costs}
        weight = {key: Fraction(sum(given[key]), said[key] if method == "score" and said[key] else 1) for key in costs}
        greedy = by_votes_in_every_order(costs, weight, pot)
        shared = {end for first in shares_by_definition(costs, points, pot) for end in by_votes_in_every_order(costs, weight, pot, first)}
        for rule, ends in (("greedy", greedy), ("equal_shares", shared)):
            found = result["money"][rule]
            certain, some = frozenset.intersection(*ends), frozenset.union(*ends)
            assert (set(found["certain"]), set(found["possible"]), found["outcomes"]) == (certain, some - certain, len(ends)), (seed, rule)
            assert not found["bounded"]
            with_ties += len(ends) > 1
    assert with_ties > CASES // 10, "the cases have ties"


def worth(method, most, vote, key):
    """What a vote gives to a choice, written again from the words of the rule."""
    if method == "score":
        return vote["scores"].get(str(key), 0)
    if method == "rank":
        return most - vote["ranking"].index(key) if key in vote["ranking"] else 0
    return int(key in vote["choices"])
