"""项目进展情况报告 of one project: what it set out to do, what is done, the money, what was found on the way, in its own words too."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from reports import format as fmt
from reports.money import Money
from reports.report import Block, Column, Facts, Heading, Report, Section, Table, Text
from webapp.book import queries as books
from webapp.book.queries import Position
from webapp.core.db import rows
from webapp.funding.queries import pages
from webapp.funding.queries.pages import TrancheRow
from webapp.projects.models import Progress, Project
from webapp.reporting import blocks, delivered
from webapp.reporting.papers import Asked, Paper
from webapp.reporting.queries.closing import Whole, whole_of


@dataclass(frozen=True, slots=True)
class Told:
    """The newest report of progress the organisation handed in."""

    title: str
    done: str
    problems: str
    next_steps: str


@dataclass(frozen=True, slots=True)
class Standing:
    whole: Whole
    book: Position
    tranches: tuple[TrancheRow, ...]
    told: Told | None


def gather(session: Session, project: Project, asked: Asked) -> Standing:
    """The project as recorded until the moment."""
    query = sa.select(Progress.title, Progress.done, Progress.problems, Progress.next_steps)
    handed = query.where(Progress.project_id == project.id, Progress.state.in_(("submitted", "accepted")))
    told = rows(session, Told, handed.order_by(Progress.id.desc()).limit(1))
    return Standing(
        whole_of(session, project, asked.as_of),
        books.position(session, project.ref),
        tuple(pages.of_project(session, project.id)),
        told[0] if told else None,
    )


def build(found: Standing, asked: Asked) -> Report:
    whole, book, head = found.whole, found.book, found.whole.head
    held: list[Block] = [delivered.served(whole)]
    if whole.held:
        held.append(blocks.activities(whole.held))
    money = Facts(
        (
            ("资助金额", head.granted),
            ("已拨付", book.paid),
            ("已列支", book.spent),
            ("已收回", book.returned),
            ("拨付进度", fmt.percent(book.paid, head.granted)),
            ("项目支出进度", fmt.percent(book.spent, book.paid)),
        ),
        beside=True,
    )
    sections = (
        Section("项目概况", (blocks.about(head, ("项目状态", whole.state)), *delivered.needs(whole))),
        Section("子目标完成情况", (blocks.goals(whole.goals, "子目标完成情况"),)),
        Section("活动和服务", tuple(held)),
        Section("资金", (money, _tranches(found), blocks.money_by_line(whole.lines))),
        Section("督导、整改和变更", (Heading("督导和整改"), *delivered.supervised(whole), Heading("变更"), *delivered.changed(whole))),
        Section("承办单位报告", _told(found.told)),
    )
    return asked.report(
        f"{head.title}\n项目进展情况报告", sections, issuer=head.organiser, lottery=head.lottery,
        scope_note=(
            "子目标完成数为活动记录的累计；人数：名册内的人参加多少场都计一人，名册外的按场计；"
            "拨付进度＝已拨付÷资助金额，项目支出进度＝已列支÷已拨付，收支为账簿数。"
        ),
        sources=("本平台活动记录、督导记录、拨款记录、账簿和进展报告",),
    )  # fmt: skip


def _tranches(found: Standing) -> Table:
    columns = (
        Column("n", "期次", width=3),
        Column("trigger", "拨付条件", width=6),
        Column("amount", "金额", "money", 5),
        Column("state", "状态", width=4),
        Column("paid_on", "到账日期", "date", 7),
    )
    lines = tuple(
        (f"第{fmt.numeral(one.position)}期", one.trigger_label, one.amount_fen, one.state_label, one.paid_on) for one in found.tranches
    )
    total = sum((one.amount_fen for one in found.tranches), Money(0))
    return Table(columns, lines, "各期拨款", ("合计", "", total, "", None), "元")


def _told(told: Told | None) -> tuple[Block, ...]:
    if told is None:
        return (Text(("承办单位还没有提交进展报告。",)),)
    parts = (("工作进展", told.done), ("存在的问题", told.problems), ("下一步打算", told.next_steps))
    return (Text((f"以下摘自《{told.title}》。",)), *(block for name, said in parts for block in (Heading(name), blocks.paragraphs(said))))


PAPER = Paper(
    key="project_progress",
    title="项目进展情况报告",
    about=Project,
    right="report.create",
    shared=True,
    gather=gather,
    build=build,
    retention="30",
    author="organiser",
    suffixes=("pdf", "docx", "xlsx", "csv", "json"),
)
