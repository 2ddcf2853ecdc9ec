"""Areas come from published lists; a list read twice changes nothing."""

import csv
import gzip
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.accounts.models import LEVELS, Area

SHIPPED = Path(__file__).resolve().parents[1] / "data" / "areas_jiangsu.csv.gz"
SHAPES = (("community_code", "community_name"), ("street_code", "street_name"), ("code", "name"))
"""The columns a code and its name stand in, in the published files and in ours; the deepest level a file has is its own."""
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
        return f"读取 {self.read} 行,新增 {self.added},更新 {self.updated},跳过 {self.skipped},错误 {len(self.errors)}"


def read_table(content: bytes, name: str = "文件") -> list[dict[str, str]]:
    """The rows of a CSV file (plain or gzipped; UTF-8 with or without BOM, GBK/GB18030). Raises ValueError with a sentence."""
    if content[:2] == b"\x1f\x8b":
        try:
            content = gzip.decompress(content)
        except (OSError, EOFError) as error:
            raise ValueError(f"{name}:压缩文件不完整,请重新下载。") from error
    text = None
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    if text is None or "\x00" in text:
        raise ValueError(f"{name}:不是 UTF-8 或 GB18030 编码的文字,请另存为 CSV 后再导入。")
    if not text.strip():
        raise ValueError(f"{name}:是空文件。")
    found = csv.DictReader(io.StringIO(text, newline=""))
    columns = [(column or "").strip() for column in found.fieldnames or ()]
    if not any(code in columns and label in columns for code, label in SHAPES):
        raise ValueError(f"{name}:缺少列 code、name(或 street_code、street_name,community_code、community_name)。")
    found.fieldnames = columns
    return [{key: (value or "").strip() for key, value in row.items() if key} for row in found]


def code_of(text: str) -> str:
    """A division code without the noughts that fill it up to twelve digits: 320303001000 → 320303001."""
    for shorter in (9, 6, 4, 2):
        longer = {9: 12, 6: 9, 4: 6, 2: 4}[shorter]
        if len(text) == longer and set(text[shorter:]) == {"0"}:
            text = text[:shorter]
    return text


def import_areas(session: Session, rows: Iterable[Mapping[str, str]], *, partial: bool = False) -> Counted:
    """Enter areas by code. Rows with errors change nothing at all unless `partial`; unknown codes are added, renamed ones updated.

    An area's parent is the longest shorter code of its own digits, whether or not it is listed yet.
    """
    counted = Counted()
    wanted: dict[str, tuple[str, str]] = {}
    for line, row in enumerate(rows, start=2):
        counted.read += 1
        code, name, problem = _checked(row)
        if not problem and code in wanted and wanted[code][0] != name:
            problem = f"代码 {code} 在文件里出现两次,名称不同"
        if problem:
            counted.errors.append(f"第 {line} 行 {problem}")
        elif code in wanted:
            counted.skipped += 1
        else:
            wanted[code] = (name, row.get("source", ""))
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


def _checked(row: Mapping[str, str]) -> tuple[str, str, str]:
    """Code, name and, when the row is bad, what is wrong with it."""
    code_column, name_column = next((pair for pair in SHAPES if pair[0] in row and pair[1] in row), SHAPES[-1])
    code, name = code_of(row.get(code_column, "").strip()), row.get(name_column, "").strip()
    if not (code.isascii() and code.isdigit() and len(code) in LEVELS):
        return code, name, f"{code_column}:“{code}”不是区划代码(应为 {'、'.join(map(str, LEVELS))} 位数字)"
    if not name:
        return code, name, f"{name_column}:没有名称"
    if len(name) > LONGEST:
        return code, name, f"{name_column}:名称超过 {LONGEST} 个字"
    level = row.get("level", "")
    if level and WORDS.get(level, len(code)) != len(code):
        return code, name, f"level:“{level}”与代码 {code} 的位数不符"
    parent = code_of(row.get("parent", ""))
    if parent and not (code.startswith(parent) and parent != code):
        return code, name, f"parent:“{parent}”不是 {code} 的上级"
    return code, name, ""


def _parent(code: str) -> str | None:
    lengths = [n for n in LEVELS if n < len(code)]
    return code[: lengths[-1]] if lengths else None


def load_shipped_areas(session: Session) -> Counted:
    """The division list of 江苏省 that comes with the platform (国家统计局统计用区划代码, as of 2023-06-30)."""
    return import_areas(session, read_table(SHIPPED.read_bytes(), SHIPPED.name))
