"""One value of the rules as people read and write it: each kind with its words, and how typed words become the value."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reports import format as printed
from reports.money import Money
from webapp.calls.rules.words import UNITS
from webapp.scoring.rules import said

SPAN = re.compile(r"(\d{1,4})\s*(个工作日|工作日|日|天|个月|月)")
SPAN_UNITS = {"个工作日": "workday", "工作日": "workday", "日": "day", "天": "day", "个月": "month", "月": "month"}
POINTS = re.compile(r"\d{1,5}(\.\d{1,2})?")
ANCHOR = re.compile(r"(\d{1,5}(?:\.\d{1,2})?)\s*分?\s*[:：]?\s*(\S.*)")


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a record: `path` leads to its value from the record, `kind` is one of those `spelled` knows.

    `options` are words by value; a text there names options that depend on the rules (`nodes.options`).
    """

    path: str
    label: str
    kind: str = "text"
    options: Mapping[str, str] | str = ""
    help: str = ""
    optional: bool = False
    low: int = 0
    high: int = 9999
    longest: int = 200

    @property
    def name(self) -> str:
        """What the field is called in a form."""
        return self.path.replace(".", "_")


def get(record: Mapping[str, Any], path: str) -> Any:
    """The value at a path of a record; None where something on the way is missing."""
    value: Any = record
    for name in path.split("."):
        if not isinstance(value, Mapping):
            return None
        value = value.get(name)
    return value


def put(record: dict[str, Any], path: str, value: Any) -> None:
    """Set the value at a path of a record, making what is missing on the way."""
    *way, last = path.split(".")
    for name in way:
        if not isinstance(record.get(name), dict):
            record[name] = {}
        record = record[name]
    record[last] = value


def span_of(text: str) -> dict[str, Any] | None:
    """5 个工作日, 15 日, 3 个月 as a span; None for an empty text. Raises ValueError for anything else."""
    if not text.strip():
        return None
    found = SPAN.fullmatch(text.strip())
    if found is None or not int(found[1]):
        raise ValueError("请写成“5 个工作日”“15 日”或“3 个月”这样。")
    return {"length": int(found[1]), "unit": SPAN_UNITS[found[2]]}


def points_of(text: str) -> int | None:
    """Points with at most two decimals as hundredths; None for an empty text. Raises ValueError for anything else."""
    if not text.strip():
        return None
    if POINTS.fullmatch(text.strip()) is None:
        raise ValueError("请填写分数，最多两位小数。")
    whole, _, rest = text.strip().partition(".")
    return int(whole) * 100 + int(f"{rest}00"[:2])


def anchors_of(text: str) -> list[dict[str, Any]]:
    """What so many points mean, a line each: `16 有居民签名的清单`. Raises ValueError for a line without points."""
    found = []
    for n, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        parts = ANCHOR.fullmatch(line.strip())
        if parts is None:
            raise ValueError(f"第 {n} 行请写成“16 分：有居民签名的清单”。")
        found.append({"least": points_of(parts[1]), "text": parts[2]})
    return found


def shown_anchors(value: Any) -> str:
    return "\n".join(f"{said(one['least'])} 分：{one['text']}" for one in value or ())


def shown_span(value: Any) -> str:
    return f"{value['length']} {UNITS[value['unit']]}" if value else ""


def spelled(field: Field, value: Any, options: Mapping[str, str]) -> str:
    """A value in words, as a difference or an overview tells it."""
    if value in (None, "", []):
        return "没有"
    if field.kind in ("one", "some"):
        return "、".join(options.get(str(one), str(one)) for one in (value if isinstance(value, list) else [value]))
    if field.kind == "lines":
        return "、".join(map(str, value))
    if field.kind == "yes":
        return "是" if value else "否"
    words = {
        "wan": lambda: f"{printed.wan(Money(value))} 万元", "yuan": lambda: f"{printed.yuan(Money(value))} 元",
        "points": lambda: f"{said(value)} 分", "number": lambda: said(value), "percent": lambda: f"{value}%", "span": lambda: shown_span(value),
        "anchors": lambda: shown_anchors(value).replace("\n", "；"),
    }  # fmt: skip
    return words[field.kind]() if field.kind in words else str(value)
