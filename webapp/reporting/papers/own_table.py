"""自制统计表: a table that somebody put together from a list, as a paper. Only who asked has it: its rows are what they reach."""

from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from reports.report import WIDE, Column, Report, Section, Table, Text, printed
from webapp.accounts.queries import has_dataset
from webapp.core.workflow import Refusal, refuse
from webapp.permissions import roles_for
from webapp.reporting.models import SavedTable
from webapp.reporting.papers import Asked, Paper
from webapp.reporting.queries import tables
from webapp.reporting.queries.sources import SOURCES
from webapp.reporting.rules.tables import ON_PAPER, Spec, too_wide


@dataclass(frozen=True, slots=True)
class Filled:
    """A table with its rows, and what it was narrowed to."""

    title: str
    shown: tables.Shown
    filters: tuple[tuple[str, str], ...]
    demo: bool


def gather(session: Session, table: SavedTable, asked: Asked) -> Filled:
    """What the asker reaches of the list, by their roles of this moment. Raises NotAllowed for who may not have the list itself."""
    return filled(session, table.title, table.source, Spec.of_json(table.spec), asked)


def filled(session: Session, title: str, source: str, spec: Spec, asked: Asked) -> Filled:
    """The same for a table that is not saved."""
    who, of = asked.viewer, SOURCES[source]
    if who is None or not roles_for(of.right) & {tie.role for tie in who.ties}:
        raise refuse("no_source", f"您没有查看“{of.title}”的权限，不能编制这张表。")
    told = tables.filters_told(session, who, of, spec)
    return Filled(title, tables.shown(session, who, of, spec, at=asked.as_of), tuple(told), has_dataset(session, "demo"))


def build(data: Filled, asked: Asked) -> Report:
    """The table with how it was counted; over nothing it says that there is nothing."""
    shown = data.shown
    source = shown.source
    told = "；".join(f"{name}：{words}" for name, words in data.filters) or "全部"
    blocks = (
        Table(_measured(shown), shown.rows, data.title, shown.totals, "元" if shown.in_yuan else "")
        if shown.rows
        else Text(("没有符合条件的记录。",))
    )
    by = f"按{'、'.join(one.title for one in shown.by)}汇总；" if shown.by else ""
    short = "" if shown.by or len(shown.rows) >= shown.n else f"只列最新的 {len(shown.rows)} {source.unit}，合计仍按全部计算。"
    notes = [f"这些列在本阶段或对您不公开，未列出：{'、'.join(shown.gone)}。"] if shown.gone else []
    return asked.report(
        data.title, (Section("", (blocks,)),),
        scope_note=f"“{source.title}”名单中编制人有权查看的记录，{told}；{by}共 {shown.n} {source.unit}（n={shown.n}）。{short}",
        notes=tuple(notes), sources=(f"本平台“{source.title}”名单",), demo=data.demo,
    )  # fmt: skip


LONG, SHARE, SAMPLE = 8, 3, 100
"""Words up to so long keep their line; of what is longer, a third is given room, for it is broken. Asked of the first rows."""
NARROW, AROUND = 0.62, 1.6
"""The width of a digit or a Latin letter, and the room around a cell, in characters."""


def _measured(shown: tables.Shown) -> tuple[Column, ...]:
    """The columns with their shares of the paper, by what stands in the first rows: many columns must not squeeze the words in them.

    Figures and numbers of things are not broken, and get their whole length.
    """
    if len(shown.headed) <= WIDE:
        return shown.headed
    found = []
    for n, column in enumerate(shown.headed):
        told = [column.title[: LONG // 2], *(printed(row[n], column.kind) for row in shown.rows[:SAMPLE])]
        whole = max((len(one) * NARROW for one in told if one.isascii()), default=0)
        words = max(sum(NARROW if char.isascii() else 1 for char in one) for one in told)
        found.append(replace(column, width=max(whole, min(words, LONG + (words - LONG) / SHARE)) + AROUND))
    return tuple(found)


def known(table: SavedTable) -> Refusal | None:
    """A table of a list that is no more there cannot be made, nor one with more columns than a page has room for."""
    if table.source not in SOURCES:
        return Refusal("no_source", "这张表的来源已停用，请另建一张。")
    if too_wide(Spec.of_json(table.spec)):
        return Refusal("too_wide", f"这张表超过 {ON_PAPER} 列，纸上排不下。请导出 XLSX 或 CSV，或减少列。")
    return None


PAPER = Paper(
    key="own_table", title="自制统计表", about=SavedTable, right="own_table.read", shared=False, gather=gather, build=build, retention="10",
    author="platform", suffixes=("pdf", "xlsx", "csv"), ready=known, named=lambda table, paper: table.title,
)  # fmt: skip
