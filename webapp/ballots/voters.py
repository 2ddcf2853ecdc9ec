"""Who may take part in a ballot now and who has; the order of their paper, the key of their vote and its receipt."""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.accounts.models import Person
from webapp.ballots import roll, rules
from webapp.ballots.models import Ballot, Participant, Vote
from webapp.ballots.queries import ChoiceRow
from webapp.ballots.rules import Voter
from webapp.core import journal
from webapp.core.clock import today
from webapp.core.scope import Viewer
from webapp.core.workflow import Refusal


@dataclass(frozen=True, slots=True)
class Standing:
    """How somebody stands to a ballot: has taken part or not, and what keeps them from it."""

    voted: bool
    refusal: Refusal | None
    declares: bool
    """Gave no birthday, so must declare to be of age."""
    phone_key: str | None = None
    who: str | None = None
    """What the register calls whoever may take part now; None: nobody yet."""
    stratum: str = ""
    name: str = ""
    """How the roll names them, where the ballot has one."""
    seats: tuple[roll.Seat, ...] = ()
    """The lines of the roll with this phone, where the person must say which is theirs."""


@cache
def _voter() -> sa.Select[*tuple[Any, ...]]:
    taken = sa.exists().where(Participant.ballot_id == sa.bindparam("ballot_id"), Participant.who == sa.bindparam("who"))
    return sa.select(Person.area_code, Person.born_on, taken, Person.phone_key).where(Person.id == sa.bindparam("person_id"))


def standing(session: Session, ballot: Ballot, viewer: Viewer, at: datetime, held: roll.Held | None = None) -> Standing:
    """Whether the viewer may take part now, in one statement; by the roll alone where the ballot has one. `held`: the session's slip."""
    running = rules.is_running(ballot.state, ballot.opens_at, ballot.closes_at, at)
    if ballot.roll_size:
        return _standing_by_roll(session, ballot, viewer, at, held, running)
    if viewer.id is None:
        return Standing(False, running, False)
    found = session.execute(_voter(), {"ballot_id": ballot.id, "person_id": viewer.id, "who": viewer.ref}).one_or_none()
    if found is None:
        return Standing(False, running or rules.may_take_part(Voter(None, None), ballot.area_code, today(at)), False)
    voter = Voter(found[0], found[1])
    refusal = running or rules.may_take_part(voter, ballot.area_code, today(at))
    return Standing(found[2], refusal, voter.born_on is None, found[3], viewer.ref if refusal is None else None, voter.area_code or "")


def _standing_by_roll(
    session: Session, ballot: Ballot, viewer: Viewer, at: datetime, held: roll.Held | None, running: Refusal | None
) -> Standing:
    seat = roll.seat_of(session, ballot, viewer.id, held, at)
    if isinstance(seat, Refusal):
        return Standing(False, running or seat, False)
    if isinstance(seat, tuple):
        return Standing(False, running, False, seats=seat)
    return Standing(seat.voted, running, False, seat.phone_key, seat.who if running is None else None, seat.stratum, seat.name)


def shuffled(ballot: Ballot, choices: list[ChoiceRow], who: str | None) -> list[ChoiceRow]:
    """The paper of one voter: an order of its own, the same whenever it is opened, so that no choice gains by standing first.

    By HMAC with the ballot's key, which is gone after the close; then, and for who only looks, the order of the paper.
    """
    if ballot.key is None or who is None:
        return choices
    secret, mine = bytes.fromhex(ballot.key), f"order:{who}:"
    return sorted(choices, key=lambda one: hmac.digest(secret, f"{mine}{one.id}".encode(), "sha256"))


def voter_key(key: str, who: str) -> str:
    """What a vote is stored under while the ballot is open: HMAC-SHA256 of who stands on the register, under the ballot's key."""
    return hmac.new(bytes.fromhex(key), who.encode(), hashlib.sha256).hexdigest()


def receipt(key: str, voter: str, choices: dict[str, Any]) -> str:
    """A code that stands for exactly this vote of this voter; tells nothing without the ballot's key."""
    text = f"receipt:{voter}:{journal.canonical(choices)}"
    plain = base64.b32encode(hmac.new(bytes.fromhex(key), text.encode(), hashlib.sha256).digest()).decode()
    return f"{plain[:4]}-{plain[4:8]}-{plain[8:12]}"


def receipt_of(session: Session, ballot: Ballot, who: str) -> str | None:
    """The receipt of the vote that stands, read off that vote, so that equal codes prove it unchanged.

    None when there is no vote, and for everybody once the ballot is closed: nobody can tell then whose vote is whose.
    """
    if ballot.key is None:
        return None
    mine = voter_key(ballot.key, who)
    choices = session.scalar(sa.select(Vote.choices).where(Vote.ballot_id == ballot.id, Vote.voter_key == mine))
    return None if choices is None else receipt(ballot.key, mine, choices)
