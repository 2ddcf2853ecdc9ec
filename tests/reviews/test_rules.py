"""The pure rules: the draw can be repeated, nobody judges whom he is tied to, ranking equals a plain reference."""

from __future__ import annotations

import copy
import json
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from webapp.reviews.rules.blind import MARK, cover, names_in
from webapp.reviews.rules.draw import Candidate, draw, minutes, redraw, seed_digest, successor
from webapp.reviews.rules.ranking import missing, recompute

CANDIDATES = [Candidate(n, "finance" if n % 4 == 0 else "elderly", frozenset({7} if n == 3 else ())) for n in range(1, 17)]


def test_a_draw_from_the_same_seed_is_the_same_and_another_seed_differs():
    plan = {"size": 5, "finance": 2, "reserves": 3}
    first = draw("a", CANDIDATES, {7, 8}, **plan)
    assert first == draw("a", list(reversed(CANDIDATES)), {8, 7}, **plan)
    assert any(draw(seed, CANDIDATES, {7, 8}, **plan) != first for seed in "bcd")
    seats = [one for one in first if not one.reserve]
    assert [one.position for one in first] == list(range(1, 9))
    assert len(seats) == 5
    assert sum(one.field == "finance" for one in seats) >= 2


def test_who_is_tied_to_every_applicant_is_left_out():
    for seed in map(str, range(40)):
        drawn = draw(seed, CANDIDATES, {7}, size=5, finance=1, reserves=10)
        assert 3 not in {one.person_id for one in drawn}
    assert any(3 in {o.person_id for o in draw(str(n), CANDIDATES, {7, 8}, size=5, finance=1, reserves=10)} for n in range(5))


@pytest.mark.parametrize("plan", [{"size": 17, "finance": 0}, {"size": 5, "finance": 5}])
def test_too_few_candidates_draw_nothing(plan):
    with pytest.raises(ValueError):
        draw("a", CANDIDATES, set(), reserves=0, **plan)


def test_minutes_repeat_after_json_and_tell_on_a_forger():
    found = json.loads(json.dumps(minutes("s", CANDIDATES, {7, 8}, size=5, finance=1, reserves=2)))
    assert redraw(found) == found["seats"]
    assert seed_digest(found["seed"]) == seed_digest("s")
    forged = copy.deepcopy(found)
    forged["seed"] = "t"
    assert redraw(forged) != found["seats"]


def test_who_moves_up_keeps_the_strata():
    waiting = [Candidate(1, "elderly"), Candidate(2, "law", others=("finance",)), Candidate(3, "finance")]
    needs = {"finance": 1, "elderly": 1}
    assert successor(waiting, [Candidate(7, "elderly"), Candidate(8, "finance")], needs) == 1
    assert successor(waiting, [Candidate(7, "elderly")], needs) == 2
    assert successor([Candidate(1, "elderly")], [Candidate(7, "elderly")], needs) is None


def test_names_are_covered_everywhere_even_spaced_out():
    content = {"a": "晨光社会工作服务中心办过", "b": [{"c": "晨光 社会工作\n服务中心(CHEN)"}], "n": 3}
    names = names_in({"name": "晨光社会工作服务中心", "grade": "5A", "phone": "0512-6"}) | {"chen", "x"}
    covered = cover(content, names)
    assert covered == {"a": f"{MARK}办过", "b": [{"c": f"{MARK}({MARK})"}], "n": 3}
    assert cover("等级 5A", names_in({"grade": "5A"})) == "等级 5A"


def application(key, panel=(), community=(), votes=None, **more):
    return {
        "id": key, "title": f"项目{key}", "category": "elderly", "requested_fen": 100, "panel": list(panel), "community": list(community),
        "residents": votes, **more,
    }  # fmt: skip


