"""The reviewer's queue: the claims that wait for this person, one after the other."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.accounts.viewer import Viewer
from webapp.core.scope import visible
from webapp.funding.models import Document, Spending
from webapp.funding.queries.facts import STANDING
from webapp.permissions import roles_for
from webapp.projects.models import Project
from webapp.projects.queries.acting import calls_acted_for


@dataclass(frozen=True, slots=True)
class Place:
    """Where one stands in the queue: the claim shown, its neighbours, and how many there are."""

    id: int | None
    before: int | None
    after: int | None
    position: int
    total: int


def waiting(viewer: Viewer, project: int | None = None) -> Any:
    """The condition of a claim that this person may decide now: in scope, of a call one acts for, claimed by another."""
    calls = sa.select(Project.id).where(Project.call_id.in_(calls_acted_for(viewer.members)))
    found = sa.and_(
        Spending.state == "claimed",
        Spending.by_id != viewer.id,
        Spending.project_id.in_(calls),
        visible(viewer, Spending, roles_for("spending.accept")),
    )
    return sa.and_(found, Spending.project_id == project) if project is not None else found


def place(session: Session, viewer: Viewer, *, at: int = 0, project: int | None = None) -> Place:
    """The first claim from `at` on (the very first where none is left behind it), by the order in which they came."""
    mine = waiting(viewer, project)
    first = sa.func.coalesce(
        sa.select(sa.func.min(Spending.id)).where(mine, Spending.id >= at).scalar_subquery(),
        sa.select(sa.func.min(Spending.id)).where(mine).scalar_subquery(),
    )
    here = session.scalar(sa.select(first))
    if here is None:
        return Place(None, None, None, 0, 0)
    upto = sa.func.coalesce(sa.func.sum(sa.case((Spending.id <= here, 1), else_=0)), 0)
    around = sa.select(
        sa.func.max(sa.case((Spending.id < here, Spending.id))),
        sa.func.min(sa.case((Spending.id > here, Spending.id))),
        upto,
        sa.func.count(),
    )
    before, after, position, total = session.execute(around.where(mine)).one()
    return Place(here, before, after, int(position), int(total))


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Another claim that touches the one under review."""

    id: int
    title: str
    why: str


def neighbours(session: Session, viewer: Viewer, spending: Spending) -> list[Neighbour]:
    """Claims that stand on the same document, or on the number before or after of the same seller; those one may read."""
    document = session.get_one(Document, spending.document_id)
    same = Spending.document_id == document.id
    near: sa.ColumnElement[bool] = sa.false()
    if document.serial is not None and document.seller_key:
        near = sa.and_(
            Document.register == document.register, Document.code == document.code, Document.seller_key == document.seller_key,
            Document.serial.in_((document.serial - 1, document.serial + 1)),
        )  # fmt: skip
    query = (
        sa.select(Spending.id, Spending.title, sa.case((same, "同一张凭证"), else_="同一销售方的连号"))
        .join(Document, Document.id == Spending.document_id)
        .where(
            sa.or_(same, near),
            Spending.id != spending.id,
            Spending.state.in_(STANDING),
            visible(viewer, Spending, roles_for("spending.read")),
        )
    )
    return [Neighbour(key, title, why) for key, title, why in session.execute(query.order_by(Spending.id).limit(5))]
