"""资金情况报告: 公开资料 and 本平台账簿, side by side and never added together.

Of a published project one amount is *known*, a range is *banded*, a blank is *unknown*. `sum` adds the known ones only;
`low` and `high` add the ends of the bands to it. No band and no blank becomes a number.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from reports import format as fmt
from reports.chart import Chart, Series
from reports.money import Money
from reports.report import Block, Column, Figure, Report, Section, Table, Text
from webapp.library.queries import Figures
from webapp.library.rules import in_wan
from webapp.reporting.groups import grouped, summed
from webapp.reporting.papers import Asked, Paper
from webapp.reporting.queries import funding
from webapp.reporting.queries.asked import wish_of
from webapp.reporting.queries.funding import BookRow, Funding

TITLE = "公益创投资金情况报告"
UNKNOWN = "未公布"
PUBLISHED = {"year": "年份", "city": "地区", "category": "类别", "programme": "项目计划"}
PLATFORM = {"programme": "征集公告", "area": "地区", "category": "类别", "organisation": "承办单位"}
AMOUNTS = ("count", "known", "banded", "unknown", "sum_fen", "low_fen", "high_fen")
TURNOVERS = ("projects", "committed_fen", "requested_fen", "paid_fen", "spent_fen", "returned_fen")
NOTE_PUBLISHED = (
    "公开资料按发布原文收录：“金额明确”指公布了一个数，“区间”指公布的是起止（如 3–5 万元），“未公布”指没有金额；"
    "“合计”只加金额明确的项目，“下限”“上限”是合计再加各区间的起止，未公布的一律不计。"
)
NOTE_PLATFORM = "本平台账簿为截至报告时点的累计发生额：预算、已立项（扣除释放）、已请款、已拨付、已支出（经认可）、已收回；冲销已扣除。"
NOTE_APART = "两部分口径不同，分列，不相加。"


@dataclass(frozen=True, slots=True)
class Figured:
    """Both parts with their totals and groups, as JSON gives them and the tables show them."""

    published: dict[str, Any] | None
    platform: dict[str, Any] | None


def figured(data: Funding) -> Figured:
    """Totals and groups of both parts, in whole fen."""
    published = platform = None
    if data.published is not None:
        rows = [_amounts(row) for row in data.published]
        groups = [{"by": by, **one} for by in PUBLISHED for one in _ordered(grouped(rows, by, AMOUNTS), by, "count")]
        published = {"total": summed(rows, AMOUNTS), "groups": groups}
    if data.platform is not None:
        rows = _turnovers(data.platform)
        groups = [{"by": by, **one} for by in PLATFORM for one in _ordered(grouped(rows, by, TURNOVERS), by, "committed_fen")]
        budget = None if data.budget is None else data.budget.fen
        platform = {"total": {"budget_fen": budget, **summed(rows, TURNOVERS)}, "groups": groups}
    return Figured(published, platform)


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


def _turnovers(rows: Sequence[BookRow]) -> list[dict[str, Any]]:
    """A project with money of two years is one project, counted with its first row."""
    seen: set[str] = set()
    found = []
    for row in rows:
        found.append(
            {
                "programme": row.call,
                "area": row.area,
                "category": row.category,
                "organisation": row.organisation,
                "projects": int(row.number not in seen),
                "committed_fen": row.committed.fen,
                "requested_fen": row.requested.fen,
                "paid_fen": row.paid.fen,
                "spent_fen": row.spent.fen,
                "returned_fen": row.returned.fen,
            }
        )
        seen.add(row.number)
    return found


def _ordered(groups: list[dict[str, Any]], by: str, weight: str) -> list[dict[str, Any]]:
    """Years as they come (the latest first); all others the largest first, then by name."""
    return groups if by == "year" else sorted(groups, key=lambda one: (-one[weight], one["key"]))


def as_json(data: Funding, asked: Asked) -> bytes:
    """The report for machines: the figures of both parts in whole fen, the same bytes for the same data."""
    found = figured(data)
    document = {
        "as_of": fmt.local(asked.as_of).isoformat(),
        "sources": sources(data),
        "scope": dict(wish_of(asked).narrowed),
        "notes": list(_notes(data)),
        "demo": data.demo,
        "published": found.published,
        "platform": found.platform,
    }
    return json.dumps(document, ensure_ascii=False, sort_keys=True, indent=1).encode() + b"\n"


def sources(data: Funding) -> list[str]:
    """Where the figures come from: each publication, and the platform's own book."""
    found = sorted({row.source or "来源未注明" for row in data.published or ()})
    return [*found, *(["本平台账簿"] if data.platform is not None else [])]


def _notes(data: Funding) -> tuple[str, ...]:
    notes = []
    if data.published is not None:
        notes.append(NOTE_PUBLISHED)
    if data.platform is not None:
        notes.append(NOTE_PLATFORM)
    return tuple(notes)


def gather(session: Session, _: None, asked: Asked) -> Funding:
    """Both parts, within the asker's areas."""
    return funding.gather(session, wish_of(asked))


