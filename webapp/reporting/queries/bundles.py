"""Many documents at once: what a bundle can be of, its subjects, and how far it has come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.applications.models import Application
from webapp.calls.models import Call
from webapp.core.db import row, rows
from webapp.core.paging import Page, page
from webapp.core.scope import Viewer, visible, within
from webapp.permissions import roles_for
from webapp.projects.models import Project
from webapp.reporting.models import Bundle, BundleItem, Issued, title_of

MOST = 2000
"""Documents of one bundle."""


def of_call(model: Any, call_id: int, area: str = "") -> sa.ColumnElement[bool] | None:
    """The condition that a row hangs on a call, and lies under an area; None for tables that hang on none."""
    for name, above in (("call_id", model), ("project_id", Project), ("application_id", Application)):
        if hasattr(model, name):
            found = sa.and_(above.call_id == call_id, within(above.area_code, area) if area and hasattr(above, "area_code") else sa.true())
            return found if above is model else getattr(model, name).in_(sa.select(above.id).where(found))
    return None


def subjects(session: Session, viewer: Viewer, model: Any, right: str, call: Call, *, area: str = "", state: str = "") -> list[Any]:
    """What of a call the viewer may have a document of, in the order they came; at most one more than a bundle takes."""
    hangs = of_call(model, call.id, area)
    if hangs is None:
        return []
    query = sa.select(model).where(hangs, visible(viewer, model, roles_for(right)))
    if state:
        query = query.where(model.state == state)
    return list(session.scalars(query.order_by(model.id).limit(MOST + 1)))


@dataclass(frozen=True, slots=True)
class Listed:
    """A bundle in the list of one's own."""

    id: int
    number: str
    title: str
    at: datetime
    stopped_at: datetime | None
    packed_at: datetime | None

    @property
    def standing(self) -> str:
        return "已打包" if self.packed_at else "已停下" if self.stopped_at else "编制中"


_BUNDLE = sa.select(Bundle.id, Bundle.number, Bundle.title, Bundle.at, Bundle.stopped_at, Bundle.packed_at)


def mine(session: Session, viewer: Viewer, after: str | None = None) -> Page[Listed]:
    """One's own bundles, the newest first."""
    return page(session, Listed, _BUNDLE.where(visible(viewer, Bundle, roles_for("bundle.read"))), (Bundle.id,), after)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a bundle has come."""

    total: int
    done: int
    failed: int
    first: datetime | None
    last: datetime | None

    @property
    def left(self) -> int:
        return self.total - self.done - self.failed

    @property
    def part(self) -> float:
        return (self.done + self.failed) / self.total if self.total else 1.0

    @property
    def remaining(self) -> timedelta | None:
        """How long the rest takes at the pace so far; None while there is no pace."""
        if self.first is None or self.last is None or self.done < 2 or self.last <= self.first or not self.left:
            return None
        return (self.last - self.first) / (self.done - 1) * self.left


def progress(session: Session, bundle_id: int) -> Progress:
    """The counts, in one statement."""
    one = BundleItem
    query = sa.select(
        sa.func.count().label("total"), sa.func.count(one.done_at).label("done"),
        sa.func.coalesce(sa.func.sum(sa.case((one.error != "", 1), else_=0)), 0).label("failed"),
        sa.func.min(one.done_at).label("first"), sa.func.max(one.done_at).label("last"),
    ).where(one.bundle_id == bundle_id)  # fmt: skip
    found = row(session, Progress, query)
    assert found is not None, "a count is always there"
    return found


@dataclass(frozen=True, slots=True)
class Member:
    """One document of a bundle, as its page and its index tell it."""

    position: int
    subject: str
    number: str | None
    title: str | None
    suffix: str | None
    file_digest: str | None
    data_digest: str | None
    issued_id: int | None
    done_at: datetime | None
    error: str


def _members(bundle_id: int) -> sa.Select[*tuple[Any, ...]]:
    one = BundleItem
    return (
        sa.select(
            one.position, one.subject, Issued.number, Issued.title, Issued.suffix, Issued.file_digest, Issued.data_digest, one.issued_id,
            one.done_at, one.error,
        )
        .outerjoin(Issued, Issued.id == one.issued_id)
        .where(one.bundle_id == bundle_id)
        .order_by(one.position)
    )  # fmt: skip


def members(session: Session, bundle_id: int) -> list[Member]:
    """All of a bundle, in order."""
    return rows(session, Member, _members(bundle_id))


def failed(session: Session, bundle_id: int, most: int = 50) -> Sequence[Member]:
    """Those that were given up."""
    return rows(session, Member, _members(bundle_id).where(BundleItem.error != "").limit(most))


def kind_title(bundle: Bundle) -> str:
    return title_of(bundle.kind)
