"""本平台账簿 in the funding report: by fund, call, place, category, organisation and month, with its three rates.

预算执行率, 拨付进度 and 项目支出进度 are three names for three things; each table says which it has.
"""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import accumulate, groupby
from typing import Any

from reports import format as fmt
from reports.chart import Chart, Series
from reports.money import Money
from reports.report import Block, Column, Figure, Section, Table, Text
from webapp.reporting.groups import grouped
from webapp.reporting.queries.funding import Book, BookRow

NAMES = {
    "budget_fen": "预算", "committed_fen": "已立项", "requested_fen": "已请款", "paid_fen": "已拨付", "spent_fen": "已支出",
    "returned_fen": "已收回",
}  # fmt: skip
MONEY = tuple(NAMES)
TURNOVERS = ("committed_fen", "paid_fen", "spent_fen", "returned_fen")
BY = {
    "fund": "资金", "programme": "征集公告", "street": "街道（镇）", "area": "社区（村）", "category": "类别", "organisation": "承接单位",
    "month": "月份",
}  # fmt: skip
RATES = {
    "execution": ("预算执行率", "已拨付 ÷ 预算", "付款单位的口径，按资金和年度；只算预算和拨付都在本报告范围内的资金"),
    "paying": ("拨付进度", "已拨付 ÷ 已立项", "协议资助金额中已付给承接单位的部分"),
    "spending": ("项目支出进度", "已支出 ÷ 已拨付", "承接单位的口径：收到的资助中，支出凭证已经认可的部分"),
}
NOTES = (
    "本平台账簿为截至报告时点的累计发生额：预算（含结转、资金转移）、已立项（扣除释放）、已请款（扣除退回）、已拨付、已支出（经认可）、"
    "已收回；冲销已在冲销的月份扣除。捐赠不在其中。",
    "预算执行率、拨付进度、项目支出进度是三个不同的数：" + "；".join(f"{name}＝{how}，{note}" for name, how, note in RATES.values()) + "。",
)
DRAWN = 12
"""Bars or months of one chart; the others stand in the table alone."""
ROWS_OF_A_PAGE = 25
"""Of the details; where there are more, each page says what it adds up to."""


def figured(book: Book) -> dict[str, Any]:
    """Totals, rates and groups, in whole fen; a rate is an exact fraction, None where there is nothing to divide by."""
    rows = [_fens(row) for row in book.rows]
    total = {"projects": len({row["number"] for row in rows} - {""}), **{name: sum(row[name] for row in rows) for name in MONEY}}
    groups = [{"by": by, **one} for by in BY for one in _groups(rows, by)]
    for one in groups:
        if one["by"] == "fund" and one["key"] not in book.budgeted:
            one["budget_fen"] = None
        elif one["by"] not in ("fund", "month"):
            del one["budget_fen"]
        one["rates"] = {name: _text(rate) for name, rate in _rates(one).items() if name != "execution" or one["by"] == "fund"}
    with_budget = [one for one in groups if one["by"] == "fund" and one["budget_fen"] is not None]
    bases = {name: sum(one[name] for one in with_budget) for name in ("budget_fen", "paid_fen")}
    rates = {**_rates(total), "execution": _part(bases["paid_fen"], bases["budget_fen"])}
    if not book.whole:
        total["budget_fen"] = None
    return {"total": total, "rates": {name: _text(rate) for name, rate in rates.items()}, "budgeted": bases, "groups": groups}


def _fens(row: BookRow) -> dict[str, Any]:
    return {
        "number": row.number, "fund": row.fund, "programme": row.programme, "street": row.street, "area": row.area,
        "category": row.category, "organisation": row.organisation, "month": f"{row.month // 100}-{row.month % 100:02}",
        **{name: getattr(row, name.removesuffix("_fen")).fen for name in MONEY},
    }  # fmt: skip


def _groups(rows: Sequence[dict[str, Any]], by: str) -> list[dict[str, Any]]:
    """A project with money of two years is one project of its call. Funds as they come, months in order, all others the largest first."""
    named = [row for row in rows if row[by]]
    numbers: dict[str, set[str]] = {}
    for row in named:
        numbers.setdefault(row[by], set()).add(row["number"])
    found = [{"projects": len(numbers[one["key"]] - {""}), **one} for one in grouped(named, by, MONEY)]
    if by == "month":
        return sorted(found, key=lambda one: one["key"])
    return found if by == "fund" else sorted(found, key=lambda one: (-one["committed_fen"], one["key"]))


