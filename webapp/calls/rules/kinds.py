"""What no single field of the rules shows: rubric trees, keys used once, and kinds with the right parameters."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Literal

from webapp.calls.rules.budget import BUDGET, BudgetKind
from webapp.calls.rules.eligibility import ELIGIBILITY, Eligibility
from webapp.calls.rules.parts import Question, Rule, RulesError, Section, Tree
from webapp.calls.rules.rubric import check_tree, leaves
from webapp.calls.rules.shape import CallRules
from webapp.calls.rules.words import OWN_SECTIONS

WORDS = {str: "文字", int: "不小于零的整数", list: "列表", bool: "是或否"}
CHOSEN = ("choice", "choices", "yesno")


def check(rules: CallRules) -> None:
    """Refuse rules whose parts do not fit together. Raises RulesError."""
    for name in ("rubric", "community_rubric"):
        _points_only(getattr(rules, name), f"规则.{name}")
    for name in ("midterm_rubric", "final_rubric", "self_tree", "community_tree", "residents_tree"):
        if (tree := getattr(rules.evaluation, name)) is not None:
            _check_indicators(tree, name, f"规则.evaluation.{name}")
    _unique([one.grade for one in rules.evaluation.consequences], "规则.evaluation.consequences")
    _unique([one.key for one in rules.categories], "规则.categories")
    _unique([one.key for one in rules.budget.lines], "规则.budget.lines")
    _unique([one.source for one in rules.budget.matching], "规则.budget.matching")
    _unique([one.key for one in rules.attachments], "规则.attachments")
    _unique([one.key for one in rules.bonuses], "规则.bonuses")
    _unique([*OWN_SECTIONS, *(one.key for one in rules.form)], "规则.form")
    for section in rules.form:
        _check_section(section)
    if rules.package is not None:
        _unique([one.key for one in rules.package.parts], "规则.package.parts")
    for n, rule in enumerate(rules.eligibility):
        check_rule("eligibility", rule, f"规则.eligibility[{n + 1}]", rules)
    for n, rule in enumerate(rules.budget.rules):
        check_rule("budget", rule, f"规则.budget.rules[{n + 1}]", rules)


def _points_only(tree: Tree, path: str) -> None:
    """A rubric of the selection and of the communities is judged by points alone."""
    check_tree(tree, path)
    if wrong := [leaf["title"] for leaf in leaves(tree) if leaf.get("measure")]:
        raise RulesError(f"{path}: 这张表只能打分，“{wrong[0]}”不能用别的评法。")


def _check_indicators(tree: Tree, name: str, path: str) -> None:
    if name == "community_tree":
        _points_only(tree, path)
        return
    check_tree(tree, path)
    for leaf in leaves(tree):
        if (leaf.get("measure") == "stars") != (name == "residents_tree"):
            raise RulesError(f"{path}: “{leaf['title']}”的评法不适用于这张表，居民问卷只用一至五分，其他各表不用。")


def _unique(keys: list[str], path: str) -> None:
    if doubles := sorted({key for key in keys if keys.count(key) > 1}):
        raise RulesError(f"{path}: 有重复的 key {'、'.join(doubles)}。")


def _check_section(section: Section) -> None:
    path = f"规则.form.{section.key}"
    _unique([one.key for one in section.questions], path)
    earlier: dict[str, Question] = {}
    for question in section.questions:
        here = f"{path}.{question.key}"
        if question.kind == "choice" and not question.options:
            raise RulesError(f"{here}: 单选题要有 options。")
        if question.kind == "choices" and not question.options:
            raise RulesError(f"{here}: 多选题要有 options。")
        if question.kind == "table":
            _check_table(question, here)
        if question.least is not None and question.most is not None and question.least > question.most:
            raise RulesError(f"{here}: least 不能大于 most。")
        if question.shown_if is not None:
            _check_shown(question, earlier, here)
        earlier[question.key] = question


def _check_table(question: Question, path: str) -> None:
    if not question.columns:
        raise RulesError(f"{path}: 表格要有 columns。")
    _unique([one.key for one in question.columns], f"{path}.columns")
    for column in question.columns:
        if column.kind == "choice" and not column.options:
            raise RulesError(f"{path}.columns.{column.key}: 单选列要有 options。")


def _check_shown(question: Question, earlier: Mapping[str, Question], path: str) -> None:
    """A condition looks at an earlier question of the section that has answers to choose from."""
    assert question.shown_if is not None
    asked = earlier.get(question.shown_if.question)
    if asked is None or asked.kind not in CHOSEN:
        raise RulesError(f"{path}.shown_if: 只能依据同一栏目中前面的单选、多选或是否题，没有“{question.shown_if.question}”。")
    options = asked.options if asked.kind != "yesno" else ("是", "否")
    if strange := [one for one in question.shown_if.answers if one not in options]:
        raise RulesError(f"{path}.shown_if: “{asked.title}”没有选项 {'、'.join(strange)}。")


def check_rule(family: Literal["eligibility", "budget"], rule: Rule, path: str, rules: CallRules) -> None:
    """Refuse a rule of an unknown kind or with wrong parameters. Raises RulesError."""
    registry: Mapping[str, Eligibility | BudgetKind] = ELIGIBILITY if family == "eligibility" else BUDGET
    if rule.kind not in registry:
        raise RulesError(f"{path}.kind: 不认识“{rule.kind}”，可用 {'、'.join(registry)}。")
    wanted = registry[rule.kind].params
    if set(rule.params) != set(wanted):
        raise RulesError(f"{path}.params: 应有 {'、'.join(wanted) or '空'}，实有 {'、'.join(rule.params) or '空'}。")
    for name, kind in wanted.items():
        value = rule.params[name]
        if type(value) is not kind or (isinstance(value, int) and value < 0):
            raise RulesError(f"{path}.params.{name}: 应为{WORDS[kind]}。")
    if family == "budget":
        _check_budget_rule(rule, path, rules)
    elif "day" in wanted:
        _check_day(rule.params["day"], path)
    elif rule.kind == "any_of":
        _check_groups(rule, path, rules)
    elif rule.kind == "past_grade" and rule.params["stage"] not in ("midterm", "final"):
        raise RulesError(f"{path}.params.stage: 只能是 midterm(中期)或 final(末期)。")


def _check_budget_rule(rule: Rule, path: str, rules: CallRules) -> None:
    lines = {line.key for line in rules.budget.lines}
    named = [*rule.params.get("lines", ()), *(rule.params[k] for k in ("line", "a", "b") if k in rule.params)]
    if strange := [key for key in named if key not in lines]:
        raise RulesError(f"{path}.params: 预算科目中没有 {'、'.join(map(str, strange))}。")
    if rule.kind == "cap_share" and rule.params["of"] not in ("grant", "total"):
        raise RulesError(f"{path}.params.of: 只能是 grant(资助额)或 total(项目总额)。")
    if rule.kind == "forbidden" and not all(isinstance(one, str) and one for one in rule.params["words"]):
        raise RulesError(f"{path}.params.words: 应为不空的文字。")
    if rule.kind == "unit_tiers":
        tiers = rule.params["tiers"]
        if not tiers or not all(_is_tier(one) for one in tiers):
            raise RulesError(f"{path}.params.tiers: 每档要有 key、title 和 most_fen(分)。")


def _is_tier(one: Any) -> bool:
    return isinstance(one, dict) and set(one) == {"key", "title", "most_fen"} and type(one["most_fen"]) is int and one["most_fen"] >= 0


def _check_day(value: str, path: str) -> None:
    try:
        date.fromisoformat(value)
    except ValueError:
        raise RulesError(f"{path}.params.day: 应为日期，例如 2021-01-01。") from None


def _check_groups(rule: Rule, path: str, rules: CallRules) -> None:
    groups = rule.params["groups"]
    if not groups or not all(isinstance(one, dict) and set(one) == {"title", "rules"} and one["rules"] for one in groups):
        raise RulesError(f"{path}.params.groups: 每类主体要有 title 和 rules。")
    for n, group in enumerate(groups):
        for m, one in enumerate(group["rules"]):
            here = f"{path}.params.groups[{n + 1}].rules[{m + 1}]"
            if not isinstance(one, dict) or not {"kind", "params", "text"} <= set(one) <= {"kind", "params", "text", "source"}:
                raise RulesError(f"{here}: 应有 kind、params 和 text。")
            check_rule("eligibility", Rule(**one), here, rules)
