"""What the notice of a ballot's result is made of: counts, and nobody's name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.accounts.queries import area_names, organisation_at
from webapp.ballots import counting, queries
from webapp.ballots.models import NATURES, PURPOSES, UNITS, WHO, Ballot, Paper, Participant
from webapp.ballots.queries import Outcome
from webapp.core.clock import last_day, today

OFFICES = {2: "bureau", 4: "bureau", 6: "bureau", 9: "street", 12: "community"}
"""Who answers for a ballot, by the digits of its area's code."""


@dataclass(frozen=True, slots=True)
class Counted:
    """A counted ballot."""

    number: str
    title: str
    purpose: str
    nature: str
    who: str
    unit: str
    area: str
    organiser: str
    method: str
    most: int
    pot_fen: int | None
    asked: int
    """How many were asked for; 0: nothing was asked."""
    roll: int
    begins: date
    ends: date
    ways: Mapping[str, int]
    void: int
    result: Mapping[str, Any]
    digest: str
    outcomes: Sequence[Outcome]
    bought: Mapping[int, Sequence[str]]
    watched: int
    """How many watched and counted again."""
    agreed: int


def gather(session: Session, ballot: Ballot) -> Counted:
    """A counted ballot in a handful of statements. Raises ValueError for one that is not counted."""
    if ballot.state != "counted" or ballot.result is None:
        raise ValueError(f"{ballot.ref} is not counted")
    ways = dict(
        session.execute(
            sa.select(Participant.way, sa.func.count()).where(Participant.ballot_id == ballot.id).group_by(Participant.way)
        ).all()
    )
    void = session.scalar(sa.select(sa.func.count()).where(Paper.ballot_id == ballot.id, Paper.void)) or 0
    signed = [one.agrees for one in queries.signatures(session, ballot.id) if one.agrees is not None]
    area = area_names(session, [ballot.area_code]).get(ballot.area_code, ballot.area_code)
    office = organisation_at(session, ballot.area_code, OFFICES.get(len(ballot.area_code), "community"))
    outcomes = sorted(queries.outcomes(ballot.result), key=lambda one: (one.rank, one.position))
    return Counted(
        ballot.number, ballot.title, PURPOSES[ballot.purpose], NATURES[ballot.nature], WHO[ballot.who], UNITS[ballot.unit], area,
        office.name if office else area, ballot.method, ballot.most, ballot.pot_fen.fen if ballot.pot_fen else None, ballot.quorum,
        ballot.roll_size, today(ballot.opens_at), last_day(ballot.closes_at), ways, void, ballot.result, counting.digest_of(ballot.result),
        outcomes, queries.bought_by(ballot.result), len(signed), sum(map(bool, signed)),
    )  # fmt: skip
