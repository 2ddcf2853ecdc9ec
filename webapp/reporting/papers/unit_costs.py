"""同类成本: what a 人次 and a person cost in finished projects of one category, how far they lie apart, and the projects themselves."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from reports.chart import Chart, Series
from reports.report import Block, Cell, Column, Figure, Report, Section, Table, Text
from webapp.accounts.queries import has_dataset
from webapp.boards import papers as boards
from webapp.boards.queries import costs
from webapp.boards.rules import LEAST, YEARS
from webapp.reporting.papers import Asked, Paper, seen_by

SPREAD = {"low": "最低", "lower": "下四分位", "middle": "中位", "upper": "上四分位", "high": "最高"}
KINDS = (("per_visit", "每人次成本"), ("per_person", "每人成本"))
NOW = "支出、人数、人次和项目状态按编制时的登记现状；平台不保留它们以前各时刻的样子。"


@dataclass(frozen=True, slots=True)
class Costs:
    """The categories, and every project behind them."""

    categories: Sequence[costs.Cost]
    members: Sequence[costs.Member]
    demo: bool


def gather(session: Session, _: None, asked: Asked) -> Costs:
    """The board's own rows, of what has been delivered."""
    me, at = seen_by(asked), asked.as_of
    return Costs(costs.by_category(session, me, at), costs.members(session, me, at), has_dataset(session, "demo"))


def build(data: Costs, asked: Asked) -> Report:
    """Both costs drawn and told, and the projects as an annex, so that the spread can be counted again."""
    n = sum(one.n for one in data.categories)
    sections = [Section("范围", (Text((f"近 {YEARS} 年完成的、有支出和服务记录的项目 {n} 个（n={n}），{len(data.categories)} 类。",)),))]
    sections += [Section(words, tuple(_told(data.categories, kind, words))) for kind, words in KINDS if data.categories]
    annexes = [Section(f"{one.label}的项目", (_members(data, one),)) for one in data.categories]
    return asked.report(
        "同类项目的成本", sections, annexes=tuple(annexes), scope_note=f"范围：编制人辖区。{boards.NOTES['costs']}", notes=(NOW,),
        sources=("本平台支出凭证和活动记录",), demo=data.demo,
    )  # fmt: skip


def _told(found: Sequence[costs.Cost], kind: str, words: str) -> Sequence[Block]:
    shown = [(one, of) for one in found if (of := getattr(one, kind)) is not None]
    series = tuple(Series(name, tuple(getattr(of, key) for _, of in shown)) for key, name in SPREAD.items())
    figure = Figure(f"各类别{words}", Chart("box", tuple(f"{one.label}（{of.n}）" for one, of in shown), series, "元"))
    columns = (
        Column("category", "类别"), Column("n", "项目数", "number"), *(Column(key, name, "money") for key, name in SPREAD.items()),
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = []
    for one in found:
        of = getattr(one, kind)
        rows.append((one.label, one.n, *(getattr(of, key) if of else f"不足 {LEAST} 个" for key in SPREAD)))
    table = Table(columns, tuple(rows), words, None, "元", upright=True)
    return (figure, table) if shown else (table,)


def _members(data: Costs, category: costs.Cost) -> Table:
    columns = (
        Column("title", "项目（编号）", width=6), Column("organisation", "承接单位", width=5), Column("spent", "已支出", "money", 3.2),
        Column("visits", "人次", "number", 2.2), Column("per_visit", "每人次", "money", 2.8), Column("per_person", "每人", "money", 2.8),
    )  # fmt: skip
    rows = tuple(
        (f"{one.title}（{one.number}）", one.organisation, one.spent_fen, one.visits, one.per_visit, one.per_person)
        for one in data.members
        if one.category == category.key
    )
    return Table(columns, rows, f"{category.label}（n={len(rows)}）", None, "元")


PAPER = Paper(
    key="unit_costs", title="同类成本", about=None, right="report.create", shared=False, gather=gather, build=build, retention="10",
    author="platform", suffixes=("pdf", "xlsx", "csv", "docx"), narrows=frozenset(),
)  # fmt: skip
