"""The wording of agreements as officers write it: lines of text with fields in braces, checked line by line and filled from the terms.

A line that begins with `#` heads a section; an empty line ends a paragraph. A field in a sentence becomes its words; a field that
stands for a table or a list has a line of its own. What the fields are filled from is the agreement's frozen terms.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from reports import format as fmt
from reports.money import Money
from webapp.calls.models import LEGAL_FORMS
from webapp.calls.rules import LEGAL
from webapp.core.workflow import Refusal

Terms = Mapping[str, Any]
AMENDMENT = "amendment"
KINDS = {**LEGAL_FORMS, AMENDMENT: "补充协议"}
"""What there are templates for: an agreement of each 资金方式, and the amendment of any."""
LONGEST = 20_000
FIELD = re.compile(r"[{｛]\s*([^{}｛｝\n]*?)\s*[}｝]")


def _day(text: str) -> str:
    return fmt.day(date.fromisoformat(text))


WORDS: Mapping[str, Callable[[Terms], str]] = {
    "协议名称": lambda t: "补充协议" if t.get("amends") else LEGAL[t.get("legal_form") or "grant"].agreement,
    "协议编号": lambda t: t.get("number", ""),
    "甲方": lambda t: t["party_a"],
    "乙方": lambda t: t["party_b"],
    "付款单位": lambda t: t.get("payer") or t["party_a"],
    "项目名称": lambda t: t["title"],
    "项目编号": lambda t: t.get("project", ""),
    "征集公告": lambda t: t.get("call", ""),
    "资金方式": lambda t: LEGAL_FORMS.get(t.get("legal_form", ""), ""),
    "款项名称": lambda t: LEGAL[t.get("legal_form") or "grant"].payment,
    "金额": lambda t: fmt.yuan(Money(t["granted_fen"]), unit=True),
    "金额大写": lambda t: t.get("granted_words") or fmt.capital(Money(t["granted_fen"])),
    "自筹金额": lambda t: fmt.yuan(Money(t.get("own_fen") or 0), unit=True),
    "开始日期": lambda t: _day(t["starts_on"]),
    "结束日期": lambda t: _day(t["ends_on"]),
    "期限": lambda t: f"{_day(t['starts_on'])}至{_day(t['ends_on'])}",
}
"""Fields that become words."""
AMENDING: Mapping[str, Callable[[Terms], str]] = {
    "原协议编号": lambda t: t.get("amends", ""),
    "第几份": lambda t: fmt.numeral(t.get("nth") or 1),
    "变更理由": lambda t: t.get("why", ""),
}
"""Fields an amendment alone has."""
BLOCKS = {"项目信息": "facts", "拨款计划": "tranches", "指标": "indicators", "预算科目": "lines", "子项": "parts", "违约责任": "breach"}
"""Fields that become a table or a list, each on a line of its own."""
AMENDING_BLOCKS = {"变更内容": "items"}
NEEDED: Mapping[str, tuple[tuple[str, ...], ...]] = {
    AMENDMENT: (("原协议编号",), ("变更内容",)),
    "": (
        ("甲方", "项目信息"),
        ("乙方", "项目信息"),
        ("项目名称", "项目信息"),
        ("金额", "金额大写", "项目信息"),
        ("期限", "开始日期", "项目信息"),
        ("拨款计划",),
    ),
}
"""What a template must have before it is used, each by one of some fields."""


def fields_of(kind: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The fields a template of a kind may have: those in a sentence, and those on their own line."""
    more, blocks = (tuple(AMENDING), tuple(AMENDING_BLOCKS)) if kind == AMENDMENT else ((), ())
    return (*WORDS, *more), (*BLOCKS, *blocks)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one line, counted from 1."""

    line: int
    sentence: str


def faults(kind: str, text: str) -> list[Fault]:
    """Unknown fields, braces without their other half, and tables that share their line."""
    words, blocks = fields_of(kind)
    found = []
    first = next((n for n, line in enumerate(text.splitlines(), 1) if line.strip()), 1)
    if not text.strip().startswith("#"):
        found.append(Fault(first, "文字前面要有一行井号开头的标题。"))
    for n, line in enumerate(text.splitlines(), 1):
        for name in FIELD.findall(line):
            if name in blocks and FIELD.sub("", line).strip():
                found.append(Fault(n, f"“{name}”是一张表或几条文字，要单独占一行。"))
            elif name not in words and name not in blocks:
                found.append(Fault(n, f"没有“{name}”这一项，可用的项列在旁边。" if name else "大括号里没有写是哪一项。"))
        if re.search(r"[{}｛｝]", FIELD.sub("", line)):
            found.append(Fault(n, "大括号没有成对。"))
    return found


def text_refusals(kind: str, text: str) -> list[Refusal]:
    """The faults of a text as refusals at its field."""
    if not text.strip():
        return [Refusal("text", "请填写协议的文字。", "text")]
    if len(text) > LONGEST:
        return [Refusal("text", f"文字最多 {LONGEST} 个字，现在 {len(text)} 个。", "text")]
    return [Refusal("field", f"第 {one.line} 行：{one.sentence}", "text") for one in faults(kind, text)]


def missing(kind: str, text: str) -> list[str]:
    """What a template has to have and has not, in words."""
    has = set(FIELD.findall(text))
    return ["或".join(f"“{name}”" for name in some) for some in NEEDED.get(kind, NEEDED[""]) if not has & set(some)]


def fill(text: str, terms: Terms) -> list[dict[str, Any]]:
    """The sections of a text with its fields filled in: `{"title", "blocks"}`, a block being `{"text"}` or `{"table"}`."""
    sections: list[dict[str, Any]] = []
    words = {**WORDS, **AMENDING}
    blocks = {**BLOCKS, **AMENDING_BLOCKS}
    for raw in text.splitlines():
        line = raw.strip()
        if not line:
            continue
        if line.startswith("#"):
            sections.append({"title": _filled(line.lstrip("# "), words, terms), "blocks": []})
            continue
        into = sections[-1]["blocks"]
        alone = FIELD.fullmatch(line)
        if alone and alone[1] == "违约责任":
            into += [{"text": said} for said in terms.get("breach") or ()]
        elif alone and alone[1] in blocks:
            into.append({"table": blocks[alone[1]]})
        else:
            into.append({"text": _filled(line, words, terms)})
    return sections


def _filled(line: str, words: Mapping[str, Callable[[Terms], str]], terms: Terms) -> str:
    return FIELD.sub(lambda found: words[found[1]](terms) if found[1] in words else found[0], line)
