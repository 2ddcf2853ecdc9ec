"""Reading published files into the library: everything is checked first, holding no lock, and written last."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.core import journal, search, sheets
from webapp.core.clock import today
from webapp.core.db import reading, transaction
from webapp.library import rules
from webapp.library.models import CategoryCount, PublishedProgramme, PublishedProject

BATCH = 500


@dataclass(frozen=True)
class Kind:
    """One kind of published file: its columns, how a row is read, and what makes two rows the same thing."""

    name: str
    model: type[Any]
    columns: tuple[str, ...]
    parse: Callable[[rules.Cells, int], rules.Read]
    identity: tuple[str, ...]
    found_by: tuple[str, ...] = ()
    """The texts by which it can be searched."""


PROJECTS = Kind(
    "projects",
    PublishedProject,
    rules.PROJECT_COLUMNS,
    rules.project,
    ("city", "year_text", "programme", "project", "organisation"),
    ("project", "organisation", "programme", "city", "note"),
)
PROGRAMMES = Kind(
    "programmes",
    PublishedProgramme,
    rules.PROGRAMME_COLUMNS,
    rules.programme,
    ("place", "edition", "year_text", "source", "note"),
    ("place", "edition", "note"),
)
COUNTS = Kind(
    "category-counts",
    CategoryCount,
    rules.COUNT_COLUMNS,
    rules.category_count,
    ("place", "edition", "category", "source"),
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an import came to; the rows read are the sum of the other four."""

    read: int
    added: int
    updated: int
    skipped: int
    faults: tuple[sheets.Fault, ...]
    """Every bad row, a place and a reason each; a row bad in two columns has two."""
    bad: int
    done: bool
    """Whether the good rows stand in the library now."""

    @property
    def summary(self) -> str:
        return f"读取 {self.read} 行，新增 {self.added}，更新 {self.updated}，跳过 {self.skipped}，错误 {self.bad}"


def import_projects(engine: sa.Engine, path: Path, *, at: datetime, partial: bool = False) -> Outcome:
    """Read published projects. Raises SheetError for a file that is no such table."""
    return _import(engine, PROJECTS, path, at=at, partial=partial)


def import_programmes(engine: sa.Engine, path: Path, *, at: datetime, partial: bool = False) -> Outcome:
    """Read published programmes. Raises SheetError for a file that is no such table."""
    return _import(engine, PROGRAMMES, path, at=at, partial=partial)


def import_category_counts(engine: sa.Engine, path: Path, *, at: datetime, partial: bool = False) -> Outcome:
    """Read published counts by category. Raises SheetError for a file that is no such table."""
    return _import(engine, COUNTS, path, at=at, partial=partial)


@dataclass
class _Checked:
    """The good rows of a file by identity, and what was wrong with the others."""

    rows: dict[tuple[Any, ...], tuple[str, dict[str, Any]]]
    faults: list[sheets.Fault]
    read: int = 0
    bad: int = 0
    same: int = 0


def _import(engine: sa.Engine, kind: Kind, path: Path, *, at: datetime, partial: bool) -> Outcome:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        file.seek(0)
        found = _check(kind, file, path.name, today(at).year)
    faults = tuple(found.faults)
    if found.bad and not (partial and found.rows):
        return Outcome(found.read, 0, 0, found.read - found.bad, faults, found.bad, False)
    with transaction(engine) as session:
        new, changed = _compare(session, kind, found.rows)
        _write(session, kind, new, changed, at)
        if new or changed:
            data = {
                "kind": kind.name,
                "read": found.read,
                "added": len(new),
                "updated": len(changed),
                "bad": found.bad,
                "digest": digest,
            }
            journal.record(session, "library:1", "import", by="system", at=at, data=data)
    _make_findable(engine, kind, [row["id"] for row in changed])
    added, updated = len(new), len(changed)
    return Outcome(found.read, added, updated, found.read - found.bad - added - updated, faults, found.bad, True)


def _check(kind: Kind, file: BinaryIO, name: str, this_year: int) -> _Checked:
    """Read and judge all rows; a thing named twice in one file must be the same both times."""
    found = _Checked({}, [])
    for row in sheets.read(file, name, kind.columns):
        found.read += 1
        if isinstance(row, sheets.Fault):
            found.bad += 1
            found.faults.append(row)
            continue
        values, wrong = kind.parse(row.cells, this_year)
        if wrong:
            found.bad += 1
            found.faults += [sheets.Fault(row.at(column), reason) for column, reason in wrong]
            continue
        key = tuple(values[name] for name in kind.identity)
        first = found.rows.setdefault(key, (row.at(), values))
        if first[1] is not values and first[1] != values:
            found.bad += 1
            found.faults.append(sheets.Fault(row.at(), f"与{first[0]}是同一条，内容却不同"))
    return found


Wanted = dict[tuple[Any, ...], tuple[str, dict[str, Any]]]


def _compare(session: Session, kind: Kind, wanted: Wanted) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """What is not in the library yet, and what stands in it otherwise (with its key)."""
    left = {key: values for key, (_, values) in wanted.items()}
    changed: list[dict[str, Any]] = []
    if left:
        names = list(next(iter(left.values())))
        columns = [getattr(kind.model, name) for name in names]
        for key, *have in session.execute(sa.select(kind.model.id, *columns).execution_options(yield_per=1000)):
            there = dict(zip(names, have, strict=True))
            values = left.pop(tuple(there[name] for name in kind.identity), None)
            if values is not None and values != there:
                changed.append({"id": key, **values})
    return list(left.values()), changed


def _write(session: Session, kind: Kind, new: Sequence[dict[str, Any]], changed: Sequence[dict[str, Any]], at: datetime) -> None:
    for batch in _batches(new):
        session.execute(sa.insert(kind.model), [{**values, "read_at": at} for values in batch])
    for batch in _batches(changed):
        session.execute(sa.update(kind.model), [{**values, "read_at": at} for values in batch])


def _batches(rows: Iterable[Any]) -> Iterator[list[Any]]:
    found = iter(rows)
    while batch := list(islice(found, BATCH)):
        yield batch


def _make_findable(engine: sa.Engine, kind: Kind, changed: list[int]) -> None:
    """Enter rows into the search, some hundred to a transaction; what was cut short, the next import enters."""
    if not kind.found_by:
        return
    texts = [getattr(kind.model, name) for name in kind.found_by]
    known = sa.select(search.Gram.object_id).where(search.Gram.kind == kind.model.REF, search.Gram.object_id == kind.model.id)
    with reading(engine) as session:
        waiting = list(session.scalars(sa.select(kind.model.id).where(~known.exists())))
    for batch in _batches([*waiting, *changed]):
        with transaction(engine) as session:
            for key, *parts in session.execute(sa.select(kind.model.id, *texts).where(kind.model.id.in_(batch))).all():
                search.index(session, kind.model.REF, key, " ".join(parts))
