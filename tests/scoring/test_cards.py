"""加分项、扣分项、不适用 and reasons at the item: every figure worked out by hand."""

import pytest

from webapp.scoring import rules
from webapp.scoring.rules import CardFacts, Mark

TREE = {
    "items": [
        {"key": "need", "title": "需求度", "most": 4000, "reason_below": 1000, "reason_above": 3800, "anchors": [
            {"least": 0, "text": "只有申报单位自己说"}, {"least": 3000, "text": "有居民签名的清单"},
        ]},
        {"key": "match", "title": "配套资金", "most": 2000, "na": True},
        {"key": "effect", "title": "有效性", "most": 4000},
        {"key": "raised", "title": "筹资加分", "most": 5000, "kind": "plus"},
        {"key": "late", "title": "材料不全扣分", "most": 500, "kind": "minus"},
    ],
    "over": True,
}  # fmt: skip
CAPPED = TREE | {"over": False}


def marks(**given) -> dict[str, Mark]:
    return {key: value if isinstance(value, Mark) else Mark(value) for key, value in given.items()}


@pytest.mark.parametrize(
    ("tree", "given", "whole"),
    [
        (TREE, marks(need=3000, match=1500, effect=3500), 8000),
        # 不适用: 65 of the 80 that are left, over 100: 81.25
        (TREE, marks(need=3000, match=Mark(na=True), effect=3500), 8125),
        # 3001 + 3500 = 6501 of 8000: 81.2625, rounded half up to 81.26
        (TREE, marks(need=3001, match=Mark(na=True), effect=3500), 8126),
        # 3000 + 3502 = 6502: 81.275, exactly half a hundredth, goes up
        (TREE, marks(need=3000, match=Mark(na=True), effect=3502), 8128),
        (TREE, marks(need=4000, match=2000, effect=4000, raised=2550), 12550),
        (CAPPED, marks(need=4000, match=2000, effect=4000, raised=2550), 10000),
        (CAPPED, marks(need=4000, match=2000, effect=3000, raised=550, late=500), 9050),
        (TREE, marks(need=100, match=0, effect=0, late=500), 0),
    ],
)
def test_what_a_card_comes_to(tree, given, whole):
    assert rules.total(tree, given) == whole


def test_full_marks_are_those_of_the_ordinary_items():
    assert rules.most(TREE) == 10000
    assert rules.check_tree(TREE) == []


def test_the_best_anchor_stands_first():
    assert [anchor.least for anchor in rules.items(TREE)[0].anchors] == [3000, 0]


@pytest.mark.parametrize(
    ("given", "codes"),
    [
        (marks(need=3000, match=1500, effect=3500), []),
        (marks(need=3000, match=Mark(na=True), effect=3500), []),
        (marks(need=Mark(na=True), match=1500, effect=3500), ["na"]),
        (marks(need=3000, effect=3500), ["unscored"]),
        (marks(need=999, match=1500, effect=3500), ["item_reason"]),
        (marks(need=1000, match=1500, effect=3500), []),
        (marks(need=Mark(999, reason="居民没有提过"), match=1500, effect=3500), []),
        (marks(need=Mark(999, reason="  "), match=1500, effect=3500), ["item_reason"]),
        (marks(need=3801, match=1500, effect=3500), ["item_reason"]),
    ],
)
def test_what_handing_in_requires(given, codes):
    facts = CardFacts(TREE, given, "")
    assert [found.code for rule in rules.REQUIRED["scorecard.submit"] if (found := rule(facts))] == codes


def test_the_reason_is_asked_for_at_its_item():
    facts = CardFacts(TREE, marks(need=3900, match=0, effect=0), "")
    (found,) = [refusal for rule in rules.REQUIRED["scorecard.submit"] if (refusal := rule(facts))]
    assert found.place == "need.reason"
    assert found.sentence == "“需求度”高于 38 分，请在这一项写明理由。"


def test_not_everything_can_be_left_out():
    tree = {"items": [{"key": "a", "title": "甲", "most": 5000, "na": True}, {"key": "b", "title": "乙", "most": 5000, "na": True}]}
    facts = CardFacts(tree, marks(a=Mark(na=True), b=Mark(na=True)), "")
    assert "nothing_applies" in [found.code for rule in rules.REQUIRED["scorecard.submit"] if (found := rule(facts))]
    assert rules.total(tree, facts.marks) == 0


@pytest.mark.parametrize(
    ("leaf", "codes"),
    [
        ({"kind": "bonus"}, ["kind"]),
        ({"kind": "plus", "na": True}, ["na"]),
        ({"reason_below": 101}, ["limit"]),
        ({"anchors": [{"least": 101, "text": "好"}]}, ["anchor"]),
        ({"anchors": [{"least": 1, "text": ""}]}, ["anchor"]),
    ],
)
def test_what_is_wrong_with_an_item(leaf, codes):
    tree = {"items": [{"key": "a", "title": "甲", "most": 100} | leaf, {"key": "b", "title": "乙", "most": 100}]}
    assert [found.code for found in rules.check_tree(tree)] == codes


def test_a_rubric_of_plus_items_alone_is_none():
    assert [one.code for one in rules.check_tree({"items": [{"key": "a", "title": "甲", "most": 100, "kind": "plus"}]})] == ["no_marks"]
