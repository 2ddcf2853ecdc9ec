"""Verbs of ballots.

Many people vote in the same seconds, so `cast` waits for nobody until its last statement, which adds one to the turnout
if the ballot is still open; the ballot's row is held from there to the commit only. Closing holds the row from its first
statement on: a vote is either counted before, or refused after.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from reports.money import Money
from webapp.accounts.viewer import viewer_of
from webapp.ballots import counting, guard, queries, rules, slips, tally, voters
from webapp.ballots.guard import Gate
from webapp.ballots.models import METHODS, NATURES, PURPOSES, UNITS, WAYS, WHO, Ballot, Choice, Participant, Recount, Teller, Vote
from webapp.ballots.roll import Held
from webapp.ballots.tally import Worked
from webapp.ballots.vote import settle
from webapp.core import faults, jobs, journal, numbers, outbox
from webapp.core.clock import end_of, start_of, today
from webapp.core.db import added, inserting, reading, transaction
from webapp.core.scope import Viewer
from webapp.core.workflow import CLOCK, Refusal, Refused, begin, refusals, refuse, take_step
from webapp.permissions import KEEPERS


@dataclass(frozen=True, slots=True)
class NewChoice:
    """A choice to be: its title, a few words on it, the reference of what it stands for, and what it takes from the pot."""

    title: str
    text: str = ""
    about: str = ""
    cost: Money | None = None


def create(
    session: Session,
    *,
    purpose: str,
    subject: str,
    title: str,
    area_code: str,
    method: str,
    most: int,
    choices: Sequence[NewChoice],
    opens_at: datetime,
    closes_at: datetime,
    nature: str = "advice",
    who: str = "everyone",
    unit: str = "person",
    quorum: int = 0,
    pot: Money | None = None,
    by: Viewer,
    at: datetime,
) -> Ballot:
    """A new ballot in draft. The calling slice has checked the right (`ballot.create`).

    Residents of `area_code` take part; `most` is how many choices each may approve or put in order; `pot` is the money that
    the choices share, each with its cost; `who` and `unit` take part by a roll. Raises Refused (times, most, pot, who, unit).
    """
    if purpose not in PURPOSES or method not in METHODS or nature not in NATURES or who not in WHO or unit not in UNITS:
        raise ValueError(f"unknown purpose, method, nature, who or unit: {purpose}, {method}, {nature}, {who}, {unit}")
    if wrong := rules.fits(nature, who, unit):
        raise Refused(wrong)
    if closes_at <= opens_at:
        raise refuse("times", "截止时间要晚于开始时间。", "closes_at")
    if most < 1:
        raise refuse("most", "每人至少可以选一项。", "most")
    if method == "pot" and pot is None:
        raise refuse("pot", "请填写一共有多少钱。", "pot")
    if pot is None and any(one.cost for one in choices):
        raise refuse("pot", "写了费用，请再填一共有多少钱；不按费用评议的，请把费用清空。", "pot")
    ballot = Ballot(
        number=numbers.take(session, "P", today(at).year),
        purpose=purpose, subject=subject, title=title, area_code=area_code, method=method, most=most,
        nature=nature, who=who, unit=unit, quorum=quorum, pot_fen=pot, opens_at=opens_at,
        closes_at=closes_at, turnout=0, roll_size=0,
    )  # fmt: skip
    data = {"subject": subject, "method": method, "choices": len(choices), "most": most, "pot": pot.fen if pot else None}
    begin(session, ballot, by=by, at=at, data=data)
    for position, one in enumerate(choices, 1):
        row = Choice(ballot_id=ballot.id, position=position, title=one.title, text=one.text, about=one.about, cost_fen=one.cost)
        session.add(row)
    session.flush()
    return ballot


@dataclass(frozen=True, slots=True)
class NamedTeller:
    """Somebody to be 监票人, as typed: the name and the phone of an account; `field` is the phone's place in the form."""

    name: str
    phone: str
    field: str = ""


