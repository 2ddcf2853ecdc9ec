"""锁定总分 and 评审报告: what the chair's lock and the end of signing require."""

from dataclasses import dataclass
from datetime import datetime

from reports import format as printed
from webapp.core.workflow import Refusal
from webapp.reviews.rules.words import named


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """A panel's report: how many judges have not answered yet, and until when they may."""

    missing: int
    at: datetime
    due_at: datetime | None
    panel_state: str


def all_answered_or_time_is_up(facts: ReportFacts) -> Refusal | None:
    """Who has neither signed nor dissented in writing when the day is over counts as agreeing (政府采购法实施条例第四十一条)."""
    if not facts.missing or (facts.due_at is not None and facts.at >= facts.due_at):
        return None
    until = printed.until(facts.due_at) if facts.due_at else ""
    return Refusal("unsigned", f"还有 {facts.missing} 位评委没有签署。全部签署，或到 {until} 期满后才能定稿。")


def panel_is_not_confirmed(facts: ReportFacts) -> Refusal | None:
    return Refusal("confirmed", "评审结果已经确认，评审报告不能再作废。") if facts.panel_state == "confirmed" else None


@dataclass(frozen=True, slots=True)
class LockFacts:
    """What locking the totals depends on."""

    panel_state: str
    chair: bool
    waiting: tuple[str, ...]
    """Titles whose far score has neither been given again nor explained."""
    live: bool


def may_lock(facts: LockFacts) -> Refusal | None:
    """锁定总分: by the chair, when all is in and every far score is explained."""
    if not facts.chair:
        return Refusal("chair", "总分由评审组组长锁定。")
    if facts.live:
        return Refusal("locked", "总分已经锁定，评审报告正在签署。")
    if facts.panel_state != "closed":
        return Refusal("panel", "评分还没有收齐，不能锁定总分。")
    if facts.waiting:
        said = f"{named(facts.waiting)}有评分与其他评委相差过大，请先退回复评，或由评委书面说明。"
        return Refusal("divergence", said)
    return None