def _rates(one: dict[str, Any]) -> dict[str, Fraction | None]:
    return {
        "execution": _part(one["paid_fen"], one.get("budget_fen") or 0),
        "paying": _part(one["paid_fen"], one["committed_fen"]),
        "spending": _part(one["spent_fen"], one["paid_fen"]),
    }


def _part(part: int, whole: int) -> Fraction | None:
    return Fraction(part, whole) if whole > 0 else None


def _text(rate: Fraction | None) -> str | None:
    return None if rate is None else f"{rate.numerator}/{rate.denominator}"


def section(book: Book, part: dict[str, Any]) -> Section:
    """总计 and the three rates; then by fund, call, place, category, organisation and month."""
    total, groups = part["total"], {by: [one for one in part["groups"] if one["by"] == by] for by in BY}
    columns = (Column("scope", "范围"), *(Column(name, label, "money") for name, label in NAMES.items()))
    line = ("本平台账簿", *("不单列" if total[name] is None else Money(total[name]) for name in NAMES))
    text = f"本平台账簿有资金的项目 {total['projects']} 个：" + "，".join(_said(key, part["rates"][key]) for key in RATES) + "。"
    if total["budget_fen"] is None:
        text += "预算按资金整体下达，不分到单个征集公告或项目，故不单列，也没有预算执行率。"
    blocks: list[Block] = [Table(columns, (line,), "本平台账簿 总计", unit="元"), Text((text,)), _rate_table(part)]
    if not book.rows:
        return Section("本平台账簿", tuple(blocks))
    blocks += [_fund_table(groups["fund"], part), *_drawn(groups)]
    for by, title in BY.items():
        if by == "month":
            blocks += _months(groups[by], total, budget=book.whole)
        elif by != "fund":
            blocks.append(_group_table(title, groups[by], part))
    return Section("本平台账簿", (*blocks, _details(book.rows, total)))


def _said(key: str, rate: str | None) -> str:
    return f"{RATES[key][0]} {fmt.NOTHING if rate is None else fmt.ratio(Fraction(rate))}"


def _rate_table(part: dict[str, Any]) -> Table:
    total, bases = part["total"], part["budgeted"]
    sums = {
        "execution": (bases["paid_fen"], bases["budget_fen"]), "paying": (total["paid_fen"], total["committed_fen"]),
        "spending": (total["spent_fen"], total["paid_fen"]),
    }  # fmt: skip
    columns = (
        Column("name", "进度", width=9), Column("how", "算法", width=11), Column("part", "分子", "money", 11),
        Column("whole", "分母", "money", 11), Column("rate", "结果", "percent", 6), Column("note", "口径", width=30),
    )  # fmt: skip
    rows = tuple((name, how, *(Money(fen) for fen in sums[key]), _part(*sums[key]), note) for key, (name, how, note) in RATES.items())
    return Table(columns, rows, "三项进度", unit="元")


def _fund_table(groups: Sequence[dict[str, Any]], part: dict[str, Any]) -> Table:
    columns = (
        Column("key", "资金（年度）"), Column("projects", "项目数", "number"), Column("budget_fen", "预算", "money"),
        *(Column(name, NAMES[name], "money") for name in TURNOVERS), *(Column(key, RATES[key][0], "percent") for key in RATES),
    )  # fmt: skip

    def line(key: str, one: dict[str, Any], budget: int | None, execution: Fraction | None) -> tuple[Any, ...]:
        rates = {**_rates(one), "execution": execution}
        told = None if budget is None else Money(budget)
        return key, one["projects"], told, *(Money(one[name]) for name in TURNOVERS), *(rates[key] for key in RATES)

    rows = tuple(line(one["key"], one, one["budget_fen"], _rates(one)["execution"]) for one in groups)
    bases = part["budgeted"]
    totals = line("合计", part["total"], part["total"]["budget_fen"], _part(bases["paid_fen"], bases["budget_fen"]))
    return Table(columns, rows, "本平台账簿 按资金", totals, "元")


def _group_table(title: str, groups: Sequence[dict[str, Any]], part: dict[str, Any]) -> Table:
    columns = (
        Column("key", title), Column("projects", "项目数", "number"), *(Column(name, NAMES[name], "money") for name in TURNOVERS),
        *(Column(key, RATES[key][0], "percent") for key in ("paying", "spending")),
    )  # fmt: skip

    def line(key: str, one: dict[str, Any]) -> tuple[Any, ...]:
        rates = _rates(one)
        return key, one["projects"], *(Money(one[name]) for name in TURNOVERS), rates["paying"], rates["spending"]

    return Table(columns, tuple(line(one["key"], one) for one in groups), f"本平台账簿 按{title}", line("合计", part["total"]), "元")


