"""What is worth a look in a project's papers: each kind a pure function of the facts and its parameters; and what the steps require.

The parameters are the setting `doubt.rules`, by area and date; a kind set to null is not looked for.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from reports.format import day as spelled
from reports.format import yuan
from reports.money import Money
from webapp.core.workflow import Refusal, Rule
from webapp.projects.rules.project import organiser_acts

THOUSAND = 100_000
"""A thousand yuan, in fen."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One claim on a spending document that stands."""

    id: int
    register: str
    code: str
    serial: int | None
    issuer: str
    """Keyed hash of the seller's tax number, or else of the payee's name."""
    payee_key: str
    amount: Money
    spent_on: date

    @property
    def ref(self) -> str:
        return f"spending:{self.id}"


@dataclass(frozen=True, slots=True)
class Payment:
    """One tranche that was paid."""

    id: int
    paid_on: date


@dataclass(frozen=True, slots=True)
class Seen:
    """Somebody of the register at an activity of this project, and at another one elsewhere on the same day."""

    activity_id: int
    other_activity_id: int
    other_project_id: int
    people: int


@dataclass(frozen=True, slots=True)
class Alike:
    """A photo of this project and another one that looks like it; `distance` in bits of 64."""

    attachment_id: int
    other_id: int
    project_id: int
    other_project_id: int
    distance: int


@dataclass(frozen=True, slots=True)
class Facts:
    """A project's papers, as one look sees them."""

    project_id: int
    starts_on: date
    ends_on: date
    signed_on: date | None
    today: date
    claims: tuple[Claim, ...] = ()
    payments: tuple[Payment, ...] = ()
    ties: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Keyed hash of a name → what that person is to the project (服务对象, 法定代表人 …)."""
    seen: tuple[Seen, ...] = ()
    alike: tuple[Alike, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """One thing to look at. `said` names nobody."""

    kind: str
    subject: str
    rows: tuple[str, ...]
    said: str
    other: str = ""
    project_id: int | None = None
    other_project_id: int | None = None


def runs(facts: Facts, least: int) -> Iterator[Found]:
    """连号: documents of one issuer whose numbers follow on each other."""
    series: dict[tuple[str, str, str], dict[int, list[Claim]]] = defaultdict(lambda: defaultdict(list))
    for one in facts.claims:
        if one.serial is not None and one.issuer:
            series[one.register, one.code, one.issuer][one.serial].append(one)
    for numbered in series.values():
        for first in sorted(n for n in numbered if n - 1 not in numbered):
            last = first
            while last + 1 in numbered:
                last += 1
            if last - first + 1 >= least:
                run = [one for n in range(first, last + 1) for one in numbered[n]]
                yield Found("runs", run[0].ref, tuple(one.ref for one in run), f"{last - first + 1} 张凭证由同一方开具，号码相连。")


def outside(facts: Facts) -> Iterator[Found]:
    """超出项目期限: the document's date lies outside the project as it stands now."""
    for one in facts.claims:
        if not facts.starts_on <= one.spent_on <= facts.ends_on:
            said = f"支出日期 {spelled(one.spent_on)}，项目期限 {spelled(facts.starts_on)} 至 {spelled(facts.ends_on)}。"
            yield Found("outside", one.ref, (one.ref,), said)


def before(facts: Facts) -> Iterator[Found]:
    """签约前支出, 签约前拨款: money that moved before both sides had signed."""
    if facts.signed_on is None:
        return
    for one in facts.claims:
        if one.spent_on < facts.signed_on:
            said = f"支出日期 {spelled(one.spent_on)}，协议签署日期 {spelled(facts.signed_on)}。"
            yield Found("before", one.ref, (one.ref,), said)
    for paid in facts.payments:
        if paid.paid_on < facts.signed_on:
            said = f"付款日期 {spelled(paid.paid_on)}，协议签署日期 {spelled(facts.signed_on)}。"
            yield Found("before", f"tranche:{paid.id}", (f"tranche:{paid.id}",), said)


def whole(facts: Facts, least_fen: int) -> Iterator[Found]:
    """大额整数: a large sum in whole thousands."""
    for one in facts.claims:
        if one.amount.fen >= least_fen and one.amount.fen % THOUSAND == 0:
            yield Found("whole", one.ref, (one.ref,), f"报销 {yuan(one.amount)} 元，是整千元。")


def rush(facts: Facts, days: int, percent: int) -> Iterator[Found]:
    """期末集中支出: much of all that was spent, in the project's last days."""
    since = facts.ends_on - timedelta(days=days - 1)
    late = [one for one in facts.claims if since <= one.spent_on <= facts.ends_on]
    total, part = (sum(one.amount.fen for one in claims) for claims in (facts.claims, late))
    if facts.today > facts.ends_on and len(late) > 1 and part * 100 >= total * percent:
        said = f"最后 {days} 天报销 {yuan(Money(part))} 元，占全部支出的 {part * 100 // total}%。"
        yield Found("rush", f"project:{facts.project_id}", tuple(one.ref for one in late[:12]), said)


