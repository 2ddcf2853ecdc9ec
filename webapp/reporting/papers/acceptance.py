"""验收意见书: the opinion of a final as it was drafted, who signed it for which side, and places to sign and seal the paper."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from reports import format as fmt
from reports.report import Block, Cell, Column, Report, Section, Signatures, Table, Text
from webapp.core.workflow import Refusal
from webapp.evaluation.models import SIDES, Evaluation
from webapp.evaluation.queries.acceptance import Signed, signs
from webapp.projects.models import Project
from webapp.projects.queries.one import LineRow, lines_of
from webapp.reporting import blocks
from webapp.reporting.papers import Asked, Paper
from webapp.reporting.queries.works import Goal, Head, goals_of, head_of


@dataclass(frozen=True, slots=True)
class Opined:
    head: Head
    opinion: str
    on: date
    until: date | None
    """Until when the sides have to sign."""
    members: tuple[str, ...]
    signs: tuple[Signed, ...]
    goals: tuple[Goal, ...]
    lines: tuple[LineRow, ...]
    persons: int
    visits: int
    total: int | None
    grade: str


def gather(session: Session, evaluation: Evaluation, asked: Asked) -> Opined:
    """The opinion with its signatures until the moment, and what it is about."""
    project = session.get_one(Project, evaluation.project_id)
    kept = evaluation.acceptance or {}
    until = kept.get("until")
    return Opined(
        head_of(session, project.id), kept["opinion"], date.fromisoformat(kept["on"]), date.fromisoformat(until) if until else None,
        tuple(kept.get("members") or ()), tuple(one for one in signs(session, evaluation.id) if one.at <= asked.as_of), goals_of(session, project.id),
        tuple(lines_of(session, project.id)), project.persons, project.visits, evaluation.total, evaluation.grade,
    )  # fmt: skip


def build(found: Opined, asked: Asked) -> Report:
    head = found.head
    pairs: tuple[tuple[str, Cell], ...] = (
        ("服务人数", f"{fmt.number(found.persons)} 人"), ("服务人次", f"{fmt.number(found.visits)} 人次"),
        ("末期评估", f"{fmt.number(blocks.points(found.total) or 0)} 分，{found.grade}" if found.total is not None and found.grade else None),
        ("验收日期", found.on), ("验收人员", "、".join(found.members) or None),
    )  # fmt: skip
    work: list[Block] = [blocks.goals(found.goals)] if found.goals else []
    sections = (
        Section("项目概况", (blocks.about(head, *pairs),)),
        Section("完成和决算情况", (*work, blocks.money_by_line(found.lines))),
        Section("验收意见", (blocks.paragraphs(found.opinion),)),
        Section("平台签署情况", _signed(found)),
        Section("签字盖章", (Signatures(_boxes(found)),)),
    )
    return asked.report(
        f"{head.title}\n验收意见书", sections, paper="form", issuer=head.organiser, date_line="", lottery=head.lottery,
        scope_note="主办单位、街道、社区签署，居务监督委员会见证；在平台签署的，以账号签署为准。资金为已认可的支出凭证。",
        sources=("本平台末期评估、验收签署记录和支出凭证",),
    )  # fmt: skip


def _signed(found: Opined) -> tuple[Block, ...]:
    columns = (
        Column("side", "签署方", width=6), Column("office", "单位", width=7), Column("person", "签署人", width=3), Column("agrees", "意见", width=3),
        Column("reason", "理由", width=6), Column("at", "时间", "date", 7),
    )  # fmt: skip
    rows = tuple(
        (one.side_label, one.organisation, one.person, "同意" if one.agrees else "有异议", one.reason or None, one.at)
        for one in found.signs
    )
    waits = [words for side, words in SIDES.items() if side not in {one.side for one in found.signs}]
    until = f"{fmt.day(found.until)}前没有签署的，视为同意。" if found.until else ""
    if not rows:
        return (Text((f"各方没有在平台签署，在下面签字盖章。{until}",)),)
    left = (Text((f"没有在平台签署的：{'、'.join(waits)}。{until}",)),) if waits else ()
    return (Table(columns, rows, "签署情况"), *left)


def _boxes(found: Opined) -> tuple[str, ...]:
    """A place for each side; the office is named where it is known."""
    offices = {"organiser": found.head.organiser}
    for one in found.signs:
        offices[one.side] = one.organisation
    offices.setdefault("community", "、".join(found.head.places))
    return tuple(f"{words}（盖章）：\n{offices.get(side, '')}\n负责人签字：" for side, words in SIDES.items())


def drafted(evaluation: Evaluation) -> Refusal | None:
    """It is a final, and the opinion is drafted."""
    return None if evaluation.kind == "final" and evaluation.acceptance else Refusal("draft", "还没有起草验收意见书。")


PAPER = Paper(
    key="acceptance", title="验收意见书", about=Evaluation, right="evaluation.read", shared=True, gather=gather, build=build, retention="permanent",
    author="organiser", ready=drafted,
)  # fmt: skip
