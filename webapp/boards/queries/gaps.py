"""供需缺口: what the residents of each community voted for most, and the projects and the money that reached it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

import sqlalchemy as sa
from sqlalchemy.orm import Session

from reports.money import Money
from webapp.accounts.models import Area
from webapp.boards.queries.reach import places, projects
from webapp.boards.rules import TOP, YEARS, Gap, gaps
from webapp.core.clock import today
from webapp.core.paging import Page
from webapp.core.scope import Viewer, visible
from webapp.core.trace import Trace
from webapp.needs.models import Need
from webapp.needs.queries import CATEGORY
from webapp.permissions import roles_for
from webapp.projects.models import Project
from webapp.workflows import NEED

SIZE = 8
"""Communities on a page."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One of a community's most wanted needs, with what reached it in `YEARS` years."""

    id: int
    number: str
    title: str
    category_label: str
    state: str
    voted: int
    ranked: int | None
    projects: Sequence[tuple[int, str]]
    """Key and title of each."""
    granted: Money
    paid: Money
    shared: bool
    """Whether one of the projects answers other needs too; its money is shown whole."""
    gap: Gap

    @property
    def state_label(self) -> str:
        return NEED.states[self.state]

    @property
    def open(self) -> bool:
        """Whether a call can be drafted for it: listed and in no call yet."""
        return self.state == "listed"


@dataclass(frozen=True, slots=True)
class Community:
    """A community with its most wanted needs."""

    code: str
    name: str
    needs: Sequence[Wanted]


def since(at: datetime) -> date:
    """The first day that still counts."""
    day = today(at)
    return day.replace(year=day.year - YEARS, day=min(day.day, 28))


def listed(
    session: Session, viewer: Viewer, at: datetime, *, area: str = "", after: str | None = None, size: int = SIZE
) -> Page[Community]:
    """Communities by code, each with its `TOP` needs; four statements however many there are."""
    shown = sa.and_(
        places(viewer, Need.area_code, area), Need.voted.is_not(None),
        sa.or_(Need.public.is_(True), visible(viewer, Need, roles_for("need.read"))), Need.state.not_in(("merged", "withdrawn")),
    )  # fmt: skip
    communities = sa.select(Need.area_code).where(shown).group_by(Need.area_code).order_by(Need.area_code).limit(size + 1)
    if after and after.isdecimal():
        communities = communities.where(Need.area_code > after)
    codes = list(session.scalars(communities))
    more, codes = len(codes) > size, codes[:size]
    place = sa.func.row_number().over(partition_by=Need.area_code, order_by=(Need.voted.desc(), Need.id)).label("place")
    ranked = (
        sa.select(
            Need.id, Need.number, Need.title, CATEGORY.label("category_label"), Need.state, Need.voted, Need.ranked, Need.area_code,
            Area.name.label("area"), place,
        )
        .outerjoin(Area, Area.code == Need.area_code)
        .where(shown, Need.area_code.in_(codes))
        .subquery()
    )  # fmt: skip
    found = (
        session.execute(sa.select(ranked).where(ranked.c.place <= TOP).order_by(ranked.c.area_code, ranked.c.place)).all() if codes else []
    )
    reached = _reached(session, viewer, [one.id for one in found], since(at))
    rows = []
    for code, members in groupby(found, key=lambda one: one.area_code):
        wanted = list(members)
        rows.append(Community(code, wanted[0].area or code, _with_gaps(wanted, reached)))
    return Page(rows, codes[-1] if more else None)


@dataclass(frozen=True, slots=True)
class _Project:
    id: int
    title: str
    granted: Money
    paid: Money
    needs: int


def _reached(session: Session, viewer: Viewer, needs: Sequence[int], first: date) -> dict[int, list[_Project]]:
    """The projects that answer each need, begun since a day and not ended early; two statements."""
    if not needs:
        return {}
    answer = sa.and_(Trace.parent.like("need:%"), Trace.child.like("application:%"))
    wanted = [f"need:{key}" for key in needs]
    applied = session.execute(sa.select(Trace.parent, Trace.child).where(answer, Trace.parent.in_(wanted))).all()
    applications = {int(one.child.partition(":")[2]) for one in applied}
    application = sa.literal("application:") + sa.cast(Project.application_id, sa.String)
    parents = sa.select(sa.func.count()).select_from(Trace).where(Trace.child == application, Trace.parent.like("need:%"))
    query = sa.select(
        Project.id,
        Project.title,
        Project.granted_fen,
        Project.paid_fen,
        Project.application_id,
        parents.correlate(Project).scalar_subquery(),
    ).where(Project.application_id.in_(applications), Project.starts_on >= first, Project.state != "terminated", projects(viewer))
    known = {
        key: _Project(id_, title, granted, paid, n) for id_, title, granted, paid, key, n in session.execute(query.order_by(Project.id))
    }
    found: dict[int, list[_Project]] = {}
    for need, child in applied:
        if (one := known.get(int(child.partition(":")[2]))) is not None:
            found.setdefault(int(need.partition(":")[2]), []).append(one)
    return found


def _with_gaps(wanted: Sequence[sa.Row[tuple[object, ...]]], reached: dict[int, list[_Project]]) -> list[Wanted]:
    sums = []
    for one in wanted:
        mine = reached.get(one.id, [])
        sums.append((mine, sum((p.granted for p in mine), Money(0)), sum((p.paid for p in mine), Money(0))))
    found = gaps([(one.voted, granted, len(mine)) for one, (mine, granted, _) in zip(wanted, sums, strict=True)])
    return [
        Wanted(
            one.id, one.number, one.title, one.category_label, one.state, one.voted, one.ranked, [(p.id, p.title) for p in mine], granted, paid,
            any(p.needs > 1 for p in mine), gap,
        )
        for one, (mine, granted, paid), gap in zip(wanted, sums, found, strict=True)
    ]  # fmt: skip