def name_tellers(session: Session, ballot: Ballot, tellers: Sequence[NamedTeller], *, by: Viewer, at: datetime) -> list[int]:
    """指定监票人: the whole list anew; each is told. Gives their keys. Refuses with `late`, `few`, `unknown_person`, `twice`, `runs`."""
    if ballot.state not in {"draft", "open"}:
        raise refuse("late", "评议已经截止，监票人要在截止前指定。")
    found: dict[int, NamedTeller] = {}
    for one in tellers:
        person_id = queries.person_called(session, one.name, one.phone)
        if person_id is None:
            raise refuse("unknown_person", "没有找到这位。请核对姓名和手机号；本人要先用手机登录过一次。", one.field)
        if person_id in found:
            raise refuse("twice", "这一位已经填过了，请换一位。", one.field)
        viewer = viewer_of(session, person_id, at)
        if viewer is not None and viewer.roles_on(ballot) & KEEPERS:
            raise refuse("runs", f"{one.name}是组织这次评议的人，不能兼任监票人，请换一位。", one.field)
        found[person_id] = one
    if len(found) < rules.TELLERS:
        raise refuse("few", f"监票人至少要有 {rules.TELLERS} 名。", f"phone_{len(found) + 1}")
    before = set(session.scalars(sa.select(Teller.person_id).where(Teller.ballot_id == ballot.id)))
    session.execute(sa.delete(Teller).where(Teller.ballot_id == ballot.id))
    session.add_all([Teller(ballot_id=ballot.id, person_id=person_id) for person_id in found])
    journal.record(session, ballot.ref, "name_tellers", by=by.ref, at=at, data={"tellers": [f"person:{key}" for key in sorted(found)]})
    words = "请在场监督投票和计票；计票后到评议页面复核签名。"
    outbox.tell(session, found.keys() - before, ballot.ref, f"请您担任“{ballot.title}”的监票人", words, at=at)
    return sorted(found)


def set_times(session: Session, ballot: Ballot, *, opens_on: date, closes_on: date, by: Viewer, at: datetime) -> None:
    """From which day until the end of which votes are taken; today: from the opening on. Refuses with `frozen`, `past`, `times`."""
    if ballot.state != "draft":
        raise refuse("frozen", "评议开始后，开始和截止的时间不能再改。")
    if opens_on < today(at):
        raise refuse("past", "开始日期不能早于今天。", "opens_on")
    if closes_on < opens_on:
        raise refuse("times", "截止日期不能早于开始日期。", "closes_on")
    ballot.opens_at, ballot.closes_at = max(start_of(opens_on), at), end_of(closes_on)
    session.flush()
    journal.record(session, ballot.ref, "times", by=by.ref, at=at, data=_times(ballot))


def _times(ballot: Ballot) -> dict[str, str]:
    return {"opens_at": ballot.opens_at.isoformat(), "closes_at": ballot.closes_at.isoformat()}


def open_ballot(session: Session, ballot: Ballot, *, by: Viewer, at: datetime, note: str = "") -> None:
    """Votes are taken from `opens_at` on, or from now where that is past: what pages and slips say is when it truly began.

    The key that lets a vote be changed is made, and where there is a roll, its codes; so slips can be printed before the hour.
    """
    ballot.opens_at = max(ballot.opens_at, at)
    ballot.key = secrets.token_hex(32)
    if ballot.roll_size:
        ballot.slip_key = secrets.token_hex(32)
        slips.give_out(session, ballot)
    take_step(session, ballot, "open", by=by, at=at, note=note, data=_times(ballot), due=ballot.closes_at)


