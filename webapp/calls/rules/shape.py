"""The shape of a call's rules: frozen dataclasses, written to JSON with a schema number and read back strictly.

`CallRules.from_json` checks the shape only; whether the figures make sense together (weights, percents, dates) is asked
when the call is proposed and published (`rules.steps`). Points are whole hundredths, percents whole numbers.
"""

import dataclasses
import functools
import json
import types
from dataclasses import dataclass
from typing import Any, Literal, Self, Union, get_args, get_origin, get_type_hints

from reports.money import Money

SCHEMA = 1
Tree = dict[str, Any]
"""A rubric: {"items": […], "reason_below", "reason_above"}; an item is {"key", "title", "most" (hundredths), "anchor"}
or {"key", "title", "items": […]}."""
TRIGGERS = {"signed": "协议签署", "midterm": "中期评估合格", "accepted": "验收合格"}
AGGREGATIONS = {"mean": "平均分", "trimmed": "去掉最高最低后平均", "median": "中位数"}
SILENCES = {"agree": "逾期未答视为同意", "refuse": "逾期未答视为不同意"}
TIE_BREAKS = {
    "panel": "专家得分高者在前",
    "residents": "居民得票多者在前",
    "community": "社区评分高者在前",
    "requested": "申请资金少者在前",
    "draw": "抽签",
}
QUESTION_KINDS = {
    "text": "单行文字",
    "long": "多行文字",
    "number": "整数",
    "money": "金额",
    "date": "日期",
    "choice": "单选",
}
OWN_SECTIONS = ("basics", "budget", "indicators", "files")
"""Sections every application has; a form's section cannot take their keys."""
Stage = Literal["coreview", "street", "panel", "residents"]


class RulesError(ValueError):
    """The JSON is no set of rules; the message names the path and what is wrong there."""


@dataclass(frozen=True, slots=True)
class Category:
    key: str
    title: str
    most: int | None = None
    """How many projects of it may be funded; None for no limit."""


@dataclass(frozen=True, slots=True)
class Question:
    key: str
    title: str
    kind: Literal["text", "long", "number", "money", "date", "choice"]
    required: bool = True
    longest: int | None = None
    """Characters at most, for text and long."""
    help: str = ""
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    key: str
    title: str
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of a closed kind; `text` is what people read, `source` where the rule was published."""

    kind: str
    params: dict[str, Any]
    text: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One line (科目) a budget may have."""

    key: str
    title: str
    help: str = ""


@dataclass(frozen=True, slots=True)
class Budget:
    ceiling: Money
    """The most one application may ask for."""
    floor: Money
    lines: tuple[Line, ...]
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Paper:
    """One attachment asked for."""

    key: str
    title: str
    required: bool = True


@dataclass(frozen=True, slots=True)
class Weights:
    """Percents of the three channels; over the stages that are on they add up to 100, and a stage that is off has 0."""

    panel: int
    community: int
    residents: int


@dataclass(frozen=True, slots=True)
class TranchePlan:
    percent: int
    trigger: Literal["signed", "midterm", "accepted"]


@dataclass(frozen=True, slots=True)
class PartyWeights:
    """Percents of the parties of an evaluation, adding up to 100."""

    self_assessment: int
    community: int
    residents: int
    evaluator: int


@dataclass(frozen=True, slots=True)
class EvaluationPlan:
    midterm_rubric: Tree
    final_rubric: Tree
    weights: PartyWeights
    pass_line: int
    """Hundredths of points: 6000 is 60."""


@dataclass(frozen=True, slots=True)
class PanelPlan:
    size: int
    finance: int
    """How many of them are finance experts."""
    reserves: int
    per_application: int
    """How many experts score one application; 0 means all."""
    blind: bool
    """Experts do not see who applies before their scores are in."""


@dataclass(frozen=True, slots=True)
class CallRules:
    """All that decides how a call runs, frozen in a `Version` when it is published."""

    stages: tuple[Stage, ...]
    categories: tuple[Category, ...]
    form: tuple[Section, ...]
    eligibility: tuple[Rule, ...]
    budget: Budget
    attachments: tuple[Paper, ...]
    rubric: Tree
    community_rubric: Tree
    weights: Weights
    aggregation: Literal["mean", "trimmed", "median"]
    pass_line: int
    tie_break: tuple[Literal["panel", "residents", "community", "requested", "draw"], ...]
    reserves: int
    pool: Money
    notice_workdays: int
    correction_workdays: int
    opinion_workdays: int
    landing_workdays: int
    silence: Literal["agree", "refuse"]
    tranches: tuple[TranchePlan, ...]
    evaluation: EvaluationPlan
    panel: PanelPlan
    note: str = ""
    """Such as 示例: figures of a template nobody published as a whole."""
    sources: tuple[str, ...] = ()

    @classmethod
    def from_json(cls, data: Any) -> Self:
        """The rules of a JSON object. Raises RulesError, whose message names the path in Chinese."""
        if not isinstance(data, dict):
            raise RulesError("规则: 应为对象。")
        return cls._known(json.dumps(data, ensure_ascii=False))

    @classmethod
    @functools.lru_cache(maxsize=64)
    def _known(cls, text: str) -> Self:
        """The rules of a text, read and checked once: every page of a call and of its applications asks for the same few."""
        data = json.loads(text)
        if data.get("schema") != SCHEMA:
            raise RulesError(f"规则.schema: 应为 {SCHEMA}，实为 {data.get('schema')!r}。")
        rules: Self = _read(cls, {key: value for key, value in data.items() if key != "schema"}, "规则")
        _check(rules)
        return rules

    def to_json(self) -> dict[str, Any]:
        """The rules as plain JSON; `from_json` gives the same rules back."""
        plain: dict[str, Any] = _plain(self)
        return {"schema": SCHEMA, **plain}

    def category(self, key: str) -> str:
        """What a category is called; the key itself when the call has none such."""
        return next((one.title for one in self.categories if one.key == key), key)

    def line(self, key: str) -> str:
        """What a budget line is called."""
        return next((one.title for one in self.budget.lines if one.key == key), key)


