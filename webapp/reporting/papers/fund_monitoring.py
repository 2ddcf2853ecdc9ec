"""绩效运行监控表 of a fund's year: what was reached until a day, what lags, why, and what is done about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from reports import format as fmt
from reports.report import Column, Report, Section, Signatures, Table
from webapp.core.workflow import Refusal
from webapp.evaluation.models import FundPerformance
from webapp.evaluation.rules.performance import RISKS
from webapp.reporting import blocks, yearly
from webapp.reporting.papers import Asked, Paper
from webapp.reporting.queries.yearly import Year, year_of


@dataclass(frozen=True, slots=True)
class Monitored:
    year: Year
    kept: dict[str, Any]


def choices(session: Session, one: FundPerformance, at: datetime) -> Sequence[tuple[str, str]]:
    """The days as of which the year was monitored, the newest first."""
    return [(str(n), f"截至{fmt.day(date.fromisoformat(kept['on']))}") for n, kept in reversed(list(enumerate(one.monitorings, 1)))]


def gather(session: Session, one: FundPerformance, asked: Asked) -> Monitored:
    """One 运行监控 as it was kept."""
    return Monitored(year_of(session, one, asked.as_of), one.monitorings[int(asked.choice) - 1])


def build(found: Monitored, asked: Asked) -> Report:
    year, kept = found.year, found.kept
    until = date.fromisoformat(kept["on"])
    columns = (
        Column("first", "一级指标", width=4.8),
        Column("second", "二级指标", width=5),
        Column("title", "三级指标", width=6),
        Column("target", "年度指标值", width=6.6),
        Column("actual", "截至执行情况", width=6.6),
        Column("rate", "完成率", width=4),
        Column("risk", "偏离风险", width=3.6),
        Column("why", "偏差原因及改进措施", width=10),
    )
    rows = tuple(
        (
            *yearly.above(line["key"]),
            line["title"],
            yearly.value(line, "target"),
            yearly.value(line, "actual"),
            yearly.rate(line),
            RISKS[line["risk"]],
            line["why"] or None,
        )
        for line in kept["lines"]
    )
    return asked.report(
        f"{year.fund}\n{year.year}年度绩效运行监控表",
        (
            Section("基本情况", (yearly.head(year, ("监控截止日", until), ("登记", yearly.hand(year.hands, "monitor"))),)),
            Section("年度总体目标", (blocks.paragraphs(year.goal),)),
            Section("资金执行情况", (yearly.money(kept["money"], until),)),
            Section("绩效目标执行情况", (Table(columns, rows, "绩效指标执行情况", upright=True),)),
            Section("签字盖章", (Signatures(("填报人签字：", f"填报单位（盖章）：{year.payer}\n负责人签字：")),)),
        ),
        paper="form",
        issuer=year.payer,
        date_line="",
        lottery=year.lottery,
        sources=("本平台账簿、项目台账、活动记录、末期评估和满意度问卷",),
        scope_note="各项为登记监控时的数，以后不再变。慢于序时进度的指标要写明原因和措施。",
    )


def monitored(one: FundPerformance) -> Refusal | None:
    return None if one.monitorings else Refusal("monitor", "还没有登记运行监控。")


PAPER = Paper(
    key="fund_monitoring",
    title="绩效运行监控表",
    about=FundPerformance,
    right="fund_performance.read",
    shared=True,
    gather=gather,
    build=build,
    retention="30",
    author="payer",
    choices=choices,
    ready=monitored,
)
