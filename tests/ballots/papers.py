"""Ballots for tests, made by the verbs themselves."""

from datetime import timedelta

from tests.cast import TAO
from tests.conftest import START
from webapp.ballots import actions
from webapp.ballots.actions import NewChoice


def a_ballot(session, by, *, area_code=TAO, method="approve", most=2, choices=3, opens_at=START, **more):
    """A draft over some needs of 桃花坞, open for a week once opened."""
    paper = [NewChoice(f"需求{n}", f"第 {n} 件需求的说明", f"need:{n}") for n in range(1, choices + 1)]
    return actions.create(
        session, purpose=more.pop("purpose", "needs"), subject=more.pop("subject", f"area:{area_code}"), title="三月评议需求",
        area_code=area_code, method=method, most=most, choices=paper, opens_at=opens_at, closes_at=opens_at + timedelta(days=7),
        by=by, at=START, **more,
    )  # fmt: skip


def opened(session, by, **more):
    ballot = a_ballot(session, by, **more)
    actions.open_ballot(session, ballot, by=by, at=START)
    return ballot
