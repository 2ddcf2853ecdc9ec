"""The blueprint, and which line of a roll a visitor's session stands for."""

from flask import Blueprint, session

from webapp.ballots.models import Ballot
from webapp.ballots.roll import Held

bp = Blueprint("ballots", __name__)
MOST = 8
"""So many ballots a session remembers; the one entered first is forgotten."""


def held(ballot: Ballot) -> Held | None:
    """The line of this ballot's roll that the session stands for."""
    kept = session.get("slips", {}).get(str(ballot.id))
    return Held(*kept) if kept else None


def hold(ballot_id: int, mine: Held) -> None:
    """Remember a line of the roll, for this ballot alone."""
    kept = [(key, one) for key, one in session.get("slips", {}).items() if key != str(ballot_id)]
    session["slips"] = dict([*kept[-(MOST - 1) :], (str(ballot_id), [mine.roll_id, mine.issue])])
