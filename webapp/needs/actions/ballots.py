"""Needs put to the residents: a 评议需求, and what follows from its result."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from reports.money import Money
from webapp.accounts.queries import people_with
from webapp.ballots import actions as ballots
from webapp.ballots import queries as results
from webapp.ballots.models import Ballot
from webapp.ballots.rules import Shown, alike
from webapp.core import outbox
from webapp.core.scope import Viewer
from webapp.core.trace import trace
from webapp.core.workflow import carrying, refuse, take_step
from webapp.needs import queries
from webapp.needs.models import Need


def start_ballot(
    session: Session, *, area_code: str, need_ids: Sequence[int], title: str, most: int, opens_at: datetime, closes_at: datetime,
    nature: str = "advice", who: str = "everyone", unit: str = "person",
    method: str = "approve", pot: Money | None = None, costs: Mapping[int, Money] | None = None, by: Viewer, at: datetime,
) -> Ballot:  # fmt: skip
    """评议需求: put accepted public needs of one community to its residents. `pot`: the money they share, `costs` what each takes."""
    chosen = session.scalars(sa.select(Need).where(Need.id.in_(list(need_ids))).order_by(Need.id).with_for_update()).all()
    if len(chosen) < 2:
        raise refuse("choices", "请至少选两件需求一起评议。", "needs")
    if any(need.area_code != area_code for need in chosen):
        raise refuse("area", "一次评议只能包括同一个社区的需求。", "needs")
    paper = [
        ballots.NewChoice(need.title, queries.released_text(session, need.id), need.ref, (costs or {}).get(need.id)) for need in chosen
    ]
    if same := alike([Shown(one.title, one.text) for one in paper], "needs"):
        raise refuse("alike_choices", f"{same[0]}请先合并，或改写公开表述。", "needs")
    ballot = ballots.create(
        session, purpose="needs", subject=f"area:{area_code}", title=title, area_code=area_code, method=method, most=most, pot=pot,
        choices=paper, opens_at=opens_at, closes_at=closes_at, nature=nature, who=who, unit=unit, by=by, at=at,
    )  # fmt: skip
    for need in chosen:
        take_step(session, need, "ballot", by=by, at=at, data={"ballot": ballot.ref})
        trace(session, need.ref, ballot.ref)
    return ballot


def settle_ballot(session: Session, ballot: Ballot, *, keep: Sequence[int], by: Viewer, at: datetime) -> int:
    """After the count: the needs kept enter the 需求清单 with their votes and rank, the others go back to 已受理.

    Gives the number listed. Raises Refused when the ballot is not counted (`ballot`), or a meeting did not pass what is kept (`not_passed`).
    """
    if ballot.state != "counted":
        raise refuse("ballot", "评议还没有计票，计票后再列入需求清单。")
    found = results.outcome(session, ballot.id)
    if missed := [o.title for o in found if o.passed is False and o.about in {f"{Need.REF}:{key}" for key in keep}]:
        raise refuse("not_passed", f"会议没有通过“{'”“'.join(missed)}”，不能列入需求清单，请取消勾选。", "keep")
    votes = {o.about: (o.votes, o.rank) for o in found}
    listed = 0
    for need in _waiting(session, ballot):
        need.voted, need.ranked = votes.get(need.ref, (None, None))
        step = "list" if need.id in keep else "leave_out"
        take_step(session, need, step, by=by, at=at, data={"ballot": ballot.ref, "votes": need.voted, "rank": need.ranked})
        listed += step == "list"
    return listed


def _waiting(session: Session, ballot: Ballot) -> Sequence[Need]:
    """The needs that wait for this ballot's result, locked."""
    return session.scalars(
        sa.select(Need).where(Need.id.in_(queries.waiting_for(session, ballot.id))).order_by(Need.id).with_for_update()
    ).all()


def follow_ballot(session: Session, ballot: Ballot, step: str, *, by: Viewer, at: datetime, note: str, data: dict[str, Any]) -> None:
    """Its needs come back when a 评议需求 is cancelled; when it is counted the community hears that the list is its to make."""
    if ballot.purpose != "needs":
        return
    if step == "cancel":
        for need in _waiting(session, ballot):
            take_step(session, need, "unballot", by=carrying(by), at=at, note=note, data={"ballot": ballot.ref})
    if step == "count":
        people = people_with(session, ("community", "party_lead"), at=at, area=ballot.area_code)
        outbox.tell(session, people, ballot.ref, f"“{ballot.title}”已计票", "请看结果，决定哪些列入需求清单。", at=at)
