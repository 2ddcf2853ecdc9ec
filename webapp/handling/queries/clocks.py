"""The clocks of needs, and the ledger of escalations."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from reports.money import Money
from webapp.accounts.models import Area, Person
from webapp.core.clock import end_of, start_of
from webapp.core.db import row, rows
from webapp.core.paging import Page, page
from webapp.core.scope import Viewer, visible, within
from webapp.handling.models import CLOCKS, LEVELS, LINKS, TERMS, Escalation, Offer, Order, Round
from webapp.handling.rules import CallBackFacts, Terms
from webapp.needs.models import Category, Need
from webapp.needs.queries import Wish
from webapp.permissions import roles_for
from webapp.workflows import ESCALATION, ORDER


def terms_of(session: Session, category: str) -> Terms:
    """The clocks of a category; the usual ones for one that the dictionary does not have."""
    found = session.get(Category, category)
    return Terms(found.response_minutes, found.around_clock, found.answer_workdays) if found else Terms(**TERMS)


def current(session: Session, need_id: int) -> Round | None:
    """The round a need is in; none for a need from before the clocks that took no step since."""
    return session.scalars(sa.select(Round).where(Round.need_id == need_id, Round.current)).one_or_none()


def facts_of_call_back(session: Session, need: Need, by: Viewer, at: datetime) -> CallBackFacts:
    return CallBackFacts(session.scalar(sa.select(Round.settled_by).where(Round.need_id == need.id, Round.current)), by.ref)


@dataclass(frozen=True, slots=True)
class Link:
    """One of the five links on a need's page."""

    label: str
    since: datetime | None
    done: datetime | None
    due: datetime | None
    state: str
    """done, now or todo."""
    late: bool


@dataclass(frozen=True, slots=True)
class Handling:
    """How a need is being handled, in one row."""

    number: int | None
    began_at: datetime | None
    respond_by: datetime | None
    responded_at: datetime | None
    start_by: datetime | None
    routed_at: datetime | None
    answer_by: datetime | None
    answered_at: datetime | None
    settled_at: datetime | None
    fed_back_at: datetime | None
    clock: str | None
    clock_due: datetime | None
    escalation_id: int | None
    escalation_level: str | None
    escalation_state: str | None
    escalation_clock: str | None
    escalation_told: str | None
    escalation_done: str | None
    order_id: int | None
    order_title: str | None
    order_state: str | None
    taker: str | None
    offer_id: int | None
    wanted_fen: Money | None
    goods: str | None
    pledged_fen: Money | None
    received_fen: Money | None
    until: datetime | None
    closed_at: datetime | None

    @property
    def clock_label(self) -> str:
        return CLOCKS[self.clock] if self.clock else ""

    @property
    def order_label(self) -> str:
        return ORDER.states[self.order_state] if self.order_state else ""

    @property
    def escalated(self) -> str:
        """Where an escalation stands, in a sentence for everybody; empty when nobody was told."""
        if self.escalation_level is None or self.escalation_clock is None:
            return ""
        level = LEVELS[self.escalation_level]
        if self.escalation_state in ESCALATION.states and self.escalation_state in LEVELS:
            return f"“{CLOCKS[self.escalation_clock]}”已超过时限，已报{level}督办（{self.escalation_told}）。"
        if self.escalation_state == "answered" and self.clock is not None:
            return f"“{CLOCKS[self.escalation_clock]}”超过时限后已由{level}督办：{self.escalation_done}"
        return ""

    def links(self, at: datetime) -> list[Link]:
        """五链闭环 of the present round: each with its beginning, its end, and the day it should end by."""
        done = (self.began_at, self.responded_at, self.routed_at, self.settled_at, self.fed_back_at)
        due = (None, self.respond_by, self.start_by, self.answer_by, None)
        last = max((n for n, moment in enumerate(done) if moment is not None), default=-1)
        found, since = [], self.began_at
        for n, (label, moment, by) in enumerate(zip(LINKS.values(), done, due, strict=True)):
            state = "done" if moment is not None or n < last else "now" if n == last + 1 else "todo"
            shown = by if state != "todo" else None
            found.append(Link(label, since, moment, shown, state, by is not None and state != "todo" and (moment or at) > by))
            since = moment or since
        return found


def _latest(model: Any) -> sa.ScalarSelect[int]:
    newest = sa.orm.aliased(model)
    return sa.select(sa.func.max(newest.id)).where(newest.need_id == Need.id).scalar_subquery()


