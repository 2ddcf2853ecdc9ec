"""供需缺口: what each community voted for most, beside the projects and the money that reached it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from reports.chart import Chart, Series
from reports.report import Block, Column, Figure, Heading, Report, Section, Table, Text
from webapp.accounts.queries import area_names, has_dataset
from webapp.boards import papers as boards
from webapp.boards.queries import gaps
from webapp.reporting.papers import Asked, Paper, seen_by
from webapp.reporting.queries.asked import wish_of

EVERYTHING = 2000
"""Communities in one document."""
DRAWN = 12
"""Of more communities than this the tables alone are printed."""
NOW = "票数、项目和资金按编制时的登记现状；近三年从编制时往前算。平台不保留它们以前各时刻的样子。"


@dataclass(frozen=True, slots=True)
class Gaps:
    """The communities of an area, each with its most wanted needs."""

    place: str
    communities: Sequence[gaps.Community]
    at: datetime
    demo: bool


def gather(session: Session, _: None, asked: Asked) -> Gaps:
    """The board's own rows."""
    area = wish_of(asked).area
    found = gaps.listed(session, seen_by(asked), asked.as_of, area=area, size=EVERYTHING).rows
    return Gaps(area_names(session, [area]).get(area, "") if area else "", found, asked.as_of, has_dataset(session, "demo"))


def build(data: Gaps, asked: Asked) -> Report:
    """A table for each community, and the paired bars where they are few."""
    needs = [one for place in data.communities for one in place.needs]
    kinds = [one.gap.label for one in needs]
    told = "、".join(f"{label} {kinds.count(label)} 件" for label in dict.fromkeys(sorted(kinds)))
    words = (
        f"社区 {len(data.communities)} 个，所列需求 {len(needs)} 件（n={len(needs)}）：{told}。" if needs else "还没有评议过的需求（n=0）。"
    )
    blocks: list[Block] = [Text((words,))]
    for place in data.communities:
        blocks.append(Heading(place.name))
        if len(data.communities) <= DRAWN:
            blocks.append(_paired(place))
        blocks.append(_table(place))
    return asked.report(
        f"{data.place}供需缺口", (Section("", tuple(blocks)),),
        scope_note=f"范围：编制人辖区{f'内的{data.place}' if data.place else ''}。{boards.NOTES['gaps']}用于安排征集，不作为对社区的考核和排名。",
        notes=(NOW,), sources=("本平台居民评议、征集和项目记录",), demo=data.demo,
    )  # fmt: skip


def _paired(place: gaps.Community) -> Figure:
    series = (
        Series("评议票数占比", tuple(one.gap.votes for one in place.needs)),
        Series("到达资金占比", tuple(one.gap.money for one in place.needs)),
    )
    return Figure(f"{place.name}的需求和到达的资金", Chart("bar", tuple(one.title for one in place.needs), series))


def _table(place: gaps.Community) -> Table:
    columns = (
        Column("title", "需求", width=6), Column("voted", "评议票数", "number", 2.4), Column("votes", "票数占比", "percent", 2.4),
        Column("projects", "到达的项目", width=6), Column("granted", "资助", "money", 3.4), Column("gap", "供需", width=3.2),
    )  # fmt: skip
    rows = tuple(
        (
            f"{one.title}（{one.number}）", one.voted, one.gap.votes, "、".join(title for _, title in one.projects) or "没有", one.granted,
            one.gap.label,
        )
        for one in place.needs
    )  # fmt: skip
    return Table(columns, rows, place.name, None, "元")


PAPER = Paper(
    key="need_gaps", title="供需缺口", about=None, right="report.create", shared=False, gather=gather, build=build, retention="10",
    author="platform", suffixes=("pdf", "xlsx", "csv", "docx"), narrows=frozenset({"area"}),
)  # fmt: skip
