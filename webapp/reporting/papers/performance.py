"""绩效评价报告: the parties' points, the totals and grades, the indicators (财预〔2020〕10号)."""

from decimal import Decimal
from fractions import Fraction

from sqlalchemy.orm import Session

from reports import format as fmt
from reports.chart import Chart, Series
from reports.report import Block, Column, Figure, Report, Section, Table, Text
from webapp.evaluation.models import GRADES
from webapp.reporting.papers import Asked, Paper
from webapp.reporting.queries import performance
from webapp.reporting.queries.asked import wish_of
from webapp.reporting.queries.performance import Judged, Performance

TITLE = "项目绩效评价报告"
SCOPE = (
    "得分为百分制；综合得分按征集公告公布的各方权重合成，评估结果确认后才列出。等级：90 分（含）以上为优，80（含）至 90 分为良，"
    "60（含）至 80 分为中，60 分以下为差（财预〔2020〕10号）。"
)


def gather(session: Session, _: None, asked: Asked) -> Performance:
    """The projects of the asker's areas, as asked for."""
    return performance.gather(session, wish_of(asked))


def build(data: Performance, asked: Asked) -> Report:
    """The report. Over nothing it is a report of noughts."""
    return asked.report(
        TITLE,
        (_grades(data), _scores(data), _indicators(data)),
        scope_note=SCOPE + wish_of(asked).scope,
        sources=("本平台评估记录：自评、社区评估、居民评价、第三方评估",),
        demo=data.demo,
    )


def _grades(data: Performance) -> Section:
    final = [one for one in data.evaluations if one.grade]
    names = [name for name, _ in GRADES]
    counts = [sum(one.grade == name for one in final) for name in names]
    projects = len({one.subject.id for one in data.evaluations})
    text = f"参评项目 {projects} 个，评估 {len(data.evaluations)} 次，已确认等级 {len(final)} 次。"
    if final:
        totals = [one.total for one in final if one.total is not None]
        text += f"综合得分平均 {fmt.number(_mean(totals))} 分。" if totals else ""
    rows = tuple((name, count, Fraction(count, len(final)) if final else None) for name, count in zip(names, counts, strict=True))
    columns = (Column("grade", "等级"), Column("count", "次数", "number"), Column("share", "占比", "percent"))
    blocks: list[Block] = [Text((text,)), Table(columns, rows, "等级分布", ("合计", len(final), Fraction(1) if final else None))]
    if final:
        blocks.append(Figure("绩效等级分布", Chart("bar", tuple(names), (Series("次数", tuple(counts)),), "次")))
    return Section("总体情况", tuple(blocks))


def _mean(totals: list[int]) -> Decimal:
    """The mean of hundredths as points, half up."""
    return Decimal((2 * sum(totals) + len(totals)) // (2 * len(totals))).scaleb(-2)


def _points(hundredths: int | None) -> Decimal | None:
    return None if hundredths is None else Decimal(hundredths).scaleb(-2)


def _scores(data: Performance) -> Section:
    columns = (
        Column("number", "编号"),
        Column("title", "项目"),
        Column("organisation", "承办单位"),
        Column("kind", "评估"),
        Column("state", "状态"),
        Column("self", "自评", "number"),
        Column("community", "社区", "number"),
        Column("residents", "居民", "number"),
        Column("residents_n", "居民人数", "number"),
        Column("evaluator", "第三方", "number"),
        Column("total", "综合", "number"),
        Column("grade", "等级"),
    )
    return Section("各项目得分与等级", (Table(columns, tuple(_score(one) for one in data.evaluations), "得分与等级", unit="分"),))


def _score(one: Judged) -> tuple[str | int | Decimal | None, ...]:
    about = one.subject
    return (
        about.number,
        about.title,
        about.organisation,
        one.kind,
        one.state,
        _points(one.self_score),
        _points(one.community_score),
        _points(one.residents_score),
        one.residents_n,
        _points(one.evaluator_score),
        _points(one.total),
        one.grade or None,
    )


def _indicators(data: Performance) -> Section:
    columns = (
        Column("project", "项目编号"),
        Column("kind", "评估"),
        Column("title", "指标"),
        Column("target", "目标值", "number"),
        Column("actual", "完成值", "number"),
        Column("rate", "完成率", "percent"),
    )
    rows = tuple(
        (
            one.project,
            one.kind,
            f"{one.title}（{one.unit}）" if one.unit else one.title,
            one.target,
            one.actual,
            Fraction(one.actual, one.target) if one.target and one.actual is not None else None,
        )
        for one in data.indicators
    )
    return Section("指标完成情况", (Table(columns, rows, "指标"),))


PAPER = Paper(
    key="performance",
    title="绩效评价报告",
    about=None,
    right="report.create",
    shared=True,
    gather=gather,
    build=build,
    retention="30",
    author="platform",
    suffixes=("pdf", "docx", "xlsx", "csv", "json"),
)
