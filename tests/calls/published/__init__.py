"""Figures that were really published, each with a case that holds at the figure and one that fails beyond it."""

import csv
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from reports.money import Money
from webapp.calls.rules import OUTSIDE, BudgetRow, CallRules, OrganisationFacts, RecordFact, Rule, check_budget, judge, template

HERE = Path(__file__).parents[2] / "data" / "published"
TODAY = date(2026, 3, 2)


@dataclass(frozen=True, slots=True)
class Case:
    """`fine` says whether a value keeps the rule of the row: `at` the published figure it does, `beyond` it does not."""

    file: str
    line: int
    """Of the CSV, its heading being line 1."""
    figure: str
    """As the row has it."""
    fine: Callable[[Any], bool]
    at: Any
    beyond: Any


@dataclass(frozen=True, slots=True)
class NoRule:
    """A row that is no rule of a call, and why."""

    file: str
    line: int
    why: str


def rows(file: str) -> dict[int, dict[str, str]]:
    """The rows of a file by line."""
    with (HERE / f"{file}.csv").open(encoding="utf-8-sig", newline="") as opened:
        return dict(enumerate(csv.DictReader(opened), 2))


def rule_of(key: str, kind: str, **params: Any) -> Rule:
    """The rule of a template that has these parameters."""
    rules = template(key)
    found = [one for one in (*rules.eligibility, *rules.budget.rules) if one.kind == kind and params.items() <= one.params.items()]
    assert len(found) == 1, (key, kind, params)
    return found[0]


def passes(rule: Rule, name: str = "") -> Callable[[Any], bool]:
    """Whether an organisation with this one fact passes; without a name the value is all the facts."""

    def fine(value: Any) -> bool:
        facts = {name: value} if name else value
        return judge(rule, OrganisationFacts(**{"today": TODAY, "lists": OUTSIDE, **facts})).outcome == "pass"

    return fine


def record(kind: str, until: date, **value: Any) -> tuple[RecordFact, ...]:
    return (RecordFact(kind, date(2019, 1, 1), until, value),)


def awarded(day: date) -> tuple[RecordFact, ...]:
    return (RecordFact("award", day, None),)


def row(line: str, grant: str, own: str = "0", unit: str = "", quantity: int = 1, **more: Any) -> BudgetRow:
    given, matched = Money.parse(grant), Money.parse(own)
    return BudgetRow(line, more.pop("item", line), Money.parse(unit) if unit else given + matched, quantity, given, matched, **more)


def fits(rules: CallRules, *codes: str, category: str = "") -> Callable[[Any], bool]:
    """Whether a budget (rows, or rows and sources) draws none of these refusals."""

    def fine(value: Any) -> bool:
        lines, sources = value if isinstance(value, tuple) else (value, None)
        asked = sum((one.grant for one in lines), Money(0))
        found = check_budget(rules, lines, asked, category, sources)
        return not {one.code for one in found} & set(codes)

    return fine


def wan(amount: str) -> list[BudgetRow]:
    """A budget that asks for so many 万元, with as much of its own beside it."""
    yuan = str(Money.parse(amount, "万元"))
    return [row("activity", yuan, yuan)]


__all__ = ["TODAY", "Case", "NoRule", "awarded", "fits", "passes", "record", "row", "rows", "rule_of", "wan"]
