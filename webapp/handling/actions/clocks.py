"""What is kept of a need's steps: its rounds and clocks, who has it in hand, who is told; reminders and escalations by time."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from reports.format import until
from webapp.accounts.models import Membership, Organisation, Person
from webapp.accounts.queries import in_force, organisation_at, people_with
from webapp.accounts.viewer import Viewer
from webapp.core import journal, outbox
from webapp.core.calendar import deadline
from webapp.core.clock import today
from webapp.core.settings import value
from webapp.core.workflow import CLOCK, begin, take_step
from webapp.handling import rules
from webapp.handling.models import CLOCKS, LEVELS, Escalation, Order, Round
from webapp.handling.queries.clocks import current, terms_of
from webapp.handling.rules import Standing
from webapp.needs.models import Need
from webapp.needs.queries import speakers_of

AT_LEVEL = {"street": (9, ("street",)), "district": (6, ("bureau", "bureau_head"))}
"""For each level the length of its area's code, and the roles that are told."""
TOLD = {
    "merge": ("已合并办理", "与同一件事的其他反映合并办理，您可以继续查看进度。"),
    "unmerge": ("恢复单独办理", "这件事不再与其他反映合并，单独办理。"),
    "refer": ("已转办", "已转给{handler}办理：{note}"),
    "answer": ("部门已答复", "{note}"),
    "send_back": ("退回社区办理", "部门退回：{note}"),
    "recall": ("收回社区办理", "社区收回自行办理：{note}"),
    "unorder": ("已撤单", "{note}。社区会另作安排。"),
    "finish": ("已办好", "{note}"),
    "conclude": ("议事有结果", "{note}"),
    "unoffer": ("认领结束", "{note}"),
    "list": ("列入需求清单", "已列入需求清单，等待征集项目。"),
    "leave_out": ("未列入清单", "评议后未列入本次需求清单，社区继续办理。"),
    "unballot": ("评议取消", "评议没有办成：{note}。社区继续办理。"),
    "resolve": ("已办结", "回应这件需求的项目已经完成。请您评价。"),
    "relist": ("重新列入清单", "原项目终止：{note}。这件需求重新列入需求清单。"),
    "call_back": ("已回访", "社区已回访。感谢您的意见。"),
}  # fmt: skip
"""What who spoke is told at a step, with the step's own words; 受理 and 不予受理 are told by their own verbs."""


def follow(session: Session, need: Need, step: str, *, by: Viewer, at: datetime, note: str, data: dict[str, Any]) -> None:
    """Keep a need's round and clocks right as it takes a step; called with the step, in its transaction."""
    given = need.due_at if need.state in {"referred", "pledged"} else None
    if step in {"create", "take_in", "propose"}:
        need.channel = data.get("channel", "web")
    found = current(session, need.id)
    if found is None or step == "reopen":
        found = _begun(session, need, found, at=at)
    _mark(session, found, need, step, by=by, at=at)
    _set_clock(found, need, given, at=at)
    if step in rules.COMES_BACK and need.handler_id is not None:
        office = organisation_at(session, need.area_code, "community")
        need.handler_id = office.id if office else None
    session.flush()
    still_open = sa.select(Escalation).where(Escalation.need_id == need.id, Escalation.state.in_(LEVELS)).order_by(Escalation.id)
    for open_one in session.scalars(still_open.with_for_update().execution_options(populate_existing=True)):
        take_step(session, open_one, "end", by=CLOCK, at=at)
    if step == "hand_off":
        _seal(session, need)
    if step in TOLD:
        title, body = TOLD[step]
        handler = session.get(Organisation, need.handler_id) if need.handler_id is not None else None
        tell_speakers(session, need, title, body.format(note=note, handler=handler.name if handler else "有关部门"), at=at)


def _seal(session: Session, need: Need) -> None:
    """What is sealed for the 专办人 leaves no words here either."""
    session.execute(sa.update(Escalation).where(Escalation.need_id == need.id).values(title=need.title, done=""))
    session.execute(sa.update(Order).where(Order.need_id == need.id).values(title=need.title, contact=None))