def payee(facts: Facts) -> Iterator[Found]:
    """收款人有关联: who was paid carries the name of somebody who has another part in the project. Names can coincide."""
    for one in facts.claims:
        parts = facts.ties.get(one.payee_key, ()) if one.payee_key else ()
        if parts:
            yield Found("payee", one.ref, (one.ref,), f"收款人与{'、'.join(parts)}同名，可能是同一人，也可能只是同名。")


def twice(facts: Facts, least: int) -> Iterator[Found]:
    """同日两处: people of the register who were at two activities in different places on one day."""
    for one in facts.seen:
        if one.people >= least:
            mine, other = f"activity:{one.activity_id}", f"activity:{one.other_activity_id}"
            later, earlier = (mine, other) if one.activity_id > one.other_activity_id else (other, mine)
            own = one.activity_id > one.other_activity_id
            yield Found(
                "twice", later, (later, earlier), f"两场活动同一天、不同地点，签到名册里有 {one.people} 人相同。", earlier,
                facts.project_id if own else one.other_project_id, one.other_project_id if own else facts.project_id,
            )  # fmt: skip


def photo(facts: Facts, distance: int) -> Iterator[Found]:
    """照片近似: two photos of different activities that look the same."""
    for one in facts.alike:
        if one.distance <= distance:
            rows = (f"attachment:{one.attachment_id}", f"attachment:{one.other_id}")
            said = "两张活动照片几乎一样。" if one.distance else "两张活动照片完全一样。"
            yield Found("photo", rows[0], rows, said, rows[1], one.project_id, one.other_project_id)


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of 疑点: its name, why it is worth a look, and how it is found."""

    title: str
    about: str
    find: Callable[..., Iterator[Found]]


KINDS = {
    "photo": Kind("照片近似", "同一张照片用在两场活动里，可能是传错，也可能活动没有办。", photo),
    "twice": Kind("同日两处签到", "同一个人一天之内出现在两个地方的活动里，请核对签到表和时间。", twice),
    "runs": Kind("连号凭证", "同一方开具的号码相连的凭证，可能是一次开具、分次报销。", runs),
    "outside": Kind("超出项目期限", "支出日期不在项目期限内；项目期限变更后会重新核对。", outside),
    "before": Kind("签约前收支", "协议签署以前发生的支出或拨款。", before),
    "payee": Kind("收款人有关联", "收款人与服务对象、单位负责人、评委或经办人同名。", payee),
    "whole": Kind("大额整数", "金额较大而且是整千元，请核对明细。", whole),
    "rush": Kind("期末集中支出", "项目结束前几天支出占比较大。", rush),
}
DEFAULTS: dict[str, Any] = {
    "photo": {"distance": 6}, "twice": {"least": 1}, "runs": {"least": 3}, "outside": {}, "before": {}, "payee": {},
    "whole": {"least_fen": 500_000}, "rush": {"days": 7, "percent": 30},
}  # fmt: skip


def look(facts: Facts, wanted: Mapping[str, Any]) -> list[Found]:
    """All that is worth a look, by the parameters in force."""
    chosen = {kind: wanted.get(kind, DEFAULTS[kind]) for kind in KINDS}
    return [one for kind, params in chosen.items() if params is not None for one in KINDS[kind].find(facts, **params)]


def bands(bits: int) -> list[tuple[int, int]]:
    """The bytes of a print with their places."""
    return list(enumerate((bits & (1 << 64) - 1).to_bytes(8, "big")))


def distance(one: int, other: int) -> int:
    """In how many of 64 bits two prints differ."""
    return ((one ^ other) & (1 << 64) - 1).bit_count()


@dataclass(frozen=True, slots=True)
class DoubtFacts:
    acts_for: bool
    asked: bool


def was_asked(facts: DoubtFacts) -> Refusal | None:
    return None if facts.asked else Refusal("asked", "还没有请单位说明。")


REQUIRED: dict[str, tuple[Rule, ...]] = {
    "doubt.ask": (organiser_acts,),
    "doubt.answer": (was_asked,),
    "doubt.explain": (organiser_acts,),
    "doubt.rectify": (organiser_acts,),
    "doubt.refer": (organiser_acts,),
    "doubt.reopen": (),
    "doubt.vanish": (),
}
WORDS = {"doubt.create": "系统提示"}


def rows_of(evidence: Mapping[str, Any]) -> Sequence[str]:
    """The references to be shown side by side."""
    return [str(one) for one in evidence.get("rows") or ()]
