"""绩效评价报告 of one project, in the parts that 《项目支出绩效评价管理办法》(财预〔2020〕10号) asks of it."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from reports import format as fmt
from reports.report import Block, Facts, Heading, Report, Section, Signatures, Text
from webapp.book import queries as books
from webapp.book.queries import Position
from webapp.evaluation.models import KINDS, Evaluation
from webapp.evaluation.queries.lines import WAYS
from webapp.projects.models import Project
from webapp.reporting import blocks, delivered, judging
from webapp.reporting.papers import Asked, Paper
from webapp.reporting.queries.closing import Whole, whole_of
from webapp.reporting.queries.judged import Judged, judged

BANDS = "90 分（含）以上为优，80（含）至 90 分为良，60（含）至 80 分为中，60 分以下为差（财预〔2020〕10号）。"


@dataclass(frozen=True, slots=True)
class Performed:
    whole: Whole
    judged: Judged | None
    """The newest evaluation: the final, or else the mid-term."""
    book: Position


def gather(session: Session, project: Project, asked: Asked) -> Performed:
    """The project, its newest evaluation and its money."""
    query = sa.select(Evaluation).where(Evaluation.project_id == project.id).order_by(Evaluation.id.desc()).limit(1)
    evaluation = session.scalars(query).one_or_none()
    return Performed(
        whole_of(session, project, asked.as_of),
        judged(session, project, evaluation, asked.as_of) if evaluation else None,
        books.position(session, project.ref),
    )


def build(found: Performed, asked: Asked) -> Report:
    head, one = found.whole.head, found.judged
    judge = next((each.judge for each in one.cards_for(one.kind)), "") if one else ""
    sections = (
        Section(
            "项目基本情况",
            (
                Heading("项目概况"),
                blocks.about(head, ("项目状态", found.whole.state)),
                Heading("项目绩效目标"),
                blocks.targets(found.whole.goals),
            ),
        ),
        Section("绩效评价工作开展情况", _work(found)),
        Section("综合评价情况及评价结论", _verdict(one)),
        Section("绩效评价指标分析", _analysis(found)),
        Section(
            "存在的问题及原因",
            (
                Heading("核查问题"),
                *judging.findings(one.findings if one else ()),
                Heading("督导和整改"),
                *delivered.supervised(found.whole),
            ),
        ),
        Section("有关建议", (blocks.paragraphs(one.opinion if one else ""),)),
        Section("其他需要说明的问题", _more(found)),
        Section(
            "签字",
            (
                Signatures(
                    (f"评价机构（盖章）：{judge or head.evaluator}\n评价人签字：", f"主办单位（盖章）：{head.organiser}\n负责人签字：")
                ),
            ),
        ),
    )
    return asked.report(
        f"{head.title}\n项目绩效评价报告",
        sections,
        annexes=judging.cards(one) if one else (),
        issuer=head.organiser,
        lottery=head.lottery,
        contents=True,
        cover=Facts(
            (
                ("项目编号", head.number),
                ("承办单位", head.organisation),
                ("主办单位", head.organiser),
                ("评价机构", judge or head.evaluator or None),
                ("实施期限", blocks.span(head)),
            )
        ),
        scope_note=f"得分为百分制，按征集公告公布的各方权重合成。等级：{BANDS}预算执行率、拨付进度、项目支出进度口径不同，不互换。",
        sources=("本平台评估记录、活动记录、督导记录、账簿和支出凭证",),
    )


def _work(found: Performed) -> tuple[Block, ...]:
    head, one = found.whole.head, found.judged
    object_ = f"评价对象为“{head.title}”项目，评价范围为{blocks.span(head)}的实施、资金和效果。"
    if one is None:
        return (Heading("评价对象和范围"), Text((object_,)), Text(("评估还没有开始。",)))
    ways = "；".join(f"{part.label}权重 {part.weight}（{WAYS[part.party]}）" for part in one.parts)
    return (
        Heading("评价对象和范围"),
        Text((object_,)),
        Heading("评价方法"),
        Text((f"本次为{KINDS[one.kind]}。评价主体和权重：{ways}。",)),
        Heading("评价过程"),
        *judging.work(one),
        Heading("核查"),
        *judging.checking(one),
    )


def _verdict(one: Judged | None) -> tuple[Block, ...]:
    if one is None:
        return (Text(("还没有评价结论。",)),)
    if one.total is None:
        return (Text(("评估结果还没有确认，没有综合得分和等级。",)), *judging.parties(one))
    grade = f"，等级为{one.grade}" if one.grade else ""
    said = f"综合得分 {fmt.number(blocks.points(one.total) or 0)} 分{grade}。{'等级：' + BANDS if one.grade else ''}"
    return (Text((said,)), *judging.parties(one), *judging.drawn(one))


def _analysis(found: Performed) -> tuple[Block, ...]:
    """决策, 过程, 产出, 效益."""
    whole, book, one = found.whole, found.book, found.judged
    money = Facts(
        (
            ("资助金额", whole.head.granted),
            ("已拨付", book.paid),
            ("已列支", book.spent),
            ("已收回", book.returned),
            ("结余", book.unspent),
            ("拨付进度", f"{fmt.percent(book.paid, whole.head.granted)}（已拨付 ÷ 资助金额）"),
            ("项目支出进度", f"{fmt.percent(book.spent, book.paid)}（已列支 ÷ 已拨付）"),
        ),
        beside=True,
    )
    asked = judging.satisfaction(one) if one else ""
    goals = judging.goals_of(one) if one and one.indicators else blocks.goals(whole.goals)
    return (
        Heading("项目决策情况"),
        *delivered.needs(whole),
        Heading("项目过程情况"),
        money,
        blocks.money_by_line(whole.lines),
        *delivered.changed(whole),
        Heading("项目产出情况"),
        goals,
        Heading("项目效益情况"),
        delivered.served(whole),
        Text((asked or "没有满意度问卷的结果。",)),
    )


def _more(found: Performed) -> tuple[Block, ...]:
    one = found.judged
    said = []
    if one and one.late:
        said.append(f"逾期或缺少的材料：{'、'.join(one.late)}。" + (f"说明：{one.excuse}" if one.excuse else ""))
    if one and one.self_text:
        said.append("承办单位自评：" + "　".join(one.self_text.split("\n")))
    return (Text(tuple(said) or ("没有其他需要说明的问题。",)),)


PAPER = Paper(
    key="project_performance",
    title="绩效评价报告",
    about=Project,
    right="report.create",
    shared=True,
    gather=gather,
    build=build,
    retention="30",
    author="organiser",
    suffixes=("pdf", "docx", "xlsx", "csv", "json"),
)
