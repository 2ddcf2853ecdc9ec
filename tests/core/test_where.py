"""The line that shows where an object stands, from the states it has been in."""

import pytest

from webapp.core.workflow import stages_of
from webapp.workflows import NEED

LINE = ("collected", "accepted", "balloted", "listed", "called", "delivering", "resolved", "rated")


def told(been, state):
    return [(stage.label, stage.state) for stage in stages_of(NEED, LINE, been, state)]


def states(been, state):
    return [kind for _, kind in told(been, state)]


def test_what_was_passed_over_is_not_called_done():
    assert states(["collected", "accepted", "ordered", "resolved"], "resolved") == [
        "done", "done", "passed", "passed", "passed", "passed", "now", "todo",
    ]  # fmt: skip


def test_a_state_off_the_line_stands_where_the_object_left_it():
    found = told(["collected", "accepted", "referred"], "referred")
    assert found[:4] == [("已收集", "done"), ("已受理", "done"), ("已转办", "now"), ("评议中", "todo")]


@pytest.mark.parametrize("end", ["withdrawn"])
def test_after_an_end_nothing_is_to_come(end):
    assert told(["collected", "accepted", end], end)[2:] == [(NEED.states[end], "now")]


def test_a_return_to_an_earlier_state_leaves_the_later_ones_to_do():
    assert states(["collected", "accepted", "resolved", "accepted"], "accepted") == ["done", "now"] + ["todo"] * 6


def test_who_was_made_in_the_middle_of_its_way_has_passed_over_the_rest():
    assert states([], "listed")[:4] == ["done", "passed", "passed", "now"]
