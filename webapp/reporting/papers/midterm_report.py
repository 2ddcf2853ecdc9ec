"""中期评估报告: the mid-term of a project once it is confirmed, with all that led to its result."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from reports import format as fmt
from reports.report import Block, Facts, Heading, Report, Section, Signatures, Text
from webapp.core.clock import today
from webapp.core.workflow import Refusal
from webapp.evaluation.models import Evaluation
from webapp.projects.models import Project
from webapp.projects.queries.one import LineRow, lines_of
from webapp.reporting import blocks, judging
from webapp.reporting.papers import Asked, Paper
from webapp.reporting.queries.judged import Judged, judged
from webapp.reporting.queries.works import Head, Held, head_of, held_of


@dataclass(frozen=True, slots=True)
class Midterm:
    head: Head
    judged: Judged
    lines: tuple[LineRow, ...]
    held: tuple[Held, ...]
    persons: int
    visits: int


def gather(session: Session, evaluation: Evaluation, asked: Asked) -> Midterm:
    """The evaluation with the project's money and activities until it was confirmed."""
    project = session.get_one(Project, evaluation.project_id)
    return Midterm(
        head_of(session, project.id),
        judged(session, project, evaluation, asked.as_of),
        tuple(lines_of(session, project.id)),
        held_of(session, project.id, today(evaluation.state_at)),
        project.persons,
        project.visits,
    )


def build(found: Midterm, asked: Asked) -> Report:
    head, one = found.head, found.judged
    passed = one.total is not None and one.total >= one.pass_line
    line = fmt.number(blocks.points(one.pass_line) or 0)
    verdict = (
        f"综合得分 {fmt.number(blocks.points(one.total) or 0)} 分，合格线 {line} 分，{'合格' if passed else '不合格'}。"
        if one.total is not None
        else "各方都没有给分，没有综合得分。"
    )
    carried: list[Block] = [Heading("自评情况"), blocks.paragraphs(one.self_text), Heading("绩效目标"), judging.goals_of(one)]
    carried += [
        Heading("活动和服务"),
        Text((f"至评估确认，共开展活动 {len(found.held)} 场，服务 {fmt.number(sum(each.visits for each in found.held))} 人次。",)),
    ]
    carried += [blocks.activities(found.held)] if found.held else []
    judge = next((each.judge for each in one.cards_for(one.kind)), "") or head.evaluator
    sections = (
        Section("项目基本情况", (blocks.about(head),)),
        Section("评估工作情况", judging.work(one)),
        Section("项目实施情况", tuple(carried)),
        Section("资金使用情况", (blocks.money_by_line(found.lines),)),
        Section("核查情况", (*judging.checking(one), *judging.findings(one.findings))),
        Section("评估得分", (*judging.parties(one), *judging.drawn(one))),
        Section("评估意见", (blocks.paragraphs(one.opinion),)),
        Section("评估结论", (Text((verdict,)), *_late(one))),
        Section("签字", (Signatures((f"评估方（盖章）：{judge}\n评估人签字：", f"主办单位（盖章）：{head.organiser}\n负责人签字：")),)),
    )
    return asked.report(
        f"{head.title}\n中期评估报告",
        sections,
        annexes=judging.cards(one),
        issuer=head.organiser,
        lottery=head.lottery,
        contents=True,
        cover=Facts(
            (
                ("项目编号", head.number),
                ("承办单位", head.organisation),
                ("主办单位", head.organiser),
                ("评估方", judge),
                ("实施期限", blocks.span(head)),
            )
        ),
        scope_note="各方得分按征集公告公布的权重合成。资金为已认可的支出凭证；活动计至评估结果确认之日。",
        sources=("本平台评估记录、活动记录和支出凭证",),
    )


def _late(one: Judged) -> tuple[Block, ...]:
    if not one.late:
        return ()
    return (Text((f"逾期或缺少的材料：{'、'.join(one.late)}。" + (f"说明：{one.excuse}" if one.excuse else ""),)),)


def confirmed(evaluation: Evaluation) -> Refusal | None:
    """It is a mid-term, and its result is confirmed."""
    if evaluation.kind != "midterm":
        return Refusal("final", "这是末期评估，请编制绩效评价报告。")
    return None if evaluation.state == "confirmed" else Refusal("open", "评估结果还没有确认。")


PAPER = Paper(
    key="midterm_report",
    title="中期评估报告",
    about=Evaluation,
    right="evaluation.read",
    shared=True,
    gather=gather,
    build=build,
    retention="30",
    suffixes=("pdf", "docx"),
    author="evaluator",
    ready=confirmed,
)
