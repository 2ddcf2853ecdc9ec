"""The votes of a ballot as they are stored, and the count of them by the rules of `counting`."""

import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from operator import itemgetter
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.ballots import counting, roll, rules
from webapp.ballots.counting import Counted, Quorum, Sheet
from webapp.ballots.models import Ballot, Choice, Paper, Vote
from webapp.ballots.rules import BoxFacts
from webapp.core import journal


def votes_of(session: Session, ballot_id: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """All votes in the order of their keys, which is no order."""
    query = sa.select(Vote.voter_key, Vote.choices).where(Vote.ballot_id == ballot_id).order_by(Vote.voter_key)
    yield from session.execute(query.execution_options(yield_per=2000))


def digest_of(session: Session, ballot_id: int) -> str:
    """One figure over all votes: after the close, journaled, so that a changed vote shows."""
    return _digest(votes_of(session, ballot_id))


def _digest(votes: Iterable[tuple[str, dict[str, Any]]]) -> str:
    return journal.digest(journal.canonical([[key, choices] for key, choices in votes]))


def sheet_of(session: Session, ballot: Ballot, order: Iterable[int] | None = None) -> Sheet:
    """What the count depends on apart from the votes; `order`: a tie as people decided it, else as the stored result says."""
    if order is None:
        order = (ballot.result or {}).get("order", ())
    shown = sa.select(Choice.id, Choice.about, Choice.title, Choice.cost_fen).where(Choice.ballot_id == ballot.id).order_by(Choice.position)
    choices = (Counted(one.id, one.about, one.title, one.cost_fen.fen if one.cost_fen else None) for one in session.execute(shown))
    pot = ballot.pot_fen.fen if ballot.pot_fen else None
    return Sheet(ballot.method, ballot.most, tuple(choices), quorum_of(session, ballot), pot, tuple(order), ballot.rule_version)


def quorum_of(session: Session, ballot: Ballot) -> Quorum:
    """What is asked of who came, and where a meeting decides, who came so far."""
    if ballot.nature not in rules.MEETINGS or not ballot.roll_size:
        return Quorum(ballot.quorum)
    least = rules.needed(ballot.nature, ballot.unit, ballot.roll_size)
    return Quorum(least, ballot.nature, ballot.unit, ballot.roll_size, roll.present(session, ballot.id))


def recount(session: Session, ballot: Ballot, order: Iterable[int] | None = None) -> dict[str, Any]:
    """The result from the votes alone."""
    return counting.count(sheet_of(session, ballot, order), (vote for _, vote in votes_of(session, ballot.id)))


@dataclass(frozen=True, slots=True)
class Worked:
    """A count worked out of a closed ballot and the papers of its box, not yet made known."""

    box: BoxFacts
    papers: tuple[tuple[str, dict[str, Any]], ...]
    """What the papers say, under random keys like those of the votes."""
    votes: str
    """One figure over votes and papers together (`digest_of`); empty where there are no papers."""
    result: dict[str, Any]


def work_out(session: Session, ballot: Ballot, box: BoxFacts) -> Worked:
    """What the count will say, by the rules of today; `box`: the facts that it rests on."""
    said = session.scalars(sa.select(Paper.first).where(Paper.ballot_id == ballot.id, Paper.agreed, ~Paper.void))
    papers = tuple((secrets.token_hex(32), one) for one in said)
    votes = sorted([*votes_of(session, ballot.id), *papers], key=itemgetter(0))
    result = counting.count(replace(sheet_of(session, ballot), version=counting.VERSION), (choices for _, choices in votes))
    return Worked(box, papers, _digest(votes) if papers else "", result)
