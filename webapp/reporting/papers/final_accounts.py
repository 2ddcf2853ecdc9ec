"""财务决算表: what a project received, spent by budget line, gave back and has left; every sum is the book's."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from reports import format as fmt
from reports.money import Money
from reports.report import Block, Cell, Column, Facts, Report, Section, Signatures, Table, Text
from webapp.book import queries as books
from webapp.book.queries import Position
from webapp.core.db import rows
from webapp.core.workflow import Refusal
from webapp.funding.models import RECEIPT_KINDS, SPENDING_KINDS, Document, Recovery, Spending, Tranche
from webapp.projects.models import Project
from webapp.projects.queries.one import LineRow, lines_of
from webapp.reporting import blocks
from webapp.reporting.papers import Asked, Paper
from webapp.reporting.queries.works import Head, head_of
from webapp.workflows import RECOVERY, TRANCHE

NOTHING = Money(0)


@dataclass(frozen=True, slots=True)
class Received:
    """A tranche with its receipt and what the bank says of it."""

    position: int
    state: str
    amount_fen: Money
    receipt_kind: str
    receipt_number: str
    bank_reference: str
    paid_on: Any


@dataclass(frozen=True, slots=True)
class Back:
    """Money that goes back, or is left to the organisation."""

    title: str
    state: str
    amount_fen: Money
    of_spent_fen: Money
    bank_reference: str


@dataclass(frozen=True, slots=True)
class Kind:
    """Accepted spending documents of a kind."""

    kind: str
    many: int
    fen: Money


@dataclass(frozen=True, slots=True)
class Settled:
    head: Head
    book: Position
    tranches: tuple[Received, ...]
    lines: tuple[LineRow, ...]
    kinds: tuple[Kind, ...]
    backs: tuple[Back, ...]


def gather(session: Session, project: Project, asked: Asked) -> Settled:
    """The book's position and what stands behind each of its sums."""
    tranche = (
        Tranche.position,
        Tranche.state,
        Tranche.amount_fen,
        Tranche.receipt_kind,
        Tranche.receipt_number,
        Tranche.bank_reference,
        Tranche.paid_on,
    )
    fen = sa.type_coerce(sa.func.sum(sa.type_coerce(Spending.amount_fen, sa.BigInteger)), Spending.amount_fen.type)
    kinds = (
        sa.select(Document.kind, sa.func.count().label("many"), fen.label("fen"))
        .join(Spending, Spending.document_id == Document.id)
        .where(Spending.project_id == project.id, Spending.state == "accepted")
        .group_by(Document.kind)
        .order_by(Document.kind)
    )
    backs = sa.select(Recovery.title, Recovery.state, Recovery.amount_fen, Recovery.of_spent_fen, Recovery.bank_reference)
    return Settled(
        head_of(session, project.id),
        books.position(session, project.ref),
        tuple(rows(session, Received, sa.select(*tranche).where(Tranche.project_id == project.id).order_by(Tranche.position))),
        tuple(lines_of(session, project.id)),
        tuple(rows(session, Kind, kinds)),
        tuple(rows(session, Back, backs.where(Recovery.project_id == project.id).order_by(Recovery.id))),
    )


