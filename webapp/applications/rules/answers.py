"""Reading what was typed into a section: clean values where they can be read, and a remark for everything that cannot.

One reader serves the page, the autosave, the blockers and the snapshot. What was typed is kept as typed, valid or not.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reports.money import AmountError, Money
from webapp.calls.rules import (
    SOURCES,
    CallRules,
    Paper,
    Question,
    Section,
    answer,
    budget_rows,
    check_budget,
    check_sections,
    count,
    read_section,
)
from webapp.core.workflow import Refusal

TITLE = 40
COMMUNITY = 12
BUDGET_ROW = ("line", "item", "unit", "quantity", "grant", "own", "need")
INDICATOR_ROW = ("title", "unit", "target", "due_on")
OWN_TITLES = {"basics": "基本信息", "indicators": "目标与指标", "budget": "预算", "files": "附件"}


@dataclass(frozen=True, slots=True)
class Sheet:
    """One section as it was read: `values` are clean, `remarks` say what is still to be done, places are field ids."""

    key: str
    title: str
    values: dict[str, Any]
    remarks: tuple[Refusal, ...]
    version: int = 0
    source: str = ""
    """Where it was taken over from, while nobody has confirmed it."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the call asks for, beyond its rules: where it may land and which needs it may answer."""

    area_code: str
    needs: Collection[int]
    category: str = ""
    """The application's category, whose figures may stand before the call's."""


def sections(rules: CallRules) -> list[tuple[str, str]]:
    """The sections of an application in order, by key and title."""
    return [
        ("basics", OWN_TITLES["basics"]),
        *((one.key, one.title) for one in rules.sections),
        *((key, OWN_TITLES[key]) for key in ("indicators", "budget", "files")),
    ]


def papers(rules: CallRules, sources: Collection[str] = ()) -> tuple[Paper, ...]:
    """The attachments an application may have: the call's, and the proof of matching money, required for the sources it names."""
    proofs = (
        Paper(f"proof_{one.source}", f"{SOURCES[one.source]}证明", one.source in sources) for one in rules.budget.matching if one.proof
    )
    return (*rules.attachments, *proofs)


def read_files(rules: CallRules, files: Collection[str], sources: Collection[str] = (), version: int = 0) -> Sheet:
    """What is missing among the attachments; `sources` are the sources of matching money that have an amount."""
    remarks = [
        Refusal("paper", f"缺附件：{paper.title}。", f"paper_{paper.key}")
        for paper in papers(rules, sources)
        if paper.required and paper.key not in files
    ]
    return Sheet("files", OWN_TITLES["files"], {}, tuple(remarks), version)


def read(rules: CallRules, key: str, raw: Mapping[str, Any], asked: Asked, version: int = 0) -> Sheet:
    """Read one section of answers. Raises KeyError for a section the call does not have."""
    title = dict(sections(rules))[key]
    readers: dict[str, Callable[[], tuple[dict[str, Any], list[Refusal]]]] = {
        "basics": lambda: _basics(rules, raw, asked),
        "indicators": lambda: _indicators(raw),
        "budget": lambda: _budget(rules, raw, asked),
    }
    if key in readers:
        values, remarks = readers[key]()
    else:
        values, remarks = read_section(next(one for one in rules.sections if one.key == key), raw)
        remarks += check_sections(rules, key, values) if not remarks else []
    return Sheet(key, title, values, tuple(remarks), version)


def _basics(rules: CallRules, raw: Mapping[str, Any], asked: Asked) -> tuple[dict[str, Any], list[Refusal]]:
    asks = (
        Question("title", "项目名称", "text", longest=TITLE),
        Question("category", "项目类别", "text"),
        Question("starts_on", "开始日期", "date"),
        Question("ends_on", "结束日期", "date"),
    )
    values, remarks = read_section(Section("basics", "", asks), raw)
    remarks = [Refusal(remark.code, remark.sentence, remark.place.removeprefix("q_")) for remark in remarks]
    if values["category"] and values["category"] not in {one.key for one in rules.categories}:
        values["category"] = None
        remarks.append(Refusal("category", "请选择本次征集的项目类别。", "category"))
    if values["starts_on"] and values["ends_on"] and values["ends_on"] <= values["starts_on"]:
        remarks.append(Refusal("period", "结束日期要晚于开始日期。", "ends_on"))
    codes = list(dict.fromkeys(map(str, raw.get("communities") or ())))
    values["communities"] = [c for c in codes if c.startswith(asked.area_code) and len(c) == COMMUNITY]
    if not values["communities"]:
        remarks.append(Refusal("communities", "请选择项目落地的社区。", "communities"))
    wanted = [int(n) for n in raw.get("needs") or () if str(n).isdecimal()]
    values["needs"] = [n for n in dict.fromkeys(wanted) if n in asked.needs]
    if asked.needs and not values["needs"]:
        remarks.append(Refusal("needs", "请选择项目回应的需求，至少一件。", "needs"))
    return values, remarks


