"""Reads of ballots. The result is selected only where `permissions.HIDES` lets somebody see it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from reports.money import Money
from webapp.accounts.models import Person
from webapp.accounts.queries import area_names
from webapp.accounts.queries.names import Named
from webapp.accounts.rules import phone_of
from webapp.ballots import counting, roll, rules, slips, tally
from webapp.ballots.details import Details
from webapp.ballots.models import METHODS, NATURES, PURPOSES, UNITS, WHO, Ballot, Box, Choice, Paper, Participant, Recount, Teller, Vote
from webapp.ballots.rules import BallotFacts, BoxFacts, Shown, TieFacts
from webapp.core import journal, paging, settings
from webapp.core.clock import last_day, today
from webapp.core.db import rows
from webapp.core.scope import HIDDEN, Hidden, Viewer, visible
from webapp.core.secrets import keyed
from webapp.core.workflow import FactsOf
from webapp.permissions import hides, roles_for


def facts_of_opening(session: Session, ballot: Ballot, by: Viewer, at: datetime) -> BallotFacts:
    shown = tuple(Shown(one.title, one.text, one.cost) for one in choices_of(session, ballot.id))
    kept = roll.prepared(session, ballot.id)
    return BallotFacts(
        ballot.method, len(shown), ballot.most, ballot.closes_at, at, ballot.purpose, shown, ballot.pot_fen, ballot.id, ballot.nature,
        ballot.who, ballot.unit, ballot.roll_size, ballot.opens_at, kept.studied_on, kept.study_agrees, kept.noticed_on,
    )  # fmt: skip


def facts_of_ties(session: Session, ballot: Ballot, by: Viewer, at: datetime) -> TieFacts:
    return TieFacts(len(counting.tied(ballot.result)) if ballot.result else 0)


def facts_of_box(session: Session, ballot: Ballot, by: Viewer, at: datetime) -> BoxFacts:
    """In one statement; the same for the rule and for the page of the box."""
    marked = sa.select(sa.func.count()).where(Participant.ballot_id == Ballot.id, Participant.way != "online").scalar_subquery()
    typed = sa.select(sa.func.count()).where(Paper.ballot_id == Ballot.id).scalar_subquery()
    agreed = sa.select(sa.func.count()).where(Paper.ballot_id == Ballot.id, Paper.agreed).scalar_subquery()
    query = sa.select(marked, Box.envelopes, Box.checked_by_id.is_not(None), typed, agreed).select_from(Ballot)
    found = session.execute(query.outerjoin(Box, Box.ballot_id == Ballot.id).where(Ballot.id == ballot.id)).one()
    return BoxFacts(f"/ballots/{ballot.id}/box", *found)


FACTS: dict[str, FactsOf] = {"ballot.open": facts_of_opening, "ballot.count": facts_of_box, "ballot.settle_ties": facts_of_ties}


def of_subject(session: Session, subject: str, purpose: str | None = None) -> Ballot | None:
    """The newest ballot on something that was not cancelled."""
    query = sa.select(Ballot).where(Ballot.subject == subject, Ballot.state != "cancelled")
    if purpose is not None:
        query = query.where(Ballot.purpose == purpose)
    return session.scalars(query.order_by(Ballot.id.desc()).limit(1)).first()


@dataclass(frozen=True, slots=True)
class Outcome:
    """One choice as counted. `mean_hundredths` only for points from 1 to 5, `points` and `firsts` only for places; equal
    choices have equal ranks."""

    choice_id: int
    position: int
    title: str
    about: str
    votes: int
    mean_hundredths: int | None
    n: int
    rank: int
    points: int | None = None
    firsts: int | None = None
    cost: Money | None = None
    passed: bool | None = None
    """Where a meeting decides: 通过 or 未通过."""


def outcome(session: Session, ballot_id: int) -> list[Outcome]:
    """The count in the order of the paper; empty until the ballot is counted."""
    result = session.scalar(sa.select(Ballot.result).where(Ballot.id == ballot_id, Ballot.state == "counted"))
    return [] if result is None else outcomes(result)


def outcomes(result: dict[str, Any]) -> list[Outcome]:
    """The rows of a stored result."""
    return [
        Outcome(
            row["id"],
            position,
            row["title"],
            row["about"],
            row["votes"],
            row["mean"],
            row["n"],
            row["rank"],
            row.get("points"),
            row.get("firsts"),
            Money(row["cost"]) if "cost" in row else None,
            row.get("passed"),
        )
        for position, row in enumerate(result["choices"], 1)
    ]


def bought_by(result: dict[str, Any] | None) -> dict[int, list[str]]:
    """The ways of counting by which the money reaches a choice for certain, by its key; nothing where there is no money."""
    found: dict[int, list[str]] = {}
    for name, rule in ((result or {}).get("money") or {}).items():
        for key in rule["certain"]:
            found.setdefault(key, []).append(counting.RULES[name])
    return found


@dataclass(frozen=True, slots=True)
class BallotRow:
    """A ballot in a list; never its result."""

    id: int
    number: str
    title: str
    purpose: str
    area_code: str
    state: str
    opens_at: datetime
    closes_at: datetime
    turnout: int


_ROW = (
    Ballot.id, Ballot.number, Ballot.title, Ballot.purpose, Ballot.area_code, Ballot.state, Ballot.opens_at, Ballot.closes_at,
    Ballot.turnout,
)  # fmt: skip


def listed(session: Session, viewer: Viewer, *, state: str = "", purpose: str = "", after: str | None = None) -> paging.Page[BallotRow]:
    """The ballots of one's area, newest first."""
    query = sa.select(*_ROW).where(visible(viewer, Ballot, roles_for("ballot.list")))
    if state:
        query = query.where(Ballot.state == state)
    if purpose:
        query = query.where(Ballot.purpose == purpose)
    return paging.page(session, BallotRow, query, [Ballot.id], after)


