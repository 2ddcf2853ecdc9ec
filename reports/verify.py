"""Reading a document that somebody brings: what it says inside, and where that differs from what was issued.

The file may be anything, damaged or made up; nothing here raises for it. Whether it is accepted is decided by its
SHA-256 alone: what is inside only helps to say what was changed.
"""

import hashlib
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from reports import format as fmt
from reports import opener
from reports.money import Money

LINES = 50  # differences that are named


@dataclass(frozen=True, slots=True)
class Inside:
    """What a document carries: its data, their digest, and the digest printed in its metadata."""

    data: dict[str, Any]
    digest: str
    printed: str

    @property
    def number(self) -> str:
        """文号; empty where it says none that could be one."""
        found = self.data.get("number")
        return found if isinstance(found, str) and found.isprintable() and len(found) <= 20 else ""


def sha256(file: bytes) -> str:
    """The name of exactly these bytes."""
    return hashlib.sha256(file).hexdigest()


def inside(file: bytes) -> Inside | None:
    """The data embedded in a PDF of ours; None where there are none that can be read."""
    found = opener.opened(file)
    return Inside(found[2], found[0], found[1]) if found else None


def inside_apart(file: bytes) -> Inside | None:
    """The same for a file that anybody may bring: opened in a process of its own, which ends and may take only so much."""
    command = [sys.executable, "-I", opener.__file__]
    try:
        done = subprocess.run(command, input=file, capture_output=True, timeout=2 * opener.SECONDS, check=True)
        found = json.loads(done.stdout)
    except (subprocess.SubprocessError, ValueError, RecursionError):
        return None
    return Inside(found[2], found[0], found[1]) if found else None


@dataclass(frozen=True, slots=True)
class Difference:
    """One cell, word or line that is not as issued; `told` where there is no pair of values to tell."""

    where: str
    issued: str = ""
    shown: str = ""
    told: str = ""

    @property
    def sentence(self) -> str:
        """All of it, for who may have the document."""
        return f"{self.where}：{self.told or f'签发的是 {self.issued}，文件中是 {self.shown}'}"

    @property
    def place(self) -> str:
        """For anybody: where it is and what their own file says, never what was issued."""
        return f"{self.where}：{self.told or f'文件中是 {self.shown}，与存档不同'}"


def differences(issued: dict[str, Any], shown: dict[str, Any], *, values: bool = True) -> list[str]:
    """The figures and words in which two documents' data differ, as sentences: the first `LINES` of them.

    Without `values` the sentences name the places, and nothing of what was issued.
    """
    found = []
    for one in _differ(issued, shown, ""):
        found.append(one.sentence if values else one.place)
        if len(found) == LINES:
            return [*found, "……还有更多不同，未全部列出。"]
    return found


NAMES = {
    "title": "题名", "number": "编号", "date_line": "日期", "issuer": "编制单位", "as_of": "数据截至", "scope_note": "口径",
    "notes": "注", "sources": "数据来源", "demo": "模拟数据", "sections": "部分", "annexes": "附件", "cover": "封面", "blocks": "内容",
    "heading": "标题", "rows": "行", "totals": "合计", "facts": "表单", "text": "正文", "columns": "栏目", "lottery": "资助标识",
    "figure": "图", "chart": "图中数据", "series": "数列", "values": "数值", "labels": "名称", "approval": "审批意见", "words": "意见",
    "by": "签名", "at": "时间", "signatures": "签章处", "cards": "卡片", "format": "格式", "unit": "单位",
}  # fmt: skip


def _differ(issued: Any, shown: Any, where: str) -> Iterator[Difference]:
    if issued == shown and type(issued) is type(shown):
        return
    if _form(issued) and _form(shown):
        issued, shown = dict(issued), dict(shown)
        for name in (*issued, *(name for name in shown if name not in issued)):
            yield from _differ(issued.get(name), shown.get(name), f"{where}“{name}”")
    elif isinstance(issued, dict) and isinstance(shown, dict) and "fen" not in issued:
        if "table" in issued and _same_columns(issued, shown):
            yield from _table(issued, shown, where)
            return
        for key in (*issued, *(key for key in shown if key not in issued)):
            name = NAMES.get(key, key)
            yield from _differ(issued.get(key), shown.get(key), f"{where} › {name}" if where else name)
    elif isinstance(issued, list) and isinstance(shown, list):
        for n in range(max(len(issued), len(shown))):
            one, other = (each[n] if n < len(each) else None for each in (issued, shown))
            yield from _differ(one, other, f"{where} {_named(one, other, n)}")
    else:
        yield Difference(_short(where), _said(issued), _said(shown))


def _form(value: Any) -> bool:
    """Whether it is a form: names and answers, each name once."""
    pairs = isinstance(value, list) and all(isinstance(one, list) and len(one) == 2 and isinstance(one[0], str) for one in value)
    return pairs and bool(value) and len({one[0] for one in value}) == len(value)


def _same_columns(issued: dict[str, Any], shown: dict[str, Any]) -> bool:
    return issued.get("columns") == shown.get("columns") and all(isinstance(each.get("rows"), list) for each in (issued, shown))


def _table(issued: dict[str, Any], shown: dict[str, Any], where: str) -> Iterator[Difference]:
    """Each cell by the name of its table, its row and its column; then what is not a cell."""
    table = f"表“{issued['table']}”" if issued["table"] else where
    for n in range(max(len(issued["rows"]), len(shown["rows"]))):
        rows = [each["rows"][n] if n < len(each["rows"]) else None for each in (issued, shown)]
        yield from _row(issued["columns"], rows[0], rows[1], f"{table}第{n + 1}行")
    yield from _row(issued["columns"], issued.get("totals"), shown.get("totals"), f"{table}合计")
    rest = [{key: value for key, value in each.items() if key not in ("rows", "totals")} for each in (issued, shown)]
    if rest[0] != rest[1]:
        yield Difference(table, told="名称或单位不同")


def _row(columns: list[Any], issued: Any, shown: Any, where: str) -> Iterator[Difference]:
    if issued == shown:
        return
    if not (isinstance(issued, list) and isinstance(shown, list) and len(issued) == len(shown) == len(columns)):
        yield Difference(where, told="文件中没有这一行" if shown is None else "签发的没有这一行" if issued is None else "格式不同")
        return
    for column, one, other in zip(columns, issued, shown, strict=True):
        if one != other:
            kind = column.get("kind", "")
            yield Difference(f"{where}“{column.get('title', '')}”", _said(one, kind), _said(other, kind))


def _named(one: Any, other: Any, n: int) -> str:
    """A section by its heading, all else by its place."""
    for each in (one, other):
        if isinstance(each, dict) and isinstance(each.get("heading"), str) and each["heading"]:
            return f"“{each['heading']}”"
    return f"第{n + 1}项"


def _said(value: Any, kind: str = "") -> str:
    if isinstance(value, dict) and isinstance(value.get("fen"), int):
        return fmt.yuan(Money(value["fen"]), unit=True)
    if kind.startswith("money") and isinstance(value, int):
        return fmt.yuan(Money(value), unit=True)
    return _short("空" if value is None or value == "" else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))


def _short(text: str, most: int = 80) -> str:
    """So much of a stranger's words as fits a line, and nothing that a terminal would obey."""
    text = "".join(c if c.isprintable() else "�" for c in text[: most + 1])
    return text if len(text) <= most else text[: most - 1] + "…"
