"""自制统计表: the rows, the sums and the groups of one, as its viewer may see them; and the tables saved."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import SimpleNamespace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from reports import report
from reports.money import Money
from webapp.accounts.models import Person
from webapp.core.paging import Page, page
from webapp.core.scope import Viewer, visible
from webapp.permissions import roles_for
from webapp.reporting.models import SavedTable
from webapp.reporting.queries.sources import SOURCES, Column, Source, columns_of
from webapp.reporting.rules.tables import Spec, left_out

EXPORTED = 20_000
"""Rows of one file."""
GROUPS = 2_000
NOTHING = "（空）"
ELSEWHERE = "（不在您可选的范围里）"
"""Stands for what somebody else narrowed a shared table to, where the viewer's own list does not offer it."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A table as its viewer may see it: what stands in it, and how it was counted."""

    source: Source
    columns: tuple[Column, ...]
    by: tuple[Column, ...]
    """The columns it is summed by; empty: every row for itself."""
    gone: tuple[str, ...]
    """What was asked for and cannot be shown to this viewer now, by its title."""
    n: int
    """How many rows there are in all."""
    sums: Mapping[str, Any]
    rows: tuple[tuple[report.Cell, ...], ...]
    next: str | None = None

    @property
    def adding(self) -> tuple[Column, ...]:
        return tuple(one for one in self.columns if one.adds)

    @property
    def headed(self) -> tuple[report.Column, ...]:
        """The columns on paper and page."""
        if not self.by:
            return tuple(report.Column(one.key, one.title, one.kind) for one in self.columns)
        added = (report.Column(one.key, f"{one.title}合计", one.kind) for one in self.adding)
        return (*(report.Column(one.key, one.title) for one in self.by), report.Column("n", f"{self.source.unit}数", "number"), *added)

    @property
    def totals(self) -> tuple[report.Cell, ...] | None:
        """The last line: what all rows add up to; None where nothing is added."""
        if self.by:
            return ("合计", *([None] * (len(self.by) - 1)), self.n, *(_added(one, self.sums.get(one.key)) for one in self.adding))
        if not self.adding:
            return None
        cells: list[report.Cell] = [_added(one, self.sums.get(one.key)) if one.adds else None for one in self.columns]
        if cells[0] is None:
            cells[0] = "合计"
        return tuple(cells)

    @property
    def in_yuan(self) -> bool:
        return any(one.kind == "money" for one in self.headed)


def shown(
    session: Session, viewer: Viewer, source: Source, spec: Spec, *, at: datetime, after: str | None = None, size: int | None = None
) -> Shown:
    """One page of a table, or (without a size) all of it as far as a file goes. What is not offered is not even selected."""
    offered = {one.key: one for one in columns_of(session, viewer, source, spec.filters)}
    able = {key for key, one in offered.items() if one.groups}
    spec, gone = left_out(spec, offered)
    columns, by = tuple(offered[key] for key in spec.columns), tuple(offered[key] for key in spec.by if key in able)
    lines = source.query(viewer, spec.filters, at).subquery("lines")
    adding = [one for one in columns if one.adds]
    counted = (
        session.execute(sa.select(sa.func.count().label("n"), *(_sum(lines, one) for one in adding)).select_from(lines)).mappings().one()
    )
    sums = {one.key: counted[one.key] for one in adding}
    cursor, found = None, []
    if by:
        keys = [lines.c[one.key] for one in by]
        query = sa.select(*keys, sa.func.count().label("n"), *(_sum(lines, one) for one in adding)).group_by(*keys).order_by(*keys)
        found = [dict(one) for one in session.execute(query.limit(GROUPS)).mappings()]
    elif columns:
        query = sa.select(lines.c.id, *(lines.c[one.key] for one in columns))
        got: Page[Any] = page(session, SimpleNamespace, query, (lines.c.id,), after, size or EXPORTED)
        cursor, found = got.next, [vars(one) for one in got.rows]
    titles = tuple(one.title for one in source.columns if one.key in gone)
    heads = by or columns
    cells = [[one.get(head.key) for one in found] for head in heads]
    told = [_told(session, viewer, head, values) for head, values in zip(heads, cells, strict=True)]
    rows = tuple(zip(*told, strict=True)) if told else ()
    if by:
        rows = tuple(
            (*(NOTHING if cell is None else cell for cell in line), one["n"], *(_added(column, one[column.key]) for column in adding))
            for line, one in zip(rows, found, strict=True)
        )
    return Shown(source, columns, by, titles, counted["n"], sums, rows, cursor)


def _sum(lines: Any, one: Column) -> Any:
    return sa.func.sum(lines.c[one.key], type_=lines.c[one.key].type).label(one.key)


def _told(session: Session, viewer: Viewer, column: Column, values: Sequence[Any]) -> list[report.Cell]:
    """A column's cells in words; figures stay figures. A group of what is empty says so."""
    words = column.words(session, viewer, {one for one in values if one is not None}) if column.words and values else None
    if words is None:
        return [_figure(column, one) for one in values]
    return [None if one in (None, "") else words.get(one, str(one)) for one in values]


def _figure(column: Column, value: Any) -> report.Cell:
    """A value as a report takes it; what is not there is nothing, not nought."""
    if value is None:
        return None
    if column.kind == "text":
        return str(value) or None
    cell: report.Cell = value
    return cell


def _added(column: Column, value: Any) -> report.Cell:
    """A sum; over nothing it is nought."""
    if value is None:
        return Money(0) if column.kind == "money" else 0
    return _figure(column, value)


def filters_told(session: Session, viewer: Viewer, source: Source, spec: Spec) -> list[tuple[str, str]]:
    """The filters in force, in the words of the list's page."""
    found = []
    for one in source.filters:
        value = spec.filters.get(one.key, "")
        if value:
            words = one.options(session, viewer) if one.options else {}
            found.append((one.title, words.get(value, ELSEWHERE if one.options else value)))
    return found


@dataclass(frozen=True, slots=True)
class Listed:
    """A saved table in the list."""

    id: int
    title: str
    source: str
    shared: bool
    person_id: int
    by: str
    at: datetime

    @property
    def source_label(self) -> str:
        return SOURCES[self.source].title if self.source in SOURCES else self.source


def listed(session: Session, viewer: Viewer, after: str | None = None) -> Page[Listed]:
    """One's own tables and those shared with one, the newest first."""
    query = (
        sa.select(
            SavedTable.id, SavedTable.title, SavedTable.source, SavedTable.shared, SavedTable.person_id, Person.name.label("by"), SavedTable.at
        )
        .join(Person, Person.id == SavedTable.person_id)
        .where(visible(viewer, SavedTable, roles_for("own_table.read")))
    )  # fmt: skip
    return page(session, Listed, query, (SavedTable.id,), after)