def running_in(session: Session, area_code: str, *, at: datetime) -> list[BallotRow]:
    """The ballots that residents of an area can take part in now, the one that ends first on top."""
    above = [area_code[:length] for length in (2, 4, 6, 9, 12, 15, 18) if length <= len(area_code)]
    query = sa.select(*_ROW).where(Ballot.state == "open", Ballot.opens_at <= at, Ballot.closes_at > at, Ballot.area_code.in_(above))
    return rows(session, BallotRow, query.order_by(Ballot.closes_at, Ballot.id))


@dataclass(frozen=True, slots=True)
class BallotPage:
    """A ballot as its page shows it."""

    id: int
    number: str
    title: str
    purpose: str
    nature: str
    who: str
    unit: str
    roll_size: int
    decides: bool
    area: str
    method: str
    method_label: str
    most: int
    pot: Money | None
    quorum: int
    state: str
    state_label: str
    opens_at: datetime
    closes_at: datetime
    turnout: int


@dataclass(frozen=True, slots=True)
class Ways:
    """How a ballot is filled in; all that its paper depends on beside the choices."""

    method: str
    most: int
    pot: Money | None


def ways_of(ballot: Ballot) -> Ways:
    return Ways(ballot.method, ballot.most, ballot.pot_fen)


def page_of(session: Session, ballot: Ballot) -> BallotPage:
    return BallotPage(
        ballot.id, ballot.number, ballot.title, PURPOSES[ballot.purpose], NATURES[ballot.nature], WHO[ballot.who],
        UNITS[ballot.unit], ballot.roll_size, ballot.nature in rules.MEETINGS,
        area_names(session, [ballot.area_code]).get(ballot.area_code, ballot.area_code), ballot.method, METHODS[ballot.method],
        ballot.most, ballot.pot_fen, ballot.quorum,
        ballot.state, ballot.state_label, ballot.opens_at, ballot.closes_at, ballot.turnout,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class ChoiceRow:
    id: int
    position: int
    title: str
    text: str
    about: str
    cost: Money | None = None


@cache
def _choices() -> sa.Select[*tuple[Any, ...]]:
    query = sa.select(Choice.id, Choice.position, Choice.title, Choice.text, Choice.about, Choice.cost_fen.label("cost"))
    return query.where(Choice.ballot_id == sa.bindparam("ballot_id")).order_by(Choice.position)


def choices_of(session: Session, ballot_id: int) -> list[ChoiceRow]:
    return rows(session, ChoiceRow, _choices(), {"ballot_id": ballot_id})


def person_called(session: Session, name: str, phone: str) -> int | None:
    """The account with this name and mobile number, however the number was typed; None when there is none."""
    number = phone_of(phone)
    if number is None:
        return None
    query = sa.select(Person.id).where(Person.phone_key == keyed("phone", number), Person.name == name.strip())
    return session.scalars(query.order_by(Person.id).limit(1)).first()


def tellers_of(session: Session, ballot_id: int) -> list[Named]:
    """The 监票人 of a ballot."""
    query = sa.select(Person.id, Person.name).join(Teller, Teller.person_id == Person.id).where(Teller.ballot_id == ballot_id)
    return rows(session, Named, query.order_by(Person.id))


@dataclass(frozen=True, slots=True)
class Signed:
    """A 监票人, or a member of 居务监督委员会 who signed: what they found when they counted again (None: not yet)."""

    person_id: int
    name: str
    teller: bool
    agrees: bool | None
    note: str | None
    digest: str | None
    at: datetime | None


def signatures(session: Session, ballot_id: int) -> list[Signed]:
    """Everybody who watches a ballot's count, in one statement; those who signed first."""
    named = sa.exists().where(Teller.ballot_id == ballot_id, Teller.person_id == Person.id)
    query = (
        sa.select(Person.id.label("person_id"), Person.name, named.label("teller"), Recount.agrees, Recount.note, Recount.digest, Recount.at)
        .outerjoin(Recount, sa.and_(Recount.person_id == Person.id, Recount.ballot_id == ballot_id))
        .where(
            Person.id.in_(
                sa.select(Teller.person_id).where(Teller.ballot_id == ballot_id).union(
                    sa.select(Recount.person_id).where(Recount.ballot_id == ballot_id)
                )
            )
        )
        .order_by(Recount.at.is_(None), Recount.at, Person.id)
    )  # fmt: skip
    return rows(session, Signed, query)


def details_are_open(session: Session, ballot: Ballot, at: datetime) -> bool:
    """Whether the anonymous 计票明细 may be shown to everyone: enough votes, and no community with so few that they tell who voted how."""
    community = sa.func.substr(Participant.stratum, 1, 12)
    each = sa.select(sa.func.count().label("many")).where(Participant.ballot_id == ballot.id).group_by(community).subquery()
    votes, fewest = session.execute(sa.select(sa.func.sum(each.c.many), sa.func.min(each.c.many))).one()
    enough, stratum = settings.values(session, ("ballot.details_votes", "ballot.details_stratum"), at=at, area=ballot.area_code).values()
    return bool(votes and votes >= enough and fewest >= stratum)


def details_of(session: Session, ballot: Ballot, *, votes: bool) -> Details:
    """The 计票明细 of a counted ballot; without `votes` the totals alone.

    Votes stand in the order of the random keys they got at the close, and get new running numbers.
    """
    assert ballot.result is not None
    return Details(
        ballot.number, ballot.title, today(ballot.opens_at), last_day(ballot.closes_at), tally.sheet_of(session, ballot), ballot.result,
        tuple(vote for _, vote in tally.votes_of(session, ballot.id)) if votes else None,
    )  # fmt: skip


def result_for(ballot: Ballot, viewer: Viewer) -> dict[str, Any] | Hidden | None:
    """The result where the viewer may see it; None for a ballot that was cancelled."""
    return HIDDEN if hides("ballot.result", frozenset(tie.role for tie in viewer.ties), ballot.state) else ballot.result


def _turnout_faults(session: Session) -> Iterator[str]:
    """Turnout and register say the same number for every ballot; so do the votes, papers among them once they are counted."""
    mine = Participant.ballot_id == Ballot.id
    registered = sa.select(sa.func.count()).where(mine).scalar_subquery()
    online = sa.select(sa.func.count()).where(mine, Participant.way == "online").scalar_subquery()
    void = sa.select(sa.func.count()).where(Paper.ballot_id == Ballot.id, Paper.void).scalar_subquery()
    stored = sa.select(sa.func.count()).where(Vote.ballot_id == Ballot.id).scalar_subquery()
    due = sa.case((Ballot.state == "counted", registered - void), else_=online)
    query = sa.select(Ballot.number, Ballot.turnout, registered, stored)
    for number, turnout, people, votes in session.execute(query.where(sa.or_(registered != Ballot.turnout, stored != due))):
        yield f"{number} 参加人数 {turnout}，名册 {people} 人，票 {votes} 张"


def _key_faults(session: Session) -> Iterator[str]:
    """A closed ballot has no key. Read past the column's seal, so that a damaged key counts as one."""
    query = sa.select(Ballot.number).where(Ballot.state.not_in(("draft", "open")), sa.type_coerce(Ballot.key, sa.Text).is_not(None))
    for number in session.scalars(query):
        yield f"{number} 已截止，密钥还在"


def _count_faults(session: Session) -> Iterator[str]:
    """The votes are those of the close, and counting them again gives the stored result, which the journal knows too."""
    for ballot_id in session.scalars(sa.select(Ballot.id).where(Ballot.state.in_(("closed", "counted"))).order_by(Ballot.id)).all():
        ballot = session.get_one(Ballot, ballot_id)
        lines = journal.lines(session, [ballot.ref], newest_first=False)
        said = [line.data["votes"] for line in lines if "votes" in line.data]
        if said[-1:] != [tally.digest_of(session, ballot_id)]:
            yield f"{ballot.number} 的票与截止时不同"
        if ballot.state != "counted":
            continue
        results = [line.data.get("result") for line in lines if line.step in {"count", "settle_ties"}]
        if tally.recount(session, ballot) != ballot.result:
            yield f"{ballot.number} 重新计票与公布结果不同"
        elif results[-1:] != [counting.digest_of(ballot.result)]:
            yield f"{ballot.number} 公布结果与计票时不同"


CHECKS = {
    "评议参加人数、名册与票数相符": _turnout_faults,
    "截止的评议密钥已销毁": _key_faults,
    "截止的评议参加码已销毁": slips.faults,
    "参加人名册与参加人相符": roll.roll_faults,
    "评议重新计票与公布结果相同": _count_faults,
}
