"""Every mechanism of an issue that is done is proved by a story."""

import importlib
import inspect

import pytest

from tests.journeys.mechanisms import ISSUES, PROOFS, rows_of

ROWS = {(row["place"], row["mechanism"]): row for issue in ISSUES for row in rows_of(issue)}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[1])
def test_every_mechanism_is_proved_by_a_story_that_checks_it(row):
    proof = PROOFS[row]
    assert proof.words
    assert proof.entries
    module, name = proof.story.split(".")
    story = getattr(importlib.import_module(f"tests.journeys.{module}"), name)
    assert f"    prove(story, engine, {name})" in inspect.getsource(story), "the story named here does not check its proofs"


def test_the_table_of_mechanisms_is_the_published_one():
    assert [len(rows_of(issue)) for issue in ISSUES] == [6, 12, 7, 5]


def test_no_proof_is_of_a_row_that_the_table_does_not_have():
    assert set(PROOFS) <= set(ROWS)
