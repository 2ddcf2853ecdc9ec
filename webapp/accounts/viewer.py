"""Who is acting: a person with today's memberships, as every query, verb and page receives it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache, cached_property
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, object_session

from webapp.accounts.models import Membership, Organisation, Person
from webapp.core import scope
from webapp.core.clock import today
from webapp.core.db import constants
from webapp.core.scope import Tie
from webapp.permissions import MONEY, RELATION, STAND_ASIDE, WATCH
from webapp.workflows import ROLES


@dataclass(frozen=True, slots=True)
class Member:
    """One role in one organisation, in force today (one's own, or as deputy of somebody away)."""

    membership_id: int
    role: str
    organisation_id: int
    organisation: str
    area_code: str
    deputy_for: int | None


@dataclass(frozen=True)
class Viewer:
    """A person, the roles held at a moment, and so what can be reached. Nobody signed in is a viewer without an id."""

    id: int | None = None
    name: str = ""
    members: tuple[Member, ...] = ()
    area_code: str | None = None
    session_version: int = 0
    needs_totp: bool = False
    must_change: bool = False
    demo: bool = False
    aside: tuple[int, ...] = ()
    """The organisations stood aside for today in a role that judges or decides (回避), in order. Not the offices worked for in such a
    role: they apply for nothing."""

    @property
    def ref(self) -> str:
        return f"person:{self.id}" if self.id else "public"

    @property
    def signed_in(self) -> bool:
        return self.id is not None

    @property
    def title(self) -> str:
        """How the bar names the person: unit and role, or just the name."""
        if not self.members:
            return self.name
        first = self.members[0]
        return f"{first.organisation} · {ROLES[first.role]} {self.name}"

    @cached_property
    def ties(self) -> Sequence[Tie]:
        found = [Tie("public", "public")]
        if self.id is not None:
            found += [Tie(role, role, self.id) for role in ("resident", "taker", "teller", "co_writer")]
        for member in self.members:
            relation = RELATION.get(member.role, "area")
            value: Any = member.organisation_id
            if relation in {"area", "urgent"}:
                value = member.area_code
            elif relation == "expert":
                value = self.id
            found.append(Tie(member.role, relation, value, self.aside if member.role in STAND_ASIDE else ()))
        return tuple(found)

    @cached_property
    def roles(self) -> frozenset[str]:
        """Every role held anywhere."""
        return frozenset(tie.role for tie in self.ties)

    def roles_on(self, thing: Any) -> frozenset[str]:
        """The roles in which this person reaches a row."""
        session = object_session(thing)
        if session is None:
            raise ValueError("the row is not in a session")
        return scope.roles_on(session, self, thing)

    def stands_in(self, thing: Any, who: Collection[str]) -> str | None:
        """For whom a step is taken (AB岗): the person away, when only as that one's deputy the step may be taken; None for oneself."""
        if not any(member.deputy_for is not None and member.role in who for member in self.members):
            return None
        own = replace(self, members=tuple(m for m in self.members if m.deputy_for is None))
        if own.roles_on(thing) & set(who):
            return None
        for member in self.members:
            as_deputy = replace(self, members=(member,))
            if member.deputy_for is not None and member.role in set(who) & as_deputy.roles_on(thing):
                return f"person:{member.deputy_for}"
        return None

    def organisations(self, *roles: str) -> list[int]:
        """The organisations in which the person holds one of the roles."""
        return [m.organisation_id for m in self.members if m.role in roles]

    def member(self, *roles: str) -> Member | None:
        """The first membership with one of the roles."""
        return next((m for m in self.members if m.role in roles), None)

    # what flask-login asks of a user
    @property
    def is_authenticated(self) -> bool:
        return self.signed_in

    @property
    def is_active(self) -> bool:
        return self.signed_in

    @property
    def is_anonymous(self) -> bool:
        return not self.signed_in

    def get_id(self) -> str:
        return f"{self.id}.{self.session_version}"


NOBODY = Viewer()


@cache
def _with_roles(relations: scope.Relations | None) -> sa.Select[*tuple[Any, ...]]:
    """A person with the roles in force on a day and the organisations stood aside for; built once, for it runs on every page.

    The relations are asked at the first role that judges or decides, and for nobody else.
    """
    day = sa.bindparam("day", type_=sa.Date)
    in_force = sa.and_(
        Membership.from_day <= day,
        sa.or_(Membership.until_day.is_(None), Membership.until_day >= day),
        sa.or_(
            Membership.person_id == Person.id,
            sa.and_(Membership.deputy_id == Person.id, Membership.away_from <= day, Membership.away_until >= day),
        ),
    )
    kept: sa.ColumnElement[Any] = sa.null()
    if relations is not None:
        keys = relations.keys().subquery()
        joined = sa.select(sa.func.aggregate_strings(sa.cast(keys.c[0], sa.String), ",")).scalar_subquery()
        kept = sa.case((Membership.role.in_(constants(STAND_ASIDE)), joined))
    # columns, not rows of the mapper: a person's sealed fields are not to be opened for it
    return (
        sa.select(
            Person.id, Person.name, Person.area_code, Person.session_version, Person.totp_secret.is_not(None).label("needs_totp"),
            Person.must_change, Person.demo, Membership.id.label("membership_id"), Membership.role, Membership.organisation_id,
            Membership.person_id, Membership.area_code.label("narrower"), Organisation.name.label("organisation"),
            Organisation.area_code.label("office_area"), kept.label("kept"),
        )
        .outerjoin(Membership, in_force)
        .outerjoin(Organisation, Organisation.id == Membership.organisation_id)
        .where(Person.id == sa.bindparam("person_id"))
        .order_by(Membership.id)
    )  # fmt: skip


def viewer_of(session: Session, person_id: int, at: datetime) -> Viewer | None:
    """The viewer of a person with the roles in force at a moment, in one statement; None when there is no such person."""
    relations, day = scope.relations(), today(at)
    bound = relations.bound(person_id, day) if relations else {}
    found = session.execute(_with_roles(relations), {"person_id": person_id, "day": day, **bound}).all()
    if not found:
        return None
    person = found[0]
    offices = {m.organisation_id for m in found if m.role in MONEY | WATCH}
    kept = {int(key) for m in found if m.kept for key in m.kept.split(",")} - offices
    members = tuple(
        Member(
            m.membership_id, m.role, m.organisation_id, m.organisation, m.narrower or m.office_area,
            None if m.person_id == person.id else m.person_id,
        )
        for m in found
        if m.membership_id is not None
    )  # fmt: skip
    return Viewer(
        id=person.id, name=person.name, members=members, area_code=person.area_code,
        session_version=person.session_version, needs_totp=person.needs_totp, must_change=person.must_change, demo=person.demo,
        aside=tuple(sorted(kept)),
    )  # fmt: skip