def _begun(session: Session, need: Need, before: Round | None, *, at: datetime) -> Round:
    """The first round of a need, counted from its saying; or the next one, counted from when it is taken up again."""
    terms = terms_of(session, need.category)
    began = at if before is not None else need.raised_at
    if before is not None:
        before.current, before.clock, before.clock_since, before.clock_due = False, None, None, None
        before.remind_at = before.escalate_at = None
        need.on_time = None
        session.flush()
    found = Round(
        need_id=need.id, number=before.number + 1 if before else 1, began_at=began, respond_by=rules.respond_by(began, terms),
        answer_by=deadline(began, terms.workdays),
    )  # fmt: skip
    session.add(found)
    return found


def _mark(session: Session, found: Round, need: Need, step: str, *, by: Viewer, at: datetime) -> None:
    """Write down the moments of the five links that a step is."""
    if step in rules.RESPONDS and found.responded_at is None:
        found.responded_at = at
    if step == "accept" or (step == "reopen" and need.pace):
        found.start_by, found.answer_by = rules.accepted_terms(at, need.pace, terms_of(session, need.category))
    if step in rules.STARTS_ANEW:
        found.answer_by = rules.accepted_terms(at, "deep", terms_of(session, need.category))[1]
    if step in rules.ROUTES and found.routed_at is None:
        found.routed_at = at
    if step in rules.ANSWERS and found.answered_at is None:
        found.answered_at, need.on_time = at, at <= found.answer_by
    if step in rules.SETTLES:
        found.settled_at, found.settled_by = at, by.ref
    if step in rules.FEEDS_BACK:
        found.fed_back_at = at


def _set_clock(found: Round, need: Need, given: datetime | None, *, at: datetime) -> None:
    """Start, stop or keep the clock; a clock that goes on keeps its reminder and its level."""
    standing = Standing(
        need.state, need.pace, found.began_at, found.respond_by, found.responded_at, found.start_by, found.routed_at, found.answer_by,
        found.answered_at, given,
    )  # fmt: skip
    runs = rules.running(standing, at)
    if runs is None:
        found.clock = found.clock_since = found.clock_due = found.remind_at = found.escalate_at = found.level = None
    elif (runs[0], runs[2]) != (found.clock, found.clock_due) or runs[0] in {"department", "pledge"}:
        name, since, due = runs
        found.clock, found.clock_since, found.clock_due, found.level = name, since, due, None
        found.remind_at, found.escalate_at = rules.remind_at(since, due), due
    need.due_at = found.clock_due


def tell_speakers(session: Session, need: Need, title: str, body: str, *, at: datetime) -> None:
    """Leave a message for all who spoke."""
    outbox.tell(session, speakers_of(session, need, at=at), need.ref, f"需求 {need.number} {title}", body, at=at)


def _handlers(session: Session, need: Need, clock: str, at: datetime) -> list[int]:
    if clock == "department" and need.handler_id is not None:
        return people_with(session, ("department",), at=at, organisation_id=need.handler_id)
    return people_with(session, ("community", "party_lead"), at=at, area=need.area_code)


def _due(column: Any, at: datetime) -> sa.Select[Round, Need]:
    """The rounds whose time has come, locked with their needs; one that somebody is just handling waits for the next tick.

    Both are locked, so that what another process has told meanwhile is looked at as it is now and not told again.
    """
    return (
        sa.select(Round, Need)
        .join(Need, Need.id == Round.need_id)
        .where(column <= at, Round.current)
        .order_by(Round.id)
        .with_for_update(of=(Need, Round), skip_locked=True)
        .execution_options(populate_existing=True)
    )


def remind(session: Session, at: datetime) -> int:
    """Say once, before a clock ends, to who has the need in hand."""
    done = 0
    for found, need in session.execute(_due(Round.remind_at, at)):
        found.remind_at = None
        if found.clock and found.clock_due and at < found.clock_due:
            words = f"“{CLOCKS[found.clock]}”最晚 {until(found.clock_due)}，请尽快办理。"
            outbox.tell(session, _handlers(session, need, found.clock, at), need.ref, f"快到期：需求 {need.number}", words, at=at)
            done += 1
    session.flush()
    return done


