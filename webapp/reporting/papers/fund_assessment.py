"""绩效自评表 of a fund's year by 10/50/30/10: the money, each indicator with its points, what deviates and why."""

from datetime import date

from sqlalchemy.orm import Session

from reports.report import Column, Report, Section, Signatures, Table
from webapp.core.workflow import Refusal
from webapp.evaluation.models import FundPerformance
from webapp.reporting import blocks, yearly
from webapp.reporting.papers import Asked, Paper
from webapp.reporting.queries.yearly import Year, year_of


def gather(session: Session, one: FundPerformance, asked: Asked) -> Year:
    """The 自评 as it was kept."""
    return year_of(session, one, asked.as_of)


def build(found: Year, asked: Asked) -> Report:
    kept = found.assessment or {}
    until = date.fromisoformat(kept["on"])
    columns = (
        Column("first", "一级指标", width=4.8),
        Column("second", "二级指标", width=5),
        Column("title", "三级指标", width=6),
        Column("target", "年度指标值", width=6.6),
        Column("actual", "实际完成值", width=6.6),
        Column("most", "分值", "number", 3.6),
        Column("points", "得分", "number", 3.8),
        Column("why", "偏差原因及改进措施", width=11),
    )
    rows = tuple(
        (
            *yearly.above(line["key"]),
            line["title"],
            yearly.value(line, "target"),
            yearly.value(line, "actual"),
            blocks.points(line["most"]),
            "不适用" if line["points"] is None else blocks.points(line["points"]),
            line["why"] or None,
        )
        for line in kept["lines"]
    )
    full = blocks.points(sum(line["most"] for line in kept["lines"]))
    table = Table(columns, rows, "绩效指标完成情况", ("总分", "", "", "", "", full, blocks.points(found.score), ""), "分", upright=True)
    more = (("自评得分", blocks.points(found.score)), ("自评等级", found.grade or None), ("填报", yearly.hand(found.hands, "assess")))
    return asked.report(
        f"{found.fund}\n{found.year}年度绩效自评表",
        (
            Section("基本情况", (yearly.head(found, *more),)),
            Section("年度总体目标", (blocks.paragraphs(found.goal),)),
            Section("资金执行情况", (yearly.money(kept["money"], until),)),
            Section("绩效指标完成情况", (table,)),
            Section("自评说明", (blocks.paragraphs(kept.get("text", "")),)),
            Section("签字盖章", (Signatures(("填报人签字：", f"填报单位（盖章）：{found.payer}\n负责人签字：")),)),
        ),
        paper="form",
        issuer=found.payer,
        date_line="",
        lottery=found.lottery,
        sources=("本平台账簿、项目台账、活动记录、末期评估和满意度问卷",),
        scope_note=(
            "预算执行率 10 分，产出 50 分，效益 30 分，满意度 10 分（财预〔2020〕10号），各组指标平分本组分值；不适用的不计分，总分按适用的指标折算。"
        ),
    )


def assessed(one: FundPerformance) -> Refusal | None:
    return None if one.assessment else Refusal("assess", "还没有填报自评。")


PAPER = Paper(
    key="fund_assessment",
    title="绩效自评表",
    about=FundPerformance,
    right="fund_performance.read",
    shared=True,
    gather=gather,
    build=build,
    retention="30",
    author="payer",
    ready=assessed,
)