def _plain(value: Any) -> Any:
    if isinstance(value, Money):
        return value.fen
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: _plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return value


@functools.cache
def _fields(kind: Any) -> dict[str, tuple[Any, bool]]:
    """Each field of a dataclass: its type, and whether it must be there."""
    hints = get_type_hints(kind)
    return {f.name: (hints[f.name], f.default is dataclasses.MISSING) for f in dataclasses.fields(kind)}


def _read(kind: Any, value: Any, path: str) -> Any:
    """A value of the wanted type, or RulesError with its path."""
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        return None if value is None else _read(next(k for k in get_args(kind) if k is not types.NoneType), value, path)
    if origin is Literal:
        if value not in get_args(kind):
            raise RulesError(f"{path}: “{value}”不在可选范围({'、'.join(map(str, get_args(kind)))})。")
        return value
    if origin is tuple:
        if not isinstance(value, list | tuple):
            raise RulesError(f"{path}: 应为列表。")
        return tuple(_read(get_args(kind)[0], item, f"{path}[{n + 1}]") for n, item in enumerate(value))
    if origin is dict:
        if not isinstance(value, dict):
            raise RulesError(f"{path}: 应为对象。")
        return value
    if kind is Money:
        if type(value) is not int or value < 0:
            raise RulesError(f"{path}: 金额应为不小于零的整数（分）。")
        return Money(value)
    if dataclasses.is_dataclass(kind):
        return _read_object(kind, value, path)
    if type(value) is not kind:
        raise RulesError(f"{path}: 应为{ {str: '文字', int: '整数', bool: '是或否'}[kind] }，实为 {value!r}。")
    if kind is int and value < 0:
        raise RulesError(f"{path}: 不能小于零。")
    return value


def _read_object(kind: Any, value: Any, path: str) -> Any:
    if not isinstance(value, dict):
        raise RulesError(f"{path}: 应为对象。")
    fields = _fields(kind)
    if unknown := sorted(set(value) - set(fields)):
        raise RulesError(f"{path}: 有不认识的项 {'、'.join(unknown)}。")
    if missing := [name for name, (_, needed) in fields.items() if needed and name not in value]:
        raise RulesError(f"{path}: 缺少 {'、'.join(missing)}。")
    return kind(**{name: _read(fields[name][0], item, f"{path}.{name}") for name, item in value.items()})


def most_of(tree: Tree) -> int:
    """The most points a rubric can give, in hundredths."""
    return sum(most_of(item) if "items" in item else item["most"] for item in tree["items"])


def leaves(tree: Tree) -> list[dict[str, Any]]:
    """The items of a rubric that get points, in order."""
    return [leaf for item in tree["items"] for leaf in (leaves(item) if "items" in item else [item])]


def _check_tree(tree: Any, path: str) -> None:
    items = tree.get("items") if isinstance(tree, dict) else None
    if not isinstance(items, list) or not items:
        raise RulesError(f"{path}.items: 至少要有一项。")
    for n, item in enumerate(items):
        here = f"{path}.items[{n + 1}]"
        if not isinstance(item, dict) or not item.get("key") or not item.get("title"):
            raise RulesError(f"{here}: 每项都要有 key 和 title。")
        if "items" in item:
            _check_tree(item, here)
        elif type(item.get("most")) is not int or item["most"] <= 0:
            raise RulesError(f"{here}.most: 满分应为大于零的整数（百分之一分）。")


def _unique(keys: list[str], path: str) -> None:
    if doubles := sorted({key for key in keys if keys.count(key) > 1}):
        raise RulesError(f"{path}: 有重复的 key {'、'.join(doubles)}。")


def _check(rules: CallRules) -> None:
    """What no single field shows: trees, keys that are used once, kinds and parameters of rules."""
    from webapp.calls.rules.checks import check_rule  # noqa: PLC0415 -- the kinds are built on these shapes

    for name in ("rubric", "community_rubric"):
        _check_tree(getattr(rules, name), f"规则.{name}")
    for name in ("midterm_rubric", "final_rubric"):
        _check_tree(getattr(rules.evaluation, name), f"规则.evaluation.{name}")
    for tree, path in ((rules.rubric, "规则.rubric"), (rules.community_rubric, "规则.community_rubric")):
        _unique([leaf["key"] for leaf in leaves(tree)], path)
    _unique([one.key for one in rules.categories], "规则.categories")
    _unique([*OWN_SECTIONS, *(one.key for one in rules.form)], "规则.form")
    for section in rules.form:
        _unique([one.key for one in section.questions], f"规则.form.{section.key}")
        for question in section.questions:
            if question.kind == "choice" and not question.options:
                raise RulesError(f"规则.form.{section.key}.{question.key}: 单选题要有 options。")
    _unique([one.key for one in rules.budget.lines], "规则.budget.lines")
    _unique([one.key for one in rules.attachments], "规则.attachments")
    for n, rule in enumerate(rules.eligibility):
        check_rule("eligibility", rule, f"规则.eligibility[{n + 1}]", rules)
    for n, rule in enumerate(rules.budget.rules):
        check_rule("budget", rule, f"规则.budget.rules[{n + 1}]", rules)
