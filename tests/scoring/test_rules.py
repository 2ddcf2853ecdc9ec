"""Rubrics and statistics against exact fractions: pure."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.scoring import rules
from webapp.scoring.rules import CardFacts

TREE = {
    "items": [
        {"key": "need", "title": "需求", "items": [
            {"key": "real", "title": "真实", "most": 3000, "anchor": "有调查、有数据"}, {"key": "urgent", "title": "紧迫", "most": 2000},
        ]},
        {"key": "plan", "title": "方案", "most": 5000},
    ],
    "reason_below": 6000,
    "reason_above": 9000,
}  # fmt: skip


def test_leaves_stand_in_order_under_their_titles():
    assert [(item.key, item.most, item.above) for item in rules.items(TREE)] == [
        ("real", 3000, ("需求",)), ("urgent", 2000, ("需求",)), ("plan", 5000, ()),
    ]  # fmt: skip
    assert rules.most(TREE) == 10000
    assert rules.check_tree(TREE) == []


@pytest.mark.parametrize(
    ("tree", "codes"),
    [
        ({}, ["no_items"]),
        ({"items": []}, ["no_items"]),
        ({"items": [{"key": "a", "title": "甲", "items": []}]}, ["no_items"]),
        ({"items": [{"key": "a", "title": "甲", "most": 1}, {"key": "a", "title": "乙", "most": 1}]}, ["key"]),
        ({"items": [{"key": "", "title": "甲", "most": 1}]}, ["key"]),
        ({"items": [{"key": "k" * 41, "title": "甲", "most": 1}]}, ["key"]),
        ({"items": [{"key": "a", "title": "", "most": 1}]}, ["title"]),
        (
            {"items": [{"key": "a", "title": "甲", "most": 0}, {"key": "b", "title": "乙", "most": 1.5}, {"key": "c", "title": "丙"}]},
            ["most"] * 3,
        ),
        ({"items": [{"key": "a", "title": "甲", "most": 100}], "reason_below": 101, "reason_above": -1}, ["limit", "limit"]),
    ],
)
def test_what_is_wrong_with_a_rubric(tree, codes):
    assert [found.code for found in rules.check_tree(tree)] == codes


@pytest.mark.parametrize(
    ("points", "codes"),
    [
        ({"real": 0, "urgent": 2000, "plan": 4999}, []), ({"real": 3001}, ["out_of_range"]), ({"real": -1}, ["out_of_range"]),
        ({"real": 10.5}, ["out_of_range"]), ({"real": True}, ["out_of_range"]), ({"need": 100}, ["unknown_item"]),
    ],
)  # fmt: skip
def test_points_must_fit_their_items(points, codes):
    found = rules.check_points(TREE, points)
    assert [one.code for one in found] == codes
    assert [one.place for one in found] == list(points)[: len(codes)]


def test_the_total_refuses_points_that_do_not_fit():
    assert rules.total(TREE, rules.given({"real": 2550, "plan": 4000})) == 6550
    with pytest.raises(ValueError, match="30"):
        rules.total(TREE, rules.given({"real": 3001}))


@pytest.mark.parametrize(
    ("points", "comment", "codes"),
    [
        ({"real": 2000, "urgent": 1000, "plan": 3000}, "", []),
        ({"real": 2000, "urgent": 1000, "plan": 2999}, " ", ["reason"]),
        ({"real": 2000, "urgent": 1000, "plan": 2999}, "方案太空", []),
        ({"real": 3000, "urgent": 2000, "plan": 4000}, "", []),
        ({"real": 3000, "urgent": 2000, "plan": 4001}, "", ["reason"]),
        ({"real": 3000}, "", ["unscored"]),
        ({"real": 9000}, "", ["out_of_range", "unscored"]),
    ],
)
def test_what_handing_in_requires(points, comment, codes):
    facts = CardFacts(TREE, rules.given(points), comment)
    assert [found.code for rule in rules.REQUIRED["scorecard.submit"] if (found := rule(facts))] == codes


@pytest.mark.parametrize(("hundredths", "words"), [(8650, "86.5"), (9000, "90"), (5, "0.05"), (0, "0"), (10000, "100")])
def test_points_as_people_write_them(hundredths, words):
    assert rules.said(hundredths) == words


def half_up(exact: Fraction) -> int:
    return int(exact + Fraction(1, 2))


@given(st.lists(st.integers(0, 20_000), min_size=1, max_size=30))
def test_statistics_are_those_of_exact_fractions(values):
    found = rules.statistics(values)
    ranked = sorted(values)
    kept = ranked[1:-1] if len(ranked) >= 5 else ranked
    half = len(ranked) // 2
    middle = Fraction(ranked[half]) if len(ranked) % 2 else Fraction(ranked[half - 1] + ranked[half], 2)
    assert (found.n, found.low, found.high, found.spread) == (len(values), min(values), max(values), max(values) - min(values))
    assert found.mean == half_up(Fraction(sum(values), len(values)))
    assert found.trimmed == half_up(Fraction(sum(kept), len(kept)))
    assert found.median == half_up(middle)
    assert rules.statistics(values[::-1]) == found


def test_five_judges_lose_one_high_and_one_low():
    assert rules.statistics([100, 8000, 8001, 8001, 10000]).trimmed == 8001
    assert rules.statistics([100, 8000, 8001, 10000]).trimmed == 6525


def test_no_scores_are_not_nought():
    assert rules.statistics([]).mean is None
    with pytest.raises(ValueError):
        rules.statistics([-1])