def cast(
    session: Session,
    ballot: Ballot,
    *,
    choices: dict[str, Any],
    by: Viewer,
    at: datetime,
    declared: bool = True,
    held: Held | None = None,
    gate: Gate | None = None,
) -> str:
    """Take part, or change one's vote; gives the receipt code.

    `choices`: as `vote.settle` takes them. `declared`: who gave no birthday says to be 18 or over. `held`: the slip whose code
    was entered, where the ballot has a roll. `gate`: where a first vote is counted as coming from.
    Refuses with not_resident, underage, undeclared, not_on_roll, code_wanted, code_used, which_seat, not_open, closed, none_chosen,
    too_many, too_much, twice, gap, unknown_choice, bad_score.
    """
    if by.id is None and not ballot.roll_size:
        raise refuse("not_resident", "请先登录再参加评议。")
    mine = voters.standing(session, ballot, by, at, held)
    if mine.refusal:
        raise Refused(mine.refusal)
    if mine.who is None:
        raise refuse("which_seat", "几位共用这个手机号，请先选您是哪一位。")
    if mine.declares and not declared:
        raise Refused(rules.undeclared())
    vote = settled(session, ballot, choices)
    assert ballot.key is not None, "an open ballot has its key"
    faults.point("read")
    voter = voters.voter_key(ballot.key, mine.who)
    first = added(session, Participant, ballot_id=ballot.id, who=mine.who, way="online", stratum=mine.stratum)
    faults.point("lock")
    if not first:
        refuse_other_way(session, ballot, mine.who)
        _hold_open(session, ballot)
    row = inserting(session, Vote).values(ballot_id=ballot.id, voter_key=voter, choices=vote)
    session.execute(row.on_conflict_do_update(index_elements=["ballot_id", "voter_key"], set_={"choices": row.excluded.choices}))
    if first:
        if gate is not None:
            guard.count_first(session, ballot, gate, at=at)
        count_one(session, ballot)
    faults.point("write")
    return voters.receipt(ballot.key, voter, vote)


def refuse_other_way(session: Session, ballot: Ballot, who: str) -> None:
    """Who took part on paper does not take part online too: the paper in the box cannot be found again, so it cannot be changed."""
    way = session.scalar(sa.select(Participant.way).where(Participant.ballot_id == ballot.id, Participant.who == who))
    if way != "online":
        raise refuse("already_voted", f"您已经用{WAYS.get(way or '', '')}方式参加过这次评议，不能再在网上参加。")


def settled(session: Session, ballot: Ballot, choices: dict[str, Any]) -> dict[str, Any]:
    """A vote as it is stored; Refused with what is wrong with it."""
    known = session.execute(sa.select(Choice.id, Choice.cost_fen).where(Choice.ballot_id == ballot.id)).all()
    costs = {one.id: one.cost_fen for one in known if one.cost_fen is not None}
    found = settle(ballot.method, ballot.most, [one.id for one in known], choices, costs=costs, pot=ballot.pot_fen)
    if isinstance(found, Refusal):
        raise Refused(found)
    return found


def count_one(session: Session, ballot: Ballot) -> None:
    """One more has taken part; refused when the ballot was closed meanwhile. The last statement, for it holds the row."""
    more = sa.update(Ballot).where(Ballot.id == ballot.id, Ballot.state == "open").values(turnout=Ballot.turnout + 1)
    done: Any = session.execute(more.execution_options(synchronize_session=False))
    if not done.rowcount:
        raise Refused(Refusal("closed", "这次评议刚刚截止，不能再参加。"))
    session.expire(ballot, ["turnout"])


def _hold_open(session: Session, ballot: Ballot) -> None:
    """Keep the ballot from being closed until a changed vote is stored; others may vote meanwhile."""
    state = session.scalar(sa.select(Ballot.state).where(Ballot.id == ballot.id).with_for_update(read=True, key_share=True))
    if state != "open":
        raise Refused(Refusal("closed", "这次评议刚刚截止，不能再参加。"))


