"""Every mechanism of the main job has its proof in the story."""

import pytest

from tests.journeys.mechanisms import PROOFS, rows_of


@pytest.mark.parametrize("row", rows_of("main job"), ids=lambda row: row["mechanism"])
def test_every_mechanism_of_the_main_job_is_proved_by_the_story(row):
    proof = PROOFS[row["place"], row["mechanism"]]
    assert proof.words
    assert proof.entries


def test_the_table_of_mechanisms_is_the_published_one():
    assert len(rows_of("main job")) == 6
