"""自制统计表: which columns in which order, by what it is summed, what is left of a saved one."""

from webapp.reporting.rules.tables import Spec, grouping, left_out, ordered, too_wide

LIST = ("number", "title", "state", "money")


def test_columns_stand_by_their_numbers_and_then_as_the_list_has_them():
    assert ordered(["title", "number"], {}, LIST) == ("number", "title")
    assert ordered(LIST, {"money": 1, "title": 2}, LIST) == ("money", "title", "number", "state")
    assert ordered(["money", "secret"], {"secret": 1}, LIST) == ("money",)


def test_who_takes_anothers_place_stands_there():
    at_first = {key: place for place, key in enumerate(LIST, 1)}
    assert ordered(LIST, {**at_first, "money": 1}, LIST) == ("money", "number", "title", "state")
    assert ordered(LIST, {**at_first, "number": 4}, LIST) == ("title", "state", "money", "number")


def test_grouped_by_one_or_two():
    assert grouping("state", "", LIST) == ("state",)
    assert grouping("state", "state", LIST) == ("state",)
    assert grouping("", "state", LIST) == ("state",)
    assert grouping("state", "secret", LIST) == ("state",)


def test_what_is_not_offered_is_left_out_and_named():
    spec = Spec(("number", "points"), {"call": "1"}, ("state", "points"))
    assert left_out(spec, LIST) == (Spec(("number",), {"call": "1"}, ("state",)), ("points",))
    assert Spec.of_json(spec.to_json()) == spec


def test_a_page_has_room_for_twelve_columns():
    many = tuple(f"c{n}" for n in range(13))
    assert too_wide(Spec(many, {}))
    assert not too_wide(Spec(many[1:], {}))
    assert not too_wide(Spec(many, {}, ("c1",)))
