"""看板: the year's money, the projects at risk, what is to be paid; as the board shows it to who asks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from reports import format as fmt
from reports.chart import Chart, Series
from reports.money import Money
from reports.report import Block, Column, Figure, Report, Section, Table, Text
from webapp.accounts.queries import has_dataset
from webapp.boards import papers as boards
from webapp.boards.queries import money, risks
from webapp.boards.rules import RISKS, SILENT_DAYS
from webapp.core.clock import today
from webapp.reporting.papers import Asked, Paper, seen_by
from webapp.reporting.queries.asked import wish_of

EVERYTHING = 5000
"""Projects at risk in one document."""
NOW = "资金数为账簿截至所列时刻的数。风险、待拨付、项目数和服务量按编制时的登记现状，平台不保留它们以前各时刻的样子。"


@dataclass(frozen=True, slots=True)
class Seen:
    """What the board shows."""

    execution: money.Execution
    work: money.Work
    dues: Sequence[money.Due]
    counts: Mapping[str, int]
    risks: Sequence[risks.RiskRow]
    demo: bool


def gather(session: Session, _: None, asked: Asked) -> Seen:
    """The board's own queries, the money as the book had it at the moment."""
    me, at = seen_by(asked), asked.as_of
    year = wish_of(asked).year or today(at).year
    return Seen(
        money.execution(session, me, year, at), money.work(session, me), money.due(session, me, at), risks.counts(session, me, at),
        risks.listed(session, me, at, size=EVERYTHING).rows, has_dataset(session, "demo"),
    )  # fmt: skip


def build(data: Seen, asked: Asked) -> Report:
    """Money, work, risks, payments due."""
    sections = (
        Section(f"{data.execution.year} 年资金执行", tuple(_money(data.execution))),
        Section("项目和服务", (Text((_work(data.work),)),)),
        Section("风险项目", tuple(_risks(data))),
        Section("待拨付", (_dues(data.dues),)),
    )
    return asked.report(
        f"看板\n（{data.execution.year} 年度）", sections, scope_note=f"范围：编制人辖区。{boards.NOTES['money']}{boards.NOTES['risks']}",
        notes=(NOW,), sources=("本平台账簿", "本平台业务记录"), demo=data.demo,
    )  # fmt: skip


def _money(found: money.Execution) -> Sequence[Block]:
    sums = found.totals
    if not any((sums.budget, sums.committed, sums.paid, sums.spent, sums.returned)) and not found.funds:
        return (Text((f"{found.year} 年度没有资金记录。",)),)
    rates = (("预算执行率", found.execution), ("拨付进度", found.paying), ("项目支出进度", found.spending))
    told = "，".join(f"{name} {fmt.ratio(rate)}" if rate is not None else f"{name}不计算（没有分母）" for name, rate in rates)
    words = (
        f"年度预算 {fmt.yuan(sums.budget, unit=True)}，已立项 {fmt.yuan(sums.committed, unit=True)}，已拨付 {fmt.yuan(sums.paid, unit=True)}，"
        f"已支出 {fmt.yuan(sums.spent, unit=True)}，已收回 {fmt.yuan(sums.returned, unit=True)}。{told}。"
    )
    columns = (
        Column("fund", "资金"), Column("budget", "年度预算", "money_wan"), Column("paid", "已拨付", "money_wan"), Column("spent", "已支出", "money_wan"),
        Column("execution", "预算执行率", "percent"), Column("paying", "拨付进度", "percent"), Column("spending", "项目支出进度", "percent"),
    )  # fmt: skip
    rows = tuple((one.name, one.budget, one.paid, one.spent, one.execution, one.paying, one.spending) for one in found.funds)
    table = Table(columns, rows, f"{found.year} 年各项资金（n={len(rows)}）", None, "万元", upright=True)
    drawn = Series("累计", (sums.budget, sums.committed, sums.paid, sums.spent))
    chart = Chart("bar", ("年度预算", "已立项", "已拨付", "已支出"), (drawn,), "万元")
    return (Text((words,)), Figure("辖区资金各环节", chart), table)


def _work(work: money.Work) -> str:
    return (
        f"项目 {work.projects} 个（n={work.projects}），其中在实施 {work.running} 个；"
        f"累计服务 {fmt.number(work.persons)} 人、{fmt.number(work.visits)} 人次。"
    )


def _risks(data: Seen) -> Sequence[Block]:
    counts = data.counts
    kinds = "、".join(f"{label}{f'（{SILENT_DAYS} 天）' if kind == 'silent' else ''} {counts[kind]} 个" for kind, label in RISKS.items())
    words = Text((f"在实施的项目 {counts['all']} 个，有风险的 {counts['any']} 个（n={counts['any']}）：{kinds}；同一项目可有几项。",))
    if not data.risks:
        return (words,)
    columns = (
        Column("number", "项目编号", width=3), Column("title", "项目", width=5), Column("organisation", "承接单位", width=5),
        Column("ends_on", "结束日期", "date", 3.4), Column("why", "风险", width=6),
    )  # fmt: skip
    rows = tuple((one.number, one.title, one.organisation, one.ends_on, "；".join(one.risks.values())) for one in data.risks)
    return words, Table(columns, rows, "风险项目")


def _dues(dues: Sequence[money.Due]) -> Table:
    columns = (Column("kind", "期限"), Column("n", "笔数", "number"), Column("amount", "金额", "money"))
    rows = tuple((one.label, one.n, one.amount) for one in dues)
    return Table(columns, rows, "待拨付", ("合计", sum(one.n for one in dues), sum((one.amount for one in dues), Money(0))), "元")


PAPER = Paper(
    key="board", title="看板", about=None, right="report.create", shared=False, gather=gather, build=build, retention="10",
    author="platform", suffixes=("pdf", "xlsx", "csv", "docx"), narrows=frozenset({"year"}),
)  # fmt: skip