def rows_of(raw: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The rows of a table that hold something."""
    return [row for row in raw.get("rows") or () if any(str(value or "").strip() for value in row.values())]


def _cell(row: Mapping[str, Any], name: str) -> str:
    return str(row.get(name) or "").strip()


def _indicators(raw: Mapping[str, Any]) -> tuple[dict[str, Any], list[Refusal]]:
    asks = (
        Question("title", "指标", "text", longest=60),
        Question("unit", "单位", "text", longest=10),
        Question("target", "目标值", "number"),
        Question("due_on", "完成日期", "date"),
    )
    found, remarks = [], []
    for n, row in enumerate(rows_of(raw)):
        values: dict[str, Any] = {}
        for question in asks:
            values[question.key], wrong = answer(question, row.get(question.key))
            if wrong:
                remarks.append(Refusal("indicator", f"第 {n + 1} 行：{wrong}", f"rows-{n}-{question.key}"))
        found.append(values)
    if not found:
        remarks.append(Refusal("indicators", "请至少填一个指标，例如“上门服务 240 次”。", "rows"))
    return {"rows": found}, remarks


def _budget(rules: CallRules, raw: Mapping[str, Any], asked: Asked) -> tuple[dict[str, Any], list[Refusal]]:
    remarks: list[Refusal] = []

    def money(text: str, place: str, words: str) -> int:
        if not text:
            return 0
        try:
            return Money.parse(text).fen
        except AmountError as error:
            remarks.append(Refusal("amount", f"{words}：{error}", place))
            return 0

    requested = money(_cell(raw, "requested"), "requested", "申请资助金额")
    if not _cell(raw, "requested"):
        remarks.append(Refusal("requested", "请填写申请资助金额。", "requested"))
    found: list[dict[str, Any]] = []
    for n, row in enumerate(rows_of(raw)):
        try:
            quantity = count(_cell(row, "quantity"))
        except ValueError as error:
            quantity = 0
            remarks.append(Refusal("quantity", f"第 {n + 1} 行数量：{error}", f"rows-{n}-quantity"))
        need = _cell(row, "need")
        found.append(
            {
                "line": _cell(row, "line"),
                "item": _cell(row, "item"),
                "unit_fen": money(_cell(row, "unit"), f"rows-{n}-unit", f"第 {n + 1} 行单价"),
                "quantity": quantity,
                "grant_fen": money(_cell(row, "grant"), f"rows-{n}-grant", f"第 {n + 1} 行资助"),
                "own_fen": money(_cell(row, "own"), f"rows-{n}-own", f"第 {n + 1} 行配套"),
                "need_id": _need(need, asked),
            }
        )
        if not _cell(row, "item"):
            remarks.append(Refusal("item", f"第 {n + 1} 行请写明内容。", f"rows-{n}-item"))
    sources = {name: money(_cell(raw, f"source_{name}"), f"source_{name}", SOURCES[name]) for name in source_names(rules)}
    if not remarks:
        given = {name: Money(fen) for name, fen in sources.items()} if any(sources.values()) else {}
        remarks = [
            Refusal(one.code, one.sentence, {"budget": "rows", "sources": "source_own"}.get(one.place, one.place))
            for one in check_budget(rules, budget_rows(found), Money(requested), asked.category, given)
        ]
    return {"requested_fen": requested, "rows": found, **({"sources": sources} if sources else {})}, remarks


def source_names(rules: CallRules) -> tuple[str, ...]:
    """The sources of matching money the budget asks for one by one; none where own money alone counts."""
    names = tuple(one.source for one in rules.budget.matching)
    return names if names != ("own",) else ()


def _need(typed: str, asked: Asked) -> int | None:
    """The need a row serves: the one chosen, or the call's only one."""
    if len(asked.needs) == 1:
        return next(iter(asked.needs))
    return int(typed) if typed.isdecimal() and int(typed) in asked.needs else None


def landing_area(codes: Sequence[str], otherwise: str) -> str:
    """Where an application lands: the smallest area that holds all its communities."""
    if not codes:
        return otherwise
    for length in (12, 9, 6, 4, 2):
        if len({code[:length] for code in codes}) == 1:
            return codes[0][:length]
    return otherwise
