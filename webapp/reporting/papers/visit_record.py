"""督导记录: one visit of 实施过程协同督导, what was found, what is demanded, to be signed by both."""

from dataclasses import dataclass
from datetime import date, datetime, time

import sqlalchemy as sa
from sqlalchemy.orm import Session

from reports import format as fmt
from reports.report import Block, Cell, Column, Facts, Report, Section, Signatures, Table, Ticks
from webapp.accounts.queries import names_of
from webapp.core.db import rows
from webapp.evaluation.queries.indicators import Given
from webapp.projects.models import DEMANDS, VERDICTS, Rectification, Visit
from webapp.projects.queries.one import Paper as File
from webapp.projects.queries.one import files_of
from webapp.reporting import blocks
from webapp.reporting.papers import Asked, Paper
from webapp.reporting.queries.judged import card_of
from webapp.reporting.queries.works import Head, head_of
from webapp.scoring.rules import Mark, said
from webapp.workflows import RECTIFICATION


@dataclass(frozen=True, slots=True)
class Demand:
    """What the visit asks to be put right."""

    kind: str
    text: str
    due_at: datetime | None
    state: str


@dataclass(frozen=True, slots=True)
class Visited:
    head: Head
    title: str
    office: str
    by: str
    held_on: date
    began: time | None
    place: str
    asked: int
    voice: str
    found: str
    verdict: str
    card: Given | None
    demands: tuple[Demand, ...]
    files: tuple[File, ...]


def gather(session: Session, visit: Visit, asked: Asked) -> Visited:
    """The visit with its scorecard and its demands as they stand."""
    query = sa.select(Rectification.kind, Rectification.text, Rectification.due_at, Rectification.state).where(
        Rectification.visit_id == visit.id
    )
    office, by = f"organisation:{visit.organisation_id}", f"person:{visit.by_id}"
    names = names_of(session, [office, by])
    return Visited(
        head_of(session, visit.project_id), visit.title, names.get(office, ""), names.get(by, ""), visit.held_on, visit.began, visit.place, visit.asked,
        visit.voice, visit.found, visit.verdict, card_of(session, visit.scorecard_id), tuple(rows(session, Demand, query.order_by(Rectification.id))),
        tuple(files_of(session, visit.ref)),
    )  # fmt: skip


def build(found: Visited, asked: Asked) -> Report:
    head = found.head
    project = Facts(
        (("项目名称", head.title), ("项目编号", head.number), ("承办单位", head.organisation), ("主办单位", head.organiser)), beside=True
    )
    when = fmt.day(found.held_on) + (f" {found.began:%H:%M}" if found.began else "")
    pairs: tuple[tuple[str, Cell], ...] = (
        ("督导单位", found.office), ("督导人", found.by), ("督导时间", when), ("督导地点", found.place or None),
        ("询问服务对象", f"{fmt.number(found.asked)} 人" if found.asked else None), ("服务对象反映", found.voice or None),
        ("督导结论", Ticks(tuple(VERDICTS.values()), (VERDICTS[found.verdict],))),
    )  # fmt: skip
    sections = [
        Section("项目", (project,)),
        Section("督导情况", (Facts(pairs, beside=True),)),
        Section("发现的情况", (blocks.paragraphs(found.found),)),
    ]
    if found.card is not None:
        sections.append(Section("督导评分", (_card(found.card),)))
    if found.demands:
        sections.append(Section("整改要求", _demands(found)))
    if found.files:
        names = tuple((n, file.name) for n, file in enumerate(found.files, 1))
        sections.append(Section("附件", (Table((Column("n", "序号", "number", 1.4), Column("name", "文件名", width=8)), names),)))
    sections.append(
        Section("签字", (Signatures((f"督导单位（盖章）：{found.office}\n督导人签字：", f"承办单位：{head.organisation}\n负责人签字：")),))
    )
    return asked.report(
        "实施过程协同督导记录", tuple(sections), paper="form", issuer=found.office, date_line="", lottery=head.lottery,
        scope_note="服务对象反映不记姓名。整改要求的状态为编制时的状态。", sources=("本平台督导记录",),
    )  # fmt: skip


def _card(card: Given) -> Table:
    columns = (
        Column("n", "序号", "number", 1.4),
        Column("title", "督导内容", width=6),
        Column("most", "分值", "number", 2),
        Column("points", "得分", "number", 2),
    )
    marks = [(item, card.marks.get(item.key, Mark())) for item in card.items]
    lines = tuple(
        (n, item.title, said(item.most), "不适用" if mark.na else said(mark.points) if mark.points is not None else None)
        for n, (item, mark) in enumerate(marks, 1)
    )
    return Table(columns, lines, "督导评分表", ("合计", "", said(card.most), said(card.total)), "分")


def _demands(found: Visited) -> tuple[Block, ...]:
    columns = (
        Column("n", "序号", "number", 1.4), Column("kind", "类型", width=2), Column("text", "要求", width=9), Column("due", "期限", width=5),
        Column("state", "状态", width=3),
    )  # fmt: skip
    lines = tuple(
        (n, DEMANDS[one.kind], one.text, fmt.until(one.due_at) if one.due_at else None, RECTIFICATION.states[one.state])
        for n, one in enumerate(found.demands, 1)
    )
    return (Table(columns, lines),)


PAPER = Paper(
    key="visit_record", title="督导记录", about=Visit, right="visit.read", shared=True, gather=gather, build=build, retention="30", author="community",
)  # fmt: skip
