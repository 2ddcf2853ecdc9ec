"""What a need's clocks are and which one runs; what orders, pledges, gifts, 回访 and escalations require. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from reports.money import Money
from webapp.core.calendar import add_office_minutes, deadline
from webapp.core.workflow import Refusal, Rule
from webapp.needs.rules import is_public

QUICK = timedelta(hours=48)
"""即时议: answered within 48 hours of being accepted (DB3306/T 075-2025)."""
START_WORKDAYS = 5
"""深入议: started within five working days of being accepted."""

RESPONDS = frozenset(
    {
        "accept",
        "return",
        "merge",
        "refer",
        "order",
        "offer",
        "deliberate",
        "conclude",
        "ballot",
        "list",
        "answer",
        "send_back",
        "recall",
        "hand_off",
    }
)
"""Steps by which a handler first responds."""
ROUTES = frozenset({"refer", "order", "offer", "deliberate", "ballot", "list", "deliver"})
ANSWERS = frozenset({"return", "answer", "finish", "conclude", "list", "resolve", "merge", "withdraw", "hand_off"})
"""Steps by which an answer with its reason reaches who spoke (or who spoke takes it back)."""
SETTLES = frozenset({"return", "answer", "finish", "resolve", "merge", "withdraw", "hand_off"})
FEEDS_BACK = frozenset({"rate", "call_back"})
COMES_BACK = frozenset({"send_back", "recall", "unorder", "unoffer", "leave_out", "unballot", "unmerge", "reopen", "relist", "release"})
"""Steps by which the community has the need in hand again."""
STARTS_ANEW = frozenset({"unoffer", "leave_out", "unballot", "unmerge"})
"""Of those: where the answer's clock begins again, for the way there was a long one and no fault of anybody."""


@dataclass(frozen=True, slots=True)
class Terms:
    """The clocks of a category."""

    minutes: int
    around_clock: bool
    workdays: int


def respond_by(at: datetime, terms: Terms) -> datetime:
    """The end of the first response's clock, counted from the saying; in office hours unless it runs around the clock."""
    return at + timedelta(minutes=terms.minutes) if terms.around_clock else add_office_minutes(at, terms.minutes)


def accepted_terms(at: datetime, pace: str | None, terms: Terms) -> tuple[datetime | None, datetime]:
    """When a need accepted now must be started and when answered: 即时议 in 48 hours; 深入议 started in five working days."""
    if pace == "quick":
        return None, at + QUICK
    return deadline(at, START_WORKDAYS), deadline(at, max(terms.workdays, START_WORKDAYS))


@dataclass(frozen=True, slots=True)
class Standing:
    """What decides which clock runs."""

    state: str
    pace: str | None
    began_at: datetime
    respond_by: datetime
    responded_at: datetime | None
    start_by: datetime | None
    routed_at: datetime | None
    answer_by: datetime
    answered_at: datetime | None
    given: datetime | None
    """The day a department was given, or on which an offer ends."""


def running(s: Standing, at: datetime) -> tuple[str, datetime, datetime] | None:
    """The clock that runs: its name, since when and until when; None where nobody here is waited for."""
    if s.state in {"collected", "accepted"} and s.responded_at is None:
        return "respond", s.began_at, s.respond_by
    if s.state == "referred" and s.given is not None:
        return "department", at, s.given
    if s.state == "pledged" and s.given is not None:
        return "pledge", at, s.given
    if s.state not in {"accepted", "ordered", "deliberated"} or s.answered_at is not None or s.responded_at is None:
        return None
    if s.state == "accepted" and s.start_by is not None and s.routed_at is None:
        return "start", s.responded_at, s.start_by
    return "answer", s.responded_at, max(s.answer_by, s.responded_at)


def remind_at(since: datetime, due: datetime) -> datetime:
    """A reminder goes out when a quarter of the time is left, at the earliest a day before."""
    return max(due - timedelta(days=1), due - (due - since) / 4)


NEXT = {None: "street", "street": "district", "district": None}
"""Who is told after whom: 社区 → 街道 → 区."""


def lot(seed: str, key: int) -> str:
    """A need's lot in a draw: whoever knows the seed draws the same again."""
    return sha256(f"{seed}:{key}".encode()).hexdigest()


def draw(seed: str, keys: list[int], size: int) -> list[int]:
    """So many of the keys, by their lots; all of them when there are fewer."""
    return sorted(keys, key=lambda key: lot(seed, key))[:size]


