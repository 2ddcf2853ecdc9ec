"""劳务费发放表 and 补贴签领表: who is paid for which hours, by which standard, and what is withheld.

Tax: 劳务报酬 is withheld from as `reviews.rules.fees` says (国家税务总局公告 2018 年第 61 号第八条; what one payer pays a person in a
month is one payment, 个人所得税法实施条例第十四条). From a 补贴 that only covers meals and transport of volunteers nothing is withheld
(志愿服务条例第二十一条). Standards and exclusions are the call's own rules (`unit_standard`, `unit_tiers`, `excludes`).
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from reports.format import yuan
from reports.money import Money
from webapp.calls.rules.parts import Rule as BudgetRule
from webapp.core.clock import today
from webapp.core.workflow import Refusal, Rule
from webapp.funding.rules.vouchers import name_key
from webapp.reviews.rules.fees import withheld

UNITS = {"hour": "小时", "half": "半天", "day": "天", "time": "次"}
LONGEST = timedelta(hours=24)
MOST = 200
"""Rows of one sheet."""
SHEETS = {"labour": "劳务费", "allowance": "补贴"}
"""The name of the workbook's sheet, by kind."""


@dataclass(frozen=True, slots=True)
class PayLine:
    """One row: who, for what, from when to when, at which standard."""

    name: str
    identity_key: str
    tail: str
    """The last four characters of the identity number, for people to tell persons apart."""
    role: str
    starts: datetime
    ends: datetime
    unit: str
    tenths: int
    """How many units, in tenths."""
    rate: Money

    @property
    def amount(self) -> Money:
        """What is due, rounded half up to the fen."""
        return Money((self.rate.fen * self.tenths + 5) // 10)

    @property
    def on(self) -> date:
        return today(self.starts)

    @property
    def quantity(self) -> str:
        return f"{self.tenths // 10}" + (f".{self.tenths % 10}" if self.tenths % 10 else "")


@dataclass(frozen=True, slots=True)
class Around:
    """What is known of these persons beside the sheet; all of it over claims that stand."""

    taken: Mapping[str, Sequence[tuple[datetime, datetime, str]]] = field(default_factory=dict)
    """Hours paid elsewhere on the platform, by person: from, to, and where, as the reader may know it."""
    paid: Mapping[tuple[str, date], Money] = field(default_factory=dict)
    """What the project paid a person on a day from the same line."""
    days: Mapping[str, frozenset[date]] = field(default_factory=dict)
    """The days on which the project paid a person from the same line."""
    excluded: Mapping[str, str] = field(default_factory=dict)
    """Who was paid from a line that excludes this one, by identity or name key: the title of that line."""
    month: Mapping[str, tuple[Money, Money]] = field(default_factory=dict)
    """What the organisation paid a person for work in the same month, and the tax withheld from it."""
    rules: Sequence[BudgetRule] = ()
    line: str = ""
    first: date = date.min
    last: date = date.max
    """The days that may be paid for: within the project, and past."""


@dataclass(frozen=True, slots=True)
class Taxed:
    """What is withheld from a row, and what is handed out."""

    amount: Money
    tax: Money

    @property
    def net(self) -> Money:
        return self.amount - self.tax


def taxed(kind: str, rows: Sequence[PayLine], month: Mapping[str, tuple[Money, Money]]) -> list[Taxed]:
    """The tax of each row in order: the payments of a month to one person are one, so the later rows bear what they add."""
    so_far = dict(month)
    found = []
    for row in rows:
        before, already = so_far.get(row.identity_key, (Money(0), Money(0)))
        tax = withheld(row.amount, before, already) if kind == "labour" else Money(0)
        so_far[row.identity_key] = (before + row.amount, already + tax)
        found.append(Taxed(row.amount, tax))
    return found


def digest(kind: str, paid_on: date, rows: Sequence[PayLine]) -> str:
    """SHA-256 over what is paid to whom for which hours: the same sheet handed in again is the same document."""
    plain = [[r.name, r.identity_key, r.role, r.starts.isoformat(), r.ends.isoformat(), r.unit, r.tenths, r.rate.fen] for r in rows]
    return hashlib.sha256(json.dumps([kind, paid_on.isoformat(), plain], ensure_ascii=False).encode()).hexdigest()


def judge(rows: Sequence[PayLine], around: Around) -> list[tuple[int, str, str]]:
    """All that is wrong with the rows of a sheet: the row (from 0), its field, and the sentence."""
    found: list[tuple[int, str, str]] = []
    for n, row in enumerate(rows):
        found += [(n, place, said) for place, said in _alone(row)]
        if not around.first <= row.on <= around.last:
            found.append((n, "on", f"日期应在 {around.first:%Y-%m-%d} 至 {around.last:%Y-%m-%d} 之间（项目期限内、已经过去的日子）。"))
        found += [(n, "starts", said) for said in _overlaps(rows, n, around)]
        if around.excluded and (title := around.excluded.get(row.identity_key) or around.excluded.get(name_key(row.name))):
            found.append((n, "name", f"{row.name} 在本项目已从“{title}”领款，公告规定两项不能同时列支。"))
    return found + _standards(rows, around)


def _alone(row: PayLine) -> list[tuple[str, str]]:
    found = []
    if row.ends <= row.starts:
        found.append(("ends", "结束时间要晚于开始时间。"))
    elif row.ends - row.starts > LONGEST:
        found.append(("ends", "一行不能超过 24 小时，请分天填写。"))
    elif row.unit == "hour" and timedelta(minutes=row.tenths * 6) > row.ends - row.starts:
        found.append(("quantity", f"{row.quantity} 小时多于起止时间之间的时长。"))
    if row.tenths <= 0:
        found.append(("quantity", "数量要大于零。"))
    if row.rate <= Money(0):
        found.append(("rate", "标准要大于零。"))
    return found


def _overlaps(rows: Sequence[PayLine], n: int, around: Around) -> list[str]:
    row = rows[n]
    for m, other in enumerate(rows[:n]):
        if other.identity_key == row.identity_key and other.starts < row.ends and row.starts < other.ends:
            return [f"{row.name} 的时间与第 {m + 1} 行重叠，同一人同一时段只能领一次。"]
    for starts, ends, where in around.taken.get(row.identity_key, ()):
        if starts < row.ends and row.starts < ends:
            return [f"{row.name} 在这个时段已从{where}领过，同一人同一时段只能领一次。"]
    return []


def _standards(rows: Sequence[PayLine], around: Around) -> list[tuple[int, str, str]]:
    """每人天: what a person gets on a day from one line, with what the project paid that day before."""
    rules = [rule for rule in around.rules if rule.kind in {"unit_standard", "unit_tiers"} and rule.params["line"] == around.line]
    found = []
    for rule in rules:
        sums: dict[tuple[str, date], Money] = dict(around.paid)
        seen = {key: set(days) for key, days in around.days.items()}
        for n, row in enumerate(rows):
            key = (row.identity_key, row.on)
            sums[key] = sums.get(key, Money(0)) + row.amount
            seen.setdefault(row.identity_key, set()).add(row.on)
            nth = sum(1 for day in seen[row.identity_key] if day <= row.on)
            most, words = _most(rule, row, nth)
            if sums[key] > most:
                found.append((n, "rate", f"{row.name} {row.on:%m月%d日}共 {yuan(sums[key])} 元，超过标准：{words}每人天 {yuan(most)} 元。"))
    return found


def _most(rule: BudgetRule, row: PayLine, nth: int) -> tuple[Money, str]:
    """The most a person may get on a day, and the words for it; of tiers the one the role names, else the lowest."""
    if rule.kind == "unit_standard":
        return Money(rule.params["most_fen"]), ""
    tiers = rule.params["tiers"]
    tier = next((one for one in tiers if one["title"] in row.role), min(tiers, key=lambda one: one["most_fen"]))
    start, later = rule.params["later_from"], rule.params["later_fen"]
    if start and nth >= start and later < tier["most_fen"]:
        return Money(later), f"从第 {start} 天起"
    return Money(tier["most_fen"]), tier["title"]


@dataclass(frozen=True, slots=True)
class SheetFacts:
    """What a step of a sheet looks at."""

    rows: int
    claim: str
    """The state of the claim made on it; empty without one."""


def has_rows(facts: SheetFacts) -> Refusal | None:
    return None if facts.rows else Refusal("rows", "表里还没有人员，请先填写。")


def claim_fell(facts: SheetFacts) -> Refusal | None:
    if facts.claim in {"rejected", "voided"}:
        return None
    return Refusal("claim", "这张表已经报销，审核未退回前不能修改。")


REQUIRED: dict[str, tuple[Rule, ...]] = {"pay_sheet.claim": (has_rows,), "pay_sheet.reopen": (claim_fell,), "pay_sheet.drop": ()}
WORDS = {
    "pay_sheet.create": "新建发放表",
    "pay_sheet.edit": "填写发放表",
    "pay_sheet.names": "查看领款人姓名",
    "pay_sheet.print": "打印发放表",
}