def handling_of(session: Session, need_id: int) -> Handling:
    """The present round of a need with its newest escalation, order and offer, in one statement."""
    query = (
        sa.select(
            Round.number, Round.began_at, Round.respond_by, Round.responded_at, Round.start_by, Round.routed_at, Round.answer_by,
            Round.answered_at, Round.settled_at, Round.fed_back_at, Round.clock, Round.clock_due,
            Escalation.id.label("escalation_id"), Escalation.level.label("escalation_level"), Escalation.state.label("escalation_state"),
            Escalation.clock.label("escalation_clock"), Escalation.told.label("escalation_told"), Escalation.done.label("escalation_done"),
            Order.id.label("order_id"), Order.title.label("order_title"), Order.state.label("order_state"), Person.name.label("taker"),
            Offer.id.label("offer_id"), Offer.wanted_fen, Offer.goods, Offer.pledged_fen, Offer.received_fen, Offer.until, Offer.closed_at,
        )
        .select_from(Need)
        .outerjoin(Round, sa.and_(Round.need_id == Need.id, Round.current))
        .outerjoin(Escalation, Escalation.id == _latest(Escalation))
        .outerjoin(Order, Order.id == _latest(Order))
        .outerjoin(Person, Person.id == Order.taker_id)
        .outerjoin(Offer, Offer.id == _latest(Offer))
        .where(Need.id == need_id)
    )  # fmt: skip
    found = row(session, Handling, query)
    assert found is not None
    return found


@dataclass(frozen=True, slots=True)
class EscalationRow:
    """One line of the ledger."""

    id: int
    need_id: int
    number: str
    title: str
    area: str | None
    level: str
    clock: str
    since: datetime
    at: datetime
    told: str
    state: str
    answered_at: datetime | None
    answered_by: str | None
    done: str

    @property
    def level_label(self) -> str:
        return LEVELS[self.level]

    @property
    def clock_label(self) -> str:
        return CLOCKS[self.clock]

    @property
    def state_label(self) -> str:
        return ESCALATION.states[self.state]


def _ledger() -> sa.Select[Any]:
    area = sa.select(Area.name).where(Area.code == Escalation.area_code).scalar_subquery()
    return (
        sa.select(
            Escalation.id, Escalation.need_id, Need.number, Escalation.title, area.label("area"), Escalation.level, Escalation.clock,
            Escalation.since, Escalation.at, Escalation.told, Escalation.state, Escalation.answered_at, Person.name.label("answered_by"),
            Escalation.done,
        )
        .join(Need, Need.id == Escalation.need_id)
        .outerjoin(Person, Person.id == Escalation.answered_by_id)
    )  # fmt: skip


def _asked(viewer: Viewer, state: str, wish: Wish) -> list[sa.ColumnElement[bool]]:
    found = [visible(viewer, Escalation, roles_for("escalation.list"))]
    if state:
        found.append(Escalation.state == state)
    if wish.area:
        found.append(within(Escalation.area_code, wish.area))
    if wish.since:
        found.append(Escalation.at >= start_of(wish.since))
    if wish.until:
        found.append(Escalation.at < end_of(wish.until))
    return found


def escalations(
    session: Session, viewer: Viewer, *, state: str = "", wish: Wish | None = None, after: str | None = None, size: int = 50
) -> Page[EscalationRow]:
    """The ledger of a viewer's areas, newest first."""
    return page(session, EscalationRow, _ledger().where(*_asked(viewer, state, wish or Wish())), (Escalation.id,), after, size)


def ledger(session: Session, viewer: Viewer, *, state: str = "", wish: Wish | None = None, most: int = 20_000) -> list[EscalationRow]:
    """The whole of it, oldest first, for a file."""
    query = _ledger().where(*_asked(viewer, state, wish or Wish())).order_by(Escalation.id).limit(most)
    return rows(session, EscalationRow, query)


def escalation_of(session: Session, key: int) -> EscalationRow | None:
    """One line of the ledger; the right was checked at the entry."""
    return row(session, EscalationRow, _ledger().where(Escalation.id == key))


def wrong_clocks(session: Session) -> Iterator[str]:
    """For `doctor`: the day a need is waited for is the end of its clock."""
    query = sa.select(Need.number).join(Round, sa.and_(Round.need_id == Need.id, Round.current))
    for number in session.scalars(query.where(Need.due_at.is_distinct_from(Round.clock_due))):
        yield f"{number} 的期限与办理时钟不符"


def lost_escalations(session: Session) -> Iterator[str]:
    """For `doctor`: an open escalation is of the clock that runs."""
    query = (
        sa.select(Escalation.id)
        .join(Round, sa.and_(Round.need_id == Escalation.need_id, Round.current))
        .where(Escalation.state.in_(LEVELS), Round.clock.is_distinct_from(Escalation.clock))
    )
    for key in session.scalars(query):
        yield f"督办 {key} 的需求已经办到下一步，督办却没有了结"
