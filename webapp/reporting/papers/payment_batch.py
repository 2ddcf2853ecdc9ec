"""拨款批次表: the payments of one batch, each with its amount in words, to be signed beside the request file."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from reports import format as fmt
from reports.money import Money
from reports.report import Cell, Column, Facts, Report, Section, Signatures, Table
from webapp.accounts.models import Organisation
from webapp.accounts.queries import names_of
from webapp.calls.models import Call, Fund
from webapp.funding.models import Batch, Tranche
from webapp.funding.queries import pages
from webapp.funding.queries.pages import TrancheRow
from webapp.projects.models import Project
from webapp.reporting.papers import Asked, Paper


@dataclass(frozen=True, slots=True)
class Batched:
    number: str
    payers: tuple[str, ...]
    lottery: bool
    """Whether lottery money alone pays all of it."""
    by: str
    at: datetime
    answered_at: datetime | None
    count: int
    total: Money
    rows: tuple[TrancheRow, ...]


def gather(session: Session, batch: Batch, asked: Asked) -> Batched:
    """The batch in the order of its request file; no account stands in it."""
    by = f"person:{batch.by_id}"
    names = names_of(session, [by])
    query = (
        sa.select(Organisation.name, Fund.kind)
        .distinct()
        .select_from(Tranche)
        .join(Project, Project.id == Tranche.project_id)
        .join(Call, Call.id == Project.call_id)
        .join(Fund, Fund.id == Call.fund_id)
        .join(Organisation, Organisation.id == Call.payer_id)
        .where(Tranche.batch_id == batch.id)
        .order_by(Organisation.name)
    )
    paying = session.execute(query).all()
    return Batched(
        batch.number,
        tuple(dict.fromkeys(name for name, _ in paying)),
        bool(paying) and all(kind == "lottery" for _, kind in paying),
        names.get(by, ""),
        batch.at,
        batch.answered_at,
        batch.count,
        batch.total_fen,
        tuple(pages.of_batch(session, batch.id)),
    )


def build(found: Batched, asked: Asked) -> Report:
    pairs: tuple[tuple[str, Cell], ...] = (
        ("付款单位", "、".join(found.payers) or None),
        ("批次编号", found.number),
        ("笔数", f"{found.count} 笔"),
        ("合计金额", found.total),
        ("大写合计", fmt.capital(found.total)),
        ("银行回单", fmt.day(found.answered_at) if found.answered_at else None),
        ("制表", f"{found.by}　{fmt.moment(found.at)}"),
    )
    columns = (
        Column("n", "序号", "number", 2.6),
        Column("key", "支付编号", width=7),
        Column("organisation", "收款单位", width=8),
        Column("purpose", "用途", width=8),
        Column("amount", "金额", "money", 5.5),
        Column("words", "大写金额", width=8),
        Column("state", "状态", width=6),
    )
    rows = tuple(
        (n, one.key, one.organisation, f"{one.project} {one.title}", one.amount_fen, fmt.capital(one.amount_fen), _state(one))
        for n, one in enumerate(found.rows, 1)
    )
    total = sum((one.amount_fen for one in found.rows), Money(0))
    table = Table(columns, rows, "支付明细", ("合计", "", "", "", total, fmt.capital(total), ""), "元", upright=True)
    return asked.report(
        "拨款批次表",
        (
            Section("批次", (Facts(pairs, beside=True),)),
            Section("支付明细", (table,)),
            Section("签字", (Signatures(("制表人签字：", "财务负责人签字：", "批准人签字：")),)),
        ),
        paper="form",
        issuer="、".join(found.payers) or asked.issuer,
        date_line="",
        lottery=found.lottery,
        scope_note="只列已批准并送支付的各期拨款；收款账号在支付申请文件里，本表不列。",
        sources=("本平台拨款批次和银行回单",),
    )


def _state(one: TrancheRow) -> str:
    paid = f" {fmt.day(one.paid_on)}" if one.state == "paid" and one.paid_on else ""
    return one.state_label + paid + (f"：{one.bounce_reason}" if one.state == "bounced" else "")


PAPER = Paper(
    key="payment_batch",
    title="拨款批次表",
    about=Batch,
    right="batch.read",
    shared=True,
    gather=gather,
    build=build,
    retention="30",
    author="payer",
    suffixes=("pdf", "xlsx"),
    named=lambda batch, paper: f"{batch.number} {paper}",
)
