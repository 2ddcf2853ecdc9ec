"""The list of projects and the street's view over its communities."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from reports.money import Money
from webapp.accounts.models import Area, Organisation
from webapp.applications.models import Application
from webapp.calls.models import Call
from webapp.core.clock import today
from webapp.core.db import rows
from webapp.core.journal import Entry
from webapp.core.paging import Page, page
from webapp.core.scope import Viewer, impartial, visible, within
from webapp.permissions import roles_for
from webapp.projects.models import RUNNING, Activity, Place, Project, Rectification, Visit
from webapp.workflows import PROJECT

SILENT_DAYS = 30
"""After so many days without an activity a running project is shown as silent."""


@dataclass(frozen=True, slots=True)
class ProjectRow:
    """One project in a list."""

    id: int
    number: str
    title: str
    state: str
    organisation: str
    area: str | None
    granted_fen: Money
    paid_fen: Money
    spent_fen: Money
    ends_on: date

    @property
    def state_label(self) -> str:
        return PROJECT.states[self.state]


ROW = (
    Project.id, Project.number, Project.title, Project.state, Organisation.name.label("organisation"), Area.name.label("area"),
    Project.granted_fen, Project.paid_fen, Project.spent_fen, Project.ends_on,
)  # fmt: skip


def _rows() -> Any:
    return sa.select(*ROW).join(Organisation, Organisation.id == Project.organisation_id).outerjoin(Area, Area.code == Project.area_code)


ONLY = {"running": "在实施", "paid": "已拨过款", "landed": "落地在所选社区", "seated": "所属为所选社区"}
"""What a list may be narrowed to besides; the figures of a board lead here with these, so that both count the same."""


def _only(name: str, area: str) -> sa.ColumnElement[bool]:
    match name:
        case "running":
            return Project.state.in_(RUNNING)
        case "paid":
            return sa.type_coerce(Project.paid_fen, sa.BigInteger) > 0
        case "landed":
            return Project.id.in_(sa.select(Place.project_id).where(within(Place.area_code, area)))
        case _:
            return within(Project.area_code, area)


def listing(
    viewer: Viewer, *, state: str = "", area: str = "", call: int | None = None, q: str = "", year: int | None = None, only: str = ""
) -> sa.Select[Any]:
    """The query of the projects a viewer may list: a `ProjectRow` each. `year` is that of the money (预算年度), `only` one of `ONLY`."""
    query: sa.Select[Any] = _rows().where(visible(viewer, Project, roles_for("project.list")))
    if state:
        query = query.where(Project.state == state)
    if area:
        query = query.where(
            sa.or_(within(Project.area_code, area), Project.id.in_(sa.select(Place.project_id).where(within(Place.area_code, area))))
        )
    if call is not None:
        query = query.where(Project.call_id == call)
    if q:
        query = query.where(sa.or_(Project.title.contains(q, autoescape=True), Project.number == q))
    if year is not None:
        query = query.where(of_year(year))
    return query.where(_only(only, area)) if only in ONLY else query


def of_year(year: int) -> sa.ColumnElement[bool]:
    """Projects whose money is of a year (预算年度)."""
    return Project.call_id.in_(sa.select(Call.id).where(Call.fund_year == year))


def listed(session: Session, viewer: Viewer, *, after: str | None = None, size: int = 50, **narrowed: Any) -> Page[ProjectRow]:
    """The projects a viewer may list, newest first, narrowed as `listing` can."""
    return page(session, ProjectRow, listing(viewer, **narrowed), (Project.id,), after, size)


@dataclass(frozen=True, slots=True)
class CallChoice:
    id: int
    title: str


def calls_with_projects(session: Session, viewer: Viewer) -> list[CallChoice]:
    """The calls that have projects the viewer may list, for the filter."""
    mine = sa.select(Project.call_id).where(visible(viewer, Project, roles_for("project.list")))
    return rows(session, CallChoice, sa.select(Call.id, Call.title).where(Call.id.in_(mine)).order_by(Call.id.desc()).limit(50))


@dataclass(frozen=True, slots=True)
class CommunityRow:
    """One community and the projects that land there."""

    code: str
    name: str
    projects: int
    running: int
    late: int
    last_activity: date | None
    last_visit: date | None
    open_rectifications: int


def over_communities(session: Session, viewer: Viewer, at: datetime) -> list[CommunityRow]:
    """Every community with projects in the viewer's area, in one statement.

    Late is a running project past its last day. The figures serve supervision of projects, never a ranking of
    communities (减负, 国办函〔2026〕12号), so the order is that of the area codes.
    """
    day = today(at)
    running = Project.state.in_(RUNNING)
    last_activity = (
        sa.select(sa.func.max(Activity.held_on))
        .join(Place, Place.project_id == Activity.project_id)
        .where(Place.area_code == Area.code, Activity.state == "held", impartial(viewer, Activity))
        .scalar_subquery()
    )
    last_visit = sa.select(sa.func.max(Visit.held_on)).where(Visit.area_code == Area.code, impartial(viewer, Visit)).scalar_subquery()
    waiting = (
        sa.select(sa.func.count())
        .select_from(Rectification)
        .join(Place, Place.project_id == Rectification.project_id)
        .where(Place.area_code == Area.code, Rectification.state != "closed", impartial(viewer, Rectification))
        .scalar_subquery()
    )
    query = (
        sa.select(
            Area.code, Area.name, sa.func.count().label("projects"),
            sa.func.count().filter(running).label("running"), sa.func.count().filter(running, Project.ends_on < day).label("late"),
            last_activity.label("last_activity"), last_visit.label("last_visit"), waiting.label("open_rectifications"),
        )
        .select_from(Place)
        .join(Project, Project.id == Place.project_id)
        .join(Area, Area.code == Place.area_code)
        .where(visible(viewer, Project, roles_for("project.overview")), _places_of(viewer))
        .group_by(Area.code, Area.name)
        .order_by(Area.code)
    )  # fmt: skip
    return rows(session, CommunityRow, query)


def _places_of(viewer: Viewer) -> sa.ColumnElement[bool]:
    """Only places in the viewer's own area: a project that also lands elsewhere is counted there by others."""
    roles = roles_for("project.overview")
    return sa.or_(sa.false(), *(within(Place.area_code, tie.value) for tie in viewer.ties if tie.relation == "area" and tie.role in roles))