def escalate(session: Session, at: datetime) -> int:
    """社区 → 街道 → 区: when a clock has run out the next level is told, and is given some days before the one after it.

    A pledge's time that is over needs no superior: the community alone is told.
    """
    done = 0
    for found, need in session.execute(_due(Round.escalate_at, at)):
        if found.clock is None or found.clock_due is None:
            found.escalate_at = None
            continue
        level = None if found.clock == "pledge" else rules.NEXT[found.level]
        days = value(session, "need.escalate_workdays", at=at, area=need.area_code)
        found.escalate_at = _answered(session, found, days, at)
        if found.escalate_at is not None:
            continue
        words = f"“{CLOCKS[found.clock]}”已超过时限，请尽快办理。"
        outbox.tell(session, _handlers(session, need, found.clock, at), need.ref, f"已逾期：需求 {need.number}", words, at=at)
        if level is not None:
            found.level = level
            _open_escalation(session, need, found, level, at=at)
            if rules.NEXT[level] is not None:
                found.escalate_at = deadline(at, days)
        session.flush()
        done += 1
    return done


def _answered(session: Session, found: Round, days: int, at: datetime) -> datetime | None:
    """When the level told last has answered a short while ago: the moment until which the next one waits."""
    if found.level is None:
        return None
    query = sa.select(Escalation.answered_at).where(Escalation.need_id == found.need_id, Escalation.since == found.clock_due)
    answered = session.scalar(query.order_by(Escalation.id.desc()).limit(1))
    waits = deadline(answered, days) if answered is not None else None
    return waits if waits is not None and waits > at else None


def _open_escalation(session: Session, need: Need, found: Round, level: str, *, at: datetime) -> None:
    """One line of the ledger, and a message to those who are told."""
    length, roles = AT_LEVEL[level]
    query = (
        sa.select(Organisation.name, Person.name, Person.id)
        .join(Membership, Membership.organisation_id == Organisation.id)
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.role.in_(roles), in_force(today(at)))
        .where(sa.func.coalesce(Membership.area_code, Organisation.area_code) == need.area_code[:length])
        .order_by(Organisation.id, Person.id)
    )
    people = list(dict.fromkeys((office, name, key) for office, name, key in session.execute(query)))
    offices = "、".join(dict.fromkeys(office for office, _, _ in people))
    told = f"{offices} {'、'.join(name for _, name, _ in people)}" if people else f"{LEVELS[level]}还没有登记经办人"
    assert found.clock is not None
    assert found.clock_due is not None
    escalation = Escalation(
        need_id=need.id, area_code=need.area_code, title=need.title, level=level, clock=found.clock, since=found.clock_due, at=at, told=told,
    )  # fmt: skip
    begin(session, escalation, by=CLOCK, at=at, state=level, data={"need": need.ref, "clock": found.clock})
    journal.record(session, need.ref, "overdue", by=CLOCK.ref, at=at, data={"level": level, "clock": found.clock})
    words = f"{need.title}：“{CLOCKS[found.clock]}”已超过时限。请督办并答复。"
    outbox.tell(session, [key for _, _, key in people], escalation.ref, f"督办：需求 {need.number}", words, at=at)


def answer_escalation(session: Session, escalation: Escalation, *, note: str, by: Viewer, at: datetime, step: str = "answer") -> None:
    """答复督办: what was done about it; the community hears it, and the next level is told only some days after (`_answered`).

    `step`: answer for the street, reply for the district.
    """
    escalation.answered_at, escalation.answered_by_id, escalation.done = at, by.id, note
    take_step(session, escalation, step, by=by, at=at, note=note)
    people = people_with(session, ("community", "party_lead"), at=at, area=escalation.area_code)
    outbox.tell(session, people, f"need:{escalation.need_id}", f"督办意见：{escalation.title}", note, at=at)
