"""评审费发放表: what each judge of a panel is paid, with the tax withheld, each line to be signed by who is paid."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from reports import format as fmt
from reports.money import Money
from reports.report import Column, Report, Section, Signatures, Table, Text
from webapp.core.workflow import Refusal
from webapp.reporting.papers import Asked, Paper
from webapp.reviews.models import Panel
from webapp.reviews.queries import fees
from webapp.reviews.queries.fees import FeeRow
from webapp.reviews.rules.fees import KINDS, TAXED, masked

ROOM = "　\n　"
"""Two lines to sign on."""


@dataclass(frozen=True, slots=True)
class Fees:
    """The fees of a panel; accounts only by their last digits."""

    panel: str
    lines: tuple[tuple[FeeRow, str, str], ...]
    """Each with the bank and the masked account."""
    standards: tuple[Mapping[str, Any], ...]
    """Those by which they were worked out."""


def gather(session: Session, panel: Panel, asked: Asked) -> Fees:
    known = fees.accounts(session, panel.id)
    lines = []
    for one in fees.fees(session, panel.id):
        bank, account = known.get(one.person_id, ("", ""))
        lines.append((one, bank, masked(account)))
    return Fees(panel.title, tuple(lines), tuple(fees.standards(session, panel)))


def build(found: Fees, asked: Asked) -> Report:
    """Each line to be signed: the standards it was worked out by, tax and net."""
    columns = (
        Column("n", "序号", "number", 0.7), Column("name", "姓名", width=1.2), Column("title", "职称", width=0.8),
        Column("half_days", "半天数", "number", 0.9), Column("gross", "应发", "money", 1.4), Column("tax", "代扣个税", "money", 1.2),
        Column("net", "实发", "money", 1.4), Column("account", "开户银行和账号", width=2.2), Column("signed", "领款人签字", width=1.8),
    )  # fmt: skip
    rows = tuple(
        (n, one.name, KINDS[one.senior], one.half_days, one.gross_fen, one.tax_fen, one.net, "\n".join(filter(None, (bank, account))), ROOM)
        for n, (one, bank, account) in enumerate(found.lines, 1)
    )
    paid = [one for one, _, _ in found.lines]
    gross, tax = sum((one.gross_fen for one in paid), Money(0)), sum((one.tax_fen for one in paid), Money(0))
    days = sum(one.half_days for one in paid)
    table = Table(columns, rows, f"{found.panel}发放明细", ("合计", "", "", days, gross, tax, gross - tax, "", ""), "元", upright=True)
    standards = [
        f"发放标准：高级职称每半天 {_half(one['senior'])} 元，其他每半天 {_half(one['other'])} 元；"
        f"第 {one['later_from_day']} 天起每半天 {_half(one['later'])} 元。"
        for one in found.standards
    ]
    told = Text((f"实发合计（大写）：{fmt.capital(gross - tax)}。",))
    return asked.report(
        "评审费发放表",
        (Section("", (table, told, Signatures(("制表（签字）：", "审核（签字）：", "单位领导（签字）：")))),),
        issuer="",
        date_line="",
        notes=(*standards, TAXED),
        scope_note="账号只印尾号，完整账号由付款单位财务另行导出。",
        sources=("本平台评审费登记",),
    )


def _half(day: int) -> str:
    return fmt.yuan(Money(day // 2))


def written(panel: Panel) -> Refusal | None:
    """A fee is written down, which may be from the first score on."""
    return None if panel.has_fees else Refusal("fees", "还没有登记评审费，没有评审费发放表。")


PAPER = Paper(
    key="fee_list",
    title="评审费发放表",
    about=Panel,
    right="panel.fees",
    shared=True,
    gather=gather,
    build=build,
    retention="30",
    author="organiser",
    ready=written,
    suffixes=("pdf", "xlsx"),
)
