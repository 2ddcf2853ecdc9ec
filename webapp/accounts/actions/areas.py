"""Areas come from published lists; a list read twice changes nothing.

A list is checked whole before any of it is written, in a scratch table of its own that lies on the disk: no lock is held
meanwhile, and memory stays flat. It is then written in short transactions, in the order of the codes; one that is cut off
is taken up by reading the list again.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.accounts.actions.area_files import read_table, rows_of
from webapp.accounts.models import LEVELS, Area
from webapp.core import journal, sheets
from webapp.core.db import transaction
from webapp.core.scope import Viewer
from webapp.core.workflow import Refusal, Refused, refuse

SHIPPED = Path(__file__).resolve().parents[1] / "data" / "areas_jiangsu.csv.gz"
WORDS = {"province": 2, "city": 4, "county": 6, "street": 9, "community": 12}
LONGEST = 60
CHUNK = 2_000
"""Areas written at a time: a transaction of some hundredths of a second."""
TOLD = 200
"""Errors that are kept with their place; more are counted."""
STEP = 50_000
"""Rows between two words of progress."""
Rows = Iterable[Mapping[str, str] | sheets.Row | sheets.Fault]


@dataclass
class Counted:
    """What an import did; each error names the line, the column and the reason."""

    read: int = 0
    added: int = 0
    updated: int = 0
    skipped: int = 0
    wrong: int = 0
    errors: list[str] = field(default_factory=list)
    """The first `TOLD` of them."""

    def __str__(self) -> str:
        return f"读取 {self.read} 行，新增 {self.added}，更新 {self.updated}，跳过 {self.skipped}，错误 {self.wrong}"

    def fault(self, words: str) -> None:
        self.wrong += 1
        if len(self.errors) < TOLD:
            self.errors.append(words)


Progress = Callable[[str], None]


def _silent(words: str) -> None:
    """Nobody follows."""


def code_of(text: str) -> str:
    """A division code without the noughts that fill it up to twelve digits: 320303001000 → 320303001."""
    for shorter in (9, 6, 4, 2):
        longer = {9: 12, 6: 9, 4: 6, 2: 4}[shorter]
        if len(text) == longer and set(text[shorter:]) == {"0"}:
            text = text[:shorter]
    return text


class _Scratch:
    """The list as it was checked: a table on the disk that vanishes when it is closed."""

    def __init__(self) -> None:
        self.table = sqlite3.connect("", isolation_level=None)
        self.table.execute("PRAGMA journal_mode=OFF")
        self.table.execute("CREATE TABLE wanted (code TEXT PRIMARY KEY, name TEXT, source TEXT) WITHOUT ROWID")
        self.table.execute("BEGIN")

    def close(self) -> None:
        self.table.close()

    def add(self, code: str, name: str, source: str) -> str | None:
        """Keep an area; of one that was there before, its name."""
        kept = self.table.execute("INSERT OR IGNORE INTO wanted VALUES (?, ?, ?)", (code, name, source))
        if kept.rowcount:
            return None
        before: str = self.table.execute("SELECT name FROM wanted WHERE code = ?", (code,)).fetchone()[0]
        return before

    def chunks(self) -> Iterator[list[tuple[str, str, str]]]:
        """What is wanted, in the order of the codes."""
        found = self.table.execute("SELECT code, name, source FROM wanted ORDER BY code")
        while some := found.fetchmany(CHUNK):
            yield some


def _check(rows: Rows, into: _Scratch, within: tuple[str, ...], told: Progress) -> Counted:
    """Read all rows into the scratch table and name what is wrong."""
    counted = Counted()
    for number, row in enumerate(rows, start=2):
        counted.read += 1
        if counted.read % STEP == 0:
            told(f"已核对 {counted.read} 行")
        if isinstance(row, sheets.Fault):
            counted.fault(str(row))
            continue
        one = row if isinstance(row, sheets.Row) else sheets.Row(number, row, {})
        code, name, column, problem = _checked(one.cells, within)
        before = None if problem else into.add(code, name, one.cells.get("source", ""))
        if before is not None and before != name:
            column, problem = "", f"代码 {code} 在文件里出现两次，名称不同"
        if problem:
            counted.fault(f"{one.at(column)}：{problem}")
        elif before is not None:
            counted.skipped += 1
    return counted


def _write(session: Session, some: list[tuple[str, str, str]], counted: Counted) -> None:
    """Add the unknown areas of a chunk and rename those that are called otherwise now."""
    have = dict(session.execute(sa.select(Area.code, Area.name).where(Area.code.in_([code for code, _, _ in some]))).all())
    new = [
        {"code": code, "name": name, "parent_code": _parent(code), "source": source} for code, name, source in some if code not in have
    ]  # fmt: skip
    renamed = [{"code": code, "name": name} for code, name, _ in some if have.get(code, name) != name]
    if new:
        session.execute(sa.insert(Area), new)
    if renamed:
        session.execute(sa.update(Area), renamed)
    counted.added += len(new)
    counted.updated += len(renamed)
    counted.skipped += len(some) - len(new) - len(renamed)


def import_areas(session: Session, rows: Rows, *, partial: bool = False, within: tuple[str, ...] = ("",)) -> Counted:
    """Enter areas by code. Rows with errors change nothing at all unless `partial`; unknown codes are added, renamed ones updated.

    An area's parent is the longest shorter code of its own digits, whether or not it is listed yet. `within`: the areas
    that may be entered, by the beginnings of their codes.
    """
    with closing(_Scratch()) as scratch:
        counted = _check(rows, scratch, within, _silent)
        if not counted.wrong or partial:
            for some in scratch.chunks():
                _write(session, some, counted)
    session.flush()
    return counted


def import_lists(engine: sa.Engine, paths: list[Path], *, partial: bool = False, told: Progress = _silent) -> Counted:
    """The same out of files of any length, in many short transactions. Raises `sheets.SheetError` and OSError."""
    with closing(_Scratch()) as scratch:
        counted = _check(rows_of(paths), scratch, ("",), told)
        if counted.wrong and not partial:
            return counted
        written = 0
        for some in scratch.chunks():
            with transaction(engine) as session:
                _write(session, some, counted)
            written += len(some)
            if written % STEP < CHUNK:
                told(f"已写入 {written} 个区划")
    return counted


def take_list(session: Session, name: str, content: bytes, *, within: tuple[str, ...], by: Viewer, at: datetime) -> Counted:
    """A short list out of a page: all of it, or nothing. Raises Refused with every error at its cell."""
    try:
        rows = read_table(content, name)
    except sheets.SheetError as error:
        raise refuse("list", str(error), "file") from error
    counted = import_areas(session, rows, within=within)
    if counted.wrong:
        more = [f"还有 {counted.wrong - len(counted.errors)} 处错误。"] if counted.wrong > len(counted.errors) else []
        raise Refused(*(Refusal("cell", words, "file") for words in [*counted.errors[:SHOWN], *more]))
    if counted.added or counted.updated:
        journal.record(session, by.ref, "areas", by=by.ref, at=at, data={"added": counted.added, "updated": counted.updated})
    return counted


SHOWN = 50
"""Errors a page shows at once."""


def _checked(row: Mapping[str, str], within: tuple[str, ...]) -> tuple[str, str, str, str]:
    """Code, name and, when the row is bad, the column and what is wrong with it."""
    code_column = next((one for one in ("community_code", "street_code") if one in row), "code")
    name_column = code_column.replace("code", "name")
    code, name = code_of(row.get(code_column, "").strip()), row.get(name_column, "").strip()
    if not (code.isascii() and code.isdecimal() and len(code) in LEVELS):
        return code, name, code_column, f"“{code}”不是区划代码，应为 {'、'.join(map(str, LEVELS))} 位数字"
    if not code.startswith(within):
        return code, name, code_column, f"{code} 不在您负责的地区，应以 {'、'.join(within)} 开头"
    if not name:
        return code, name, name_column, "没有名称"
    if len(name) > LONGEST:
        return code, name, name_column, f"名称超过 {LONGEST} 个字"
    level = row.get("level", "")
    if level and WORDS.get(level, len(code)) != len(code):
        return code, name, "level", f"“{level}”与代码 {code} 的位数不符"
    parent = code_of(row.get("parent", ""))
    if parent and not (code.startswith(parent) and parent != code):
        return code, name, "parent", f"“{parent}”不是 {code} 的上级"
    return code, name, "", ""


def _parent(code: str) -> str | None:
    lengths = [n for n in LEVELS if n < len(code)]
    return code[: lengths[-1]] if lengths else None


def load_shipped_areas(session: Session) -> Counted:
    """The division list of 江苏省 that comes with the platform (国家统计局统计用区划代码, as of 2023-06-30)."""
    return import_areas(session, read_table(SHIPPED.read_bytes(), SHIPPED.name))
