"""What 立项 requires, of the call and of each application."""

from dataclasses import dataclass

from reports.format import yuan
from reports.money import Money
from webapp.core.workflow import Refusal, Rule
from webapp.projects.rules.project import organiser_acts


@dataclass(frozen=True, slots=True)
class AwardFacts:
    """What 立项 looks at: the 公示 of the call, the objections to it, and the money of its fund."""

    acts_for: bool
    """Whether the officer acts for the organiser, or for a bureau over it."""
    notice: str | None
    """State of the 拟立项公示; None where there is none."""
    objections: int
    """Objections raised and not answered."""
    proposed: int
    """Applications on the list (拟立项)."""
    without_amount: tuple[str, ...]
    """Those of them whose amount was not decided."""
    total: Money
    free: Money


@dataclass(frozen=True, slots=True)
class ApplicationFacts:
    """What the award of one application looks at."""

    awarded: Money | None
    has_snapshot: bool


def notice_has_ended(facts: AwardFacts) -> Refusal | None:
    """公示 comes before the award, and runs its full time."""
    if facts.notice is None:
        return Refusal("notice", "还没有发布拟立项公示，公示期满后才能立项。")
    if facts.notice != "ended":
        return Refusal("notice", "拟立项公示还没有期满，期满后才能立项。")
    return None


def objections_are_answered(facts: AwardFacts) -> Refusal | None:
    return Refusal("objections", f"还有 {facts.objections} 件公示异议没有答复，请先答复。") if facts.objections else None


def list_is_complete(facts: AwardFacts) -> Refusal | None:
    if not facts.proposed:
        return Refusal("proposed", "拟立项名单里没有项目，不能立项。")
    if facts.without_amount:
        return Refusal("amount", f"{'、'.join(facts.without_amount)}还没有确定资助金额。")
    return None


def money_is_there(facts: AwardFacts) -> Refusal | None:
    if facts.total > facts.free:
        return Refusal("money", f"拟立项合计 {yuan(facts.total)} 元，资金可用 {yuan(facts.free)} 元，不够。请追加预算或调整名单。")
    return None


def award_has_amount(facts: ApplicationFacts) -> Refusal | None:
    if facts.awarded is None or facts.awarded <= Money(0):
        return Refusal("amount", "还没有确定资助金额。")
    return None


def award_has_snapshot(facts: ApplicationFacts) -> Refusal | None:
    return None if facts.has_snapshot else Refusal("snapshot", "没有找到提交时定格的申报内容，不能立项。")


REQUIRED: dict[str, tuple[Rule, ...]] = {
    "call.award": (organiser_acts, notice_has_ended, objections_are_answered, list_is_complete, money_is_there),
    "application.award": (award_has_amount, award_has_snapshot),
}

WORDS = {
    "project.create": "立项",
    "call.award_more": "候补立项",
}
