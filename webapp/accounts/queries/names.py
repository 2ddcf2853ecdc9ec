"""How people, organisations and areas are called, and who is where."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.accounts.models import LEVELS, Area, Dataset, Membership, Organisation, Person
from webapp.core.clock import today
from webapp.core.db import rows
from webapp.core.scope import within
from webapp.workflows import ROLES


def has_dataset(session: Session, name: str) -> bool:
    """Whether a dataset (such as `demo`) was loaded into this database."""
    return session.get(Dataset, name) is not None


def area_counts(session: Session, prefixes: Iterable[str]) -> list[tuple[str, int]]:
    """How many areas of each level there are under some."""
    digits = sa.func.length(Area.code)
    query = sa.select(digits, sa.func.count()).where(sa.or_(*(within(Area.code, one) for one in prefixes))).group_by(digits)
    found: dict[int, int] = dict(session.execute(query).all())
    return [(label, found[level]) for level, label in LEVELS.items() if level in found]


@cache
def _people_and_units() -> sa.Select[Any]:
    """Built once: every timeline names those who acted."""
    unit = (
        sa.select(sa.func.min(Organisation.name))
        .join(Membership, Membership.organisation_id == Organisation.id)
        .where(Membership.person_id == Person.id)
        .scalar_subquery()
    )
    return sa.select(Person.id, Person.name, unit).where(Person.id.in_(sa.bindparam("people", expanding=True)))


def names_of(session: Session, refs: Iterable[str]) -> dict[str, str]:
    """How people, organisations and time itself are called, by reference: `person:3` → 姑苏区民政局 张敏."""
    found = {"clock": ROLES["clock"]}
    wanted: dict[str, list[int]] = {"person": [], "organisation": []}
    for ref in set(refs):
        kind, _, key = ref.partition(":")
        if kind in wanted and key.isdecimal():
            wanted[kind].append(int(key))
    if people := wanted["person"]:
        for key, name, where in session.execute(_people_and_units(), {"people": people}):
            found[f"person:{key}"] = f"{where} {name}" if where else name
    if wanted["organisation"]:
        query = sa.select(Organisation.id, Organisation.name).where(Organisation.id.in_(wanted["organisation"]))
        found |= {f"organisation:{key}": name for key, name in session.execute(query)}
    return found


@cache
def _area_names() -> sa.Select[*tuple[Any, ...]]:
    return sa.select(Area.code, Area.name).where(Area.code.in_(sa.bindparam("codes", expanding=True)))


def area_names(session: Session, codes: Iterable[str]) -> dict[str, str]:
    """The names of areas by code, in one statement."""
    found = session.execute(_area_names(), {"codes": sorted(set(codes))})
    return {area.code: area.name for area in found}


@dataclass(frozen=True, slots=True)
class Place:
    """An area for a choice list."""

    code: str
    name: str


def places_under(session: Session, prefix: str, length: int) -> list[Place]:
    """The areas of one level under a prefix (12 digits: communities)."""
    query = sa.select(Area.code, Area.name).where(within(Area.code, prefix), sa.func.length(Area.code) == length)
    return rows(session, Place, query.order_by(Area.code))


def organisation_at(session: Session, area_code: str, kind: str) -> Organisation | None:
    """The office of a kind for an area: the 居委会 of a community, the 街道 of a street."""
    return session.scalars(
        sa.select(Organisation).where(Organisation.area_code == area_code, Organisation.kind == kind).order_by(Organisation.id).limit(1)
    ).first()


def people_with(
    session: Session, roles: Iterable[str], *, at: datetime, organisation_id: int | None = None, area: str | None = None
) -> list[int]:
    """The people who hold one of the roles today, in an organisation or at an office responsible for an area; for messages."""
    day = today(at)
    query = (
        sa.select(Membership.person_id)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(
            Membership.role.in_(set(roles)),
            Membership.from_day <= day,
            sa.or_(Membership.until_day.is_(None), Membership.until_day >= day),
        )
    )
    if organisation_id is not None:
        query = query.where(Membership.organisation_id == organisation_id)
    if area is not None:
        code = sa.func.coalesce(Membership.area_code, Organisation.area_code)
        query = query.where(sa.literal(area).startswith(code))
    return list(session.scalars(query.distinct()))


def in_force(day: date) -> sa.ColumnElement[bool]:
    """The condition that a membership is held on a day."""
    return sa.and_(Membership.from_day <= day, sa.or_(Membership.until_day.is_(None), Membership.until_day >= day))


def has_people(session: Session) -> bool:
    """Whether anybody has an account yet."""
    return session.scalar(sa.select(Person.id).limit(1)) is not None


@dataclass(frozen=True, slots=True)
class Named:
    """A person or organisation for a choice list."""

    id: int
    name: str


def colleagues(session: Session, organisation_id: int, *, day: date) -> list[Named]:
    """Who holds a role in an organisation on a day."""
    query = (
        sa.select(Person.id, Person.name)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.organisation_id == organisation_id, in_force(day))
    )
    return rows(session, Named, query.distinct().order_by(Person.id))


@dataclass(frozen=True, slots=True)
class Street:
    """A street in service, under the name of its county."""

    code: str
    name: str
    county: str


def streets_served(session: Session) -> list[Street]:
    """The streets in which some 居（村）委会 is registered; only there somebody would receive what a resident says."""
    county = sa.orm.aliased(Area)
    served = sa.select(sa.func.substr(Organisation.area_code, 1, 9)).where(Organisation.kind.in_(("community", "village")))
    query = (
        sa.select(Area.code, Area.name, county.name.label("county"))
        .join(county, county.code == Area.parent_code)
        .where(Area.code.in_(served))
    )
    return rows(session, Street, query.order_by(Area.code))


@dataclass(frozen=True, slots=True)
class Served:
    """A choice of community in two steps: the streets, the one chosen, and its communities."""

    streets: list[Street]
    street: str
    communities: list[Place]

    @property
    def choices(self) -> list[tuple[str, str]]:
        return [("", "请选择"), *((one.code, one.name) for one in self.communities)]


def served(session: Session, asked: str, home: str | None = None) -> Served:
    """The choice as it stands: the street that was asked for, else that of one's home, else the only one there is."""
    streets = streets_served(session)
    street = asked or (home or "")[:9] or (streets[0].code if len(streets) == 1 else "")
    known = street in {one.code for one in streets}
    return Served(streets, street, communities_served(session, street) if known else [])


def communities_served(session: Session, street: str) -> list[Place]:
    """The communities of a street whose 居（村）委会 is registered."""
    if not street.isdecimal():
        return []
    served = sa.select(Organisation.area_code).where(Organisation.kind.in_(("community", "village")))
    query = sa.select(Area.code, Area.name).where(within(Area.code, street), sa.func.length(Area.code) == 12, Area.code.in_(served))
    return rows(session, Place, query.order_by(Area.code))