def over(wanted: Money, pledged: Money) -> Money:
    """By how much more is pledged than wanted."""
    return max(pledged - wanted, Money(0)) if wanted else Money(0)


@dataclass(frozen=True, slots=True)
class CallBackFacts:
    """What the rule of a 回访 looks at."""

    settled_by: str | None
    by: str


def another_person_asks(facts: CallBackFacts) -> Refusal | None:
    """回访 is by another than who handled it."""
    if facts.settled_by is not None and facts.settled_by == facts.by:
        return Refusal("handled_it", "回访要由另一位同事做，办理这件需求的人不能自己回访。")
    return None


@dataclass(frozen=True, slots=True)
class UnorderFacts:
    """What the rule of a 撤单 on the need itself looks at."""

    running_id: int | None
    """The order of it that is in hand."""


def no_order_runs(facts: UnorderFacts) -> Refusal | None:
    """A need comes back with its order; by itself only when it has none, as those ordered before orders were kept."""
    if facts.running_id is None:
        return None
    return Refusal("order", "这件需求有一张在办的单，请打开那张单撤单。", f"/orders/{facts.running_id}")


@dataclass(frozen=True, slots=True)
class PledgeFacts:
    """What the rules of a pledge look at."""

    amount: Money
    received: Money
    goods: str
    recipient: str
    qualification: str
    agreement_number: str
    waiting: int
    """Gifts recorded and not yet confirmed."""


def recipient_is_named(facts: PledgeFacts) -> list[Refusal]:
    """慈善法: a donation goes to an organisation that may receive it, by a written agreement."""
    missing = (
        ("recipient", facts.recipient, "请填写受赠单位。受赠单位应是慈善组织或依法可以接受捐赠的单位。"),
        ("qualification", facts.qualification, "请填写受赠单位的慈善组织登记证书或公开募捐资格证书编号。"),
        ("agreement_number", facts.agreement_number, "请填写捐赠协议编号。"),
    )
    return [Refusal(place, sentence, place) for place, value, sentence in missing if not value.strip()]


def nothing_waits(facts: PledgeFacts) -> Refusal | None:
    return Refusal("gifts", f"还有 {facts.waiting} 笔到账等待复核，请先复核或作废。") if facts.waiting else None


@dataclass(frozen=True, slots=True)
class GiftFacts:
    """What the rule of a gift looks at."""

    recorded_by_id: int
    by_id: int | None


def another_person_confirms(facts: GiftFacts) -> Refusal | None:
    """Two people: who records a sum does not confirm it."""
    if facts.by_id == facts.recorded_by_id:
        return Refusal("two_people", "到账由两个人经手：登记的人不能自己复核。")
    return None


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """What the rules of an order look at."""

    taker_id: int | None


def somebody_is_named(facts: OrderFacts) -> Refusal | None:
    return None if facts.taker_id else Refusal("taker", "请选择派给谁。", "taker_id")


REQUIRED: Mapping[str, tuple[Rule, ...]] = {
    "need.refer": (),
    "need.answer": (),
    "need.send_back": (),
    "need.recall": (),
    "need.order": (),
    "need.unorder": (no_order_runs,),
    "need.finish": (),
    "need.offer": (is_public,),
    "need.unoffer": (),
    "need.call_back": (another_person_asks,),
    "escalation.answer": (),
    "escalation.reply": (),
    "escalation.end": (),
    "order.assign": (somebody_is_named,),
    "order.publish": (),
    "order.accept": (),
    "order.decline": (),
    "order.grab": (),
    "order.give_up": (),
    "order.finish": (),
    "order.rate": (),
    "order.fail": (),
    "order.cancel": (),
    "pledge.confirm": (),
    "pledge.sign": (recipient_is_named,),
    "pledge.use": (nothing_waits,),
    "pledge.lapse": (),
    "pledge.withdraw": (),
    "gift.confirm": (another_person_confirms,),
    "gift.void": (),
}

WORDS = {
    "need.overdue": "到期未办，已报上一级督办",
    "escalation.create": "到期未办，发起督办",
    "order.create": "点单",
    "pledge.create": "提出认领意向",
    "gift.create": "登记到账",
    "sample.draw": "抽取电话回访样本",
    "sample.call": "记录电话回访",
    "category.edit": "修改类别",
    "category.create": "新增类别",
    "elsewhere.edit": "修改去处",
    "team.set": "确定三级联动小组",
    "team.end": "结束三级联动小组",
    "menu_item.create": "发布菜单",
    "menu_item.retire": "撤下菜单",
}
