"""取证单 of a finding of the evaluator: what was found and on what ground, what the organisation says to it, how it ended, to be signed."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from reports import format as fmt
from reports.report import Cell, Column, Facts, Report, Section, Signatures, Table
from webapp.accounts.queries import names_of
from webapp.evaluation.models import GROUNDS, KINDS, Evaluation, Observation
from webapp.projects.queries.one import Paper as File
from webapp.projects.queries.one import files_of
from webapp.reporting import blocks
from webapp.reporting.papers import Asked, Paper
from webapp.reporting.queries.works import Hand, Head, hands_of, head_of
from webapp.workflows import OBSERVATION


@dataclass(frozen=True, slots=True)
class Evidence:
    head: Head
    kind: str
    title: str
    ground: str
    text: str
    raised_by: str
    answer: str
    reason: str
    state: str
    due_at: datetime | None
    files: tuple[File, ...]
    hands: tuple[Hand, ...]


def gather(session: Session, observation: Observation, asked: Asked) -> Evidence:
    """The finding as it stands, with its files by name."""
    by = f"person:{observation.raised_by_id}"
    evaluation = session.get_one(Evaluation, observation.evaluation_id)
    return Evidence(
        head_of(session, observation.project_id),
        evaluation.kind,
        observation.title,
        observation.ground,
        observation.text,
        names_of(session, [by]).get(by, ""),
        observation.answer,
        observation.reason,
        observation.state,
        observation.due_at,
        tuple(files_of(session, observation.ref)),
        hands_of(session, observation.ref, asked.as_of),
    )


def build(found: Evidence, asked: Asked) -> Report:
    head = found.head
    raised = found.hands[0] if found.hands else None
    answered = next((one for one in reversed(found.hands) if one.step == "answer"), None)
    ended = next((one for one in reversed(found.hands) if one.step in ("uphold", "partly", "drop")), None)
    pairs: tuple[tuple[str, Cell], ...] = (
        ("被查单位", head.organisation),
        ("项目名称", head.title),
        ("项目编号", head.number),
        ("所属评估", KINDS[found.kind]),
        ("问题", found.title),
        ("取证方式", GROUNDS[found.ground]),
        ("取证人", found.raised_by),
        ("取证时间", raised.at if raised else None),
    )
    files = tuple((n, one.kind or None, one.name) for n, one in enumerate(found.files, 1))
    names = Table(
        (Column("n", "序号", "number", 1.4), Column("kind", "类别", width=2), Column("name", "文件名", width=7)), files, "所附材料"
    )
    sections = [
        Section("取证事项", (Facts(pairs, beside=True),)),
        Section("依据和情况", (blocks.paragraphs(found.text), *((names,) if files else ()))),
        Section(
            "被查单位意见",
            (
                blocks.paragraphs(found.answer or _silence(found)),
                *((Facts((("提出人", answered.who), ("提出时间", answered.at)), beside=True),) if answered else ()),
            ),
        ),
        Section(
            "认定",
            (
                Facts(
                    (
                        ("结论", OBSERVATION.states[found.state]),
                        ("理由", found.reason or None),
                        ("认定人", ended.who if ended else None),
                        ("认定时间", ended.at if ended else None),
                    ),
                    beside=True,
                ),
            ),
        ),
        Section("签字", (Signatures(("取证人签字：", f"被查单位（盖章）：{head.organisation}\n负责人签字：")),)),
    ]
    return asked.report(
        "核查取证单",
        tuple(sections),
        paper="form",
        issuer=head.evaluator or head.organiser,
        date_line="",
        lottery=head.lottery,
        scope_note="被查单位对取证内容有异议的，在“被查单位意见”中写明。",
        sources=("本平台核查记录",),
    )


def _silence(found: Evidence) -> str:
    if found.state != "raised":
        return "没有提出申辩。"
    return f"申辩期限：{fmt.until(found.due_at)}。" if found.due_at else ""


PAPER = Paper(
    key="observation_evidence",
    title="取证单",
    about=Observation,
    right="observation.read",
    shared=True,
    gather=gather,
    build=build,
    retention="30",
    author="evaluator",
)