def inputs(applications, **more):
    return {
        "weights": {"panel": 60, "community": 20, "residents": 20}, "aggregation": "mean", "pass_line": 6000,
        "tie_break": ["residents", "panel", "requested", "draw"], "reserves": 1, "pool_fen": 250, "ceiling_fen": 200, "floor_fen": 10,
        "categories": {"elderly": None, "youth": 1}, "missing": "refuse", "seed": "s", "applications": applications, **more,
    }  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.lists(st.integers(0, 10_000), min_size=1, max_size=6), st.lists(st.integers(0, 10_000), min_size=1, max_size=3),
            st.integers(0, 50), st.integers(1, 300), st.sampled_from(["elderly", "youth"]),
        ),
        min_size=1,
        max_size=8,
    ),
    st.sampled_from(["mean", "trimmed", "median"]),
)  # fmt: skip
def test_ranking_equals_a_plain_reference(rows, aggregation):
    found = inputs(
        [application(n, p, c, {"votes": v, "turnout": 50}, requested_fen=r, category=k) for n, (p, c, v, r, k) in enumerate(rows, 1)],
        aggregation=aggregation,
    )
    out = recompute(found)
    assert out == recompute(json.loads(json.dumps(found)))
    scores = {one["id"]: one["combined"] for one in out["rows"]}
    for n, (panel, community, votes, _, _) in enumerate(rows, 1):
        assert scores[n] == plain_score(panel, community, votes, aggregation)
    assert [one["combined"] for one in out["rows"]] == sorted(scores.values(), reverse=True)
    assert sorted(one["rank"] for one in out["rows"]) == list(range(1, len(rows) + 1))
    proposed = [one for one in out["rows"] if one["outcome"] == "propose"]
    assert sum(one["amount_fen"] for one in proposed) <= 250
    assert all(0 < one["amount_fen"] <= min(one["requested_fen"], 200) and one["combined"] >= 6000 for one in proposed)
    assert sum(one["category"] == "youth" for one in proposed) <= 1
    assert sum(one["outcome"] == "reserve" for one in out["rows"]) <= 1


def half_up(value: Fraction) -> int:
    return int(value + Fraction(1, 2))


def plain_score(panel, community, votes, aggregation):
    ranked = sorted(panel)
    if aggregation == "trimmed" and len(ranked) >= 5:
        ranked = ranked[1:-1]
    if aggregation == "median":
        ranked = ranked[(len(ranked) - 1) // 2 : len(ranked) // 2 + 1]
    one = half_up(Fraction(sum(ranked), len(ranked)))
    two = half_up(Fraction(sum(community), len(community)))
    return half_up(Fraction(60 * one + 20 * two + 20 * votes * 200, 100))


def test_a_missing_channel_is_named_and_may_leave_its_weight_to_the_others():
    found = inputs([application(1, [8000], [9000], {"votes": 1, "turnout": 2}), application(2, [8000], [], {"votes": 1, "turnout": 2})])
    assert missing(found) == [(2, "community")]
    with pytest.raises(ValueError):
        recompute(found)
    out = recompute(found | {"missing": "reweight"})
    assert {one["id"]: one["combined"] for one in out["rows"]} == {1: 7600, 2: 7250}
    assert missing(found | {"weights": {"panel": 80, "community": 0, "residents": 20}}) == []


def test_no_turnout_is_a_missing_channel_and_not_a_nought():
    found = inputs([application(1, [8000], [9000], {"votes": 0, "turnout": 0})])
    assert missing(found) == [(1, "residents")]


def test_ties_are_told_with_what_parted_them():
    even = {"votes": 1, "turnout": 2}
    found = inputs([application(1, [8000], [8000], even, requested_fen=90), application(2, [8000], [8000], even, requested_fen=80)])
    out = recompute(found)
    assert out["ties"] == [{"applications": [2, 1], "by": ["residents", "panel", "requested"], "parted": True}]
    assert [(one["id"], one["rank"]) for one in out["rows"]] == [(2, 1), (1, 2)]
    same = recompute(found | {"tie_break": ["panel"]})
    assert same["ties"][0]["parted"] is False
    assert [one["rank"] for one in same["rows"]] == [1, 1]


def test_the_budget_line_takes_the_rest_then_reserves_then_declines():
    votes = {"votes": 1, "turnout": 1}
    found = inputs(
        [application(n, [10_000 - n], [9000], votes) for n in range(1, 6)] + [application(6, [100], [100], {"votes": 0, "turnout": 1})]
    )
    out = recompute(found)
    assert [(one["id"], one["outcome"], one["amount_fen"]) for one in out["rows"]] == [
        (1, "propose", 100), (2, "propose", 100), (3, "propose", 50), (4, "reserve", None), (5, "decline", None), (6, "decline", None),
    ]  # fmt: skip
    assert "及格线" in out["rows"][-1]["reason"]
