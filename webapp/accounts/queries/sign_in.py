"""What a sign-in is checked against, and the accounts a demo city offers."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.accounts.models import Membership, Organisation, Person
from webapp.core.db import row, rows
from webapp.workflows import ROLES


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a sign-in by name is checked against."""

    id: int
    password: str | None


def credentials(session: Session, login: str) -> Credentials | None:
    """The account of a login name."""
    return row(session, Credentials, sa.select(Person.id, Person.password).where(Person.login == login))


def residents_of_phone(session: Session, phone_key: str) -> list[Person]:
    """The accounts that sign in by this phone: several people may share one. Who has a login name uses that."""
    return list(session.scalars(sa.select(Person).where(Person.phone_key == phone_key, Person.login.is_(None)).order_by(Person.id)))


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """One account of the demo city, for its sign-in page."""

    role: str
    name: str
    organisation: str
    login: str


def demo_accounts(session: Session) -> list[DemoAccount]:
    """The demo account of each role whose login name comes first, the shortest before the longer ones."""
    place = sa.func.row_number().over(partition_by=Membership.role, order_by=(sa.func.length(Person.login), Person.login))
    every = (
        sa.select(Membership.role, Person.name, Organisation.name.label("organisation"), Person.login, place.label("place"))
        .join(Person, Person.id == Membership.person_id)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(Person.demo, Person.login.is_not(None), Membership.until_day.is_(None))
        .subquery()
    )
    query = sa.select(every.c.role, every.c.name, every.c.organisation, every.c.login).where(every.c.place == 1)
    order = list(ROLES)
    return sorted(rows(session, DemoAccount, query), key=lambda one: order.index(one.role))


def demo_phone(session: Session) -> str | None:
    """The phone of a demo resident."""
    query = sa.select(Person.phone).where(Person.demo, Person.login.is_(None), Person.area_code.is_not(None), Person.phone.is_not(None))
    return session.scalar(query.order_by(Person.id).limit(1))