def _drawn(groups: dict[str, list[dict[str, Any]]]) -> Iterable[Figure]:
    """One figure for each rate, named like it, and one of the streets."""
    for key, by, part, whole in (
        ("execution", "fund", "paid_fen", "budget_fen"), ("paying", "programme", "paid_fen", "committed_fen"),
        ("spending", "category", "spent_fen", "paid_fen"),
    ):  # fmt: skip
        shown = [one for one in groups[by] if (one.get(whole) or 0) > 0 and (one["projects"] or by == "fund")][:DRAWN]
        if shown:
            series = tuple(_series(NAMES[name], shown, name) for name in (part, whole))
            yield Figure(f"各{BY[by]}的{RATES[key][0]}", Chart("progress", tuple(one["key"] for one in shown), series, "万元"))
    streets = [one for one in groups["street"] if one["committed_fen"] > 0 and one["projects"]][:DRAWN]
    if len(streets) > 1:
        series = tuple(_series(NAMES[name], streets, name) for name in TURNOVERS[:3])
        yield Figure("各街道（镇）的已立项、已拨付、已支出", Chart("bar", tuple(one["key"] for one in streets), series, "万元"))


def _series(title: str, groups: Sequence[dict[str, Any]], name: str) -> Series:
    return Series(title, tuple(Money(one[name]) for one in groups))


def _months(groups: Sequence[dict[str, Any]], total: dict[str, Any], *, budget: bool) -> list[Block]:
    """What each month moved and what it came to; a month in which nothing moved is a month too."""
    by_month = {one["key"]: one for one in groups}
    keys = _between(groups[0]["key"], groups[-1]["key"])
    names = ("budget_fen", *TURNOVERS)
    moved = [{name: by_month[key][name] if key in by_month else 0 for name in names} for key in keys]
    so_far = {name: list(accumulate(one[name] for one in moved)) for name in names}
    columns = (
        Column("key", "月份"), *(Column(name, {"budget_fen": "下达预算"}.get(name, NAMES[name].replace("已", "本月")), "money") for name in names),
        Column("paid_so_far", "累计拨付", "money"), Column("spent_so_far", "累计支出", "money"),
    )  # fmt: skip
    rows = tuple(
        (
            key, *(None if name == "budget_fen" and not budget else Money(one[name]) for name in names),
            Money(so_far["paid_fen"][n]), Money(so_far["spent_fen"][n]),
        )
        for n, (key, one) in enumerate(zip(keys, moved, strict=True))
    )  # fmt: skip
    totals = ("合计", *(None if total[name] is None else Money(total[name]) for name in names), None, None)
    last = slice(-DRAWN, None)
    series = tuple(Series(f"累计{NAMES[name][1:]}", tuple(map(Money, so_far[name][last]))) for name in TURNOVERS[:3])
    drawn: list[Block] = []
    if len(keys) > 1:
        drawn = [Figure(f"最近 {len(keys[last])} 个月累计的立项、拨付、支出", Chart("line", tuple(keys[last]), series, "万元"))]
    return [Table(columns, rows, "本平台账簿 按月份", totals, "元"), *drawn]


def _between(first: str, last: str) -> list[str]:
    """The months from one to another: 2026-01, 2026-02 …"""
    (y, m), (year, month) = (map(int, one.split("-")) for one in (first, last))
    return [f"{n // 12}-{n % 12 + 1:02}" for n in range(y * 12 + m - 1, year * 12 + month)]


def _details(rows: Sequence[BookRow], total: dict[str, Any]) -> Table:
    """Each project within each fund's year. `rows` come project by project."""
    lines = []
    for (number, title, organisation, fund), moved in groupby(
        (row for row in rows if row.title), key=lambda row: (row.number, row.title, row.organisation, row.fund)
    ):
        of = [_fens(row) for row in moved]
        one = {name: sum(row[name] for row in of) for name in MONEY}
        rates = _rates(one)
        sums = (Money(one[name]) for name in TURNOVERS)
        lines.append((number or None, title, organisation if number else None, fund, *sums, rates["paying"], rates["spending"]))
    columns = (
        Column("number", "编号"), Column("title", "项目"), Column("organisation", "承接单位"), Column("fund", "资金（年度）"),
        *(Column(name, NAMES[name], "money") for name in TURNOVERS), *(Column(key, RATES[key][0], "percent") for key in ("paying", "spending")),
    )  # fmt: skip
    rates = _rates(total)
    totals = ("合计", "", "", "", *(Money(total[name]) for name in TURNOVERS), rates["paying"], rates["spending"])
    return Table(columns, tuple(lines), "本平台账簿 各项目", totals, "元", page_sums=len(lines) > ROWS_OF_A_PAGE)
