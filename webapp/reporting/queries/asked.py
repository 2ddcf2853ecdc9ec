"""What a report is asked for, and the projects it is about."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy.orm import Session

from reports.money import Money
from webapp.accounts.models import Area, Organisation
from webapp.accounts.queries import area_names, has_dataset
from webapp.calls.models import Call
from webapp.core import journal
from webapp.core.scope import Viewer, visible, within
from webapp.needs.queries import category_labels
from webapp.permissions import roles_for
from webapp.projects.models import Project
from webapp.reporting.rules import SOURCES

BOTH = tuple(SOURCES)


@dataclass(frozen=True, slots=True)
class Wish:
    """A report as asked for: the moment of its data, and what it is narrowed to; `viewer` None is the house itself."""

    as_of: datetime
    year: int | None = None
    programme: str = ""
    """A published programme's name, or a call's title."""
    area: str = ""
    """A prefix of area codes."""
    project: str = ""
    """A project's number."""
    sources: tuple[str, ...] = BOTH
    viewer: Viewer | None = None

    @property
    def args(self) -> dict[str, Any]:
        """What it is narrowed to, as the row of the issued document keeps it."""
        return {
            "year": self.year, "programme": self.programme, "area": self.area, "project": self.project, "sources": list(self.sources),
        }  # fmt: skip

    @property
    def narrowed(self) -> tuple[tuple[str, str], ...]:
        """What it is narrowed to, in words."""
        pairs = (
            ("年度", str(self.year) if self.year else ""), ("项目计划（征集公告）", self.programme), ("地区代码", self.area),
            ("项目编号", self.project),
        )  # fmt: skip
        return tuple(pair for pair in pairs if pair[1])

    @property
    def scope(self) -> str:
        """The same as a report says it."""
        return f"范围：{'；'.join(f'{name}：{value}' for name, value in self.narrowed) or '全部'}。"


class AsAsked(Protocol):
    """What of a document's asking a report over many objects needs."""

    @property
    def as_of(self) -> datetime: ...
    @property
    def viewer(self) -> Viewer | None: ...
    @property
    def args(self) -> Mapping[str, Any]: ...


def wish_of(asked: AsAsked) -> Wish:
    """What a report over many objects was asked for."""
    one = asked.args
    return Wish(
        asked.as_of, one.get("year"), one.get("programme") or "", one.get("area") or "", one.get("project") or "",
        tuple(one.get("sources") or BOTH), asked.viewer,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Subject:
    """A project as every report names it."""

    id: int
    number: str
    title: str
    organisation: str
    call: str
    area: str
    category: str
    year: int
    granted: Money
    starts_on: date
    ends_on: date
    area_code: str

    @property
    def ref(self) -> str:
        return f"project:{self.id}"


def is_demo(session: Session) -> bool:
    """Whether the platform's own figures are a simulation."""
    return has_dataset(session, "demo")


def reached(wish: Wish) -> sa.ColumnElement[bool]:
    """The projects a report may be about: those of its asker's areas, narrowed as asked."""
    found = [sa.true() if wish.viewer is None else visible(wish.viewer, Project, roles_for("report.create"))]
    if wish.year is not None:
        found.append(Call.fund_year == wish.year)
    if wish.programme:
        found.append(Call.title == wish.programme)
    if wish.area:
        found.append(within(Project.area_code, wish.area))
    if wish.project:
        found.append(Project.number == wish.project)
    return sa.and_(*found)


def subjects(session: Session, wish: Wish) -> list[Subject]:
    """The projects of a report by number, with the names a reader knows; four statements however many there are."""
    query = (
        sa.select(
            Project.id, Project.number, Project.title, Organisation.name.label("organisation"), Project.call_id, Project.area_code,
            Project.category, Project.granted_fen, Project.starts_on, Project.ends_on,
        )
        .join(Call, Call.id == Project.call_id)
        .join(Organisation, Organisation.id == Project.organisation_id)
        .where(reached(wish))
        .order_by(Project.number)
    )  # fmt: skip
    found = session.execute(query).all()
    calls = {
        key: (title, year, category_titles(rules))
        for key, title, year, rules in session.execute(
            sa.select(Call.id, Call.title, Call.fund_year, Call.rules).where(Call.id.in_({one.call_id for one in found}))
        )
    }
    places, labels = area_names(session, {one.area_code for one in found}), category_labels(session)
    return [
        Subject(
            one.id, one.number, one.title, one.organisation, calls[one.call_id][0], places.get(one.area_code, one.area_code),
            calls[one.call_id][2].get(one.category) or labels.get(one.category, one.category), calls[one.call_id][1],
            one.granted_fen, one.starts_on, one.ends_on, one.area_code,
        )
        for one in found
    ]  # fmt: skip


def category_titles(rules: Mapping[str, Any]) -> dict[str, str]:
    """The categories of a call by key."""
    return {one["key"]: one["title"] for one in rules.get("categories") or () if "key" in one and "title" in one}


def states(session: Session, kind: str, as_of: datetime) -> dict[int, str]:
    """The state each object of a kind had at a moment, out of the journal; what was not there yet is left out."""
    one = journal.Entry
    of_kind = sa.and_(one.subject >= f"{kind}:", one.subject < f"{kind};", one.at <= as_of, one.after.is_not(None))
    last = sa.select(one.subject, sa.func.max(one.number).label("number")).where(of_kind).group_by(one.subject).subquery()
    query = sa.select(one.subject, one.after).join(last, sa.and_(one.subject == last.c.subject, one.number == last.c.number))
    return {int(subject.rpartition(":")[2]): after or "" for subject, after in session.execute(query)}


def city_names(session: Session, area: str) -> list[str]:
    """How published texts name the places under an area: 苏州市, 昆山市, 常州市武进区; nothing for an unknown area.

    A text lies in the area when it begins with one of these. Streets and communities are named with their city.
    """
    deepest = max(6, len(area))
    above = [area[:n] for n in (4, 6, 9) if n < len(area)]
    query = sa.select(Area.code, Area.name).where(
        sa.or_(sa.and_(within(Area.code, area), sa.func.length(Area.code) <= deepest), Area.code.in_(above))
    )
    names: dict[str, str] = dict(session.execute(query).all())
    found: set[str] = set()
    for code in names:
        if not code.startswith(area):
            continue
        path = [names.get(code[:n], "") for n in (4, 6, 9, 12) if 4 <= n <= len(code)] if len(code) > 2 else [names[code]]
        for start in range(len(path)):
            if len(code) <= 6 or start < len(path) - 1:
                found.add("".join(path[start:]))
    return sorted(found - {""})