def close_ballot(session: Session, ballot: Ballot, *, by: Viewer, at: datetime, note: str = "") -> None:
    """No more votes; the key is destroyed. Before the hour made public only with a reason (`early`), and not before it began (`before`)."""
    if at < ballot.opens_at:
        raise refuse("before", "投票还没有开始，不能截止。不办了的，请取消这次评议。")
    if at < ballot.closes_at and not note.strip():
        raise refuse("early", "还没到公布的截止时间。提前截止请写明原因，原因会记入办理记录。", "note")
    digest = _sever(session, ballot, at)
    take_step(session, ballot, "close", by=by, at=at, note=note, data={"turnout": ballot.turnout, "votes": digest})


def _sever(session: Session, ballot: Ballot, at: datetime) -> str:
    """Cut what ties votes to voters: the key and the codes of slips go, every vote gets a random key and is stored anew in random order.

    Gives the digest over the votes as they now stand.
    """
    state, turnout = session.execute(sa.select(Ballot.state, Ballot.turnout).where(Ballot.id == ballot.id).with_for_update()).one()
    if state != ballot.state:
        raise refuse("changed", "别人刚刚办理过，请刷新后再看。")
    votes = [
        {"ballot_id": ballot.id, "voter_key": secrets.token_hex(32), "choices": vote} for _, vote in tally.votes_of(session, ballot.id)
    ]
    secrets.SystemRandom().shuffle(votes)
    session.execute(sa.delete(Vote).where(Vote.ballot_id == ballot.id))
    if votes:
        session.execute(sa.insert(Vote), votes)
    ballot.key, ballot.turnout = None, turnout
    slips.destroy(session, ballot, at)
    return tally.digest_of(session, ballot.id)


MANY = 2_000
"""More votes than these are counted by the worker, beside the ballot's lock: for seconds nobody else could write."""


def ask_count(session: Session, ballot: Ballot, *, by: Viewer, at: datetime, note: str = "") -> bool:
    """计票: at once, or where there are many votes by the worker. Whether it is done."""
    if ballot.turnout <= MANY:
        count(session, ballot, by=by, at=at, note=note)
        return True
    if found := refusals(session, ballot, "count", by=by, at=at):
        raise Refused(*found)
    waiting = sa.select(jobs.Job.args).where(jobs.Job.kind == "ballot_count", jobs.Job.state.in_(("queued", "running")))
    if all(args["ballot"] != ballot.id for args in session.scalars(waiting)):
        jobs.enqueue(session, "ballot_count", {"ballot": ballot.id, "by": by.id, "note": note}, person_id=by.id, at=at)
    return False


def count_many(engine: sa.Engine, args: dict[str, Any], at: datetime) -> dict[str, Any]:
    """The job that counts: worked out while others write, then made known. One counted or cancelled meanwhile is left alone."""
    with reading(engine) as session:
        ballot = session.get_one(Ballot, args["ballot"])
        worked = tally.work_out(session, ballot, queries.facts_of_box(session, ballot, CLOCK, at)) if ballot.state == "closed" else None
    if worked is not None:
        with transaction(engine) as session:
            ballot = session.get_one(Ballot, args["ballot"], with_for_update=True)
            by = viewer_of(session, args["by"], at) if args["by"] is not None else None
            count(session, ballot, by=by or CLOCK, at=at, note=args["note"], worked=worked)
    return {"href": f"/ballots/{args['ballot']}"}


def count(session: Session, ballot: Ballot, *, by: Viewer, at: datetime, note: str = "", worked: Worked | None = None) -> None:
    """Count the votes and make the result known. Ties and a missed quorum are part of the result, never mended here.

    `worked`: the count worked out before, which stands as long as the box is the same: votes do not change after the close.
    """
    if found := refusals(session, ballot, "count", by=by, at=at):
        raise Refused(*found)
    box = queries.facts_of_box(session, ballot, by, at)
    if worked is None or worked.box != box:
        worked = tally.work_out(session, ballot, box)
    data: dict[str, Any] = {"votes": worked.votes} if worked.papers else {}
    if worked.papers:
        votes = [{"ballot_id": ballot.id, "voter_key": key, "choices": paper} for key, paper in worked.papers]
        session.execute(sa.insert(Vote), votes)
    ballot.rule_version, ballot.result = counting.VERSION, worked.result
    data |= {"turnout": ballot.turnout, "result": counting.digest_of(ballot.result)}
    take_step(session, ballot, "count", by=by, at=at, note=note, data=data)
    tellers = [one.id for one in queries.tellers_of(session, ballot.id)]
    outbox.tell(session, tellers, ballot.ref, f"“{ballot.title}”已计票，请复核", "请到评议页面核对重新计票的结果并签名。", at=at)


