"""专家库: the list, one expert, and the pool as a sheet."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.accounts.models import Area, Membership, Person
from webapp.core.clock import today
from webapp.core.db import row
from webapp.core.paging import Page, page
from webapp.core.scope import Viewer, visible
from webapp.permissions import roles_for
from webapp.reviews.models import FIELDS, Assignment, Expert, ExpertTie, Panel
from webapp.reviews.queries.conflicts import in_force
from webapp.reviews.rules.pool import Entry, Known


def entry_of(expert: Expert) -> Entry:
    return Entry(
        (expert.field, *expert.others), expert.employer, expert.title, expert.available, expert.away_from, expert.away_until
    )  # fmt: skip


def known_of(session: Session, viewer: Viewer) -> dict[str, Known]:
    """Login → everybody with the role of an expert whom the viewer's office may keep, in the pool or not yet."""
    day = sa.select(Membership.person_id).where(Membership.role == "expert", Membership.until_day.is_(None))
    mine = visible(viewer, Expert, roles_for("expert.edit"))
    found = session.execute(
        sa.select(Person.id, Person.login, Person.name, Expert)
        .outerjoin(Expert, Expert.person_id == Person.id)
        .where(Person.id.in_(day), Person.login.is_not(None), sa.or_(Expert.person_id.is_(None), mine))
        .order_by(Person.id)
    )
    return {login: Known(key, name, entry_of(expert) if expert else None) for key, login, name, expert in found if login}


@dataclass(frozen=True, slots=True)
class PoolRow:
    """One expert in the list, with this year's load."""

    id: int
    name: str
    field: str
    others: Any
    employer: str
    title: str
    area: str | None
    available: bool
    away_from: date | None
    away_until: date | None
    ties: int
    load: int

    @property
    def fields_label(self) -> str:
        return "、".join(FIELDS.get(one, one) for one in (self.field, *self.others))


def _lines(at: datetime) -> sa.Select[Any]:
    year = datetime(today(at).year, 1, 1, tzinfo=at.tzinfo)
    load = (
        sa.select(sa.func.count())
        .select_from(Assignment)
        .join(Panel, Panel.id == Assignment.panel_id)
        .where(Assignment.person_id == Expert.person_id, Assignment.state != "recused", Panel.closes_at >= year)
    )
    ties = sa.select(sa.func.count()).where(ExpertTie.person_id == Expert.person_id, ExpertTie.kind != "cleared", in_force(today(at)))
    return (
        sa.select(
            Expert.person_id.label("id"), Person.name, Expert.field, Expert.others, Expert.employer, Expert.title, Area.name.label("area"),
            Expert.available, Expert.away_from, Expert.away_until, ties.scalar_subquery().label("ties"),
            load.scalar_subquery().label("load"),
        )
        .join(Person, Person.id == Expert.person_id)
        .outerjoin(Area, Area.code == Expert.area_code)
    )  # fmt: skip


def listed(
    session: Session, viewer: Viewer, *, at: datetime, field: str = "", words: str = "", free: bool = False, after: str | None = None
) -> Page[PoolRow]:
    """The experts an office may ask, newest first. `free`: only who can come today."""
    query = _lines(at).where(visible(viewer, Expert, roles_for("expert.list")))
    if field in FIELDS:
        query = query.where(sa.or_(Expert.field == field, sa.cast(Expert.others, sa.Text).contains(f'"{field}"')))
    if words.strip():
        query = query.where(
            sa.or_(Person.name.contains(words.strip(), autoescape=True), Expert.employer.contains(words.strip(), autoescape=True))
        )
    if free:
        day = today(at)
        query = query.where(Expert.available, sa.or_(Expert.away_from.is_(None), Expert.away_from > day, Expert.away_until < day))
    return page(session, PoolRow, query, [Expert.person_id.label("id")], after)


def one(session: Session, key: int, at: datetime) -> PoolRow | None:
    return row(session, PoolRow, _lines(at).where(Expert.person_id == key))
