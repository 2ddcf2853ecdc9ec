"""Indicators: every shipped tree against a plain reference written apart, the table 10/50/30/10 against one worked by hand, and properties."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from webapp.calls.editing.worked import RECEIVED, SPENT, STARS, example, mark_of
from webapp.calls.rules import SHIPPED, most_of
from webapp.calls.rules.templates.trees import FRAMEWORK, SELF
from webapp.scoring import rules
from webapp.scoring.rules import Goal, Item, Mark, check_measured, filled, items, points_of, total
from webapp.scoring.rules.cards import CardFacts, all_fit, all_scored, items_explained, items_proved

GOALS = (Goal(1, "陪伴活动", "场", 2000), Goal(2, "服务老人", "人次", 40_000))


def half_up(value: Fraction) -> Decimal:
    """To the hundredth of a point, a half upwards, by Decimal alone."""
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return exact.quantize(Decimal("0.01"), ROUND_HALF_UP)


def plain(leaf: dict[str, Any]) -> Decimal:
    """The reference: what a leaf of the worked example comes to, read off the ministry's words, not off the house's rules."""
    most = Fraction(leaf["most"], 100)
    match leaf.get("measure"):
        case "goals":
            raise AssertionError("filled before")
        case "rate":
            return half_up(min(Fraction(1), Fraction(SPENT, RECEIVED)) * most)
        case "stars":
            return half_up(most * Fraction(sum(STARS), len(STARS) * 5))
        case "grade":
            return half_up(most * Fraction(9, 10))
        case "count" | "satisfied" if leaf["key"] == "goal1":
            return half_up(most * Fraction(1800, 2000))
        case "count" | "satisfied" if leaf["key"] == "goal2":
            return half_up(most)
        case "count" if leaf.get("direction") == "less":
            return half_up(most * Fraction(100, 105))
        case "count" | "satisfied":
            return half_up(most * Fraction(95, 100))
    if leaf.get("kind") == "plus":
        return Decimal(2)
    return Decimal(-1) if leaf.get("kind") == "minus" else half_up(most * Fraction(9, 10))


def leaves_of(nodes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    found = []
    for node in nodes:
        if node.get("measure") == "goals":
            half = node["most"] // 2
            assert half * 2 == node["most"]
            found += [{**node, "key": f"goal{n}", "measure": "count", "most": half} for n in (1, 2)]
        elif "items" in node:
            found += leaves_of(node["items"])
        else:
            found.append(node)
    return found


@pytest.mark.parametrize("one", SHIPPED, ids=lambda one: one.key)
def test_every_shipped_tree_comes_to_what_a_plain_reference_says(one):
    worked = example(one.tree)
    reference = [plain(leaf) for leaf in leaves_of(one.tree["items"])]
    assert [Decimal(line.points) / 100 for line in worked.lines] == [abs(points) for points in reference]
    assert Decimal(worked.total) / 100 == sum(reference)
    assert most_of(one.tree) == 10_000
    assert rules.check_tree(one.tree) == []


def test_the_table_10_50_30_10_equals_the_one_worked_by_hand():
    """On paper: 执行率 95% of 10 is 9.5; two goals of ten each 9 and 10; 质量 9; 时效 9.5; 成本 9.52; 社会 13.5; 可持续 13.5; 满意 9.5."""
    worked = example(SELF)
    assert [line.points for line in worked.lines] == [950, 900, 1000, 900, 950, 952, 1350, 1350, 950]
    assert worked.total == 9302
    groups = {"预算执行": 1000, "产出": 5000, "效益": 3000, "满意度": 1000}
    assert {one["title"]: most_of({"items": [one]}) for one in SELF["items"]} == groups
    by_group = {name: sum(line.points for line in worked.lines if line.above.startswith(name)) for name in groups}
    assert by_group == {"预算执行": 950, "产出": 4702, "效益": 2700, "满意度": 950}


def test_output_and_benefit_are_six_tenths_of_the_framework():
    groups = {one["title"]: most_of({"items": [one]}) for one in FRAMEWORK["items"]}
    assert groups["产出"] + groups["效益"] >= 6000


def test_a_table_with_what_nobody_can_tell_is_scaled_to_the_full_marks():
    """No money came and no survey ran: 20 of 100 points cannot be told; 72 of the other 80 are 90."""
    tree = filled(SELF, GOALS, 0)
    marks = {item.key: mark_of(item) if item.measure == "count" else Mark(item.most * 9 // 10, band="reached") for item in items(tree)}
    marks |= {
        item.key: Mark(points_of(item, item.target * 9 // 10), actual=item.target * 9 // 10)
        for item in items(tree)
        if item.key.startswith("goal")
    }
    marks |= {"ontime": Mark(900, actual=9000), "cost": Mark(900, actual=11_112), "rate": Mark(na=True), "satisfied": Mark(na=True)}
    facts = CardFacts(tree, marks, "说明")
    assert [rule(facts) for rule in (all_fit, all_scored)] == [None, None]
    assert total(tree, marks) == 9000


LIMIT = Item("a", "甲", 1000, measure="count", target=2000, direction="less")
SHARE = Item("a", "甲", 1000, measure="count", target=2000, over=130, under=80)


@pytest.mark.parametrize(
    ("item", "actual", "points"),
    [
        (SHARE, 0, 0), (SHARE, 1800, 900), (SHARE, 2000, 1000), (SHARE, 9000, 1000), (SHARE, 667, 334), (LIMIT, 1999, 1000),
        (LIMIT, 4000, 500), (LIMIT, 0, 1000),
        (Item("a", "甲", 1000, measure="count", target=2000, formula="floor"), 1199, 0),
        (Item("a", "甲", 1000, measure="count", target=2000, formula="floor"), 1200, 600),
        (Item("a", "甲", 1000, measure="count", target=2000, formula="all"), 1999, 0),
        (Item("a", "甲", 1000, measure="count", target=2000, formula="all"), 2000, 1000),
        (Item("a", "甲", 1000, measure="count", target=2000, formula="cut", over=130), 2600, 1000),
        (Item("a", "甲", 1000, measure="count", target=2000, formula="cut", over=130), 5200, 500),
    ],
)  # fmt: skip
def test_points_of_a_quantity(item, actual, points):
    assert points_of(item, actual) == points


@pytest.mark.parametrize(
    ("band", "points", "fits"),
    [
        ("reached", 1000, True), ("reached", 800, True), ("reached", 799, False), ("partly", 799, True), ("partly", 600, True),
        ("partly", 800, False), ("missed", 599, True), ("missed", 0, True), ("missed", 600, False), ("", 700, False),
    ],
)  # fmt: skip
def test_a_quality_keeps_to_the_bands_of_the_ministry(band, points, fits):
    tree = {"items": [{"key": "a", "title": "甲", "most": 1000, "measure": "grade"}]}
    assert (check_measured(tree, {"a": Mark(points, band=band)}) == []) is fits


@pytest.mark.parametrize(
    ("mark", "code"),
    [
        (Mark(500, actual=1000), "deviation"), (Mark(500, actual=1000, reason="场地迟交"), None), (Mark(800, actual=1600), None),
        (Mark(1000, actual=2600), None), (Mark(1000, actual=2601), "deviation"),
    ],
)  # fmt: skip
def test_a_deviation_is_explained_under_and_over(mark, code):
    leaf = {"key": "a", "title": "甲", "most": 1000, "measure": "count", "target": 2000}
    found = items_explained(CardFacts({"items": [leaf], "explain_under": 80, "explain_over": 130}, {"a": mark}, ""))
    assert (found.code if found else None) == code


def test_evidence_is_asked_for_where_the_tree_says_so_and_false_points_are_found():
    tree = {"items": [{"key": "a", "title": "甲", "most": 1000, "measure": "count", "target": 2000, "evidence": True}]}
    assert items_proved(CardFacts(tree, {"a": Mark(1000, actual=2000)}, "")).code == "evidence"
    assert items_proved(CardFacts(tree, {"a": Mark(1000, actual=2000, evidence="activity:3")}, "")) is None
    assert [one.code for one in check_measured(tree, {"a": Mark(999, actual=2000)})] == ["measured"]


@pytest.mark.parametrize(
    ("leaf", "code"),
    [
        ({"measure": "count"}, "target"), ({"measure": "count", "target": -1}, "target"), ({"measure": "dream"}, "measure"),
        ({"measure": "grade", "kind": "plus"}, "measure"), ({"measure": "count", "target": 1, "formula": "magic"}, "formula"),
        ({"measure": "count", "target": 1, "direction": "up"}, "formula"),
    ],
)  # fmt: skip
def test_a_tree_that_cannot_be_counted_is_refused(leaf, code):
    assert [one.code for one in rules.check_tree({"items": [{"key": "a", "title": "甲", "most": 1000, **leaf}]})] == [code]


MOSTS = st.integers(1, 10_000)
VALUES = st.integers(0, 10_000_000)
QUANTITY = st.builds(
    Item, st.just("a"), st.just("甲"), MOSTS, measure=st.just("count"), target=st.integers(1, 1_000_000),
    direction=st.sampled_from(("more", "less")), formula=st.sampled_from(("share", "floor", "all")), over=st.none() | st.integers(100, 1000),
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(item=QUANTITY, values=st.tuples(VALUES, VALUES))
def test_points_stay_within_the_weight_and_follow_the_actual_value(item, values):
    low, high = sorted(values)
    first, second = points_of(item, low), points_of(item, high)
    assert 0 <= first <= item.most
    assert 0 <= second <= item.most
    assert first <= second if item.direction == "more" else first >= second


@settings(max_examples=100, deadline=None)
@given(data=st.data(), goals=st.integers(1, 9), received=st.integers(1, 10**9))
def test_the_sum_of_a_filled_tree_is_exact(data, goals, received):
    """Whatever the goals and the money: the leaves still make a hundred points, and the total is the sum of what they got."""
    tree = filled(SELF, [Goal(n, f"目标{n}", "场", data.draw(st.integers(1, 10_000))) for n in range(1, goals + 1)], received)
    assert most_of(tree) == 10_000
    marks = {}
    for item in items(tree):
        actual = data.draw(st.integers(0, 2 * item.target)) if item.measured else None
        points = points_of(item, actual) if actual is not None else item.most * 9 // 10
        marks[item.key] = Mark(points, actual=actual, band="" if item.measured else "reached")
    assert check_measured(tree, marks) == []
    assert total(tree, marks) == sum(mark.points for mark in marks.values())
