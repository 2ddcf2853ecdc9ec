"""The release of a decision: two at once, a decision taken twice, and kill -9 in its midst: all of it once, or nothing."""

from __future__ import annotations

import multiprocessing
import os
import signal
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from tests.conftest import START
from tests.races.rivals import SOAK, race
from tests.reviews.conftest import ANSWERS, DESK, decided, ranked, rules, stage
from webapp import app as house
from webapp.accounts.viewer import viewer_of
from webapp.applications.models import Application
from webapp.calls.models import Call
from webapp.core import journal, secrets
from webapp.core.db import make_engine, transaction
from webapp.core.outbox import Message
from webapp.core.workflow import Refused
from webapp.reviews import actions
from webapp.reviews.models import Decision, Letter, Notice
from webapp.reviews.queries import CHECKS

__all__ = ["decided", "ranked", "rules", "stage"]
DEATHS = range(3, 200, 4) if SOAK else (30,)
"""At which statement of the release the process dies."""
pytestmark = pytest.mark.soak


def _try(engine: Any, person: int, act: Any) -> list[str]:
    try:
        with transaction(engine) as session:
            act(session, viewer_of(session, person, START))
    except Refused as refused:
        return [refused.refusals[0].code]
    except sa.exc.IntegrityError:
        return ["constraint"]
    return ["ok"]


def release(engine, share):
    call, person = share
    return _try(engine, person, lambda s, by: actions.announce(s, s.get_one(Call, call, with_for_update=True), **DESK, by=by, at=START))


def decide(engine, share):
    call, person = share
    held = {"held_on": date(2026, 3, 2), **ANSWERS}
    return _try(engine, person, lambda s, by: actions.decide(s, s.get_one(Call, call, with_for_update=True), **held, by=by, at=START))


def facts(engine: Any, call: int) -> dict[str, Any]:
    """What a release changes, counted."""
    with transaction(engine) as session:
        found = {
            "notices": session.scalar(sa.select(sa.func.count()).select_from(Notice)),
            "sent": session.scalar(sa.select(sa.func.count()).select_from(Letter).where(Letter.sent_at.is_not(None))),
            "told": session.scalar(sa.select(sa.func.count()).select_from(Message).where(Message.title.contains("通知"))),
            "ranked": session.scalar(sa.select(sa.func.count()).select_from(Application).where(Application.state == "ranked")),
            "released": session.scalar(sa.select(sa.func.count()).select_from(Decision).where(Decision.released_at.is_not(None))),
            "call": session.get_one(Call, call).state,
        }
        assert list(journal.faults(session)) == []
        assert [said for check in CHECKS.values() for said in check(session)] == []
    return found


def test_two_officers_release_at_once_and_one_does(decided, engine, database, keys, cast):
    before = facts(engine, decided.call_id)
    assert before == {"notices": 0, "sent": 0, "told": 0, "ranked": 4, "released": 0, "call": "decided"}
    told = race(release, database, keys, [(decided.call_id, cast.officer.id), (decided.call_id, cast.officer.id)])
    assert sorted(one for answers in told for one in answers) == ["ok", "state"]
    after = facts(engine, decided.call_id)
    assert (after["notices"], after["sent"], after["ranked"], after["released"], after["call"]) == (1, 4, 0, 1, "announced")
    with transaction(engine) as session:
        each = session.execute(
            sa.select(Message.person_id, Message.subject, sa.func.count()).where(Message.title.contains("通知")).group_by(
                Message.person_id, Message.subject
            )
        ).all()  # fmt: skip
    assert {count for _, _, count in each} == {1}, "no letter came twice"


def test_a_decision_taken_twice_at_once_is_taken_once(ranked, engine, database, keys, cast):
    told = race(decide, database, keys, [(ranked.call_id, cast.head.id), (ranked.call_id, cast.leader.id)])
    assert sorted(one for answers in told for one in answers)[0] in {"constraint", "ok"}
    assert [one for answers in told for one in answers].count("ok") == 1
    with transaction(engine) as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Decision)) == 1
        assert session.scalar(sa.select(sa.func.count()).select_from(Letter)) == 4


def _die(address: str, keys: str, call: int, person: int, at: int) -> None:
    """Release, and die by SIGKILL at the given statement; past the last one, right before the commit."""
    secrets.load(Path(keys))
    house.unite()
    engine, seen = make_engine(address), 0

    def count(*_: Any) -> None:
        nonlocal seen
        seen += 1
        if seen == at:
            os.kill(os.getpid(), signal.SIGKILL)

    sa.event.listen(engine, "after_cursor_execute", count)
    with transaction(engine) as session:
        actions.announce(session, session.get_one(Call, call, with_for_update=True), **DESK, by=viewer_of(session, person, START), at=START)
        session.flush()
        os.kill(os.getpid(), signal.SIGKILL)


def test_killed_in_the_midst_of_a_release_nothing_of_it_is_there(decided, engine, database, keys, cast):
    before = facts(engine, decided.call_id)
    for at in (*DEATHS, 100_000):
        dying = multiprocessing.get_context("spawn").Process(
            target=_die, args=(database, str(keys), decided.call_id, cast.officer.id, at)
        )  # fmt: skip
        dying.start()
        dying.join(60)
        assert dying.exitcode == -signal.SIGKILL
        assert facts(engine, decided.call_id) == before, f"half a release after statement {at}"
    assert release(engine, (decided.call_id, cast.officer.id)) == ["ok"]
    assert facts(engine, decided.call_id)["call"] == "announced"
