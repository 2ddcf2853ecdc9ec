"""The assignment against a plain reference that tries everything, and its limits on every side."""

from __future__ import annotations

import subprocess
import sys
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from webapp.reviews.rules.assign import Impossible, Lack, Order, assign, breaks, loads, positions, too_close, too_few

pairs = st.frozensets(st.integers(1, 5), min_size=2, max_size=2)
orders = st.integers(2, 5).flatmap(
    lambda judges: st.builds(
        Order,
        allowed=st.lists(st.frozensets(st.integers(1, judges), min_size=1), min_size=1, max_size=5).map(
            lambda lists: {100 + n: one for n, one in enumerate(lists)}
        ),
        judges=st.just(tuple(range(1, judges + 1))),
        each=st.integers(1, min(judges, 3)),
        seed=st.text("abc", max_size=3),
        apart=st.frozensets(pairs, max_size=2),
        share=st.sampled_from((34, 50, 67, 100)),
        pinned=st.frozensets(st.tuples(st.integers(100, 102), st.integers(1, 3)), max_size=1),
    )
)


def everything(order: Order) -> list[dict[int, frozenset[int]]]:
    """The plain reference: every assignment there is that keeps the conflicts, the pairs, what is fixed and the limit."""
    found: list[dict[int, frozenset[int]]] = [{}]
    for one, may in order.allowed.items():
        fixed = {judge for application, judge in order.pinned if application == one}
        choices = [
            frozenset(chosen)
            for chosen in combinations(sorted(may), order.each)
            if fixed <= set(chosen) and not any(pair <= set(chosen) for pair in order.apart)
        ]
        found = [{**before, one: chosen} for before in found for chosen in choices]
    return [plan for plan in found if not crowded(plan, order.share)]


def crowded(plan: dict[int, frozenset[int]], share: int) -> bool:
    piles: dict[int, set[int]] = {}
    for one, mine in plan.items():
        for judge in mine:
            piles.setdefault(judge, set()).add(one)
    return any(len(a & b) > share / 100 * min(len(a), len(b)) + 1e-9 for a, b in combinations(piles.values(), 2))


def spread(plan: dict[int, frozenset[int]], order: Order) -> int:
    load = loads(plan, order.judges).values()
    return max(load) - min(load)


@settings(max_examples=40, deadline=None)
@given(orders)
def test_an_assignment_is_found_when_there_is_one_and_is_as_equal_as_any(order):
    possible = everything(order)
    if not possible:
        with pytest.raises(Impossible) as caught:
            assign(order)
        assert caught.value.lacks
        return
    plan = assign(order)
    assert plan in possible
    assert breaks(order, plan) == []
    least = min(spread(one, order) for one in possible)
    assert spread(plan, order) <= max(least, 1)
    assert plan == assign(order)


@settings(max_examples=20, deadline=None)
@given(orders, st.data())
def test_what_is_changed_by_hand_is_checked_as_the_solver_is(order, data):
    plan = {one: data.draw(st.frozensets(st.integers(1, 5), min_size=order.each, max_size=order.each)) for one in order.allowed}
    kept = all(mine <= order.allowed[one] and not any(pair <= mine for pair in order.apart) for one, mine in plan.items())
    assert (breaks(order, plan) == []) == (kept and not crowded(plan, order.share))


def test_each_lack_is_told_at_its_application():
    allowed = {1: frozenset({1, 2, 3}), 2: frozenset({1}), 3: frozenset({1, 2, 3, 4})}
    apart = frozenset({frozenset({1, 2}), frozenset({2, 3}), frozenset({1, 3})})
    with pytest.raises(Impossible) as caught:
        assign(Order(allowed, (1, 2, 3, 4), 2, "s", apart=apart, pinned=frozenset({(3, 1), (3, 2)})))
    assert caught.value.lacks == (Lack(1, "apart", 1), Lack(2, "few", 1), Lack(3, "pin_apart"))


def test_a_limit_that_cannot_be_kept_is_told():
    allowed = {n: frozenset({1, 2}) for n in range(4)}
    with pytest.raises(Impossible) as caught:
        assign(Order(allowed, (1, 2), 2, "s", share=50))
    assert caught.value.lacks == (Lack(None, "share", 50),)


def test_fields_that_match_come_first():
    allowed = {n: frozenset(range(8)) for n in range(40)}
    fits = frozenset((one, judge) for one in allowed for judge in range(8) if one % 2 == judge % 2)
    plan = assign(Order(allowed, tuple(range(8)), 3, "s", fits=fits))
    assert all((one, judge) in fits for one, mine in plan.items() for judge in mine)
    assert set(loads(plan, range(8)).values()) == {15}


def test_judges_that_would_share_everything_are_parted():
    allowed = {n: frozenset(range(12)) for n in range(40)}
    fits = frozenset((one, judge) for one in allowed for judge in range(12) if one % 4 == judge % 4)
    order = Order(allowed, tuple(range(12)), 3, "s", fits=fits)
    assert too_close(assign(order), 40)
    plan = assign(Order(allowed, tuple(range(12)), 3, "s", fits=fits, share=40))
    assert not crowded(plan, 40)
    assert set(loads(plan, range(12)).values()) == {10}


def test_piles_have_an_order_of_their_own():
    plan = assign(Order({n: frozenset(range(1, 8)) for n in range(120)}, tuple(range(1, 8)), 3, "seed"))
    load = loads(plan, range(1, 8))
    assert max(load.values()) - min(load.values()) <= 1
    place = positions(plan, "seed")
    assert sorted(place[j, a] for j, a in place if j == 1) == list(range(1, load[1] + 1))


def test_nought_means_all_who_may():
    allowed = {1: frozenset({1, 2}), 2: frozenset({2})}
    assert assign(Order(allowed, (1, 2), 0, "s")) == allowed
    assert too_few({1: frozenset()}, 0) == {1: 0}


def test_the_solver_is_loaded_only_where_it_solves():
    code = "import sys, webapp.app, webapp.reviews.rules.assign; sys.exit('highspy' in sys.modules or 'numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
