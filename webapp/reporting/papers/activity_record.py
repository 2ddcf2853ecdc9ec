"""活动记录: one activity as the organisation recorded it, with what stands in its file, to be signed."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from reports import format as fmt
from reports.money import Money
from reports.report import Block, Cell, Column, Facts, Report, Section, Signatures, Table, Ticks
from webapp.core.workflow import Refusal
from webapp.projects.models import Activity, Milestone
from webapp.projects.queries import months
from webapp.projects.queries.months import Told
from webapp.projects.queries.one import Paper as File
from webapp.projects.queries.one import files_of
from webapp.reporting import blocks
from webapp.reporting.papers import Asked, Paper
from webapp.reporting.queries.works import Hand, Head, hands_of, head_of

KEPT = (
    "title", "place", "held_on", "starts", "ends", "persons", "unnamed", "visits", "workers", "volunteers", "worker_minutes", "volunteer_minutes",
    "minors", "open_photos", "reflection", "counted",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Recorded:
    head: Head
    activity: dict[str, Any]
    goal: str
    """The sub-goal it counts for, with its unit; empty: none."""
    spends: tuple[Told, ...]
    files: tuple[File, ...]
    hands: tuple[Hand, ...]


def gather(session: Session, activity: Activity, asked: Asked) -> Recorded:
    """The record with its files by name; who came stands in the register alone."""
    goal = session.execute(sa.select(Milestone.title, Milestone.unit).where(Milestone.id == activity.milestone_id)).one_or_none()
    return Recorded(
        head_of(session, activity.project_id), {name: getattr(activity, name) for name in KEPT}, f"{goal.title}（{goal.unit}）" if goal else "",
        tuple(months.spends_of(session, activity.id)), tuple(files_of(session, activity.ref)), hands_of(session, activity.ref, asked.as_of, ("record",)),
    )  # fmt: skip


def build(found: Recorded, asked: Asked) -> Report:
    head, one = found.head, found.activity
    named = one["persons"] - one["unnamed"]
    by = found.hands[-1] if found.hands else None
    project = Facts(
        (("项目名称", head.title), ("项目编号", head.number), ("承办单位", head.organisation), ("主办单位", head.organiser)), beside=True
    )
    pairs: tuple[tuple[str, Cell], ...] = (
        ("活动名称", one["title"]), ("活动日期", one["held_on"]), ("起止时间", months.hours(one["starts"], one["ends"]) or None), ("活动地点", one["place"]),
        ("绩效指标", f"{found.goal}，本次完成 {fmt.number(one['counted'])}" if found.goal else None),
        ("参加人数", f"{fmt.number(one['persons'])} 人（名册内 {fmt.number(named)} 人，名册外 {fmt.number(one['unnamed'])} 人）"),
        ("服务人次", f"{fmt.number(one['visits'])} 人次"), ("社会工作者", _given(one["workers"], one["worker_minutes"])),
        ("志愿者", _given(one["volunteers"], one["volunteer_minutes"])), ("未成年人", Ticks(("是", "否"), ("是" if one["minors"] else "否",))),
        ("照片公开", Ticks(("公开", "内部留存"), ("公开" if one["open_photos"] else "内部留存",))),
        ("记录人", f"{by.who}　{fmt.moment(by.at)}" if by else None),
    )  # fmt: skip
    spent: list[Block] = []
    if found.spends:
        columns = (Column("title", "预算科目", width=3), Column("amount", "金额", "money", 2))
        total = sum((told.amount_fen for told in found.spends), Money(0))
        spent = [
            Table(columns, tuple((told.title, told.amount_fen) for told in found.spends), "本次活动支出（单位自报）", ("合计", total), "元")
        ]
    files = tuple((n, file.kind or None, file.name) for n, file in enumerate(found.files, 1))
    names = Table(
        (Column("n", "序号", "number", 1.4), Column("kind", "类别", width=2), Column("name", "文件名", width=7)), files, "附件清单"
    )
    sections = [
        Section("项目", (project,)),
        Section("活动情况", (Facts(pairs, beside=True),)),
        Section("反思与自我评估", (blocks.paragraphs(one["reflection"]),)),
        *([Section("活动支出", tuple(spent))] if spent else []),
        *([Section("附件", (names,))] if files else []),
        Section("签字", (Signatures(("记录人签字：", "项目负责人签字：", "落地社区（盖章）：")),)),
    ]
    return asked.report(
        "活动记录", tuple(sections), paper="form", issuer=head.organisation, date_line="", lottery=head.lottery,
        scope_note="人数：名册内按点名，名册外按现场计数；人次为到场次数。支出为单位自报，以支出凭证为准。", sources=("本平台活动记录",),
    )  # fmt: skip


def _given(people: int, minutes: int) -> str | None:
    """How many people gave how many hours together; None where nobody was recorded."""
    if not people:
        return None
    return f"{fmt.number(people)} 人" + (f"，共 {blocks.hours(minutes)}" if minutes else "")


def held(activity: Activity) -> Refusal | None:
    return None if activity.state == "held" else Refusal("held", "活动还没有记录。")


PAPER = Paper(
    key="activity_record", title="活动记录", about=Activity, right="activity.read", shared=True, gather=gather, build=build, retention="30",
    author="organisation", ready=held,
)  # fmt: skip
