"""取证单 of a 疑点: the rows side by side as who asks may see them, what the organisation says, how it was settled, to be signed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from reports.report import Block, Cell, Facts, Heading, Report, Section, Signatures, Text
from webapp.doubts.models import Doubt
from webapp.doubts.queries import Side, sides
from webapp.doubts.rules import KINDS, rows_of
from webapp.permissions import roles_for
from webapp.reporting import blocks
from webapp.reporting.papers import Asked, Paper
from webapp.reporting.queries.works import Hand, Head, hands_of, head_of
from webapp.workflows import DOUBT

SETTLED = {"explain": "情况已说明", "rectify": "要求整改", "refer": "移送"}


@dataclass(frozen=True, slots=True)
class Evidence:
    head: Head
    kind: str
    said: str
    found_at: datetime | None
    state: str
    sides: tuple[Side, ...]
    hidden: bool
    """Whether the other side is kept from who asks."""
    hands: tuple[Hand, ...]


def gather(session: Session, doubt: Doubt, asked: Asked) -> Evidence:
    """The doubt as its page shows it to who asks: of another's project nothing but that it is one."""
    viewer = asked.viewer
    if viewer is None:
        raise LookupError("a 疑点 is shown to somebody")
    organisation = not roles_for("doubt.list") & viewer.roles_on(doubt)
    hidden = organisation and doubt.other_project_id not in {None, doubt.project_id}
    shown = [] if hidden else sides(session, viewer, rows_of(doubt.evidence))
    hands = hands_of(session, doubt.ref, asked.as_of)
    return Evidence(
        head_of(session, doubt.project_id), doubt.kind, doubt.evidence.get("said", ""), hands[0].at if hands else None, doubt.state, tuple(shown),
        hidden, hands,
    )  # fmt: skip


def build(found: Evidence, asked: Asked) -> Report:
    head = found.head
    pairs: tuple[tuple[str, Cell], ...] = (
        ("被查单位", head.organisation), ("项目名称", head.title), ("项目编号", head.number), ("疑点", KINDS[found.kind].title),
        ("系统提示", found.said), ("提示时间", found.found_at), ("状态", DOUBT.states[found.state]),
    )  # fmt: skip
    asked_for = [one for one in found.hands if one.step == "ask"]
    answers = [one for one in found.hands if one.step == "answer"]
    ended = [one for one in found.hands if one.step in SETTLED]
    sections = (
        Section("取证事项", (Facts(pairs, beside=True), Text((f"{KINDS[found.kind].about}系统提示只供核实，不是结论。",)))),
        Section("取证内容", _sides(found)),
        Section("要求说明", _told(asked_for, "没有请单位说明。")),
        *([Section("被查单位意见", _told(answers, "没有提出说明。"))] if asked_for or answers else []),
        Section("核实结果", _told(ended, "还没有核实结果。")),
        Section("签字", (Signatures(("取证人签字：", f"被查单位（盖章）：{head.organisation}\n负责人签字：")),)),
    )
    return asked.report(
        "核查取证单", sections, paper="form",
        issuer=head.organiser, date_line="", lottery=head.lottery, scope_note="取证内容为平台登记的记录，按编制人的权限列出。",
        sources=("本平台疑点和办理记录",),
    )  # fmt: skip


def _sides(found: Evidence) -> tuple[Block, ...]:
    """Each row by itself, what others' projects have left out."""
    if found.hidden or not found.sides:
        return (Text(("涉及其他项目，本件不列。",)),)
    told: list[Block] = []
    for one in found.sides:
        if not one.shown:
            told += [Heading("其他地区的项目"), Text(("不在编制人的辖区，本件不列。",))]
            continue
        files = (("材料", "、".join(file.name for file in one.papers)),) if one.papers else ()
        told += [Heading(one.title), Facts((*((name, value) for name, value in one.facts if value), *files), beside=True)]
    return tuple(told)


def _told(hands: Sequence[Hand], otherwise: str) -> tuple[Block, ...]:
    if not hands:
        return (Text((otherwise,)),)
    told: list[Block] = []
    for one in hands:
        step = SETTLED.get(one.step, "")
        told += [
            blocks.paragraphs(one.note or step),
            Facts((("办理", f"{one.who}{f'　{step}' if step else ''}"), ("时间", one.at)), beside=True),
        ]
    return tuple(told)


PAPER = Paper(
    key="doubt_evidence", title="取证单", about=Doubt, right="doubt.read", shared=False, gather=gather, build=build, retention="30", author="organiser",
)  # fmt: skip
