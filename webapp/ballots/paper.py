"""Votes on paper, and votes somebody is helped to: marked on the register while the ballot is open, typed by two people afterwards.

The register says who put an envelope into the box, the box how many envelopes there are, the papers what they say: three
figures that must agree before anything is counted, and none of which ties a person to a paper.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from reports.format import mask_phone
from webapp.accounts.actions import add_person
from webapp.accounts.models import Person
from webapp.ballots import actions, queries, roll, rules
from webapp.ballots.models import WAYS, Ballot, Box, Listed, Paper, Participant
from webapp.ballots.rules import Voter
from webapp.core import journal
from webapp.core.clock import today
from webapp.core.db import added, rows
from webapp.core.scope import Viewer
from webapp.core.workflow import Refused, refuse

VOID = {"void": True}
"""废票: a paper that says nothing that counts."""


def mark_person(
    session: Session, ballot: Ballot, *, name: str, way: str, area_code: str, phone: str = "", born_on: date | None = None,
    by: Viewer, at: datetime,
) -> None:  # fmt: skip
    """Somebody has put a paper into the box, alone or with help. Who has no account is entered with name and phone, or birthday.

    Where the ballot has a roll, by the line with that name. Refuses with not_resident, underage, not_on_roll, several, phone, who,
    already_voted, closed.
    """
    if ballot.roll_size:
        line, stratum = roll.line_called(session, ballot, name, phone)
        mark(session, ballot, who=line, stratum=stratum, way=way, by=by, at=at)
        return
    if not phone.strip() and born_on is None:
        raise refuse("who", "请填写手机号；没有手机的，请填写出生日期。", "phone")
    person = _person(session, name.strip(), phone, born_on, area_code)
    if person is None:
        person = add_person(session, name.strip(), by=by, at=at, phone=phone.strip() or None, area_code=area_code, born_on=born_on)
    if wrong := rules.may_take_part(Voter(person.area_code, person.born_on), ballot.area_code, today(at)):
        raise Refused(wrong)
    mark(session, ballot, who=person.ref, stratum=person.area_code or "", way=way, by=by, at=at)


def _person(session: Session, name: str, phone: str, born_on: date | None, area_code: str) -> Person | None:
    if phone.strip():
        key = queries.person_called(session, name, phone)
        return session.get(Person, key) if key is not None else None
    same = sa.select(Person).where(Person.name == name, Person.born_on == born_on, Person.area_code == area_code)
    return session.scalars(same.order_by(Person.id).limit(1)).first()


def mark(session: Session, ballot: Ballot, *, who: str, stratum: str, way: str, by: Viewer, at: datetime) -> None:
    """Put a reference on the register as having taken part on paper. Refuses with closed, not_open, already_voted."""
    if wrong := rules.is_running(ballot.state, ballot.opens_at, ballot.closes_at, at):
        raise Refused(wrong)
    if not added(session, Participant, ballot_id=ballot.id, who=who, way=way, stratum=stratum):
        before = session.scalar(sa.select(Participant.way).where(Participant.ballot_id == ballot.id, Participant.who == who))
        raise refuse("already_voted", f"这位居民已经参加过（{WAYS.get(before or '', '')}），不能再参加一次。", "name")
    actions.count_one(session, ballot)
    journal.record(session, ballot.ref, "mark", by=by.ref, at=at, data={"way": way})


def unmark(session: Session, ballot: Ballot, *, who: str, note: str, by: Viewer, at: datetime) -> None:
    """Take a mark back that was made by mistake, while the ballot is open. Refuses with closed, not_marked, note."""
    if wrong := rules.is_running(ballot.state, ballot.opens_at, ballot.closes_at, at):
        raise Refused(wrong)
    if not note.strip():
        raise refuse("note", "请写明为什么取消登记。", "note")
    mine = sa.delete(Participant).where(Participant.ballot_id == ballot.id, Participant.who == who, Participant.way != "online")
    gone: Any = session.execute(mine)
    if not gone.rowcount:
        raise refuse("not_marked", "名册上没有这位居民的纸质登记，请刷新后再看。")
    session.execute(sa.update(Ballot).where(Ballot.id == ballot.id).values(turnout=Ballot.turnout - 1))
    session.expire(ballot, ["turnout"])
    journal.record(session, ballot.ref, "unmark", by=by.ref, at=at, note=note)


def count_envelopes(session: Session, ballot: Ballot, *, envelopes: int, by: Viewer, at: datetime) -> bool:
    """清点信封. Whether a second person has now found the same number; another number stands as the new first count."""
    _after_close(ballot)
    box = session.get(Box, ballot.id, with_for_update=True, populate_existing=True)
    if box is not None and box.checked_by_id is not None:
        raise refuse("checked", "信封已由两个人清点一致，不能再改。")
    agrees = box is not None and box.counted_by_id != by.id and box.envelopes == envelopes
    if box is None:
        session.add(Box(ballot_id=ballot.id, envelopes=envelopes, counted_by_id=by.id))
    elif agrees:
        box.checked_by_id = by.id
    else:
        box.envelopes, box.counted_by_id = envelopes, by.id or 0
    session.flush()
    journal.record(session, ballot.ref, "envelopes", by=by.ref, at=at, data={"envelopes": envelopes, "agrees": agrees})
    return agrees


def type_paper(session: Session, ballot: Ballot, *, serial: int, said: dict[str, Any], by: Viewer, at: datetime) -> bool:
    """录入一张纸质票: `said` as `vote.settle` takes it, or `VOID`. Whether two people have now typed the same.

    Each of the two may type theirs again until they agree. Refuses with not_closed, typed, third and all of `vote.settle`.
    """
    _after_close(ballot)
    vote = dict(VOID) if said == VOID else actions.settled(session, ballot, said)
    paper = session.get(Paper, (ballot.id, serial), with_for_update=True, populate_existing=True)
    if paper is None:
        paper = Paper(ballot_id=ballot.id, serial=serial, first=vote, first_by_id=by.id or 0, agreed=False, void=False)
        session.add(paper)
    elif paper.agreed:
        raise refuse("typed", f"第 {serial} 张已由两个人录得一致，不能再改。", "serial")
    elif paper.first_by_id == by.id:
        paper.first = vote
    elif paper.second_by_id in {None, by.id}:
        paper.second, paper.second_by_id = vote, by.id
    else:
        raise refuse("third", f"第 {serial} 张已由另外两位录过，请由其中一位改正。", "serial")
    paper.agreed = paper.second is not None and paper.first == paper.second
    paper.void = paper.agreed and paper.first == VOID
    session.flush()
    journal.record(session, ballot.ref, "type_paper", by=by.ref, at=at, data={"serial": serial, "agreed": paper.agreed})
    return paper.agreed


def _after_close(ballot: Ballot) -> None:
    """The box is opened once, after the close, so that nobody knows a part of the result before."""
    if ballot.state != "closed":
        raise refuse("not_closed", "截止以后才能开箱清点和录入。" if ballot.state == "open" else "现在不能录入纸质票。")


@dataclass(frozen=True, slots=True)
class Marked:
    """Somebody on the register with a vote on paper, for who runs the ballot."""

    who: str
    way: str
    name: str
    phone: str


def marked(session: Session, ballot_id: int) -> list[Marked]:
    """Who took part on paper, by name: no order of coming is kept."""
    person = sa.literal("person:") + sa.cast(Person.id, sa.String) == Participant.who
    line = sa.and_(Listed.ballot_id == Participant.ballot_id, sa.literal("roll:") + sa.cast(Listed.id, sa.String) == Participant.who)
    query = (
        sa.select(Participant.who, Participant.way, Person.name, Person.phone, Listed.name.label("listed"))
        .outerjoin(Person, person)
        .outerjoin(Listed, line)
        .where(Participant.ballot_id == ballot_id, Participant.way != "online")
        .order_by(Participant.who)
        .limit(500)
    )
    found = [Marked(one.who, WAYS[one.way], one.listed or one.name or "", mask_phone(one.phone or "")) for one in session.execute(query)]
    return sorted(found, key=lambda one: (one.name, one.who))


@dataclass(frozen=True, slots=True)
class Apart:
    """A paper that is not yet typed alike by two."""

    serial: int
    first_by_id: int
    second_by_id: int | None
    first: dict[str, Any]
    second: dict[str, Any] | None


def apart(session: Session, ballot_id: int) -> list[Apart]:
    """The papers that still wait for a second person, or whose two typings differ."""
    query = sa.select(Paper.serial, Paper.first_by_id, Paper.second_by_id, Paper.first, Paper.second)
    return rows(session, Apart, query.where(Paper.ballot_id == ballot_id, ~Paper.agreed).order_by(Paper.serial).limit(500))


def told(vote: dict[str, Any], titles: dict[str, str]) -> str:
    """What a typed paper says, in words, for the two who typed it differently."""
    if vote == VOID:
        return "废票"
    if "scores" in vote:
        return "；".join(f"{titles[key]} {points} 分" for key, points in vote["scores"].items())
    named = [titles[str(key)] for key in vote.get("ranking") or vote.get("choices") or ()]
    return " › ".join(named) if "ranking" in vote else "、".join(named)