def build(data: Funding, asked: Asked) -> Report:
    """The report for people. Over nothing it is a report of noughts."""
    found = figured(data)
    sections: list[Section] = []
    if data.published is not None and found.published is not None:
        sections.append(_published(data.published, found.published))
    if data.platform is not None and found.platform is not None:
        sections.append(_platform(data.platform, found.platform))
    if data.published:
        sections.append(Section("公开资料明细与来源", _details(data.published)))
    listed = [f"公开资料（历年项目库）{len({row.source for row in data.published})} 处，见来源表"] if data.published else []
    if data.published is not None and not data.published:
        listed.append("公开资料（历年项目库）")
    if data.platform is not None:
        listed.append("本平台账簿")
    wish = wish_of(asked)
    return asked.report(
        TITLE,
        sections,
        scope_note=(NOTE_APART if len(wish.sources) > 1 else "") + wish.scope,
        notes=_notes(data),
        sources=tuple(listed),
        demo=data.demo,
    )


def _published(rows: Sequence[Figures], part: dict[str, Any]) -> Section:
    total = part["total"]
    text = (
        f"收录公开项目 {total['count']} 个：金额明确 {total['known']} 个，合计 {fmt.yuan(Money(total['sum_fen']), unit=True)}；"
        f"区间 {total['banded']} 个；未公布 {total['unknown']} 个。连同区间，在 {fmt.yuan(Money(total['low_fen']), unit=True)}与 "
        f"{fmt.yuan(Money(total['high_fen']), unit=True)}之间。"
    )
    blocks: list[Block] = [_amount_table("总计", "范围", [{"key": "公开资料", **total}]), Text((text,))]
    for by, title in PUBLISHED.items() if rows else ():
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


def _cells(one: dict[str, Any], names: Sequence[str]) -> list[int | Money]:
    return [Money(one[name]) if name.endswith("_fen") else one[name] for name in names]


def _details(rows: Sequence[Figures]) -> tuple[Block, ...]:
    places = {source: n for n, source in enumerate(sorted({row.source for row in rows}), 1)}
    details = Table(
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
    listed = tuple((n, source or "来源未注明", sum(row.source == source for row in rows)) for source, n in places.items())
    columns = (Column("number", "序号", "number"), Column("source", "来源"), Column("count", "项目数", "number"))
    return details, Table(columns, listed, "公开资料 来源")


def _platform(rows: Sequence[BookRow], part: dict[str, Any]) -> Section:
    total = part["total"]
    names = {
        "budget_fen": "预算",
        "committed_fen": "已立项",
        "requested_fen": "已请款",
        "paid_fen": "已拨付",
        "spent_fen": "已支出",
        "returned_fen": "已收回",
    }
    columns = (Column("scope", "范围"), *(Column(name, label, "money") for name, label in names.items()))
    line = ("本平台账簿", *("不单列" if total[name] is None else Money(total[name]) for name in names))
    text = f"本平台账簿有资金的项目 {total['projects']} 个。"
    if total["budget_fen"] is None:
        text += "预算按资金整体下达，不分到单个征集公告或项目，故不单列。"
    blocks: list[Block] = [Table(columns, (line,), "本平台账簿 总计", unit="元"), Text((text,))]
    if total["committed_fen"]:
        drawn = [name for name in names if total[name] is not None]
        series = Series("累计", tuple(Money(total[name]) for name in drawn))
        blocks.append(Figure("本平台账簿各环节累计", Chart("bar", tuple(names[name] for name in drawn), (series,), "万元")))
    for by, title in PLATFORM.items() if rows else ():
        groups = [one for one in part["groups"] if one["by"] == by]
        blocks.append(_turnover_table(f"按{title}", title, groups, total))
    details = Table(
        (
            Column("number", "编号"),
            Column("title", "项目"),
            Column("organisation", "承办单位"),
            Column("year", "年度"),
            Column("committed", "已立项", "money"),
            Column("paid", "已拨付", "money"),
            Column("spent", "已支出", "money"),
            Column("returned", "已收回", "money"),
        ),
        tuple((r.number, r.title, r.organisation, str(r.year), r.committed, r.paid, r.spent, r.returned) for r in rows),
        "本平台账簿 各项目",
        unit="元",
    )
    return Section("本平台账簿", (*blocks, *([details] if rows else [])))


def _turnover_table(caption: str, title: str, groups: Sequence[dict[str, Any]], total: dict[str, Any]) -> Table:
    columns = (
        Column("key", title),
        Column("projects", "项目数", "number"),
        Column("committed_fen", "已立项", "money"),
        Column("requested_fen", "已请款", "money"),
        Column("paid_fen", "已拨付", "money"),
        Column("spent_fen", "已支出", "money"),
        Column("returned_fen", "已收回", "money"),
    )
    rows = tuple((one["key"], *_cells(one, TURNOVERS)) for one in groups)
    return Table(columns, rows, f"本平台账簿 {caption}", ("合计", *_cells(total, TURNOVERS)), "元")


PAPER = Paper(
    key="funding",
    title="资金情况报告",
    about=None,
    right="report.create",
    shared=True,
    gather=gather,
    build=build,
    retention="30",
    author="platform",
    suffixes=("pdf", "xlsx", "csv", "json"),
    machine=as_json,
)
