"""The closed set of budget rules: each kind with its parameters and its pure check."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from reports import format as printed
from reports.money import Money
from webapp.calls.rules.parts import Budget, Rule
from webapp.calls.rules.shape import CallRules
from webapp.calls.rules.words import SOURCES
from webapp.core.workflow import Refusal


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
    tier: str = ""
    """Which tier of the line's unit standard the row claims; empty for the first."""
    days: int = 0
    """Days each person comes, where the standard changes with them; 0 where nobody said."""

    @property
    def total(self) -> Money:
        return self.grant + self.own


@dataclass(frozen=True, slots=True)
class Sheet:
    """A whole budget as it is judged: its rows, what is asked for, and where the matching money comes from."""

    budget: Budget
    rows: Sequence[BudgetRow]
    requested: Money
    sources: Mapping[str, Money] = field(default_factory=dict)
    """Matching money by source; empty where the call takes own money alone."""

    @property
    def total(self) -> Money:
        return sum((row.total for row in self.rows), Money(0))

    @property
    def own(self) -> Money:
        return sum((row.own for row in self.rows), Money(0))

    @property
    def matched(self) -> Money:
        """What counts as 配套: each source at its percent, what the call does not name at nothing; whole fen, rounded down."""
        if not self.sources:
            own = next((one.percent for one in self.budget.matching if one.source == "own"), 0)
            return Money(self.own.fen * own // 100)
        at = {one.source: one.percent for one in self.budget.matching}
        return Money(sum(amount.fen * at.get(name, 0) for name, amount in self.sources.items()) // 100)  # type: ignore[call-overload]

    def titles(self, *keys: str) -> str:
        known = {line.key: line.title for line in self.budget.lines}
        return "、".join(known.get(key, key) for key in keys)

    def of(self, lines: Sequence[str], *, grant: bool) -> Money:
        return sum((row.grant if grant else row.total for row in self.rows if row.line in lines), Money(0))


def budget_rows(rows: Sequence[Mapping[str, Any]]) -> tuple[BudgetRow, ...]:
    """The rows of a snapshot's `budget`."""
    return tuple(
        BudgetRow(
            r["line"], r["item"], Money(r["unit_fen"]), r["quantity"], Money(r["grant_fen"]), Money(r["own_fen"]), r.get("need_id"),
            r.get("tier") or "", r.get("days") or 0,
        )
        for r in rows
    )  # fmt: skip


def _cap_share(rule: Rule, sheet: Sheet) -> list[Refusal]:
    lines, percent, of_grant = rule.params["lines"], rule.params["percent"], rule.params["of"] == "grant"
    part = sheet.of(lines, grant=of_grant)
    whole = sum((row.grant if of_grant else row.total for row in sheet.rows), Money(0))
    if part.fen * 100 <= whole.fen * percent:
        return []
    base = "资助额" if of_grant else "项目总额"
    said = f"{sheet.titles(*lines)}合计 {printed.yuan(part)} 元，占{base} {printed.percent(part, whole)}，上限 {percent}%。"
    return [Refusal("cap_share", said, "budget")]


def _cap_amount(rule: Rule, sheet: Sheet) -> list[Refusal]:
    part, most = sheet.of(rule.params["lines"], grant=False), Money(rule.params["most_fen"])
    if part <= most:
        return []
    said = f"{sheet.titles(*rule.params['lines'])}合计 {printed.yuan(part)} 元，上限 {printed.yuan(most)} 元。"
    return [Refusal("cap_amount", said, "budget")]


def _own_share_min(rule: Rule, sheet: Sheet) -> list[Refusal]:
    own, whole = sheet.matched, sheet.total
    if own.fen * 100 >= whole.fen * rule.params["percent"]:
        return []
    said = f"配套（自筹）合计 {printed.yuan(own)} 元，占项目总额 {printed.percent(own, whole)}，不能少于 {rule.params['percent']}%。"
    return [Refusal("own_share_min", said, "budget")]


def _grant_share_max(rule: Rule, sheet: Sheet) -> list[Refusal]:
    """资助 at most x % of the whole budget; the amount it may not pass either is the ceiling (广州2019: 60% 且 50 万元)."""
    percent = rule.params["percent"]
    if sheet.requested.fen * 100 <= sheet.total.fen * percent:
        return []
    part = printed.percent(sheet.requested, sheet.total)
    said = f"申请资助 {printed.yuan(sheet.requested)} 元，占项目总额 {part}，不能超过 {percent}%。"
    return [Refusal("grant_share_max", said, "budget")]


def _matched_by_donation(rule: Rule, sheet: Sheet) -> list[Refusal]:
    """东莞2011: so much public money for each yuan donated, up to a ceiling; who raised little gets up to another amount."""
    donated = sum((sheet.sources.get(name, Money(0)) for name in ("donated", "expected")), Money(0))
    matched = Money(min(donated.fen * rule.params["percent"] // 100, rule.params["most_fen"]))
    most = max(matched, Money(rule.params["without_fen"]))
    if sheet.requested <= most:
        return []
    said = (
        f"社会捐助 {printed.yuan(donated)} 元，按 {rule.params['percent']}% 配比并有上限，最多可申请 {printed.yuan(most)} 元，"
        f"现申请 {printed.yuan(sheet.requested)} 元。"
    )
    return [Refusal("matched_by_donation", said, "budget")]


def _unit_standard(rule: Rule, sheet: Sheet) -> list[Refusal]:
    most, line = Money(rule.params["most_fen"]), sheet.titles(rule.params["line"])
    return [
        Refusal("unit_standard", _over(n, row, line, f"每人天不超过 {printed.yuan(most)} 元"), f"rows-{n}-unit")
        for n, row in enumerate(sheet.rows)
        if row.line == rule.params["line"] and row.unit > most
    ]


def _over(n: int, row: BudgetRow, line: str, standard: str) -> str:
    return f"第 {n + 1} 行“{row.item or line}”单价 {printed.yuan(row.unit)} 元，{line}的标准是{standard}。"


def _unit_tiers(rule: Rule, sheet: Sheet) -> list[Refusal]:
    """A standard by tier, lower from some day on (省级: 高级 500、其他 300, from the third day 200 a person and day)."""
    tiers, line = rule.params["tiers"], sheet.titles(rule.params["line"])
    start, later = rule.params["later_from"], Money(rule.params["later_fen"])
    found = []
    for n, row in enumerate(sheet.rows):
        if row.line != rule.params["line"]:
            continue
        tier = next((one for one in tiers if one["key"] == row.tier), tiers[0])
        most = Money(tier["most_fen"])
        standard = f"{tier['title']}每人天不超过 {printed.yuan(most)} 元"
        if row.unit > most:
            found.append(Refusal("unit_standard", _over(n, row, line, standard), f"rows-{n}-unit"))
        elif start and row.unit > later and row.quantity >= start and not row.days:
            said = f"第 {n + 1} 行：从第 {start} 天起每人天不超过 {printed.yuan(later)} 元，请填明每人几天，或把以后各天另列一行。"
            found.append(Refusal("unit_standard", said, f"rows-{n}-days"))
        elif start and row.days >= start and row.unit * row.days > _days(most, later, start, row.days):
            said = f"{standard}，第 {start} 天起 {printed.yuan(later)} 元，每人 {row.days} 天合计不超过 "
            said += f"{printed.yuan(_days(most, later, start, row.days))} 元"
            found.append(Refusal("unit_standard", _over(n, row, line, said), f"rows-{n}-unit"))
    return found


def _days(most: Money, later: Money, start: int, days: int) -> Money:
    return most * (start - 1) + later * (days - start + 1)


def _excludes(rule: Rule, sheet: Sheet) -> list[Refusal]:
    used = {row.line for row in sheet.rows if row.total}
    one, other = rule.params["a"], rule.params["b"]
    if not {one, other} <= used:
        return []
    return [Refusal("excludes", f"已列{sheet.titles(one)}的，不再列支{sheet.titles(other)}，请去掉其中一项。", "budget")]


def _forbidden(rule: Rule, sheet: Sheet) -> list[Refusal]:
    """Items that may not be paid for, found by the words the rule names in what a row is for."""
    return [
        Refusal("forbidden", f"第 {n + 1} 行“{row.item}”写有“{word}”：{rule.text}。请删去，或改写清楚实际用途。", f"rows-{n}-item")
        for n, row in enumerate(sheet.rows)
        if (word := next((one for one in rule.params["words"] if one in row.item), ""))
    ]


@dataclass(frozen=True, slots=True)
class BudgetKind:
    """A kind of budget rule: what people call it, the parameters it needs, and its check."""

    title: str
    params: Mapping[str, type]
    check: Callable[[Rule, Sheet], list[Refusal]]


BUDGET: Mapping[str, BudgetKind] = {
    "cap_share": BudgetKind("科目合计占比上限", {"lines": list, "percent": int, "of": str}, _cap_share),
    "cap_amount": BudgetKind("科目合计金额上限", {"lines": list, "most_fen": int}, _cap_amount),
    "own_share_min": BudgetKind("配套占比下限", {"percent": int}, _own_share_min),
    "grant_share_max": BudgetKind("资助占比上限", {"percent": int}, _grant_share_max),
    "matched_by_donation": BudgetKind("按社会捐助配比", {"percent": int, "most_fen": int, "without_fen": int}, _matched_by_donation),
    "unit_standard": BudgetKind("单价标准", {"line": str, "most_fen": int}, _unit_standard),
    "unit_tiers": BudgetKind("分档单价标准", {"line": str, "tiers": list, "later_from": int, "later_fen": int}, _unit_tiers),
    "excludes": BudgetKind("科目互斥", {"a": str, "b": str}, _excludes),
    "forbidden": BudgetKind("不得列支", {"words": list}, _forbidden),
}


def check_budget(
    rules: CallRules, rows: Sequence[BudgetRow], requested: Money, category: str = "", sources: Mapping[str, Money] | None = None
) -> list[Refusal]:
    """All that is wrong with a budget; places are `rows-0-unit` (a cell, from nought), `sources`, or `budget` for the whole.

    `category` chooses the ceiling; `sources` is the matching money by where it comes from (`words.SOURCES`).
    """
    sheet = Sheet(rules.budget, rows, requested, sources or {})
    found = [*_rows(sheet), *_whole(rules, sheet, category), *_sources(sheet)]
    for rule in rules.budget.rules:
        found += BUDGET[rule.kind].check(rule, sheet)
    return found


def _rows(sheet: Sheet) -> list[Refusal]:
    found: list[Refusal] = []
    known = {line.key for line in sheet.budget.lines}
    if not sheet.rows:
        found.append(Refusal("no_rows", "预算还没有填，请至少填一行。", "budget"))
    for n, row in enumerate(sheet.rows):
        if row.line not in known:
            found.append(Refusal("line", f"第 {n + 1} 行没有选科目。", f"rows-{n}-line"))
        if row.unit * row.quantity != row.total:
            product = printed.yuan(row.unit * row.quantity)
            said = f"第 {n + 1} 行单价 × 数量是 {product} 元，资助加配套是 {printed.yuan(row.total)} 元，两数应相等。"
            found.append(Refusal("row_sum", said, f"rows-{n}-grant"))
    return found


def _whole(rules: CallRules, sheet: Sheet, category: str) -> list[Refusal]:
    found: list[Refusal] = []
    granted, requested = sum((row.grant for row in sheet.rows), Money(0)), sheet.requested
    ceiling, floor = rules.ceiling(category), rules.floor(category)
    of = f"“{rules.category(category)}”每个项目" if (ceiling, floor) != (sheet.budget.ceiling, sheet.budget.floor) else "每个项目"
    if sheet.rows and granted != requested:
        said = f"资助合计 {printed.yuan(granted)} 元，与申请资助金额 {printed.yuan(requested)} 元不一致。"
        found.append(Refusal("requested", said, "budget"))
    if requested > ceiling:
        said = f"申请资助 {printed.yuan(requested)} 元，超过{of} {printed.yuan(ceiling)} 元的上限。"
        found.append(Refusal("ceiling", said, "budget"))
    if requested < floor:
        said = f"申请资助 {printed.yuan(requested)} 元，低于{of} {printed.yuan(floor)} 元的下限。"
        found.append(Refusal("floor", said, "budget"))
    return found


def _sources(sheet: Sheet) -> list[Refusal]:
    """The sources add up to the matching money of the rows, and each of them is one the call takes."""
    if not sheet.sources:
        return []
    taken = {one.source for one in sheet.budget.matching}
    found = [
        Refusal("source", f"{SOURCES[name]}不算作本次征集的配套，请改填。", f"source_{name}")
        for name, amount in sheet.sources.items()
        if amount and name not in taken
    ]
    if (total := sum(sheet.sources.values(), Money(0))) != sheet.own:
        said = f"各项配套来源合计 {printed.yuan(total)} 元，与预算各行配套合计 {printed.yuan(sheet.own)} 元不一致。"
        found.append(Refusal("sources", said, "sources"))
    return found
