"""彩票公益金使用公告: a year's use of lottery money told to the public – how much, for which projects, on what, to what effect.

《彩票公益金管理办法》 (财综〔2021〕18号) asks who uses lottery money to publish each year its scale, the projects, how they were carried out
and what came of it. A4, or A3 for the notice board.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from typing import Literal

from sqlalchemy.orm import Session

from reports import format as fmt
from reports.chart import Chart, Series
from reports.money import Money
from reports.report import Block, Column, Facts, Figure, Report, Section, Table, Text
from webapp.calls.models import Fund
from webapp.core.workflow import Refusal
from webapp.reporting.papers import Asked, Paper
from webapp.reporting.queries import lottery
from webapp.reporting.queries.lottery import FundYear, Used

SIZES: Mapping[str, Literal["A4", "A3"]] = {"a4": "A4", "a3": "A3"}
NONE = Money(0)
USES = 3
"""Budget lines named with a project; the rest is 其他."""


def gather(session: Session, fund: Fund, asked: Asked) -> FundYear:
    """The year chosen, as the book had it."""
    return lottery.gather(session, fund, int(asked.choice.partition("-")[0]), asked.as_of)


def build(data: FundYear, asked: Asked) -> Report:
    """The notice."""
    size = asked.choice.partition("-")[2]
    return asked.report(
        f"{data.year}年度\n彩票公益金使用公告",
        (
            Section("使用规模", _scale(data)),
            Section("支出用途", _uses(data, drawn=size != "a3")),
            Section("实际效果", (Text(_effect(data)),)),
            Section("资助项目和执行情况", _projects(data, poster=size == "a3")),
        ),
        issuer=data.payer,
        paper=SIZES.get(size, "A4"),
        seal=size != "a3",
        lottery=True,
        scope_note=(
            "按《彩票公益金管理办法》向社会公告。资助为立项金额（扣除释放），拨付为银行已付，支出为凭证已经认可的部分；均为本年度资金截至公告时点的"
            "累计数，取自本平台账簿。人数按服务对象计，人次按活动计。"
        ),
        sources=("本平台账簿", "本平台活动记录和绩效评价记录"),
        demo=data.demo,
    )


def _projects_of(data: FundYear) -> list[Used]:
    return [one for one in data.used if one.stood is not None]


def _scale(data: FundYear) -> tuple[Block, ...]:
    sums, projects = data.sums, _projects_of(data)
    execution = f"{fmt.percent(sums['paid'], sums['budget'])}（已拨付 ÷ 预算）" if sums["budget"] > NONE else fmt.NOTHING
    paying = f"{fmt.percent(sums['paid'], sums['committed'])}（已拨付 ÷ 已立项）" if sums["committed"] > NONE else fmt.NOTHING
    spending = f"{fmt.percent(sums['spent'], sums['paid'])}（已支出 ÷ 已拨付）" if sums["paid"] > NONE else fmt.NOTHING
    return (
        Facts(
            (
                ("资金", data.fund + (f"（{data.subject_code}）" if data.subject_code else "")), ("年度预算", sums["budget"]),
                ("资助项目", f"{len(projects)} 个，{len({one.organisation for one in projects})} 家单位承接"), ("已立项", sums["committed"]),
                ("已拨付", sums["paid"]), ("已支出", sums["spent"]), ("已收回", sums["returned"]), ("预算执行率", execution),
                ("拨付进度", paying), ("项目支出进度", spending),
            )
        ),
    )  # fmt: skip


def _projects(data: FundYear, *, poster: bool) -> tuple[Block, ...]:
    """Each project with what it was used for and what came of it; the poster has fewer columns in larger type."""
    if not data.used:
        return (Text(("本年度没有立项。",)),)
    total = data.sums
    if poster:
        columns = (
            Column("title", "项目（承接单位）", width=15), Column("committed", "资助", "money_wan", 4.5), Column("spent", "支出", "money_wan", 4.5),
            Column("use", "用途", width=12), Column("effect", "效果", width=12),
        )  # fmt: skip
        rows = [
            (
                one.title + (f"（{one.organisation}）" if one.organisation else ""),
                one.sums["committed"],
                one.sums["spent"],
                _use(one),
                _done(one),
            )
            for one in data.used
        ]
        return (Table(columns, tuple(rows), "资助项目", ("合计", total["committed"], total["spent"], None, None), "万元"),)
    wide = (
        Column("title", "项目", width=13), Column("organisation", "承接单位", width=14), Column("area", "实施地点", width=9),
        Column("committed", "资助", "money", 7.5), Column("paid", "拨付", "money", 7.5), Column("spent", "支出", "money", 7.5),
        Column("use", "用途（万元）", width=14), Column("effect", "效果", width=14),
    )  # fmt: skip
    lines = [
        (
            one.title, one.organisation or None, one.area or None, *(one.sums[name] for name in ("committed", "paid", "spent")), _use(one), _done(one),
        )
        for one in data.used
    ]  # fmt: skip
    return (Table(wide, tuple(lines), "资助项目", ("合计", "", "", total["committed"], total["paid"], total["spent"], "", ""), "元"),)


def _use(one: Used) -> str | None:
    named = [f"{title} {fmt.wan(fen)}" for title, fen in one.uses[:USES]]
    rest = sum((fen for _, fen in one.uses[USES:]), NONE)
    return "、".join(named + ([f"其他 {fmt.wan(rest)}"] if rest > NONE else [])) or None


def _done(one: Used) -> str | None:
    if one.stood is None:
        return None
    did = one.stood
    served = f"活动 {did.activities} 场，服务 {did.persons} 人、{did.attendances} 人次" if did.activities else "尚未开展活动"
    return served + (f"；绩效等级{one.grade}" if one.grade else "")


def _uses(data: FundYear, *, drawn: bool) -> tuple[Block, ...]:
    """The year's spending by budget line, over all projects."""
    sums: dict[str, Money] = {}
    for one in data.used:
        for title, fen in one.uses:
            sums[title] = sums.get(title, NONE) + fen
    beside = [(one.title, one.sums["spent"]) for one in data.used if one.stood is None and one.sums["spent"] > NONE]
    lines = sorted([*sums.items(), *beside], key=lambda one: (-one[1].fen, one[0]))
    whole = sum((fen for _, fen in lines), NONE)
    if whole == NONE:
        return (Text(("本年度资金还没有支出。",)),)
    columns = (Column("use", "用途", width=14), Column("spent", "支出", "money", 9), Column("share", "占比", "percent", 5))
    rows = tuple((title, fen, Fraction(fen.fen, whole.fen)) for title, fen in lines)
    chart = Chart("bar", tuple(title for title, _ in lines[:12]), (Series("支出", tuple(fen for _, fen in lines[:12])),), "万元")
    table = Table(columns, rows, "支出用途", ("合计", whole, Fraction(1)), "元")
    return (table, Figure("各项用途的支出", chart)) if drawn else (table,)


