"""The closed sets of rule kinds, each with its parameters and its pure check.

A new kind is a function here and one line in its registry; a bureau combines the kinds as data.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from reports import format as printed
from reports.money import Money
from webapp.calls.rules.shape import Budget, CallRules, Rule, RulesError
from webapp.core.workflow import Refusal

MOMENTARY = frozenset({"penalty", "rectify", "award", "grade"})
"""Records of a day, not of a span: without an end they are over the day they began."""


@dataclass(frozen=True, slots=True)
class RecordFact:
    """One dated fact on an organisation's record."""

    kind: str
    from_day: date
    until_day: date | None


@dataclass(frozen=True, slots=True)
class OrganisationFacts:
    """What eligibility is judged on, as it stands on `today`."""

    today: date
    registered_on: date | None = None
    grade: str = ""
    annual_check: str = ""
    area_code: str = ""
    records: tuple[RecordFact, ...] = ()
    applications: int = 1
    """How many applications the organisation has in this call, this one included."""
    running: int = 0
    """How many funded projects it has that are not yet closed."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one rule says: pass, fail, or manual (a person must look), with the reason."""

    rule: Rule
    outcome: Literal["pass", "fail", "manual"]
    reason: str


@dataclass(frozen=True, slots=True)
class BudgetRow:
    """One row of a budget; amounts are whole fen."""

    line: str
    item: str
    unit: Money
    quantity: int
    grant: Money
    own: Money
    need_id: int | None = None

    @property
    def total(self) -> Money:
        return self.grant + self.own


def budget_rows(rows: Sequence[Mapping[str, Any]]) -> tuple[BudgetRow, ...]:
    """The rows of a snapshot's `budget`."""
    return tuple(
        BudgetRow(
            r["line"],
            r["item"],
            Money(r["unit_fen"]),
            r["quantity"],
            Money(r["grant_fen"]),
            Money(r["own_fen"]),
            r.get("need_id"),
        )
        for r in rows
    )


