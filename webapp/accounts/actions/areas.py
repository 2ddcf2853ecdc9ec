"""Areas come from published lists; a list read twice changes nothing."""

import gzip
import io
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.accounts.models import LEVELS, Area
from webapp.core import sheets

SHIPPED = Path(__file__).resolve().parents[1] / "data" / "areas_jiangsu.csv.gz"
SHAPES = (
    ("code", "name", "level", "parent"),
    ("community_code", "community_name", "source"),
    ("street_code", "street_name", "source"),
    ("code", "name", "source"),
    ("code", "name"),
)
"""The columns of our own list and of the published files; the deepest level a file has is its own."""
WORDS = {"province": 2, "city": 4, "county": 6, "street": 9, "community": 12}
LONGEST = 60


@dataclass
class Counted:
    """What an import did; each error names the line, the column and the reason."""

    read: int = 0
    added: int = 0
    updated: int = 0
    skipped: int = 0
    errors: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return f"读取 {self.read} 行，新增 {self.added}，更新 {self.updated}，跳过 {self.skipped}，错误 {len(self.errors)}"


def read_table(content: bytes, name: str) -> list[sheets.Row | sheets.Fault]:
    """The rows of a list of areas (CSV, gzipped CSV, XLSX; UTF-8 with or without BOM, GB18030), in our shape or a published one.

    Raises `sheets.SheetError` with the sentence to show.
    """
    if name.endswith(".gz"):
        try:
            content = gzip.decompress(content)
        except (OSError, EOFError, zlib.error) as error:
            raise sheets.SheetError(f"文件“{name}”是不完整的压缩文件，请重新下载。") from error
        name = name.removesuffix(".gz")
    last: sheets.SheetError | None = None
    for columns in SHAPES:
        try:
            return list(sheets.read(io.BytesIO(content), name, columns))
        except sheets.SheetError as error:
            last = error
            if "缺少列" not in str(error):
                break
    raise last or sheets.SheetError(f"文件“{name}”不能读取。")


def code_of(text: str) -> str:
    """A division code without the noughts that fill it up to twelve digits: 320303001000 → 320303001."""
    for shorter in (9, 6, 4, 2):
        longer = {9: 12, 6: 9, 4: 6, 2: 4}[shorter]
        if len(text) == longer and set(text[shorter:]) == {"0"}:
            text = text[:shorter]
    return text


def import_areas(session: Session, rows: Iterable[Mapping[str, str] | sheets.Row | sheets.Fault], *, partial: bool = False) -> Counted:
    """Enter areas by code. Rows with errors change nothing at all unless `partial`; unknown codes are added, renamed ones updated.

    An area's parent is the longest shorter code of its own digits, whether or not it is listed yet.
    """
    counted = Counted()
    wanted: dict[str, tuple[str, str]] = {}
    for number, row in enumerate(rows, start=2):
        counted.read += 1
        if isinstance(row, sheets.Fault):
            counted.errors.append(str(row))
            continue
        one = row if isinstance(row, sheets.Row) else sheets.Row(number, row, {})
        code, name, column, problem = _checked(one.cells)
        if not problem and code in wanted and wanted[code][0] != name:
            column, problem = "", f"代码 {code} 在文件里出现两次，名称不同"
        if problem:
            counted.errors.append(f"{one.at(column)}:{problem}")
        elif code in wanted:
            counted.skipped += 1
        else:
            wanted[code] = (name, one.cells.get("source", ""))
    if counted.errors and not partial:
        return counted
    have = {area.code: area for area in session.scalars(sa.select(Area))}
    new = []
    for code, (name, source) in wanted.items():
        area = have.get(code)
        if area is None:
            new.append({"code": code, "name": name, "parent_code": _parent(code), "source": source})
        elif area.name != name:
            area.name = name
            counted.updated += 1
        else:
            counted.skipped += 1
    if new:
        session.execute(sa.insert(Area), new)
    counted.added = len(new)
    session.flush()
    return counted


def _checked(row: Mapping[str, str]) -> tuple[str, str, str, str]:
    """Code, name and, when the row is bad, the column and what is wrong with it."""
    code_column = next((one for one in ("community_code", "street_code") if one in row), "code")
    name_column = code_column.replace("code", "name")
    code, name = code_of(row.get(code_column, "").strip()), row.get(name_column, "").strip()
    if not (code.isascii() and code.isdecimal() and len(code) in LEVELS):
        return code, name, code_column, f"“{code}”不是区划代码，应为 {'、'.join(map(str, LEVELS))} 位数字"
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
