"""公示 and what may follow it: the clock, objections, who may look into them, the re-examination, and who moves up."""

from dataclasses import dataclass
from datetime import datetime

from reports import format as printed
from reports.money import Money
from webapp.core.workflow import Refusal, Rule

OPEN = ("raised", "appealed")
"""States of an objection that somebody still has to answer."""
LIVE = ("running", "extended")
KINDS = {"named": "个人实名", "sealed": "单位盖章", "anonymous": "匿名线索"}


@dataclass(frozen=True, slots=True)
class NoticeFacts:
    at: datetime
    ends_at: datetime
    until: datetime | None = None
    """The new end, when it is being put off."""


def notice_has_run(facts: NoticeFacts) -> Refusal | None:
    if facts.at >= facts.ends_at:
        return None
    return Refusal("running", f"公示到 {printed.until(facts.ends_at)} 才期满。")


def end_is_later(facts: NoticeFacts) -> Refusal | None:
    if facts.until is None or facts.until <= facts.ends_at:
        return Refusal("until", f"延期后的截止日要晚于原来的 {printed.day(facts.ends_at)}。", "until")
    return None


@dataclass(frozen=True, slots=True)
class ObjectionFacts:
    answer: str
    final: str
    me: int | None
    handler: int | None
    """Who was asked to look into it."""
    decided_by: int | None
    """Who recorded the decision on the list."""
    due_at: datetime | None
    at: datetime


def has_an_answer(facts: ObjectionFacts) -> Refusal | None:
    return None if facts.answer.strip() else Refusal("answer", "请填写答复意见。", "note")


def not_who_decided(facts: ObjectionFacts) -> Refusal | None:
    """Nobody looks into an objection to his own decision."""
    if facts.me is None or facts.me != facts.decided_by:
        return None
    return Refusal("decider", "名单的集体研究是您登记的，异议请由没有参与决定的人员核实答复。")


def who_was_asked(facts: ObjectionFacts) -> Refusal | None:
    if facts.handler is None or facts.me == facts.handler:
        return None
    return Refusal("handler", "这件异议已指定承办人，由承办人答复。")


def still_time_to_appeal(facts: ObjectionFacts) -> Refusal | None:
    if facts.due_at is None or facts.at <= facts.due_at:
        return None
    return Refusal("late", f"申请复核的期限 {printed.until(facts.due_at)} 已过。")


def another_reexamines(facts: ObjectionFacts) -> Refusal | None:
    """复核 is by other eyes than the answer."""
    if facts.me is None or facts.me != facts.handler:
        return None
    return Refusal("same", "答复是您作出的，复核请由另一位人员办理。")


def has_a_finding(facts: ObjectionFacts) -> Refusal | None:
    return None if facts.final.strip() else Refusal("final", "请填写复核意见。", "note")


@dataclass(frozen=True, slots=True)
class PromotionFacts:
    """The next in reserve and what it may get."""

    call_state: str
    title: str
    """Empty when nobody is in reserve."""
    left: Money
    most: Money
    """The lesser of what it asked for and the ceiling."""
    amount: Money | None
    reason: str


def place_is_free(facts: PromotionFacts) -> Refusal | None:
    if facts.call_state not in {"announced", "awarded"}:
        return Refusal("state", "公示发布后，有项目退出名单的，候补才能递补。")
    if not facts.title:
        return Refusal("nobody", "没有候补项目可以递补。")
    if not facts.left:
        return Refusal("left", "本次资金已全部安排，没有空出的资金，候补不能递补。")
    return None


def amount_fits(facts: PromotionFacts) -> Refusal | None:
    if facts.amount is None or not facts.amount:
        return Refusal("amount", "请填写递补项目的金额。", "amount")
    if facts.amount > facts.most:
        return Refusal("amount", f"金额不能超过申请金额和上限 {printed.yuan(facts.most)} 元。", "amount")
    if facts.amount > facts.left:
        return Refusal("amount", f"空出的资金只有 {printed.yuan(facts.left)} 元。", "amount")
    return None


def why_it_moves_up(facts: PromotionFacts) -> Refusal | None:
    return None if facts.reason.strip() else Refusal("reason", "请写明递补的缘由，例如哪个项目退出。", "note")


PROMOTE: tuple[Rule, ...] = (place_is_free, amount_fits, why_it_moves_up)
PUBLICITY: dict[str, tuple[Rule, ...]] = {
    "notice.replace": (),
    "notice.extend": (end_is_later,),
    "notice.end": (notice_has_run,),
    "objection.answer": (has_an_answer, not_who_decided, who_was_asked),
    "objection.appeal": (still_time_to_appeal,),
    "objection.settle": (has_a_finding, not_who_decided, another_reexamines),
    "objection.withdraw": (),
}
