"""绩效目标申报表 of a fund's year: the budget, the year's aim, each indicator with its value and points."""

from sqlalchemy.orm import Session

from reports.report import Column, Report, Section, Signatures, Table
from webapp.evaluation.models import FundPerformance
from webapp.evaluation.rules.performance import EXECUTION
from webapp.reporting import blocks, yearly
from webapp.reporting.papers import Asked, Paper
from webapp.reporting.queries.yearly import Year, year_of


def gather(session: Session, one: FundPerformance, asked: Asked) -> Year:
    """The aims as they are kept."""
    return year_of(session, one, asked.as_of)


def build(found: Year, asked: Asked) -> Report:
    columns = (
        Column("first", "一级指标", width=5),
        Column("second", "二级指标", width=5),
        Column("title", "三级指标", width=8),
        Column("target", "年度指标值", width=6),
        Column("most", "分值", "number", 3),
        Column("source", "实际值取自", width=9),
    )
    first = ("预算执行", "预算执行率", "预算执行率", "100 %", blocks.points(EXECUTION), "账簿：已拨付 ÷ 年度预算")
    rows = tuple(
        (*yearly.above(aim.key), aim.title, yearly.target(aim), blocks.points(found.most[aim.key]), aim.measure.source)
        for aim in found.aims
    )
    table = Table(
        columns,
        (first, *rows),
        "绩效指标",
        ("合计", "", "", "", blocks.points(EXECUTION + sum(found.most[a.key] for a in found.aims)), ""),
        "分",
    )
    hands = (("填报", yearly.hand(found.hands, "create", "edit")), ("审核下达", yearly.hand(found.hands, "set")), ("状态", found.state))
    return asked.report(
        f"{found.fund}\n{found.year}年度绩效目标申报表",
        (
            Section("基本情况", (yearly.head(found, *hands),)),
            Section("年度总体目标", (blocks.paragraphs(found.goal),)),
            Section("绩效指标", (table,)),
            Section("签字盖章", (Signatures(("填报人签字：", f"填报单位（盖章）：{found.payer}\n负责人签字：", "财政部门审核意见：")),)),
        ),
        paper="form",
        issuer=found.payer,
        date_line="",
        lottery=found.lottery,
        sources=("本平台账簿和项目协议",),
        scope_note="年度预算取自账簿；各组指标平分本组分值：预算执行率 10 分，产出 50 分，效益 30 分，满意度 10 分（财预〔2020〕10号）。没有指标的组不占分值。",
    )


PAPER = Paper(
    key="fund_aims",
    title="绩效目标申报表",
    about=FundPerformance,
    right="fund_performance.read",
    shared=True,
    gather=gather,
    build=build,
    retention="30",
    author="payer",
)
