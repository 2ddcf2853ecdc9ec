"""项目进展情况报告: goals, deeds, supervision and money of each project."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from sqlalchemy.orm import Session

from reports import format as fmt
from reports.money import Money
from reports.report import Column, Report, Section, Table, Text
from webapp.reporting.groups import grouped
from webapp.reporting.papers import Asked, Paper
from webapp.reporting.queries import delivery
from webapp.reporting.queries.asked import wish_of
from webapp.reporting.queries.delivery import Delivery, Standing

TITLE = "项目进展情况报告"
SCOPE = (
    "状态取办理记录在报告时点的状态；活动、督导、整改、拨款计至报告时点；目标完成数为已登记的累计数。"
    "人数为各次活动人数之和，人次为服务人次之和。"
)
COUNTS = ("projects", "goals", "goals_done", "activities", "persons", "attendances", "visits", "rectifications", "rectifications_open")


def gather(session: Session, _: None, asked: Asked) -> Delivery:
    """The projects of the asker's areas, as asked for."""
    return delivery.gather(session, wish_of(asked))


def build(data: Delivery, asked: Asked) -> Report:
    """The report. Over nothing it is a report of noughts."""
    return asked.report(
        TITLE,
        (_overview(data), _projects(data), _goals(data)),
        scope_note=SCOPE + wish_of(asked).scope,
        sources=("本平台办理记录、活动记录、督导记录和拨款记录",),
        demo=data.demo,
    )


def _sum(rows: Sequence[Standing], name: str) -> Any:
    return sum((getattr(row, name) for row in rows), start=Money(0) if name in {"planned", "paid"} else 0)


def _overview(data: Delivery) -> Section:
    rows = data.projects
    planned, paid = _sum(rows, "planned"), _sum(rows, "paid")
    text = (
        f"共 {len(rows)} 个项目。子目标 {_sum(rows, 'goals')} 项，已完成 {_sum(rows, 'goals_done')} 项；"
        f"开展活动 {_sum(rows, 'activities')} 场，"
        f"服务 {_sum(rows, 'persons')} 人、{_sum(rows, 'attendances')} 人次；督导 {_sum(rows, 'visits')} 次，"
        f"整改 {_sum(rows, 'rectifications')} 件，"
        f"未销号 {_sum(rows, 'rectifications_open')} 件；应拨 {fmt.yuan(planned, unit=True)}，已拨 {fmt.yuan(paid, unit=True)}。"
    )
    blocks = [
        _group("按征集公告", "征集公告", "call", rows),
        _group("按地区", "地区", "area", rows),
        _group("按状态", "状态", "state", rows),
    ]
    return Section("总体情况", (Text((text,)), *blocks))


def _group(caption: str, title: str, by: str, rows: Sequence[Standing]) -> Table:
    figures = ("projects", "goals", "goals_done", "activities", "attendances", "paid_fen")
    lines = [
        {
            "call": row.subject.call,
            "area": row.subject.area,
            "state": row.state,
            "projects": 1,
            "goals": row.goals,
            "goals_done": row.goals_done,
            "activities": row.activities,
            "attendances": row.attendances,
            "paid_fen": row.paid.fen,
        }
        for row in rows
    ]
    found = sorted(grouped(lines, by, figures), key=lambda one: (-one["projects"], one["key"]))
    columns = (
        Column("key", title),
        Column("projects", "项目数", "number"),
        Column("goals", "子目标", "number"),
        Column("goals_done", "已完成", "number"),
        Column("attendances", "人次", "number"),
        Column("paid", "已拨", "money"),
    )
    cells = tuple(
        (one["key"], one["projects"], one["goals"], one["goals_done"], one["attendances"], Money(one["paid_fen"])) for one in found
    )
    totals = ("合计", len(rows), _sum(rows, "goals"), _sum(rows, "goals_done"), _sum(rows, "attendances"), _sum(rows, "paid"))
    return Table(columns, cells, caption, totals, "元")


def _projects(data: Delivery) -> Section:
    rows = data.projects
    money = Table(
        (
            Column("number", "编号"),
            Column("title", "项目"),
            Column("organisation", "承办单位"),
            Column("area", "地区"),
            Column("state", "状态"),
            Column("dates", "起止"),
            Column("granted", "资助额", "money"),
            Column("tranches", "已拨期数"),
            Column("paid", "已拨", "money"),
            Column("rate", "拨付率", "percent"),
        ),
        tuple(
            (
                r.subject.number,
                r.subject.title,
                r.subject.organisation,
                r.subject.area,
                r.state,
                f"{r.subject.starts_on:%Y.%m.%d}–{r.subject.ends_on:%Y.%m.%d}",
                r.subject.granted,
                f"{r.tranches_paid}/{r.tranches}",
                r.paid,
                r.paid.percent_of(r.subject.granted),
            )
            for r in rows
        ),
        "项目与拨款",
        ("合计", "", "", "", "", "", sum((r.subject.granted for r in rows), Money(0)), "", _sum(rows, "paid"), None),
        "元",
    )
    deeds = Table(
        (
            Column("number", "编号"),
            Column("title", "项目"),
            Column("goals", "子目标完成"),
            Column("activities", "活动（场）", "number"),
            Column("persons", "人数", "number"),
            Column("attendances", "人次", "number"),
            Column("visits", "督导（次）", "number"),
            Column("rectifications", "整改（未销号/全部）"),
        ),
        tuple(
            (
                r.subject.number,
                r.subject.title,
                f"{r.goals_done}/{r.goals}",
                r.activities,
                r.persons,
                r.attendances,
                r.visits,
                f"{r.rectifications_open}/{r.rectifications}",
            )
            for r in rows
        ),
        "活动与督导",
        (
            "合计",
            "",
            f"{_sum(rows, 'goals_done')}/{_sum(rows, 'goals')}",
            *(_sum(rows, n) for n in ("activities", "persons", "attendances", "visits")),
            f"{_sum(rows, 'rectifications_open')}/{_sum(rows, 'rectifications')}",
        ),
    )
    return Section("各项目进展", (money, deeds))


def _goals(data: Delivery) -> Section:
    columns = (
        Column("project", "项目编号"),
        Column("title", "子目标"),
        Column("due", "应完成", "date"),
        Column("target", "目标", "number"),
        Column("done", "完成", "number"),
        Column("rate", "完成率", "percent"),
    )
    rows = tuple(
        (
            goal.project,
            f"{goal.title}（{goal.unit}）",
            goal.due_on,
            goal.target,
            goal.done,
            Fraction(goal.done, goal.target) if goal.target else None,
        )
        for goal in data.goals
    )
    return Section("子目标完成情况", (Table(columns, rows, "子目标"),))


PAPER = Paper(
    key="progress",
    title="项目进展情况报告",
    about=None,
    right="report.create",
    shared=True,
    gather=gather,
    build=build,
    retention="30",
    author="platform",
    suffixes=("pdf", "docx", "xlsx", "csv", "json"),
)
