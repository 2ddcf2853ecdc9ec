"""项目责任书: who answers for which task of a project, how much of it and until when, as both sides confirmed it."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from sqlalchemy.orm import Session

from reports import format as fmt
from reports.report import Block, Column, Facts, Report, Section, Signatures, Table
from webapp.core.workflow import Refusal
from webapp.projects.models import Charge
from webapp.projects.queries.charges import tasks_of
from webapp.reporting import blocks
from webapp.reporting.papers import Asked, Paper
from webapp.reporting.queries.works import Hand, Head, hands_of, head_of


@dataclass(frozen=True, slots=True)
class Row:
    """A task; `done` is None while the 责任书 waits for the organiser."""

    title: str
    how: str
    unit: str
    target: int
    responsible: str
    due_on: date
    done: int | None
    state: str


@dataclass(frozen=True, slots=True)
class Charged:
    head: Head
    state: str
    rows: tuple[Row, ...]
    hands: tuple[Hand, ...]


def gather(session: Session, charge: Charge, asked: Asked) -> Charged:
    """As handed in; once it is agreed on, with what is done of each task."""
    if charge.state == "agreed":
        found = tuple(
            Row(one.title, one.how, one.unit, one.target, one.responsible, one.due_on, one.done, one.state_label)
            for one in tasks_of(session, charge.project_id)
        )
    else:
        found = tuple(
            Row(one["title"], one["how"], one["unit"], one["target"], one["responsible"], date.fromisoformat(one["due_on"]), None, "")
            for one in charge.rows
        )
    hands = hands_of(session, charge.ref, asked.as_of, ("submit", "agree"))
    return Charged(head_of(session, charge.project_id), charge.state_label, found, hands)


def build(found: Charged, asked: Asked) -> Report:
    head = found.head
    last = {one.step: one for one in found.hands}
    handed = (
        ("提交", _said(last.get("submit"))), ("确认", _said(last.get("agree"))), ("状态", found.state),
    )  # fmt: skip
    done: list[Block] = [_done(found)] if any(row.done is not None for row in found.rows) else []
    sections = (
        Section("项目概况", (blocks.about(head, words=True),)),
        Section("任务分解", (_tasks(found),)),
        *((Section("任务完成情况", tuple(done)),) if done else ()),
        Section("提交和确认", (Facts(handed, beside=True),)),
        Section(
            "签署",
            (Signatures((f"主办单位（盖章）：{head.organiser}\n负责人签字：", f"承办单位（盖章）：{head.organisation}\n负责人签字：")),),
        ),
    )
    return asked.report(
        f"{head.title}\n项目责任书", sections, issuer=head.organiser, date_line="", lottery=head.lottery,
        scope_note="任务、责任人、数量和时限由承办单位提交、主办单位确认，是督导的依据。", sources=("本平台项目责任书和任务记录",),
    )  # fmt: skip


def _said(hand: Hand | None) -> str | None:
    return f"{hand.who}　{fmt.moment(hand.at)}" if hand else None


def _tasks(found: Charged) -> Table:
    columns = (
        Column("n", "序号", "number", 2.6), Column("title", "任务", width=7), Column("how", "内容和要求", width=13), Column("target", "数量", width=4),
        Column("responsible", "责任人", width=4), Column("due", "完成时限", "date", 7),
    )  # fmt: skip
    rows = tuple(
        (n, one.title, one.how or None, f"{one.target} {one.unit}", one.responsible, one.due_on) for n, one in enumerate(found.rows, 1)
    )
    return Table(columns, rows, "任务分解表")


def _done(found: Charged) -> Table:
    columns = (
        Column("n", "序号", "number", 2.6), Column("title", "任务", width=12), Column("target", "应完成", "number", 4), Column("done", "已完成", "number", 4),
        Column("rate", "完成率", "percent", 4), Column("state", "状态", width=4),
    )  # fmt: skip
    rows = tuple(
        (n, one.title, one.target, one.done, Fraction(one.done or 0, one.target), one.state) for n, one in enumerate(found.rows, 1)
    )
    return Table(columns, rows, "任务完成情况表")


def handed_in(charge: Charge) -> Refusal | None:
    """It was handed in, so that its tasks no longer change."""
    return Refusal("drafted", "责任书还没有提交。") if charge.state == "drafted" else None


PAPER = Paper(
    key="charge", title="项目责任书", about=Charge, right="charge.read", shared=True, gather=gather, build=build, retention="30", author="parties",
    ready=handed_in,
)  # fmt: skip
