"""回避, the one place that knows it: the draw, the assignment, the officers' steps and every list ask here."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from webapp.accounts.models import Membership, Organisation, Person
from webapp.core import secrets
from webapp.core.clock import today
from webapp.reviews.models import Expert, ExpertTie
from webapp.reviews.rules.conflicts import Body, Somebody, ties

LOOK_BACK = timedelta(days=3 * 366)
"""三年内: how long an employment bars (政府采购法实施条例第九条)."""
OFFICES = ("social_org", "local_group", "operator", "property", "sponsor", "evaluator")
"""Kinds of organisations whose telephone, address and head may give away that two of them are one."""


Organisations = Iterable[int] | sa.Select[Any]
"""Keys, or a query that gives them."""


def conflicts(session: Session, people: sa.Select[Any], organisations: Organisations, at: datetime) -> dict[int, dict[int, list[str]]]:
    """Person → organisation among these → what ties the two (keys of `rules.conflicts.KINDS`). Two statements."""
    wanted = organisations if isinstance(organisations, sa.Select) else sorted(set(organisations))
    if isinstance(wanted, list) and not wanted:
        return {}
    bodies, declared = _bodies(session, people, wanted, at)
    found: dict[int, dict[int, list[str]]] = {}
    for one in _somebodies(session, people, declared, at):
        for body in bodies:
            if kinds := ties(one, body):
                found.setdefault(one.id, {})[body.id] = kinds
    return found


def ties_of(session: Session, people: sa.Select[Any], organisations: Organisations, at: datetime) -> dict[int, frozenset[int]]:
    """Person → the organisations among these that he may neither judge nor decide on."""
    return {person: frozenset(tied) for person, tied in conflicts(session, people, organisations, at).items()}


def barred(session: Session, person_id: int | None, organisations: Organisations, at: datetime) -> str:
    """The name of an organisation among these that somebody has to stand aside for; empty when there is none."""
    if person_id is None:
        return ""
    return named(session, ties_of(session, sa.select(sa.literal(person_id)), organisations, at).get(person_id, frozenset()))


def named(session: Session, tied: frozenset[int]) -> str:
    """The name of one of these organisations; empty when there is none."""
    return (session.scalar(sa.select(Organisation.name).where(Organisation.id == min(tied))) or "") if tied else ""


def _select() -> tuple[Any, Any]:
    host = aliased(Organisation)
    query = sa.select(
        Organisation.id, Organisation.name, Organisation.host_id, sa.func.coalesce(host.name, ""), Organisation.legal_representative,
        Organisation.address, Organisation.phone, Organisation.kind,
    ).outerjoin(host, host.id == Organisation.host_id)  # fmt: skip
    return host, query


def _body(row: Any) -> Body:
    if row[-1] not in OFFICES:
        return Body(*row[:4])
    phone = "".join(row[6].split())
    key, name, host_id, host_name, leader, address, telephone = row[:-1]
    return Body(key, name, host_id, host_name, leader, address, telephone, secrets.keyed("phone", phone) if phone else "")


def _bodies(
    session: Session, people: sa.Select[Any], wanted: list[int] | sa.Select[Any], at: datetime
) -> tuple[list[Body], dict[int, set[int]]]:
    """The organisations, and person → those among them he said (or somebody pinned) that he is tied to."""
    query = _select()[1]
    said = sa.and_(
        ExpertTie.organisation_id == Organisation.id,
        ExpertTie.person_id.in_(people),
        sa.or_(ExpertTie.until_day.is_(None), ExpertTie.until_day >= today(at)),
    )
    lines = session.execute(
        query.add_columns(ExpertTie.person_id).outerjoin(ExpertTie, said).where(Organisation.id.in_(wanted)).order_by(Organisation.id)
    )
    bodies: dict[int, Body] = {}
    declared: dict[int, set[int]] = {}
    for line in lines:
        bodies.setdefault(line[0], _body(line[:-1]))
        if line[-1] is not None:
            declared.setdefault(line[-1], set()).add(line[0])
    return list(bodies.values()), declared


def _somebodies(session: Session, people: sa.Select[Any], declared: dict[int, set[int]], at: datetime) -> list[Somebody]:
    host, query = _select()
    recent = sa.and_(
        Membership.person_id == Person.id,
        Membership.role != "expert",
        sa.or_(Membership.until_day.is_(None), Membership.until_day >= today(at) - LOOK_BACK),
    )
    places: dict[int, list[Body]] = {}
    facts: dict[int, tuple[str, str, str]] = {}
    lines = session.execute(
        sa.select(
            Person.id, Person.name, sa.func.coalesce(Person.phone_key, ""), sa.func.coalesce(Expert.employer, ""), *query.selected_columns
        )
        .select_from(Person)
        .outerjoin(Expert, Expert.person_id == Person.id)
        .outerjoin(Membership, recent)
        .outerjoin(Organisation, Organisation.id == Membership.organisation_id)
        .outerjoin(host, host.id == Organisation.host_id)
        .where(Person.id.in_(people))
        .order_by(Person.id)
    )
    for line in lines:
        facts[line[0]] = (line[1], line[2], line[3])
        mine = places.setdefault(line[0], [])
        if line[4] is not None:
            mine.append(_body(line[4:]))
    return [
        Somebody(key, *facts[key], at=tuple(places[key]), declared=frozenset(declared.get(key, ()))) for key in sorted(facts)
    ]  # fmt: skip
