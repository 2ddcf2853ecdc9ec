"""A project as its papers head it, and what several of them ask of it; a constant number of statements each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from reports.money import Money
from webapp.accounts.models import Area, Organisation
from webapp.accounts.queries import names_of
from webapp.calls.models import LEGAL_FORMS, Call, Fund
from webapp.core import journal
from webapp.core.db import rows
from webapp.needs.queries import category_labels
from webapp.projects.models import Activity, Milestone, Place, Project
from webapp.reporting.queries.asked import category_titles


@dataclass(frozen=True, slots=True)
class Head:
    """What every paper of a project says first."""

    number: str
    title: str
    organisation: str
    call: str
    organiser: str
    payer: str
    evaluator: str
    category: str
    places: tuple[str, ...]
    fund: str
    lottery: bool
    """Whether lottery money pays for it, which the paper then says."""
    legal_form: str
    granted: Money
    own: Money
    starts_on: date
    ends_on: date


def head_of(session: Session, project_id: int) -> Head:
    """A project with the names around it, in three statements."""
    office, organiser, payer, evaluator = (aliased(Organisation) for _ in range(4))
    query = (
        sa.select(
            Project.number, Project.title, office.name, Call.title, organiser.name, payer.name, evaluator.name, Project.category, Call.rules,
            Fund.name, Fund.kind, Call.legal_form, Project.granted_fen, Project.own_fen, Project.starts_on, Project.ends_on,
        )
        .join(Call, Call.id == Project.call_id)
        .join(Fund, Fund.id == Call.fund_id)
        .join(office, office.id == Project.organisation_id)
        .join(organiser, organiser.id == Call.organiser_id)
        .join(payer, payer.id == Call.payer_id)
        .outerjoin(evaluator, evaluator.id == Call.evaluator_id)
        .where(Project.id == project_id)
    )  # fmt: skip
    number, title, by, call, organised, paid, judged, category, rules, fund, kind, form, granted, own, starts, ends = session.execute(
        query
    ).one()
    named = category_titles(rules).get(category) or category_labels(session).get(category, category)
    where = sa.select(sa.func.coalesce(Area.name, Place.area_code)).select_from(Place).outerjoin(Area, Area.code == Place.area_code)
    places = session.scalars(where.where(Place.project_id == project_id).order_by(Place.area_code))
    return Head(
        number, title, by, call, organised, paid, judged or "", named, tuple(places), fund, kind == "lottery", LEGAL_FORMS.get(form, form), granted, own,
        starts, ends,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Goal:
    """A sub-goal with what is done of it."""

    title: str
    unit: str
    target: int
    done: int
    due_on: date


def goals_of(session: Session, project_id: int) -> tuple[Goal, ...]:
    """The sub-goals of a project, in their order."""
    query = sa.select(Milestone.title, Milestone.unit, Milestone.target, Milestone.done, Milestone.due_on)
    return tuple(rows(session, Goal, query.where(Milestone.project_id == project_id).order_by(Milestone.id)))


@dataclass(frozen=True, slots=True)
class Held:
    """A recorded activity, in a list of them."""

    day: date
    title: str
    place: str
    persons: int
    visits: int
    worker_minutes: int
    volunteer_minutes: int


def held_of(session: Session, project_id: int, until: date) -> tuple[Held, ...]:
    """The recorded activities of a project until a day, in the order they were held."""
    query = sa.select(
        Activity.held_on.label("day"), Activity.title, Activity.place, Activity.persons, Activity.visits, Activity.worker_minutes,
        Activity.volunteer_minutes,
    ).where(Activity.project_id == project_id, Activity.state == "held", Activity.held_on <= until)  # fmt: skip
    return tuple(rows(session, Held, query.order_by(Activity.held_on, Activity.id)))


@dataclass(frozen=True, slots=True)
class Hand:
    """A step somebody took, with the words that were entered with it."""

    step: str
    who: str
    at: datetime
    note: str


def hands_of(session: Session, ref: str, until: datetime, steps: Sequence[str] = ()) -> tuple[Hand, ...]:
    """Who did what with an object, the first step first, in two statements; only the named steps where any are named."""
    found = [
        one
        for one in journal.lines(session, [ref], newest_first=False)
        if one.at <= until and (not steps or one.step in steps)
    ]  # fmt: skip
    names = names_of(session, [one.by for one in found] + [one.on_behalf for one in found if one.on_behalf])

    def who(one: journal.Line) -> str:
        for_whom = f"（代 {names.get(one.on_behalf, '')}）" if one.on_behalf else ""
        return names.get(one.by, "") + for_whom

    return tuple(Hand(one.step, who(one), one.at, one.note or "") for one in found)
