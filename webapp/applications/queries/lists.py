"""Lists of applications, and one landing with what its community is asked about."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from reports.money import Money
from webapp.accounts.models import Area, Organisation
from webapp.applications.models import Application, Landing
from webapp.calls.models import Call
from webapp.core import search
from webapp.core.db import row
from webapp.core.paging import Page, page
from webapp.core.scope import Viewer, visible
from webapp.permissions import roles_for
from webapp.workflows import APPLICATION, LANDING


@dataclass(frozen=True, slots=True)
class ApplicationRow:
    """One application in a list."""

    id: int
    number: str
    title: str
    call_id: int
    call: str
    organisation: str
    area: str | None
    state: str
    requested_fen: Money
    submitted_at: datetime | None
    due_at: datetime | None

    @property
    def state_label(self) -> str:
        return APPLICATION.states[self.state]


def listing(viewer: Viewer, *, q: str = "", state: str = "", call_id: int | None = None) -> sa.Select[Any]:
    """The query of the applications a viewer may list: an `ApplicationRow` each."""
    area = sa.select(Area.name).where(Area.code == Application.area_code).scalar_subquery()
    query = (
        sa.select(
            Application.id, Application.number, Application.title, Application.call_id, Call.title.label("call"),
            Organisation.name.label("organisation"), area.label("area"), Application.state, Application.requested_fen,
            Application.submitted_at, Application.due_at,
        )
        .join(Call, Call.id == Application.call_id)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .where(visible(viewer, Application, roles_for("application.list")), search.matches("application", Application.id, q))
    )  # fmt: skip
    if state:
        query = query.where(Application.state == state)
    if call_id:
        query = query.where(Application.call_id == call_id)
    return query


def listed(
    session: Session, viewer: Viewer, *, q: str = "", state: str = "", call_id: int | None = None, after: str | None = None, size: int = 50
) -> Page[ApplicationRow]:
    """The applications a viewer may list, newest first."""
    return page(session, ApplicationRow, listing(viewer, q=q, state=state, call_id=call_id), (Application.id,), after, size)


def calls_of(session: Session, viewer: Viewer, most: int = 100) -> dict[int, str]:
    """The calls to which the applications a viewer may list belong, newest first: call → title."""
    mine = sa.select(Application.call_id).where(visible(viewer, Application, roles_for("application.list")))
    found = session.execute(sa.select(Call.id, Call.title).where(Call.id.in_(mine)).order_by(Call.id.desc()).limit(most))
    return {one.id: one.title for one in found}


@dataclass(frozen=True, slots=True)
class LandingPage:
    """One landing with what the community is asked about."""

    id: int
    title: str
    area: str | None
    state: str
    due_at: datetime | None
    application_id: int
    number: str
    application_state: str
    organisation: str
    organisation_phone: str
    call: str
    requested_fen: Money
    own_fen: Money

    @property
    def state_label(self) -> str:
        return LANDING.states[self.state]


def landing_one(session: Session, key: int) -> LandingPage | None:
    """One landing; the right was checked at the entry."""
    query = (
        sa.select(
            Landing.id, Landing.title, Area.name.label("area"), Landing.state, Landing.due_at, Landing.application_id,
            Application.number, Application.state.label("application_state"), Organisation.name.label("organisation"),
            Organisation.phone.label("organisation_phone"), Call.title.label("call"), Application.requested_fen, Application.own_fen,
        )
        .join(Application, Application.id == Landing.application_id)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .join(Call, Call.id == Application.call_id)
        .outerjoin(Area, Area.code == Landing.area_code)
        .where(Landing.id == key)
    )  # fmt: skip
    return row(session, LandingPage, query)