@dataclass(frozen=True, slots=True)
class AttentionRow:
    """A running project that somebody should look after, and why."""

    id: int
    number: str
    title: str
    organisation: str
    area: str | None
    ends_on: date
    last_activity: date | None
    open_rectifications: int
    day: date
    urged_at: datetime | None
    """When it was last urged (催办); None when it never was."""

    @property
    def reasons(self) -> list[str]:
        found = []
        if self.ends_on < self.day:
            found.append(f"超过结束日期 {(self.day - self.ends_on).days} 天")
        if self.last_activity is None:
            found.append("还没有活动记录")
        elif (self.day - self.last_activity).days > SILENT_DAYS:
            found.append(f"{(self.day - self.last_activity).days} 天没有活动记录")
        if self.open_rectifications:
            found.append(f"{self.open_rectifications} 项整改、督办未销号")
        return found


def needing_attention(session: Session, viewer: Viewer, at: datetime, *, limit: int = 100) -> list[AttentionRow]:
    """Running projects that are late, silent or under rectification; the longest waiting first."""
    day = today(at)
    last = sa.select(sa.func.max(Activity.held_on)).where(Activity.project_id == Project.id, Activity.state == "held").scalar_subquery()
    waiting = (
        sa.select(sa.func.count())
        .select_from(Rectification)
        .where(Rectification.project_id == Project.id, Rectification.state != "closed")
        .scalar_subquery()
    )
    urged = sa.select(sa.func.max(Entry.at)).where(
        Entry.subject == sa.literal("project:") + sa.cast(Project.id, sa.String), Entry.step == "urge"
    )
    query = (
        sa.select(
            Project.id, Project.number, Project.title, Organisation.name.label("organisation"), Area.name.label("area"), Project.ends_on,
            last.label("last_activity"), waiting.label("open_rectifications"), sa.literal(day, sa.Date).label("day"),
            urged.scalar_subquery().label("urged_at"),
        )
        .join(Organisation, Organisation.id == Project.organisation_id)
        .outerjoin(Area, Area.code == Project.area_code)
        .where(
            visible(viewer, Project, roles_for("project.overview")), Project.state.in_(RUNNING),
            sa.or_(Project.ends_on < day, last.is_(None), last < day - timedelta(days=SILENT_DAYS), waiting > 0),
        )
        .order_by(Project.ends_on, Project.id)
        .limit(limit)
    )  # fmt: skip
    return rows(session, AttentionRow, query)


def moved_up(session: Session, call_id: int) -> list[str]:
    """The titles of a call's applications on the list that are no projects yet."""
    query = sa.select(Application.title).where(Application.call_id == call_id, Application.state == "proposed")
    return list(session.scalars(query.order_by(Application.id)))
