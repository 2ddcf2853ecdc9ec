"""公开资料 in the funding report: figures and tables of what was published.

Of a published project one amount is *known*, a range is *banded*, a blank is *unknown*. `sum` adds the known ones only;
`low` and `high` add the ends of the bands to it. No band and no blank becomes a number.
"""

from collections.abc import Sequence
from typing import Any

from reports import format as fmt
from reports.chart import Chart, Series
from reports.money import Money
from reports.report import Block, Column, Figure, Section, Table, Text
from webapp.library.queries import Figures
from webapp.library.rules import in_wan
from webapp.reporting.groups import grouped, summed

UNKNOWN = "未公布"
BY = {"year": "年份", "city": "地区", "category": "类别", "programme": "项目计划"}
AMOUNTS = ("count", "known", "banded", "unknown", "sum_fen", "low_fen", "high_fen")
NOTE = (
    "公开资料按发布原文收录：“金额明确”指公布了一个数，“区间”指公布的是起止（如 3–5 万元），“未公布”指没有金额；"
    "“合计”只加金额明确的项目，“下限”“上限”是合计再加各区间的起止，未公布的一律不计。"
)


def figured(published: Sequence[Figures]) -> dict[str, Any]:
    """Totals and groups, in whole fen."""
    rows = [_amounts(row) for row in published]
    groups = [{"by": by, **one} for by in BY for one in _ordered(grouped(rows, by, AMOUNTS), by)]
    return {"total": summed(rows, AMOUNTS), "groups": groups}


def _ordered(groups: list[dict[str, Any]], by: str) -> list[dict[str, Any]]:
    """Years as they come (the latest first); all others the largest first, then by name."""
    return groups if by == "year" else sorted(groups, key=lambda one: (-one["count"], one["key"]))


def _amounts(row: Figures) -> dict[str, Any]:
    low, high = row.low_fen, row.high_fen
    known = low is not None and low == high
    return {
        "year": row.year_text or UNKNOWN,
        "city": row.city or UNKNOWN,
        "category": row.category or UNKNOWN,
        "programme": row.programme or UNKNOWN,
        "count": 1,
        "known": int(known),
        "banded": int(low is not None and not known),
        "unknown": int(low is None),
        "sum_fen": low.fen if known and low else 0,
        "low_fen": low.fen if low else 0,
        "high_fen": high.fen if high else 0,
    }


def section(rows: Sequence[Figures], part: dict[str, Any]) -> Section:
    """总计, then by year, place, category and programme."""
    total = part["total"]
    text = (
        f"收录公开项目 {total['count']} 个：金额明确 {total['known']} 个，合计 {fmt.yuan(Money(total['sum_fen']), unit=True)}；"
        f"区间 {total['banded']} 个；未公布 {total['unknown']} 个。连同区间，在 {fmt.yuan(Money(total['low_fen']), unit=True)}与 "
        f"{fmt.yuan(Money(total['high_fen']), unit=True)}之间。"
    )
    blocks: list[Block] = [_amount_table("总计", "范围", [{"key": "公开资料", **total}]), Text((text,))]
    for by, title in BY.items() if rows else ():
        groups = [one for one in part["groups"] if one["by"] == by]
        blocks.append(_amount_table(f"按{title}", title, groups, total))
        if by == "year" and any(one["known"] for one in groups):
            drawn = tuple(one for one in groups if one["known"])
            series = Series("金额明确的合计", tuple(Money(one["sum_fen"]) for one in drawn))
            blocks.append(Figure("各年金额明确的公开项目合计", Chart("bar", tuple(one["key"] for one in drawn), (series,), "万元")))
    return Section("公开资料", tuple(blocks))


def _amount_table(caption: str, title: str, groups: Sequence[dict[str, Any]], total: dict[str, Any] | None = None) -> Table:
    columns = (
        Column("key", title),
        Column("count", "项目数", "number"),
        Column("known", "金额明确", "number"),
        Column("banded", "区间", "number"),
        Column("unknown", "未公布", "number"),
        Column("sum_fen", "合计", "money"),
        Column("low_fen", "下限", "money"),
        Column("high_fen", "上限", "money"),
    )
    rows = tuple((one["key"], *_amount_cells(one)) for one in groups)
    return Table(columns, rows, f"公开资料 {caption}", None if total is None else ("合计", *_amount_cells(total)), "元")


def _amount_cells(one: dict[str, Any]) -> list[int | Money | None]:
    """On paper a sum over projects of which no amount is known is a dash: unknown is not nought."""
    known, told = one["known"] or not one["count"], one["known"] or one["banded"] or not one["count"]
    sums = (Money(one["sum_fen"]) if known else None, *(Money(one[end]) if told else None for end in ("low_fen", "high_fen")))
    return [one["count"], one["known"], one["banded"], one["unknown"], *sums]


def details(rows: Sequence[Figures]) -> tuple[Block, ...]:
    """Each published project, and where it was published."""
    places = {source: n for n, source in enumerate(sorted({row.source for row in rows}), 1)}
    listed = Table(
        (
            Column("year", "年份"),
            Column("city", "地区"),
            Column("programme", "项目计划"),
            Column("project", "项目"),
            Column("organisation", "承办单位"),
            Column("category", "类别"),
            Column("amount", "资助（公布）"),
            Column("source", "来源", "number"),
        ),
        tuple(
            (
                row.year_text or UNKNOWN,
                row.city or UNKNOWN,
                row.programme or UNKNOWN,
                row.project,
                row.organisation or UNKNOWN,
                row.category or UNKNOWN,
                in_wan(row.amount_text),
                places[row.source],
            )
            for row in rows
        ),
        "公开资料 明细",
    )
    counted = tuple((n, source or "来源未注明", sum(row.source == source for row in rows)) for source, n in places.items())
    columns = (Column("number", "序号", "number"), Column("source", "来源"), Column("count", "项目数", "number"))
    return listed, Table(columns, counted, "公开资料 来源")
