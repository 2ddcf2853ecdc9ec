"""资金流向: a year's money from its source to its use, as the board draws it, out of the book at the moment asked for."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from reports import format as fmt
from reports.report import Block, Column, Figure, Report, Section, Table, Text
from reports.sankey import folded
from webapp.accounts.queries import has_dataset
from webapp.boards import papers as boards
from webapp.boards.queries import flow as flows
from webapp.core.clock import today
from webapp.reporting.papers import Asked, Paper, seen_by
from webapp.reporting.queries.asked import wish_of

BANDS = 8
"""Places at a stage of the drawing; the rest stand together, and one by one in the table."""


@dataclass(frozen=True, slots=True)
class Flown:
    """A year's flow."""

    year: int
    flow: flows.Flow
    demo: bool


def gather(session: Session, _: None, asked: Asked) -> Flown:
    """The projects of the asker's board, their money as the book had it at the moment."""
    year = wish_of(asked).year or today(asked.as_of).year
    return Flown(year, flows.flow(session, seen_by(asked), year, asked.as_of), has_dataset(session, "demo"))


def build(data: Flown, asked: Asked) -> Report:
    """The drawing, each place with what flows through it, and every way; over nothing it says that there is nothing."""
    found = data.flow.sankey
    blocks: list[Block] = [Text((f"{data.year} 年度资金还没有拨付（n=0）。",))]
    annexes: tuple[Section, ...] = ()
    if found.total.fen:
        told = f"{data.year} 年度资金已拨付 {fmt.yuan(found.total, unit=True)}，{data.flow.projects} 个项目（n={data.flow.projects}）。"
        columns = (Column("stage", "环节"), Column("name", "名称"), Column("amount", "金额", "money"))
        nodes = tuple((found.stages[one.stage], one.name, one.amount) for one in found.nodes)
        blocks = [
            Text((told,)), Figure(f"{data.year} 年资金流向", folded(found, BANDS)),
            Table(columns, nodes, "每一处流过的资金", None, "元"),
        ]  # fmt: skip
        annexes = (Section("从来源到用途的每一路资金", (boards.flow(found),)),)
    return asked.report(
        f"{data.year} 年资金流向", (Section("", tuple(blocks)),), annexes=annexes, scope_note=f"范围：编制人辖区。{boards.NOTES['flow']}",
        notes=(f"图中每个环节最多画 {BANDS} 处，其余合为一处；表内逐处列示。",), sources=("本平台账簿",), demo=data.demo,
    )  # fmt: skip


PAPER = Paper(
    key="money_flow", title="资金流向", about=None, right="report.create", shared=False, gather=gather, build=build, retention="10",
    author="platform", suffixes=("pdf", "xlsx", "csv"), narrows=frozenset({"year"}),
)  # fmt: skip
