"""What the three tables of a fund's year share: how a kept line reads; pure."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from reports import format as fmt
from reports.money import Money
from reports.report import Cell, Column, Facts, Table
from webapp.evaluation.rules.performance import BY_KEY, GROUPS, Aim
from webapp.reporting.queries.works import Hand
from webapp.reporting.queries.yearly import Year
from webapp.scoring.rules import said

Kept = Mapping[str, Any]


def above(key: str) -> tuple[str, str]:
    """First and second level of an indicator; the execution rate stands by itself."""
    if key not in BY_KEY:
        return "预算执行", "预算执行率"
    one = BY_KEY[key]
    return GROUPS[one.group][0], one.second


def target(aim: Aim) -> str:
    return ("≤ " if aim.measure.direction == "less" else "≥ ") + f"{said(aim.target)} {aim.unit}"


def value(line: Kept, name: str) -> str | None:
    """A kept value as people read it, an amount in yuan; 不适用 for what could not be told."""
    fen = line[name]
    if fen is None:
        return "不适用"
    return f"{fmt.yuan(Money(fen))} 元" if line["unit"] == "元" else f"{said(fen)} {line['unit']}"


def rate(line: Kept) -> str | None:
    """Actual out of the year's value."""
    return fmt.percent(line["actual"], line["target"]) if line["actual"] is not None and line["target"] else None


def money(kept: Kept, until: date) -> Table:
    """The fund's year out of the book as of a day."""
    columns = (
        Column("budget", "年度预算", "money", 5),
        Column("committed", "已立项", "money", 5),
        Column("paid", "已拨付", "money", 5),
        Column("spent", "项目已列支", "money", 5),
        Column("rate", "预算执行率", "percent", 4),
    )
    one = {name: Money(fen) for name, fen in kept.items()}
    row = (one["budget"], one["committed"], one["paid"], one["spent"], one["paid"].percent_of(one["budget"]))
    return Table(columns, (row,), f"资金执行情况（截至{fmt.day(until)}）", unit="元")


def head(one: Year, *more: tuple[str, Cell]) -> Facts:
    """The form every table of the year begins with."""
    return Facts(
        (
            ("资金名称", one.fund),
            ("主管单位", one.payer),
            ("预算年度", f"{one.year} 年"),
            ("年度预算", Money(one.budget_fen)),
            *more,
        ),
        beside=True,
    )


def hand(found: tuple[Hand, ...], *steps: str) -> str | None:
    """Who took the last of some steps, and when."""
    last = next((one for one in reversed(found) if one.step in steps), None)
    return f"{last.who}　{fmt.moment(last.at)}" if last else None
