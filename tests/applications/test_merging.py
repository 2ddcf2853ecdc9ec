"""What two people wrote at once, put together answer by answer."""

import pytest

from webapp.applications.rules import chosen, merge

A, B, C = {"item": "物资", "grant": "1"}, {"item": "补贴", "grant": "2"}, {"item": "场地", "grant": "3"}


@pytest.mark.parametrize(
    ("base", "mine", "theirs", "values", "taken", "clashes"),
    [
        ({"a": "1", "b": "2"}, {"a": "9", "b": "2"}, {"a": "1", "b": "8"}, {"a": "9", "b": "8"}, ("b",), ()),
        ({"a": "1"}, {"a": "9"}, {"a": "8"}, {"a": "9"}, (), ("a",)),
        ({"a": "1"}, {"a": "9"}, {"a": "9"}, {"a": "9"}, (), ()),
        ({}, {"a": ""}, {"a": "8"}, {"a": "8"}, ("a",), ()),
        ({"a": "1"}, {"a": ""}, {"a": "8"}, {"a": ""}, (), ("a",)),
        ({"c": ["x", "y"]}, {"c": ["x", "y", "z"]}, {"c": ["y", "w"]}, {"c": ["y", "w", "z"]}, ("c",), ()),
        ({"r": [A, B]}, {"r": [A, {**B, "grant": "5"}]}, {"r": [A, B, C]}, {"r": [A, {**B, "grant": "5"}, C]}, ("r",), ()),
        ({"r": [A, B]}, {"r": [{**A, "grant": "5"}, B]}, {"r": [A, {**B, "item": ""}]}, {"r": [{**A, "grant": "5"}, {**B, "item": ""}]}, ("r",), ()),
        ({"r": [A, B]}, {"r": [A]}, {"r": [{**A, "grant": "5"}, B]}, {"r": [{**A, "grant": "5"}]}, ("r",), ()),
        # the same row by both, or rows added by both: where a row stands no longer says which row it is
        ({"r": [A, B, C]}, {"r": [B, C]}, {"r": [A, {**B, "grant": "5"}, C]}, {"r": [B, C]}, (), ("r",)),
        ({"r": []}, {"r": [A]}, {"r": [B]}, {"r": [A]}, (), ("r",)),
        ({"r": [A]}, {"r": [{"item": "物资", "grant": "1", "own": ""}]}, {"r": [A]}, {"r": [{"item": "物资", "grant": "1", "own": ""}]}, (), ()),
    ],
)  # fmt: skip
def test_two_texts_are_put_together(base, mine, theirs, values, taken, clashes):
    found = merge(base, mine, theirs)
    assert (found.values, found.taken, found.clashes) == (values, taken, clashes)


def test_nothing_only_one_changed_is_ever_lost():
    names = "abcdef"
    base = dict.fromkeys(names, "旧")
    for n in range(3 ** len(names)):
        who = [n // 3**k % 3 for k in range(len(names))]
        mine = {name: "我" if who[k] == 1 else "旧" for k, name in enumerate(names)}
        theirs = {name: "他" if who[k] == 2 else "旧" for k, name in enumerate(names)}
        found = merge(base, mine, theirs)
        assert found.values == {name: "旧我他"[who[k]] for k, name in enumerate(names)}
        assert not found.clashes


def test_what_was_chosen_stands():
    typed, theirs = {"a": "我", "b": "我", "c": "我"}, {"a": "他", "b": "他", "c": "他"}
    assert chosen(typed, theirs, {"a": "theirs", "b": "both", "c": "mine"}) == {"a": "他", "b": "他\n我", "c": "我"}