def settle_ties(session: Session, ballot: Ballot, *, order: Sequence[int], note: str, by: Viewer, at: datetime) -> None:
    """People decide a tie by an order and say how; the result is counted again with it. Refuses with `few`, `twice`, `not_tied`."""
    open_to = counting.tied(ballot.result) if ballot.result else []
    if len(order) < 2:
        raise refuse("few", "请至少给并列中的两项填上先后。", "order")
    if len(set(order)) < len(order):
        raise refuse("twice", "同一项填了两次，请核对。", "order")
    if set(order) - set(open_to):
        raise refuse("not_tied", "只有并列的选项才能确定先后，请刷新后再填。", "order")
    ballot.rule_version = counting.VERSION
    ballot.result = tally.recount(session, ballot, order)
    data = {"order": list(order), "result": counting.digest_of(ballot.result)}
    take_step(session, ballot, "settle_ties", by=by, at=at, note=note, data=data)


def sign_recount(session: Session, ballot: Ballot, *, agrees: bool, note: str, by: Viewer, at: datetime) -> str:
    """复核: the signer has seen the votes counted again and says whether the published result stands. Gives its digest.

    One signature each, renewed when the result was counted again. Refuses with `not_counted`, `note`, `differs`.
    """
    if ballot.state != "counted" or ballot.result is None:
        raise refuse("not_counted", "计票后才能复核。")
    if not agrees and not note.strip():
        raise refuse("note", "有异议的，请写明哪里不对。", "note")
    found = counting.digest_of(tally.recount(session, ballot))
    if agrees and found != counting.digest_of(ballot.result):
        raise refuse("differs", "重新计票与公布的结果不同，不能签“复核无误”。请选“有异议”并写明。", "agrees")
    values = {"digest": found, "agrees": agrees, "note": note.strip(), "at": at}
    row = inserting(session, Recount).values(ballot_id=ballot.id, person_id=by.id, **values)
    session.execute(row.on_conflict_do_update(index_elements=["ballot_id", "person_id"], set_=values))
    journal.record(session, ballot.ref, "recount", by=by.ref, at=at, note=note, data={"agrees": agrees, "result": found})
    return found


def cancel(session: Session, ballot: Ballot, *, by: Viewer, at: datetime, note: str) -> None:
    """Stop a ballot without a result; the key is destroyed here too."""
    _sever(session, ballot, at)
    take_step(session, ballot, "cancel", by=by, at=at, note=note, data={"turnout": ballot.turnout})


def close_due(session: Session, at: datetime) -> int:
    """Close what is over."""
    over = sa.select(Ballot).where(Ballot.state == "open", Ballot.closes_at <= at).order_by(Ballot.id)
    found = session.scalars(over.with_for_update()).all()
    for ballot in found:
        close_ballot(session, ballot, by=CLOCK, at=at)
    return len(found)


def count_due(session: Session, at: datetime) -> int:
    """Count what is closed, except where votes on paper still wait to be entered: people do that, and are told so."""
    found = session.scalars(sa.select(Ballot).where(Ballot.state == "closed").order_by(Ballot.id).with_for_update()).all()
    ready = [ballot for ballot in found if not refusals(session, ballot, "count", by=CLOCK, at=at)]
    return sum(ask_count(session, ballot, by=CLOCK, at=at) for ballot in ready)


TICK = (close_due, count_due)
JOBS: dict[str, jobs.Work] = slips.JOBS | {"ballot_count": count_many}
