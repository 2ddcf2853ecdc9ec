"""Orders of 三单制, and the menus they are ordered from."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from webapp.accounts.models import Area, Membership, Organisation, Person
from webapp.accounts.queries import in_force
from webapp.core.clock import today
from webapp.core.db import row
from webapp.core.paging import Page, page
from webapp.core.scope import Viewer, visible
from webapp.handling.models import MenuItem, Order
from webapp.handling.rules import OrderFacts, UnorderFacts
from webapp.needs.models import Need
from webapp.needs.queries import category_labels
from webapp.permissions import roles_for
from webapp.workflows import ORDER, ROLES

RUNNING = ("placed", "assigned", "open", "taken", "done")
TAKERS = ("party_member", "grid_worker", "community", "party_lead")


def facts_of_order(session: Session, order: Order, by: Viewer, at: datetime) -> OrderFacts:
    return OrderFacts(order.taker_id)


def facts_of_unorder(session: Session, need: Need, by: Viewer, at: datetime) -> UnorderFacts:
    # the order's own 撤单 has left the running states by the time the need follows it
    running = sa.select(Order.id).where(Order.need_id == need.id, Order.state.in_(RUNNING)).limit(1)
    return UnorderFacts(session.scalar(running))


def running_order(session: Session, need_id: int) -> Order | None:
    """The order by which a need is being handled, done ones that wait for a word included."""
    query = sa.select(Order).where(Order.need_id == need_id, Order.state.in_(RUNNING))
    return session.scalars(query.with_for_update()).one_or_none()


@dataclass(frozen=True, slots=True)
class OrderRow:
    """One order in a list, or on its page."""

    id: int
    need_id: int
    number: str
    title: str
    state: str
    area: str | None
    taker: str | None
    rating: int | None
    state_at: datetime

    @property
    def state_label(self) -> str:
        return ORDER.states[self.state]


TAKER = aliased(Person)


def _orders() -> sa.Select[Any]:
    area = sa.select(Area.name).where(Area.code == Order.area_code).scalar_subquery()
    return (
        sa.select(
            Order.id, Order.need_id, Need.number, Order.title, Order.state, area.label("area"), TAKER.name.label("taker"), Order.rating,
            Order.state_at,
        )
        .join(Need, Need.id == Order.need_id)
        .outerjoin(TAKER, TAKER.id == Order.taker_id)
    )  # fmt: skip


def orders(session: Session, viewer: Viewer, *, state: str = "", after: str | None = None) -> Page[OrderRow]:
    """The orders a viewer has to do with, newest first."""
    query = _orders().where(visible(viewer, Order, roles_for("order.list")))
    if state:
        query = query.where(Order.state == state)
    return page(session, OrderRow, query, (Order.id,), after)


def order_of(session: Session, key: int) -> OrderRow | None:
    """One order; the right was checked at the entry."""
    return row(session, OrderRow, _orders().where(Order.id == key))


def takers(session: Session, area_code: str, *, at: datetime) -> list[tuple[int, str]]:
    """Who can be given an order: the members, grid workers and workers of the community, then its residents as volunteers."""
    duty = (
        sa.select(Person.id, Person.name, Membership.role)
        .join(Membership, Membership.person_id == Person.id)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(Membership.role.in_(TAKERS), in_force(today(at)))
        .where(sa.func.coalesce(Membership.area_code, Organisation.area_code).startswith(area_code))
        .order_by(Person.id, Membership.id)
    )
    found: dict[int, str] = {}
    for key, name, role in session.execute(duty):
        found.setdefault(key, f"{name}（{ROLES[role]}）")
    return list(found.items())


def volunteer(session: Session, area_code: str, name: str) -> int | None:
    """The one resident of a community who bears a name; None for nobody, or for several."""
    found = session.scalars(sa.select(Person.id).where(Person.area_code == area_code, Person.name == name).limit(2)).all()
    return found[0] if len(found) == 1 else None


@dataclass(frozen=True, slots=True)
class MenuRow:
    """One line of a menu."""

    id: int
    title: str
    text: str
    category_label: str
    retired: bool
    area_code: str


def menu(session: Session, area_code: str, *, all_of_it: bool = False) -> list[MenuRow]:
    """The menu of a community; with what was taken off it, for who keeps it."""
    labels = category_labels(session)
    query = sa.select(MenuItem).where(MenuItem.area_code == area_code)
    if not all_of_it:
        query = query.where(MenuItem.retired.is_(False))
    found = session.scalars(query.order_by(MenuItem.retired, MenuItem.id).limit(200))
    return [MenuRow(one.id, one.title, one.text, labels.get(one.category, one.category), one.retired, one.area_code) for one in found]
