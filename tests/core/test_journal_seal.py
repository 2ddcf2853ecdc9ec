"""The seal of a day covers every chain that moved, each move once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from tests.conftest import START
from webapp.core import journal
from webapp.core.clock import today
from webapp.core.db import transaction


def moved(session, subject, at):
    journal.record(session, subject, "move", by="clock", at=at)
    session.flush()


def sealed(session, at):
    seal = journal.seal_day(session, today(at))
    return [] if seal is None else [(subject, number) for subject, number, _ in seal.heads]


def test_a_chain_that_moves_after_the_seal_of_its_day_is_in_the_next(session):
    tomorrow, later = START + timedelta(days=1), START + timedelta(days=2)
    moved(session, "a:1", START)
    moved(session, "a:2", START)
    assert sealed(session, START) == [("a:1", 1), ("a:2", 1)]
    moved(session, "a:1", START + timedelta(hours=2))
    assert sealed(session, START) == [], "the day has its seal"
    assert sealed(session, tomorrow) == [("a:1", 2)]
    assert sealed(session, later) == [], "nothing moved"
    assert list(journal.faults(session)) == []


@pytest.mark.only("postgres")
def test_a_chain_just_being_added_to_is_not_waited_for_and_is_in_the_next(engine):
    with transaction(engine) as session:
        moved(session, "a:1", START)
        moved(session, "a:2", START)
    with Session(engine) as adding:
        moved(adding, "a:1", START)
        with transaction(engine) as session:
            assert sealed(session, START) == [("a:2", 1)]
        adding.commit()
    with transaction(engine) as session:
        assert sealed(session, START + timedelta(days=1)) == [("a:1", 2)]
