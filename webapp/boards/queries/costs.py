"""同类成本: what a 人次 and a person cost in finished projects of one category, and how far apart the projects lie."""

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from itertools import groupby

import sqlalchemy as sa
from sqlalchemy.orm import Session

from reports.money import Money
from webapp.accounts.models import Organisation
from webapp.boards.queries.gaps import since
from webapp.boards.queries.names import categories
from webapp.boards.queries.reach import projects
from webapp.boards.rules import Spread, rounded, spread
from webapp.core.db import rows
from webapp.core.scope import Viewer
from webapp.projects.models import RUNNING, Project
from webapp.workflows import PROJECT

MOST = 500
DONE = ("closing", "accepted", "evaluated", "archived")
"""What a project cost can be said once it has been delivered; before, only what it has cost so far."""


@dataclass(frozen=True, slots=True)
class Cost:
    """A category: its projects, and the spreads; None where there are fewer than `LEAST`."""

    key: str
    label: str
    n: int
    per_visit: Spread | None
    per_person: Spread | None


def _counted(viewer: Viewer, at: datetime, running: bool) -> sa.ColumnElement[bool]:
    """The projects whose costs can be said."""
    states = (*DONE, *RUNNING) if running else DONE
    spent = sa.type_coerce(Project.spent_fen, sa.BigInteger) > 0
    return sa.and_(
        projects(viewer), Project.state.in_(states), Project.starts_on >= since(at), spent, Project.visits > 0, Project.persons > 0
    )


def by_category(session: Session, viewer: Viewer, at: datetime, *, running: bool = False) -> list[Cost]:
    """Every category with a project that spent money and served somebody, in order of the names; three statements at most.

    Only delivered ones, unless those still at work are asked for too.
    """
    fen = sa.type_coerce(Project.spent_fen, sa.BigInteger).label("fen")
    query = (
        sa.select(Project.category, fen, Project.visits, Project.persons).where(_counted(viewer, at, running)).order_by(Project.category)
    )
    found = session.execute(query).all()
    labels = categories(session, {one.category for one in found})
    costs = []
    for key, members in groupby(found, key=lambda one: one.category):
        like = list(members)
        visits, persons = ([Fraction(one.fen, int(getattr(one, name))) for one in like] for name in ("visits", "persons"))
        costs.append(Cost(key, labels[key], len(like), spread(visits), spread(persons)))
    return sorted(costs, key=lambda one: one.label)


@dataclass(frozen=True, slots=True)
class Member:
    """One project of a category with what it cost."""

    id: int
    number: str
    title: str
    organisation: str
    state: str
    spent_fen: Money
    persons: int
    visits: int
    category: str

    @property
    def state_label(self) -> str:
        return PROJECT.states[self.state]

    @property
    def per_visit(self) -> Money:
        return rounded(Fraction(self.spent_fen.fen, self.visits))

    @property
    def per_person(self) -> Money:
        return rounded(Fraction(self.spent_fen.fen, self.persons))


def members(session: Session, viewer: Viewer, at: datetime, category: str = "", *, running: bool = False) -> list[Member]:
    """The projects behind a category's spread (behind all of them, where none is named), the dearest 人次 first; one statement."""
    of = Project.category == category if category else sa.true()
    query = (
        sa.select(
            Project.id, Project.number, Project.title, Organisation.name.label("organisation"), Project.state, Project.spent_fen, Project.persons,
            Project.visits, Project.category,
        )
        .join(Organisation, Organisation.id == Project.organisation_id)
        .where(_counted(viewer, at, running), of)
    )  # fmt: skip
    found = rows(session, Member, query.order_by(Project.id).limit(MOST))
    return sorted(found, key=lambda one: -one.per_visit.fen)
