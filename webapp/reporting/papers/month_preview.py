"""月度活动预告: what a project plans for a month and lets people know beforehand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

import sqlalchemy as sa
from sqlalchemy.orm import Session

from reports import format as fmt
from reports.report import Column, Facts, Report, Section, Table, Text
from webapp.core.db import rows
from webapp.core.workflow import Refusal
from webapp.projects.models import Activity, Project
from webapp.projects.queries import months
from webapp.reporting.papers import Asked, Paper
from webapp.reporting.queries.works import Head, head_of

DAYS = "一二三四五六日"
MOST = 24
"""Months to choose from, the newest first."""


@dataclass(frozen=True, slots=True)
class Planned:
    """An activity to come."""

    day: date
    starts: time | None
    ends: time | None
    title: str
    place: str


@dataclass(frozen=True, slots=True)
class Preview:
    head: Head
    month: str
    activities: tuple[Planned, ...]


_SHOWN = (Activity.previewed, Activity.state != "cancelled")


def _shown(project_id: int) -> sa.ColumnElement[bool]:
    return sa.and_(Activity.project_id == project_id, *_SHOWN)


def choices(session: Session, project: Project, at: datetime) -> Sequence[tuple[str, str]]:
    """The months for which something is announced."""
    found = {f"{day:%Y-%m}" for day in session.scalars(sa.select(Activity.planned_on).where(_shown(project.id)).distinct())}
    return [(month, months.words(month)) for month in sorted(found, reverse=True)[:MOST]]


def many(session: Session, call_id: int) -> Mapping[tuple[str, str], frozenset[int]]:
    """The months for which something is announced in any project of a call, with the projects; the newest first."""
    of_call = Activity.project_id.in_(sa.select(Project.id).where(Project.call_id == call_id))
    query = sa.select(Activity.project_id, Activity.planned_on).where(of_call, *_SHOWN).distinct()
    found: dict[str, set[int]] = {}
    for project, day in session.execute(query):
        found.setdefault(f"{day:%Y-%m}", set()).add(project)
    return {(month, months.words(month)): frozenset(found[month]) for month in sorted(found, reverse=True)[:MOST]}


def gather(session: Session, project: Project, asked: Asked) -> Preview:
    """The activities announced for the month, by the day they were planned for."""
    query = sa.select(Activity.planned_on.label("day"), Activity.starts, Activity.ends, Activity.title, Activity.place)
    found = query.where(_shown(project.id), Activity.planned_on.between(*months.days_of(asked.choice)))
    listed = rows(session, Planned, found.order_by(Activity.planned_on, Activity.starts, Activity.id))
    return Preview(head_of(session, project.id), asked.choice, tuple(listed))


def build(found: Preview, asked: Asked) -> Report:
    head, month = found.head, months.words(found.month).replace(" ", "")
    columns = (
        Column("n", "序号", "number", 2.6), Column("day", "日期", width=11), Column("hours", "时间", width=5.5), Column("title", "活动名称", width=10),
        Column("place", "地点", width=9),
    )  # fmt: skip
    table = Table(
        columns,
        tuple(
            (n, f"{fmt.day(one.day)}（周{DAYS[one.day.weekday()]}）", months.hours(one.starts, one.ends) or None, one.title, one.place)
            for n, one in enumerate(found.activities, 1)
        ),
    )
    facts = Facts(
        (
            ("项目名称", head.title),
            ("承办单位", head.organisation),
            ("主办单位", head.organiser),
            ("服务社区", "、".join(head.places) or None),
        ),
        beside=True,
    )
    text = f"{month}，本项目计划开展活动 {len(found.activities)} 场，预告如下。"
    return asked.report(
        f"{head.title}\n{month}活动预告", (Section("", (facts, Text((text,)), table)),), issuer=head.organisation, lottery=head.lottery,
        scope_note="按编制时的活动计划；只列预告的活动，已取消的不列。", sources=("本平台活动计划",),
    )  # fmt: skip


def goes_on(project: Project) -> Refusal | None:
    return Refusal("opened", "项目还没有签约生效，没有活动计划。") if project.state == "opened" else None


PAPER = Paper(
    key="month_preview", title="月度活动预告", about=Project, right="activity.plan", shared=True, gather=gather, build=build, retention="10",
    author="organisation", choices=choices, many=many, ready=goes_on,
)  # fmt: skip
