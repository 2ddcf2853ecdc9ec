"""拟立项公示 on paper: the frozen notice as it is sealed and posted; its A3 poster anybody may have from the notice's own page."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from reports import format as fmt
from reports.money import Money
from reports.report import Block, Column, Facts, Report, Section, Table, Text
from webapp.core.clock import last_day
from webapp.core.workflow import Refusal
from webapp.reporting.papers import Asked, Paper
from webapp.reviews.models import Notice
from webapp.reviews.rules.plain import HOW, desk, opening


@dataclass(frozen=True, slots=True)
class Published:
    """A notice as it was frozen, with its end as it now is."""

    number: str
    title: str
    kind: str
    content: Mapping[str, Any]
    digest: str
    until: date
    state: str


def gather(session: Session, notice: Notice, asked: Asked) -> Published:
    """Public words: nothing depends on who asks."""
    return Published(
        notice.number, notice.title, notice.kind, notice.content, notice.digest, last_day(notice.ends_at), notice.state_label
    )  # fmt: skip


def build(found: Published, asked: Asked) -> Report:
    """The notice in the form of an official paper: what was decided, the list, where objections go, seal and day."""
    content, before = found.content, found.kind != "result"
    corrects = (f"本公示更正 {content['corrects']} 号公示，原公示不再有效。",) if content.get("corrects") else ()
    after: list[Block] = [Text((HOW,)), Facts(tuple(desk(content, found.until)))] if before else []
    return asked.report(
        broken(found.title, content["call"]["title"]),
        (Section("", (Text((*corrects, opening(found.kind, content))), _items(content), *after, Text((f"特此{'公示' if before else '公告'}。",)))),),
        number=found.number,
        issuer=content["organiser"],
        date_line=fmt.day(date.fromisoformat(content["starts_on"])),
        seal=True,
        scope_note=f"内容发布后冻结，当前状态：{found.state}。",
        notes=(f"公示内容的摘要（SHA-256）：{found.digest}",),
        sources=("本平台公示公告",),
    )  # fmt: skip


def broken(title: str, call: str) -> str:
    """A long title breaks after the name of the call."""
    return f"{call}\n{title.removeprefix(call)}" if title.startswith(call) and title != call else title


def _items(content: Mapping[str, Any]) -> Table:
    columns = (
        Column("n", "序号", "number", 1), Column("title", "项目名称", width=3.6), Column("organisation", "申报单位", width=3.6),
        Column("communities", "落地社区", width=3.6), Column("amount", "资助金额", "money", 2.2),
    )  # fmt: skip
    rows = tuple(
        (n, f"{one['title']}（{one['number']}）", one["organisation"], "、".join(one["communities"]), Money(one["amount_fen"]))
        for n, one in enumerate(content["items"], 1)
    )
    total = sum((Money(one["amount_fen"]) for one in content["items"]), Money(0))
    return Table(columns, rows, "", ("合计", f"{len(rows)} 个项目", "", "", total), "元")


def is_notice(notice: Notice) -> Refusal | None:
    return None if notice.kind != "result" else Refusal("kind", "这是公告，不是公示。")


PAPER = Paper(
    key="notice",
    title="公示",
    about=Notice,
    right="notice.papers",
    shared=True,
    gather=gather,
    build=build,
    retention="30",
    author="organiser",
    ready=is_notice,
    named=lambda notice, _: str(notice.title),
)
