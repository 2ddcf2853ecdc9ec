"""项目支出绩效自评表: the organisation's own card of a final, the money first, then each indicator (财预〔2020〕10号)."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from reports.report import Cell, Column, Facts, Report, Section, Signatures, Table
from webapp.core.workflow import Refusal
from webapp.evaluation.models import KINDS, Evaluation
from webapp.evaluation.queries import indicators
from webapp.evaluation.queries.lines import Line, lines_of, money_of, proofs_of
from webapp.projects.models import Project
from webapp.reporting import blocks, judging
from webapp.reporting.papers import Asked, Paper
from webapp.reporting.queries.judged import Judged, judged
from webapp.reporting.queries.works import Head, head_of


@dataclass(frozen=True, slots=True)
class Assessed:
    head: Head
    judged: Judged
    money: dict[str, Any] | None
    """年初预算, 全年预算, 执行, 分值, 执行率, 得分; None where the call's tree has none, or 自评 is one figure."""
    lines: tuple[Line, ...]
    total: int | None
    most: int | None
    self_score: int | None


def gather(session: Session, evaluation: Evaluation, asked: Asked) -> Assessed:
    """The card as handed in, with the proofs named."""
    project = session.get_one(Project, evaluation.project_id)
    card = next(iter(indicators.cards_of(session, evaluation, (indicators.SELF,))), None)
    proofs = proofs_of(session, project.id, [card]) if card else {}
    lines = [line for line, item in zip(lines_of(card, proofs), card.items, strict=True) if item.measure != "rate"] if card else []
    return Assessed(
        head_of(session, project.id),
        judged(session, project, evaluation, asked.as_of),
        money_of(card, project.granted_fen) if card else None,
        tuple(lines),
        card.total if card else None,
        card.most if card else None,
        evaluation.self_score,
    )


def build(found: Assessed, asked: Asked) -> Report:
    head, one = found.head, found.judged
    handed = next((each for each in reversed(one.hands) if each.step == "self_assess"), None)
    pairs: tuple[tuple[str, Cell], ...] = (
        ("项目名称", head.title),
        ("项目编号", head.number),
        ("主办单位", head.organiser),
        ("实施单位", head.organisation),
        ("实施期限", blocks.span(head)),
        ("评估", KINDS[one.kind]),
        ("自评得分", blocks.points(found.self_score)),
        ("填报时间", handed.at if handed else None),
        ("填报人", handed.who if handed else None),
    )
    sections = [Section("项目", (Facts(pairs, beside=True),))]
    if found.money:
        sections.append(Section("项目资金", (_money(found.money),)))
    sections.append(Section("绩效目标完成情况", (judging.goals_of(one),)))
    if found.lines:
        sections.append(Section("绩效指标", (_lines(found),)))
    sections.append(Section("自评说明", (blocks.paragraphs(one.self_text),)))
    sections.append(Section("签字", (Signatures((f"实施单位（盖章）：{head.organisation}\n填报人签字：", "单位负责人签字：")),)))
    return asked.report(
        "项目支出绩效自评表",
        tuple(sections),
        paper="form",
        issuer=head.organisation,
        date_line="",
        lottery=head.lottery,
        scope_note="执行率为项目支出进度：已列支 ÷ 已到账的资助。得分按征集公告公布的指标和分值；不适用的指标不计分，由其余指标按比例折算。",
        sources=("本平台自评、账簿和活动记录",),
    )


def _money(money: dict[str, Any]) -> Table:
    columns = (
        Column("granted", "资助预算", "money", 5),
        Column("received", "已到账", "money", 5),
        Column("spent", "已列支", "money", 5),
        Column("most", "分值", "number", 3),
        Column("rate", "执行率", width=4),
        Column("points", "得分", "number", 3),
    )
    points = blocks.points(money["points"]) if money["points"] is not None else "不适用"
    row = (money["granted"], money["received"], money["spent"], blocks.points(money["most"]), money["rate"] or None, points)
    return Table(columns, (row,), "预算执行情况", unit="元")


def _lines(found: Assessed) -> Table:
    columns = (
        Column("first", "一级指标", width=4.6),
        Column("second", "二级指标", width=4.4),
        Column("title", "三级指标", width=6.5),
        Column("target", "指标值", width=5),
        Column("actual", "完成值", width=5),
        Column("most", "分值", "number", 3.5),
        Column("points", "得分", "number", 3.5),
        Column("reason", "偏差原因及改进措施", width=8),
        Column("evidence", "佐证", width=7),
    )
    rows = tuple(
        (
            line.heads[0],
            line.heads[1],
            line.title,
            line.target or None,
            line.actual or None,
            blocks.points(line.most),
            "不适用" if line.na else blocks.points(line.points),
            line.reason or None,
            line.evidence or None,
        )
        for line in found.lines
    )
    return Table(
        columns,
        rows,
        "绩效指标完成情况",
        ("总分", "", "", "", "", blocks.points(found.most), blocks.points(found.total), "", ""),
        "分",
        upright=True,
    )


def handed_in(evaluation: Evaluation) -> Refusal | None:
    return Refusal("opened", "承办单位还没有提交自评。") if evaluation.state == "opened" else None


PAPER = Paper(
    key="self_assessment",
    title="项目支出绩效自评表",
    about=Evaluation,
    right="evaluation.read",
    shared=True,
    gather=gather,
    build=build,
    retention="30",
    author="organisation",
    ready=handed_in,
)