def _effect(data: FundYear) -> tuple[str, ...]:
    did = [one.stood for one in data.used if one.stood is not None]
    grades = [one.grade for one in data.used if one.grade]
    counted = "、".join(f"{grade} {grades.count(grade)} 个" for grade in dict.fromkeys(sorted(grades, key="优良中差".find)))
    served = (
        f"{len(did)} 个项目共开展活动 {sum(one.activities for one in did)} 场，服务 {sum(one.persons for one in did)} 人、"
        f"{sum(one.attendances for one in did)} 人次。"
    )
    judged = f"已评定绩效等级的项目 {len(grades)} 个：{counted}。" if grades else "项目绩效等级尚未评定。"
    return (served + judged + "对资金使用有疑问或意见的，可以向公告单位反映。",)


def of_lottery(fund: Fund) -> Refusal | None:
    """Only lottery money is told of in this way."""
    return None if fund.kind == "lottery" else Refusal("not_lottery", "这项资金不是彩票公益金，不编制彩票公益金使用公告。")


def years_and_sizes(session: Session, fund: Fund, at: datetime) -> Sequence[tuple[str, str]]:
    """The fund's years, each on both sheets."""
    names = (("a4", "A4 公告"), ("a3", "A3 张贴"))
    return [(f"{year}-{key}", f"{year} 年度，{name}") for year in lottery.years(session, fund) for key, name in names]


PAPER = Paper(
    key="lottery_notice",
    title="彩票公益金使用公告",
    about=Fund,
    right="fund.read",
    shared=True,
    gather=gather,
    build=build,
    retention="permanent",
    author="payer",
    suffixes=("pdf", "xlsx", "csv"),
    ready=of_lottery,
    choices=years_and_sizes,
)