def build(found: Settled, asked: Asked) -> Report:
    head, book = found.head, found.book
    spent, returned, left = fmt.yuan(book.spent), fmt.yuan(book.returned), fmt.yuan(book.unspent)
    waived = sum((one.amount_fen - one.of_spent_fen for one in found.backs if one.state == "waived"), NOTHING)
    pairs: tuple[tuple[str, Cell], ...] = (
        ("已拨付", book.paid),
        ("已列支", book.spent),
        ("凭证列支", sum((one.spent_fen for one in found.lines), NOTHING)),
        ("免予收回", waived),
        ("已收回", book.returned),
        ("结余", book.unspent),
        ("结余大写", fmt.capital(book.unspent)),
        ("拨付进度", f"{fmt.percent(book.paid, head.granted)}（已拨付 ÷ 资助金额）"),
        ("支出进度", f"{fmt.percent(book.spent, book.paid)}（已列支 ÷ 已拨付）"),
    )
    back: tuple[Block, ...] = (_backs(found),) if found.backs else (Text(("没有收回的资金。",)),)
    sections = (
        Section("项目概况", (blocks.about(head, words=True),)),
        Section(
            "资金收支",
            (
                Facts(pairs, beside=True),
                Text((f"已拨付 {fmt.yuan(book.paid, unit=True)} ＝ 已列支 {spent} ＋ 已收回 {returned} ＋ 结余 {left}。",)),
            ),
        ),
        Section("资助到账", (_tranches(found),)),
        Section("支出决算", (blocks.money_by_line(found.lines, "支出决算（按预算科目）"), _kinds(found))),
        Section("资金收回", back),
        Section(
            "签字盖章",
            (
                Signatures(
                    (
                        f"承办单位（盖章）：{head.organisation}\n制表人签字：",
                        "财务负责人签字：",
                        f"主办单位（盖章）：{head.organiser}\n审核人签字：",
                    )
                ),
            ),
        ),
    )
    return asked.report(
        f"{head.title}\n财务决算表",
        sections,
        paper="form",
        issuer=head.organisation,
        date_line="",
        lottery=head.lottery,
        scope_note="收支为账簿数。列支为已认可的支出凭证加免予收回的结余，减收回的已列支资金。本表只列资助资金，配套（自筹）资金只列预算。",
        sources=("本平台账簿、支出凭证和银行回单",),
    )


def _tranches(found: Settled) -> Table:
    columns = (
        Column("n", "期次", width=3),
        Column("amount", "金额", "money", 5),
        Column("state", "状态", width=4),
        Column("paid_on", "到账日期", "date", 6.6),
        Column("receipt", "收款票据", width=7),
        Column("bank", "银行流水号", width=6),
    )
    lines = tuple(
        (
            f"第{fmt.numeral(one.position)}期",
            one.amount_fen,
            TRANCHE.states[one.state],
            one.paid_on,
            f"{RECEIPT_KINDS.get(one.receipt_kind, '')} {one.receipt_number}".strip() or None,
            one.bank_reference or None,
        )
        for one in found.tranches
    )
    paid = sum((one.amount_fen for one in found.tranches if one.state == "paid"), NOTHING)
    return Table(columns, lines, "各期拨款", ("已到账", paid, "", None, "", ""), "元")


def _kinds(found: Settled) -> Table:
    columns = (Column("kind", "凭证种类", width=5), Column("many", "张数", "number", 2), Column("amount", "金额", "money", 4))
    lines = tuple((SPENDING_KINDS[one.kind], one.many, one.fen) for one in found.kinds)
    total = sum((one.fen for one in found.kinds), NOTHING)
    return Table(columns, lines, "已认可的支出凭证（按种类）", ("合计", sum(one.many for one in found.kinds), total), "元")


def _backs(found: Settled) -> Table:
    columns = (
        Column("title", "事项", width=8),
        Column("amount", "金额", "money", 5),
        Column("of_spent", "其中已列支", "money", 5),
        Column("state", "状态", width=4),
        Column("bank", "银行流水号", width=6),
    )
    lines = tuple(
        (one.title, one.amount_fen, one.of_spent_fen, RECOVERY.states[one.state], one.bank_reference or None) for one in found.backs
    )
    got = [one for one in found.backs if one.state == "received"]
    totals = ("已收回", sum((one.amount_fen for one in got), NOTHING), sum((one.of_spent_fen for one in got), NOTHING), "", "")
    return Table(columns, lines, "收回情况", totals, "元")


CLOSING = ("closing", "accepted", "evaluated", "archived", "terminated")


def closes(project: Project) -> Refusal | None:
    """It is being closed, was closed or ended early."""
    return None if project.state in CLOSING else Refusal("running", "项目还没有申请结项，不能编制决算。")


PAPER = Paper(
    key="final_accounts",
    title="财务决算表",
    about=Project,
    right="project.read",
    shared=True,
    gather=gather,
    build=build,
    retention="30",
    author="organisation",
    suffixes=("pdf", "xlsx"),
    ready=closes,
)
