"""评审费: what an expert is paid for half-days, and the tax withheld from it.

The standard (from settings `review.fee`; the shipped figures are those of a provincial form, docs/decisions/0019): 500 yuan a
day for 高级 titles, 300 for others, 200 from the third day on; half a day is half of it.

Tax, for residents: 国家税务总局公告 2018 年第 61 号《个人所得税扣缴申报管理办法（试行）》第八条 and its 预扣率表二. From one
payment of 劳务报酬 up to 4,000 yuan 800 are deducted, above that a fifth; of the rest 20 % up to 20,000, 30 % less 2,000 up to
50,000, 40 % less 7,000 above. 个人所得税法实施条例第十四条: what one payer pays within a month is one payment.
"""

from collections.abc import Mapping
from datetime import datetime

from reports import format as printed
from reports.money import Money
from reports.report import Column, Report, Section, Signatures, Table, Text

BRACKETS = ((20_000_00, 20, 0), (50_000_00, 30, 2_000_00), (None, 40, 7_000_00))
"""(up to, per cent, quick deduction), in fen."""
SMALL, FLAT = 4_000_00, 800_00
TAXED = "个人所得税按劳务报酬所得预扣预缴：每次不超过 4000 元的减除 800 元，超过的减除 20%；一个月内取得的合并为一次（国家税务总局公告 2018 年第 61 号）。"
SHOWN = 4
"""The last digits of an account on a paper: enough for its owner to know it, too few for anybody else."""
KINDS = {True: "高级", False: "其他"}


def fee(senior: bool, half_days: int, standard: Mapping[str, int]) -> Money:
    """What so many half-days come to. `standard`: fen a day as `senior`, `other`, `later`, and `later_from_day`."""
    first = min(half_days, 2 * (standard["later_from_day"] - 1))
    day = standard["senior"] if senior else standard["other"]
    return Money((first * day + (half_days - first) * standard["later"]) // 2)


def prepayment(gross: Money) -> Money:
    """预扣预缴税额 of one payment, rounded half up to the fen."""
    taxed = max(0, gross.fen - FLAT) * 100 if gross.fen <= SMALL else gross.fen * 80
    _, per_cent, quick = next(row for row in BRACKETS if row[0] is None or taxed <= row[0] * 100)
    return Money(max(0, (taxed * per_cent + 5_000) // 10_000 - quick))


def withheld(gross: Money, month: Money, already: Money) -> Money:
    """The tax on a further payment in a month in which `month` was paid before and `already` withheld."""
    return prepayment(month + gross) - already


def paper(title: str, lines: list[tuple[str, str, int, Money, Money, Money, str, str]], *, at: datetime, demo: bool = False) -> Report:
    """评审费发放表: name, title, half-days, gross, tax, net, bank and account; to be signed by those who received it."""
    columns = (
        Column("name", "姓名"), Column("title", "职称类别"), Column("half_days", "半天数", "number"), Column("gross", "应发", "money"),
        Column("tax", "代扣个人所得税", "money"), Column("net", "实发", "money"), Column("bank", "开户银行"), Column("account", "账号"),
    )  # fmt: skip
    sums = tuple(sum((line[n] for line in lines), Money(0)) for n in (3, 4, 5))
    table = Table(columns, tuple(lines), unit="元", totals=("合计", "", None, *sums, "", ""))
    return Report(
        title="评审费发放表", as_of=at, demo=demo, scope_note=title, date_line=printed.day(at),
        sections=(Section("", (table, Text((TAXED,)))), Section("签字", (Signatures(("制表", "审核", "领导")),))),
    )  # fmt: skip


def masked(account: str) -> str:
    """An account as others than its payer see it."""
    return f"尾号 {account[-SHOWN:]}" if len(account) > 2 * SHOWN else "已登记" if account else "未登记"
