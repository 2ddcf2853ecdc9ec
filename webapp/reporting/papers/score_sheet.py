"""评分表: what one judge gave one application, item by item, to be signed by the judge.

It names the application as the judge knows it, by its place in the pile and its title, and never its applicant: a signed sheet
goes through many hands while the review is blind.
"""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from reports import format as fmt
from reports.report import Cell, Column, Facts, Report, Section, Signatures, Table, Text
from webapp.accounts.models import Person
from webapp.core.workflow import Refusal
from webapp.reporting.papers import Asked, Paper
from webapp.reviews.models import Assignment, Panel
from webapp.scoring.queries import card_of
from webapp.scoring.rules import Item, Mark, items, most, said, shown


@dataclass(frozen=True, slots=True)
class Sheet:
    """One card handed in."""

    panel: str
    id: int
    position: int
    title: str
    judge: str
    at: datetime
    items: tuple[tuple[Item, Mark], ...]
    most: int
    total: int | None
    comment: str


def gather(session: Session, assignment: Assignment, asked: Asked) -> Sheet:
    """The judge's own card; nobody else reaches the assignment."""
    query = sa.select(Panel.title, Person.name).join(Person, Person.id == assignment.person_id).where(Panel.id == assignment.panel_id)
    panel, judge = session.execute(query).one()
    card = card_of(session, assignment.scorecard_id)
    marks = tuple((one, card.marks.get(one.key, Mark())) for one in items(card.tree))
    return Sheet(
        panel, assignment.id, assignment.position, assignment.title, judge, assignment.state_at, marks, most(card.tree),
        card.total, card.comment,
    )  # fmt: skip


KINDS = {"plus": "加分", "minus": "扣分"}


def build(found: Sheet, asked: Asked) -> Report:
    facts = Facts(
        (
            ("评审组", found.panel), ("项目名称", f"{found.title}（评审号 {found.id}，第 {found.position} 份）"),
            ("评委", f"{found.judge}（{fmt.moment(found.at)} 提交）"),
        )
    )  # fmt: skip
    columns = (
        Column("n", "序号", "number", 1), Column("item", "评分项", width=4), Column("most", "满分", "number", 1.3),
        Column("points", "得分", "number", 1.4), Column("reason", "理由", width=3),
    )  # fmt: skip
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            n, "·".join((*item.above, item.title)) + (f"（{KINDS[item.kind]}项）" if item.kind in KINDS else ""), said(item.most),
            shown(mark) or None, mark.reason or None,
        )
        for n, (item, mark) in enumerate(found.items, 1)
    )  # fmt: skip
    total = said(found.total) if found.total is not None else None
    return asked.report(
        "项目评审评分表",
        (
            Section("", (facts, Table(columns, rows, totals=("合计", None, said(found.most), total, None)))),
            Section("", (Text((f"评语：{found.comment or '—'}",)), Signatures(("评委（签字）：",)))),
        ),
        issuer="",
        date_line="",
        scope_note="评委本人提交的评分，不载申报单位；有“不适用”的，其余各项按满分折算。",
        sources=("本平台评审记录",),
    )


def handed_in(assignment: Assignment) -> Refusal | None:
    return None if assignment.state == "done" else Refusal("early", "评分还没有提交，提交后才有评分表。")


PAPER = Paper(
    key="score_sheet",
    title="评分表",
    about=Assignment,
    right="assignment.read",
    shared=False,
    gather=gather,
    build=build,
    retention="10",
    author="experts",
    ready=handed_in,
)
