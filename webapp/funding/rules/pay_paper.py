"""发放表 on paper, each row to be signed by who is paid."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from reports import format as printed
from reports.money import Money
from reports.report import Column, Report, Section, Signatures, Table, Text
from webapp.reviews.rules.fees import TAXED


def to_sign(
    kind: str, title: str, project: str, rows: Sequence[Any], *, labour: bool, paid_on: date, at: datetime, demo: bool = False
) -> Report:
    """The paper: name, last characters of the identity number, what for and when, standard, gross, tax, net, and room to sign.

    `rows`: what has `name`, `tail`, `role`, `hours`, `unit_label`, `quantity`, `rate_fen`, `amount_fen`, `tax_fen`, `net_fen`.
    """
    columns = (
        Column("name", "姓名", width=1.1), Column("tail", "证件尾号", width=0.9), Column("role", "事项", width=1.4), Column("hours", "起止时间", width=1.8),
        Column("rate", "标准", width=1.3), Column("gross", "应发", "money", width=1.2), Column("tax", "代扣个税", "money", width=1.1),
        Column("net", "实发", "money", width=1.2), Column("signed", "领款人签字", width=1.5),
    )  # fmt: skip
    table = tuple(
        (
            row.name, row.tail, row.role, row.hours,
            f"{printed.yuan(row.rate_fen)} 元/{row.unit_label} × {row.quantity}", row.amount_fen, row.tax_fen, row.net_fen, "",
        )
        for row in rows
    )  # fmt: skip
    gross, tax = (sum((getattr(row, name) for row in rows), Money(0)) for name in ("amount_fen", "tax_fen"))
    told = [
        f"实发合计（大写）：{printed.capital(gross - tax)}",
        *([TAXED] if labour else ["志愿服务补贴只补偿交通、误餐等实际支出，不代扣个人所得税。"]),
    ]
    return Report(
        title=f"{kind}\n{title}", as_of=at, demo=demo, scope_note=project, date_line=f"发放日期：{paid_on:%Y年%m月%d日}",
        sections=(Section("", (
            Table(columns, table, "发放明细", unit="元", totals=("合计", "", "", "", "", gross, tax, gross - tax, "")), Text(tuple(told)),
            Signatures(("制表", "审核", "单位负责人")),
        )),),
    )  # fmt: skip
