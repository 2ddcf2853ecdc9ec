"""What each board says as a Report: the very rows of the page, for XLSX and CSV, with how they were counted."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from reports.money import Money
from reports.report import Column, Report, Row, Section, Table
from reports.sankey import Sankey
from webapp.boards.queries.areas import Plan
from webapp.boards.queries.costs import Cost
from webapp.boards.queries.gaps import Community
from webapp.boards.queries.money import Execution
from webapp.boards.queries.risks import RiskRow
from webapp.boards.rules import LEAST, TOP, YEARS

ISSUER = "三社联动公益创投项目平台"
NOTES = {
    "money": "预算执行率＝已拨付÷年度预算（付款方）；拨付进度＝已拨付÷已立项；项目支出进度＝已支出÷已拨付（项目承接单位）。"
    "三个数各有所指，不合并。已拨付、已支出是账上全部，包括社工津贴等项目以外的支付；资金流向只画项目，两处相差的就是项目以外的支付，本页列出。",
    "risks": "只看在实施的项目。超期：过了结束日期。超预算科目：活动登记的花费超过该科目批准数。"
    "久无活动：自上次活动（没有的，自开始之日）起超过所选天数。满意度低：作答人数达到要求的问卷，满意率低于 80%。",
    "gaps": f"每个社区列评议得票最多的 {TOP} 件需求。项目和资金只算近 {YEARS} 年开始、没有终止的项目，按立项资助额；"
    "一个项目回应几件需求的，各处都全额列示，不能相加。票数占比和资金占比都以所列需求为 100%。",
    "costs": f"每人次成本＝已支出÷服务人次；每人成本＝已支出÷服务人数。近 {YEARS} 年开始的项目，有支出、有服务记录才算。"
    f"不足 {LEAST} 个项目的类别不列数。人数中没有登记名册的，按每次活动计。",
    "flow": "所列为该预算年度征集公告下各项目的已拨付资金。用途为审核通过的支出，按预算科目；免予收回的余款账上计为支出，单独列为一项；"
    "拨付后还没有支出的（含已退回的）单独列为一项，所以每一处流入等于流出。社工津贴等项目以外的支付不在图中，所以合计可能小于“资金执行”的已拨付，差额在那一页列出。",
    "areas": "落地项目按落地社区计，一个项目在几个社区落地，各计一次；已拨付和服务人次按项目所在社区全额计，不拆分。"
    "平台不带行政区划边界数据，方块只表示隶属，不表示大小和方位。",
}
"""口径 of each board, printed beside the figures."""
TITLES = {"money": "资金执行", "risks": "风险项目", "gaps": "供需缺口", "costs": "同类成本", "flow": "资金流向", "areas": "区域分布"}


def report(name: str, as_of: datetime, table: Table, *, demo: bool = False) -> Report:
    """One board as a document of one table."""
    return Report(
        title=TITLES[name], as_of=as_of, sections=(Section(TITLES[name], (table,)),), issuer=ISSUER, scope_note=NOTES[name],
        sources=("本平台业务记录",), demo=demo,
    )  # fmt: skip


def money(found: Execution) -> Table:
    """Each fund's year."""
    columns = (
        Column("fund", "资金"), Column("kind", "性质"), Column("budget", "年度预算", "money"), Column("committed", "已立项", "money"),
        Column("paid", "已拨付", "money"), Column("spent", "已支出", "money"), Column("returned", "已收回", "money"),
        Column("execution", "预算执行率", "percent"), Column("paying", "拨付进度", "percent"), Column("spending", "项目支出进度", "percent"),
    )  # fmt: skip
    rows: list[tuple[Any, ...]] = [
        (one.name, one.kind_label, one.budget, one.committed, one.paid, one.spent, one.returned, one.execution, one.paying, one.spending)
        for one in found.funds
    ]
    sums: list[Any] = [sum((row[n] for row in rows), Money(0)) for n in range(2, 7)]
    return Table(columns, tuple(rows), f"{found.year} 年各项资金", ("合计", None, *sums, None, None, None))


def risks(rows: Sequence[RiskRow]) -> Table:
    """Each project at risk, and of what."""
    columns = (
        Column("number", "项目编号"), Column("title", "项目"), Column("organisation", "承接单位"), Column("area", "社区"), Column("state", "状态"),
        Column("ends_on", "结束日期", "date"), Column("last_activity", "最近活动", "date"), Column("why", "风险"),
    )  # fmt: skip
    return Table(
        columns,
        tuple(
            (r.number, r.title, r.organisation, r.area or "", r.state_label, r.ends_on, r.last_activity, "；".join(r.risks.values()))
            for r in rows
        ),
        "风险项目",
    )


def gaps(rows: Sequence[Community]) -> Table:
    """Each community's most wanted needs."""
    columns = (
        Column("community", "社区"), Column("number", "需求编号"), Column("title", "需求"), Column("category", "类别"), Column("voted", "评议票数", "number"),
        Column("votes", "票数占比", "percent"), Column("projects", "项目数", "number"), Column("granted", "资助", "money"),
        Column("paid", "已拨付", "money"), Column("money", "资金占比", "percent"), Column("gap", "供需"),
    )  # fmt: skip
    return Table(
        columns,
        tuple(
            (
                place.name, one.number, one.title, one.category_label, one.voted, one.gap.votes, len(one.projects), one.granted, one.paid,
                one.gap.money, one.gap.label,
            )
            for place in rows
            for one in place.needs
        ),
        "各社区评议前列需求与到达的项目和资金",
    )  # fmt: skip


def costs(rows: Sequence[Cost]) -> Table:
    """Each category's spreads; what is too few to show is said."""
    names = {"low": "最低", "lower": "下四分位", "middle": "中位", "upper": "上四分位", "high": "最高"}
    columns = (
        Column("category", "类别"), Column("n", "项目数", "number"),
        *(Column(f"{kind}_{key}", f"{words}{name}", "money") for kind, words in (("visit", "每人次"), ("person", "每人")) for key, name in names.items()),
    )  # fmt: skip
    few = "项目不足"
    return Table(
        columns,
        tuple(
            (one.label, one.n, *(getattr(of, key) if of else few for of in (one.per_visit, one.per_person) for key in names))
            for one in rows
        ),
        "同类项目的成本",
    )


def flow(found: Sankey) -> Table:
    """Every way of the money, whole."""
    columns = (*(Column(f"stage{n}", stage) for n, stage in enumerate(found.stages)), Column("fen", "金额", "money"))
    rows: tuple[Row, ...] = tuple((*way.places, way.amount) for way in found.ways)
    return Table(columns, rows, "资金流向", (*("合计", *[None] * (len(found.stages) - 1)), found.total))


def areas(found: Plan) -> Table:
    """Every area with its figures."""
    columns = (
        Column("group", "上级区域"), Column("name", "区域"), Column("needs", "需求", "number"), Column("projects", "落地项目", "number"),
        Column("money", "已拨付", "money"), Column("visits", "服务人次", "number"),
    )  # fmt: skip
    return Table(
        columns,
        tuple((block.name, t.name, t.needs, t.projects, t.money, t.visits) for block in found.blocks for t in block.tiles),
        "区域分布",
    )
