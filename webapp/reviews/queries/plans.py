"""What a trial assignment is made from, and how it stands."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.accounts.models import Person
from webapp.applications.models import Application
from webapp.reviews.models import Expert, Panel, PanelPlan, Seat
from webapp.reviews.queries.facts import judges_of
from webapp.reviews.rules.assign import Order
from webapp.reviews.rules.plan import Names
from webapp.reviews.rules.steps import IN_REVIEW

WISHES: dict[str, Any] = {"share": 100, "apart": [], "pinned": [], "forbidden": []}


def plan_of(session: Session, panel: Panel) -> PanelPlan | None:
    return session.get(PanelPlan, panel.id)


def order_of(session: Session, panel: Panel, wishes: dict[str, Any], at: datetime) -> tuple[Order, Names]:
    """What has to be kept now: conflicts are asked for anew each time."""
    found = session.execute(
        sa.select(Application.id, Application.organisation_id, Application.number, Application.title, Application.category)
        .where(Application.call_id == panel.call_id, Application.state.in_(IN_REVIEW))
        .order_by(Application.id)
    ).all()
    fields, allowed = judges_of(session, panel, at, {one.id: one.organisation_id for one in found})
    forbidden = {(one, judge) for one, judge in wishes["forbidden"]}
    allowed = {one: frozenset(j for j in may if (one, j) not in forbidden) for one, may in allowed.items()}
    people = session.execute(
        sa.select(Person.id, Person.name, Expert.others)
        .outerjoin(Expert, Expert.person_id == Person.id)
        .where(Person.id.in_(sa.select(Seat.person_id).where(Seat.panel_id == panel.id)))
    ).all()
    has = {one.id: {fields.get(one.id, ""), *(one.others or ())} for one in people}
    order = Order(
        allowed, tuple(fields), panel.per_application, panel.seed or "",
        fits=frozenset((one.id, judge) for one in found for judge in fields if one.category in has[judge]),
        apart=frozenset(frozenset(pair) for pair in wishes["apart"]), share=wishes["share"],
        pinned=frozenset((one, judge) for one, judge in wishes["pinned"] if one in allowed),
    )  # fmt: skip
    names = Names(
        {one.id: one.number for one in found}, {one.id: one.title for one in found}, {one.id: one.name for one in people if one.id in fields}
    )  # fmt: skip
    return order, names


def given_in(plan: PanelPlan) -> dict[int, frozenset[int]]:
    """Application → its judges."""
    found: dict[int, set[int]] = {}
    for one, judge in plan.rows:
        found.setdefault(one, set()).add(judge)
    return {one: frozenset(mine) for one, mine in found.items()}


@dataclass(frozen=True, slots=True)
class PlanLine:
    """One application of the plan, with the judges' names; `pinned` are those fixed by hand."""

    application_id: int
    number: str
    title: str
    judges: tuple[str, ...]
    pinned: tuple[str, ...]


def plan_lines(given: dict[int, frozenset[int]], order: Order, names: Names) -> list[PlanLine]:
    return [
        PlanLine(
            one, names.numbers[one], names.titles[one], tuple(names.judges.get(j, "（已离席）") for j in sorted(given.get(one, ()))),
            tuple(names.judges[j] for a, j in sorted(order.pinned) if a == one and j in names.judges),
        )
        for one in order.allowed
    ]  # fmt: skip
