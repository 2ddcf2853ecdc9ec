"""抽取记录: the pool and the strata, the seed published before and opened at the draw, who was drawn, declined and moved up, who watched."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from reports import format as fmt
from reports.report import Column, Facts, Report, Section, Signatures, Table
from webapp.accounts.queries import names_of
from webapp.calls.models import Call
from webapp.core.workflow import Refusal
from webapp.reporting.papers import Asked, Paper
from webapp.reviews.models import FIELDS, Panel
from webapp.reviews.queries import pages
from webapp.reviews.queries.pages import SeatRow
from webapp.reviews.rules.minutes import strata_said


@dataclass(frozen=True, slots=True)
class Draw:
    """A draw as it was written down, and what became of those drawn."""

    call: str
    title: str
    size: int
    finance: int
    reserves: int
    seed_digest: str
    minutes: Mapping[str, Any]
    drawn_by: str
    present: str
    """The 监督人 named at the draw."""
    witness: str
    """Who signed as 监督人, and when."""
    seats: tuple[SeatRow, ...]


def gather(session: Session, panel: Panel, asked: Asked) -> Draw:
    """The frozen minutes, and the seats as they stand."""
    call, minutes = session.get_one(Call, panel.call_id), panel.minutes or {}
    drawn_by = str(minutes.get("drawn_by") or "")
    names = names_of(session, [drawn_by])
    return Draw(
        f"{call.title}（{call.number}）", panel.title, panel.size, panel.finance, panel.reserves, panel.seed_digest,
        minutes, names.get(drawn_by, ""), panel.witness, pages.witness(session, panel), tuple(pages.seats(session, panel.id)),
    )  # fmt: skip


def build(found: Draw, asked: Asked) -> Report:
    minutes = found.minutes
    facts = Facts(
        (
            ("征集公告", found.call), ("评审组", found.title), ("抽取时间", fmt.moment(datetime.fromisoformat(minutes["drawn_at"]))),
            ("席位", f"{found.size} 席，其中财务 {found.finance} 席；候补 {found.reserves} 人"),
            ("各领域最少", strata_said(minutes.get("strata") or {}) or "不另设"), ("抽取人", found.drawn_by or None),
            ("监督人", "；".join(filter(None, (f"{found.present}（在场）" if found.present else "", found.witness))) or None),
        )
    )  # fmt: skip
    seeds = Facts(
        (("抽取办法", minutes["method"]), ("事先公布的摘要", _halved(found.seed_digest)), ("抽取时公开的种子", _halved(minutes["seed"])))
    )
    how = (
        "抽取办法：对每位候选人计算 SHA-256（“种子|人员编号”），从小到大排队；先取足财务席位和各领域最少人数，再按队依次补满席位，其后为候补。",
        "凭平台上的抽取记录文件（MINUTES.json）可以重做，结果应当相同。",
    )
    return asked.report(
        "评审专家抽取记录",
        (
            Section("基本情况", (facts,)),
            Section("候选专家和种子", (_pool(found), seeds)),
            Section("抽取结果", (_seats(found), Signatures(("抽取人（签字）：", "监督人（签字）：")))),
        ),
        issuer="",
        date_line="",
        scope_note="候选专家为抽取时评委库中可以参加的全部人员，按每人的主要领域计；与全部申报单位都有利害关系的不参加抽取。",
        notes=how,
        sources=("本平台评委抽取记录",),
    )


def _halved(text: str) -> str:
    return "\n".join(text[i : i + 32] for i in range(0, len(text), 32))


def _pool(found: Draw) -> Table:
    """Of each field how many could be drawn, and how many were kept out by their ties."""
    everybody, applicants = found.minutes["candidates"], set(found.minutes["organisations"])
    out = [one for one in everybody if applicants and applicants <= set(one["tied"])]
    least = {**(found.minutes.get("strata") or {}), "finance": found.finance}
    drawn = [one for one in found.minutes["seats"] if not one["reserve"]]
    fields = sorted({one["field"] for one in everybody}, key=lambda field: list(FIELDS).index(field) if field in FIELDS else len(FIELDS))
    columns = (
        Column("field", "领域", width=3), Column("people", "候选人数", "number", 2), Column("out", "因利害关系不参加", "number", 3),
        Column("least", "最少席位", "number", 2), Column("drawn", "抽中席位", "number", 2),
    )  # fmt: skip
    rows = tuple(
        (
            FIELDS.get(field, field), *(sum(one["field"] == field for one in group) for group in (everybody, out)),
            least.get(field, 0), sum(one["field"] == field for one in drawn),
        )
        for field in fields
    )  # fmt: skip
    return Table(columns, rows, "候选专家", ("合计", len(everybody), len(out), None, len(drawn)), "人")


def _seats(found: Draw) -> Table:
    kinds = {one["position"]: "候补" if one["reserve"] else "席位" for one in found.minutes["seats"]}
    columns = (
        Column("n", "序号", "number", 1.2), Column("name", "专家", width=2), Column("employer", "单位", width=4), Column("field", "领域", width=2.4),
        Column("kind", "抽中为", width=1.8), Column("state", "现状", width=2), Column("reason", "不能参加或替换的原因", width=4),
    )  # fmt: skip
    rows = tuple(
        (
            one.position, one.name, one.employer or None, one.field_label, kinds.get(one.position, "递补"),
            one.state_label + ("（由候补递补）" if kinds.get(one.position) == "候补" and not one.reserve else ""), one.reason or None,
        )
        for one in found.seats
    )  # fmt: skip
    return Table(columns, rows, "抽取结果", upright=True)


def drawn(panel: Panel) -> Refusal | None:
    return None if panel.minutes else Refusal("early", "还没有抽取评委，抽取后才有抽取记录。")


PAPER = Paper(
    key="draw_record",
    title="抽取记录",
    about=Panel,
    right="panel.minutes",
    shared=True,
    gather=gather,
    build=build,
    retention="30",
    author="organiser",
    ready=drawn,
)