def years_before(day: date, years: int) -> date:
    """The same calendar day some years earlier; 29 February becomes 28 February."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def _no_record(rule: Rule, facts: OrganisationFacts) -> tuple[str, str]:
    since = years_before(facts.today, rule.params["years"])
    for record in facts.records:
        end = record.until_day or (record.from_day if record.kind in MOMENTARY else facts.today)
        if record.kind == rule.params["record"] and record.from_day <= facts.today and end >= since:
            return "fail", f"有 {printed.day(record.from_day)} 起的记录。"
    return "pass", "没有查到记录。"


def _min_age(rule: Rule, facts: OrganisationFacts) -> tuple[str, str]:
    if facts.registered_on is None:
        return "manual", "没有登记日期，请核对登记证书。"
    old = facts.registered_on <= years_before(facts.today, rule.params["years"])
    return ("pass" if old else "fail"), f"{printed.day(facts.registered_on)}登记。"


def _max_age(rule: Rule, facts: OrganisationFacts) -> tuple[str, str]:
    if facts.registered_on is None:
        return "manual", "没有登记日期，请核对登记证书。"
    young = facts.registered_on >= years_before(facts.today, rule.params["years"])
    return ("pass" if young else "fail"), f"{printed.day(facts.registered_on)}登记。"


def _annual_check(rule: Rule, facts: OrganisationFacts) -> tuple[str, str]:
    if not facts.annual_check:
        return "manual", "没有年检结论，请核对年检报告。"
    return ("pass" if facts.annual_check in rule.params["accepted"] else "fail"), f"年检结论为“{facts.annual_check}”。"


def _min_grade(rule: Rule, facts: OrganisationFacts) -> tuple[str, str]:
    if not facts.grade:
        return "fail", "没有评估等级。"
    return ("pass" if facts.grade >= rule.params["grade"] else "fail"), f"评估等级为 {facts.grade}。"


def _most_applications(rule: Rule, facts: OrganisationFacts) -> tuple[str, str]:
    return ("pass" if facts.applications <= rule.params["most"] else "fail"), f"本次征集共申报 {facts.applications} 项。"


def _no_running_award(rule: Rule, facts: OrganisationFacts) -> tuple[str, str]:
    return ("fail", f"还有 {facts.running} 个在执行的项目。") if facts.running else ("pass", "没有在执行的项目。")


def _located_in(rule: Rule, facts: OrganisationFacts) -> tuple[str, str]:
    inside = facts.area_code.startswith(rule.params["area"])
    return ("pass", "登记地在范围内。") if inside else ("fail", "登记地不在范围内。")


@dataclass(frozen=True, slots=True)
class Eligibility:
    """A kind of eligibility rule: the parameters it needs and its check."""

    params: Mapping[str, type]
    check: Callable[[Rule, OrganisationFacts], tuple[str, str]]


ELIGIBILITY: Mapping[str, Eligibility] = {
    "no_record": Eligibility({"record": str, "years": int}, _no_record),
    "min_age_years": Eligibility({"years": int}, _min_age),
    "max_age_years": Eligibility({"years": int}, _max_age),
    "annual_check": Eligibility({"accepted": list}, _annual_check),
    "min_grade": Eligibility({"grade": str}, _min_grade),
    "most_applications": Eligibility({"most": int}, _most_applications),
    "no_running_award": Eligibility({}, _no_running_award),
    "located_in": Eligibility({"area": str}, _located_in),
}


def check_eligibility(rules: CallRules, facts: OrganisationFacts) -> list[Outcome]:
    """What each eligibility rule says of an organisation, in the order of the rules."""
    return [Outcome(rule, *ELIGIBILITY[rule.kind].check(rule, facts)) for rule in rules.eligibility]  # type: ignore[arg-type]


def _words(budget: Budget, *keys: str) -> str:
    titles = {line.key: line.title for line in budget.lines}
    return "、".join(titles.get(key, key) for key in keys)


def _percent(part: Money, whole: Money) -> str:
    return printed.percent(part, whole)


def _cap_share(rule: Rule, budget: Budget, rows: Sequence[BudgetRow]) -> list[Refusal]:
    lines, percent, of_grant = rule.params["lines"], rule.params["percent"], rule.params["of"] == "grant"
    part = sum((r.grant if of_grant else r.total for r in rows if r.line in lines), Money(0))
    whole = sum((r.grant if of_grant else r.total for r in rows), Money(0))
    if part.fen * 100 <= whole.fen * percent:
        return []
    base = "资助额" if of_grant else "项目总额"
    said = f"{_words(budget, *lines)}合计 {printed.yuan(part)} 元，占{base} {_percent(part, whole)}，上限 {percent}%。"
    return [Refusal("cap_share", said, "budget")]


def _own_share_min(rule: Rule, budget: Budget, rows: Sequence[BudgetRow]) -> list[Refusal]:
    own, whole = sum((r.own for r in rows), Money(0)), sum((r.total for r in rows), Money(0))
    if own.fen * 100 >= whole.fen * rule.params["percent"]:
        return []
    said = f"配套（自筹）合计 {printed.yuan(own)} 元，占项目总额 {_percent(own, whole)}，不能少于 {rule.params['percent']}%。"
    return [Refusal("own_share_min", said, "budget")]


def _unit_standard(rule: Rule, budget: Budget, rows: Sequence[BudgetRow]) -> list[Refusal]:
    most = Money(rule.params["most_fen"])
    line = _words(budget, rule.params["line"])
    return [
        Refusal(
            "unit_standard",
            f"第 {n + 1} 行“{r.item or line}”单价 {printed.yuan(r.unit)} 元，{line}的标准是每人天不超过 {printed.yuan(most)} 元。",
            f"rows-{n}-unit",
        )
        for n, r in enumerate(rows)
        if r.line == rule.params["line"] and r.unit > most
    ]


def _excludes(rule: Rule, budget: Budget, rows: Sequence[BudgetRow]) -> list[Refusal]:
    used = {r.line for r in rows if r.total}
    one, other = rule.params["a"], rule.params["b"]
    if not {one, other} <= used:
        return []
    return [Refusal("excludes", f"已列{_words(budget, one)}的，不再列支{_words(budget, other)}，请去掉其中一项。", "budget")]


@dataclass(frozen=True, slots=True)
class BudgetKind:
    """A kind of budget rule: the parameters it needs and its check."""

    params: Mapping[str, type]
    check: Callable[[Rule, Budget, Sequence[BudgetRow]], list[Refusal]]


BUDGET: Mapping[str, BudgetKind] = {
    "cap_share": BudgetKind({"lines": list, "percent": int, "of": str}, _cap_share),
    "own_share_min": BudgetKind({"percent": int}, _own_share_min),
    "unit_standard": BudgetKind({"line": str, "most_fen": int}, _unit_standard),
    "excludes": BudgetKind({"a": str, "b": str}, _excludes),
}


def check_budget(rules: CallRules, rows: Sequence[BudgetRow], requested: Money) -> list[Refusal]:
    """All that is wrong with a budget; places are `rows-0-unit` (a cell, from nought), or `budget` for the whole."""
    budget = rules.budget
    found: list[Refusal] = []
    known = {line.key for line in budget.lines}
    if not rows:
        found.append(Refusal("no_rows", "预算还没有填，请至少填一行。", "budget"))
    for n, row in enumerate(rows):
        if row.line not in known:
            found.append(Refusal("line", f"第 {n + 1} 行没有选科目。", f"rows-{n}-line"))
        if row.unit * row.quantity != row.total:
            product = printed.yuan(row.unit * row.quantity)
            said = f"第 {n + 1} 行单价 × 数量是 {product} 元，资助加配套是 {printed.yuan(row.total)} 元，两数应相等。"
            found.append(Refusal("row_sum", said, f"rows-{n}-grant"))
    granted = sum((row.grant for row in rows), Money(0))
    if rows and granted != requested:
        said = f"资助合计 {printed.yuan(granted)} 元，与申请资助金额 {printed.yuan(requested)} 元不一致。"
        found.append(Refusal("requested", said, "budget"))
    if requested > budget.ceiling:
        said = f"申请资助 {printed.yuan(requested)} 元，超过每个项目 {printed.yuan(budget.ceiling)} 元的上限。"
        found.append(Refusal("ceiling", said, "budget"))
    if requested < budget.floor:
        said = f"申请资助 {printed.yuan(requested)} 元，低于每个项目 {printed.yuan(budget.floor)} 元的下限。"
        found.append(Refusal("floor", said, "budget"))
    for rule in budget.rules:
        found += BUDGET[rule.kind].check(rule, budget, rows)
    return found


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
            raise RulesError(f"{path}.params.{name}: 应为{ {str: '文字', int: '不小于零的整数', list: '列表'}[kind] }。")
    if family == "budget":
        lines = {line.key for line in rules.budget.lines}
        named = [*rule.params.get("lines", ()), *(rule.params[k] for k in ("line", "a", "b") if k in rule.params)]
        if strange := [key for key in named if key not in lines]:
            raise RulesError(f"{path}.params: 预算科目中没有 {'、'.join(map(str, strange))}。")
        if rule.kind == "cap_share" and rule.params["of"] not in ("grant", "total"):
            raise RulesError(f"{path}.params.of: 只能是 grant(资助额)或 total(项目总额)。")
