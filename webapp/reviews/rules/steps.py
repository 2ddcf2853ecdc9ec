"""What the steps of a review require, as pure rules over frozen facts."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from reports import format as printed
from reports.money import Money
from webapp.calls.rules import CHANNELS
from webapp.core.workflow import Refusal, Rule
from webapp.reviews.rules.coreview import COREVIEW
from webapp.reviews.rules.drawing import draw_has_a_witness, enough_candidates, nobody_decides_his_own_case
from webapp.reviews.rules.meeting import panel_scores, something_to_hear
from webapp.reviews.rules.publicity import PUBLICITY
from webapp.reviews.rules.signing import all_answered_or_time_is_up, panel_is_not_confirmed
from webapp.reviews.rules.told import answers_its_own
from webapp.reviews.rules.words import named
from webapp.workflows import APPLICATION

NOTHING = Money(0)
COLLECTIVE = 2
"""One person alone decides nothing collectively."""
IN_REVIEW = ("eligible", "coreviewed", "heard", "scored", "elected")
"""States of an application that has passed the formal check and is not ranked yet."""


def before(step: str, stages: Iterable[str]) -> frozenset[str]:
    """The states from which an application may take a step, given the stages its call has."""
    return frozenset(APPLICATION.sources_of(APPLICATION.step(step), frozenset(stages)))


@dataclass(frozen=True, slots=True)
class CallFacts:
    """A call in review. `own`: the person acts for the organiser or operator (or is the house itself)."""

    own: bool
    organiser: str
    submitted: tuple[str, ...] = ()
    """Titles that still wait for the formal check."""
    correcting: tuple[str, ...] = ()
    """Titles sent back whose time to correct still runs."""
    eligible: int = 0
    rivals: int = 0
    """Organisations with an application in review."""
    least: int = 0
    """How many of them the call wants at the least before anything is judged."""
    waiting: tuple[tuple[str, str], ...] = ()
    """Applications not yet where ranking starts, with the words of the state they are in."""
    missing: tuple[tuple[str, str], ...] = ()
    """(title, channel) where a channel with a weight gave nothing and nobody said how to go on."""
    panel_state: str = ""
    wants_panel: bool = False
    proposed: int = 0
    total: Money = NOTHING
    pool: Money = NOTHING
    short: tuple[Refusal, ...] = ()
    """Categories that would get less than their least share."""
    meeting: str = ""
    minutes_number: str = ""
    held_on: date | None = None
    present: str = ""
    today: date | None = None
    conflict: str = ""
    """An applicant the acting person has to stand aside for."""
    decided_by_me: bool = False


def own_call(facts: CallFacts) -> Refusal | None:
    """Whoever only lies inside the call's area reads it; its organiser and operator run it."""
    return None if facts.own else Refusal("not_yours", f"本次征集由{facts.organiser}办理。")


def all_checked(facts: CallFacts) -> Refusal | None:
    """资格初审 comes before review: nothing submitted may be left unlooked at."""
    if not facts.own or not facts.submitted:
        return None
    said = f"还有 {len(facts.submitted)} 份申报待资格初审：{named(facts.submitted)}。请先完成资格初审。"
    return Refusal("unchecked", said)


def corrections_are_over(facts: CallFacts) -> Refusal | None:
    if not facts.own or not facts.correcting:
        return None
    said = f"还有 {len(facts.correcting)} 份申报在补正期内：{named(facts.correcting)}。补正期满或重新提交并初审后再进入评审。"
    return Refusal("correcting", said)


def somebody_is_eligible(facts: CallFacts) -> Refusal | None:
    return None if not facts.own or facts.eligible else Refusal("nobody", "没有资格初审通过的申报，不能进入评审。")


def enough_apply(facts: CallFacts) -> Refusal | None:
    """成都2025: 申报主体不少于 3 家方可评. Below that the call is put out again."""
    if not facts.own or not facts.eligible or facts.rivals >= facts.least:
        return None
    said = f"资格初审通过的申报主体 {facts.rivals} 家，不足 {facts.least} 家，按公告不评。请取消本次征集，另行征集。"
    return Refusal("rivals", said)


def all_are_judged(facts: CallFacts) -> Refusal | None:
    """Everything eligible has gone through every stage that is on."""
    if not facts.own or not facts.waiting:
        return None
    said = "、".join(f"《{title}》（{state}）" for title, state in facts.waiting[:3])
    more = f"等 {len(facts.waiting)} 份" if len(facts.waiting) > 3 else ""
    return Refusal("waiting", f"还有申报没有完成前面的环节：{said}{more}。")


def panel_is_confirmed(facts: CallFacts) -> Refusal | None:
    if not facts.own or not facts.wants_panel or facts.panel_state == "confirmed":
        return None
    return Refusal("panel", "专家评审结果还没有确认。" if facts.panel_state else "还没有组建评审组。")


def no_channel_is_missing(facts: CallFacts) -> Refusal | None:
    """A combined score needs every channel that has a weight; which application lacks what is said."""
    if not facts.own or not facts.missing:
        return None
    said = "、".join(f"《{title}》缺{CHANNELS[channel]}得分" for title, channel in facts.missing[:5])
    more = f"等 {len(facts.missing)} 处" if len(facts.missing) > 5 else ""
    return Refusal("missing", f"{said}{more}。请先补齐，或选定缺分的处理办法。", "missing")


def something_is_proposed(facts: CallFacts) -> Refusal | None:
    return None if not facts.own or facts.proposed else Refusal("empty", "拟立项名单是空的。请先在综合排名里确定拟立项项目和金额。")


def within_the_pool(facts: CallFacts) -> Refusal | None:
    if not facts.own or facts.total <= facts.pool:
        return None
    said = f"拟立项合计 {printed.yuan(facts.total)} 元，超过本次资金 {printed.yuan(facts.pool)} 元，请调整金额。"
    return Refusal("pool", said)


def least_shares_are_kept(facts: CallFacts) -> list[Refusal]:
    """A share of the money that the call's rules keep for a category (益阳: 老年人福利 ≥ 55%)."""
    return list(facts.short) if facts.own else []


def decision_is_recorded(facts: CallFacts) -> Refusal | None:
    """集体研究: without meeting, day and minutes number there is no decision."""
    if not facts.own:
        return None
    if not facts.meeting.strip() or not facts.minutes_number.strip() or facts.held_on is None:
        return Refusal("decision", "请填写会议名称、日期和纪要编号。", "meeting")
    if len([one for one in re.split(r"[、，,；;\s]+", facts.present) if one]) < COLLECTIVE:
        return Refusal("present", "请写明参加集体研究的人员，至少两人，用顿号隔开。", "present")
    if facts.today is not None and facts.held_on > facts.today:
        return Refusal("future", "会议日期不能晚于今天。", "held_on")
    return None


def another_releases(facts: CallFacts) -> Refusal | None:
    """Two people: who recorded the decision does not let it out as well."""
    if not facts.own or not facts.decided_by_me:
        return None
    return Refusal("two_people", "集体研究是您登记的，请由另一位经办人核对名单和通知后发布。")


@dataclass(frozen=True, slots=True)
class ApplicationFacts:
    """An application on its way through the review."""

    asked_community: int
    asked_street: int
    panel_state: str
    cards: int
    ballot_state: str
    ranked: bool
    decided: bool
    outcome: str
    amount: Money | None
    awarded: Money | None


def communities_have_answered(facts: ApplicationFacts) -> Refusal | None:
    return Refusal("asked", f"还有 {facts.asked_community} 个社区没有填写协同审核意见。") if facts.asked_community else None


def streets_have_answered(facts: ApplicationFacts) -> Refusal | None:
    return Refusal("asked", f"还有 {facts.asked_street} 个街道没有填写意见。") if facts.asked_street else None


def panel_has_scored(facts: ApplicationFacts) -> Refusal | None:
    if facts.panel_state == "confirmed" and facts.cards:
        return None
    return Refusal("panel", "评审组的结果还没有确认。")


def residents_have_chosen(facts: ApplicationFacts) -> Refusal | None:
    return None if facts.ballot_state == "counted" else Refusal("ballot", "居民评选还没有计票。")


def has_a_rank(facts: ApplicationFacts) -> Refusal | None:
    return None if facts.ranked else Refusal("rank", "还没有综合排名。")


def was_decided(facts: ApplicationFacts) -> Refusal | None:
    return None if facts.decided else Refusal("decision", "拟立项名单还没有经集体研究。")


def has_its_amount(facts: ApplicationFacts) -> Refusal | None:
    """What is proposed has the amount the decision gave it."""
    if facts.outcome == "propose" and facts.amount is not None and facts.amount == facts.awarded:
        return None
    return Refusal("amount", "拟立项金额与集体研究的名单不一致。")


@dataclass(frozen=True, slots=True)
class PanelFacts:
    """A panel and what it has to work with."""

    call_state: str
    size: int
    finance: int
    candidates: int
    """Experts that may be drawn: available, and not tied to every applicant."""
    finance_candidates: int
    witness: str = ""
    pledged: int = 0
    pledged_finance: int = 0
    open_seats: int = 0
    applications: int = 0
    waiting: tuple[tuple[str, str], ...] = ()
    """Applications not yet ready for the panel, with their state's words."""
    uncovered: tuple[tuple[str, int], ...] = ()
    """Applications with fewer judges free of ties than needed, and how many those are."""
    each: int = 0
    late: str = ""
    """The last day of scoring, in words, when it is past before scoring has begun."""
    unfinished: int = 0
    unscored: tuple[str, ...] = ()
    """Applications nobody (any more) scores."""
    conflict: str = ""
    """An applicant the acting person has to stand aside for."""
    short_fields: tuple[tuple[str, int, int], ...] = ()
    """(field, wanted, there) of strata that cannot be filled."""
    drawable: bool = True
    short: tuple[tuple[str, int], ...] = ()
    """Applications that lost a judge to recusal while another is free, with the judges they have."""
    report_state: str = ""


def call_is_in_review(facts: PanelFacts) -> Refusal | None:
    return None if facts.call_state == "reviewing" else Refusal("call", "征集还没有进入评审，请先在征集公告里“进入评审”。")


def enough_have_pledged(facts: PanelFacts) -> Refusal | None:
    if facts.pledged < facts.size:
        said = f"{facts.size} 个席位中已有 {facts.pledged} 位评委签署承诺书。请等待其余评委答复，或用候补替换。"
        return Refusal("pledged", said)
    if facts.pledged_finance < facts.finance:
        return Refusal("finance", f"财务评委要有 {facts.finance} 位，现在有 {facts.pledged_finance} 位。")
    return None


def there_is_time_left(facts: PanelFacts) -> Refusal | None:
    return Refusal("late", f"评分截止 {facts.late} 已过，评委没有时间评分。请先改评分截止日。") if facts.late else None


def applications_are_ready(facts: PanelFacts) -> Refusal | None:
    if facts.waiting:
        said = "、".join(f"《{title}》({state})" for title, state in facts.waiting[:3])
        more = f"等 {len(facts.waiting)} 份" if len(facts.waiting) > 3 else ""
        return Refusal("waiting", f"还有申报没有完成前面的环节：{said}{more}。")
    return None if facts.applications else Refusal("nothing", "没有待评审的申报。")


def everybody_has_judges(facts: PanelFacts) -> Refusal | None:
    """Nobody judges an applicant he is tied to (政府采购法实施条例第九条), and all get the same number of judges."""
    if not facts.uncovered or facts.pledged < facts.size:  # who has not answered yet is no conflict
        return None
    title, count = facts.uncovered[0]
    said = f"《{title}》回避后只有 {count} 位评委可评，要有 {facts.each or 1} 位。请在评审组的名单里，用候补替换与申报单位有利害关系的评委，再分派。"
    return Refusal("uncovered", said)


def all_scores_are_in(facts: PanelFacts) -> Refusal | None:
    if facts.unfinished:
        return Refusal("unfinished", f"还有 {facts.unfinished} 份评分没有提交。")
    if facts.unscored:
        return Refusal("unscored", f"{named(facts.unscored)}没有评委评分，请先补派评委。")
    if facts.short:
        title, count = facts.short[0]
        return Refusal("short", f"《{title}》因回避只有 {count} 份评分，应有 {facts.each} 份，请先补派评委。")
    return None


def report_is_settled(facts: PanelFacts) -> Refusal | None:
    """The totals are locked by the chair and signed by all seated judges before they are used."""
    if facts.report_state == "settled":
        return None
    if facts.report_state == "signing":
        return Refusal("signing", "评审报告还在签署，请等评委全部签署或期满定稿后再确认。")
    return Refusal("unlocked", "总分还没有由组长锁定。请指定组长，由组长锁定总分、评委签署评审报告后再确认。")


@dataclass(frozen=True, slots=True)
class SeatFacts:
    panel_state: str
    reserve: bool
    successor: bool


def panel_is_drawn(facts: SeatFacts) -> Refusal | None:
    return None if facts.panel_state == "drawn" else Refusal("panel", "评审组已经开始评分或已解散，席位不能再变动。")


def is_a_seat(facts: SeatFacts) -> Refusal | None:
    return Refusal("reserve", "候补席位在递补前不需要答复。") if facts.reserve else None


def somebody_moves_up(facts: SeatFacts) -> Refusal | None:
    """A reserve takes the place; the number of finance experts is kept."""
    return None if facts.successor else Refusal("successor", "没有符合条件的候补评委可以递补（财务评委人数也要保证）。请解散后重新组建。")


@dataclass(frozen=True, slots=True)
class AssignmentFacts:
    panel_state: str
    card_state: str
    locked: bool = False
    """The chair has locked the totals."""


def panel_is_scoring(facts: AssignmentFacts) -> Refusal | None:
    return None if facts.panel_state == "scoring" else Refusal("panel", "评审组不在评分阶段。")


def panel_is_not_done(facts: AssignmentFacts) -> Refusal | None:
    """A score may be given again while scoring goes on, and after all are in until the totals are locked."""
    if facts.locked:
        return Refusal("locked", "总分已由组长锁定。需要复评的，请先把评审报告作废。")
    return None if facts.panel_state in {"scoring", "closed"} else Refusal("panel", "评审组不在评分阶段。")


def card_is_in(facts: AssignmentFacts) -> Refusal | None:
    return None if facts.card_state == "submitted" else Refusal("card", "评分表还没有提交。")


REQUIRED: dict[str, tuple[Rule, ...]] = {
    "call.review": (own_call, all_checked, corrections_are_over, somebody_is_eligible, enough_apply),
    "call.rank": (own_call, nobody_decides_his_own_case, all_are_judged, panel_is_confirmed, no_channel_is_missing),
    "call.decide": (
        own_call,
        nobody_decides_his_own_case,
        something_is_proposed,
        within_the_pool,
        least_shares_are_kept,
        decision_is_recorded,
    ),
    "call.announce": (own_call, nobody_decides_his_own_case, something_is_proposed, another_releases),
    "application.coreview": (communities_have_answered,),
    "application.hear": (streets_have_answered,),
    "application.score": (panel_has_scored,),
    "application.elect": (residents_have_chosen,),
    "application.rank": (has_a_rank,),
    "application.propose": (was_decided, has_its_amount),
    "application.reserve": (was_decided,),
    "application.decline": (was_decided,),
    **COREVIEW,
    "result_question.answer": (answers_its_own,),
    "panel.draw": (call_is_in_review, nobody_decides_his_own_case, enough_candidates, draw_has_a_witness),
    "panel.start": (nobody_decides_his_own_case, there_is_time_left, enough_have_pledged, applications_are_ready, everybody_has_judges),
    "panel.close": (all_scores_are_in,),
    "panel.resume": (call_is_in_review,),
    "panel.confirm": (call_is_in_review, nobody_decides_his_own_case, report_is_settled),
    "panel.dissolve": (),
    "seat.pledge": (panel_is_drawn, is_a_seat),
    "seat.decline": (panel_is_drawn, is_a_seat),
    "seat.replace": (panel_is_drawn, is_a_seat, somebody_moves_up),
    "assignment.finish": (panel_is_scoring, card_is_in),
    "assignment.recuse": (panel_is_scoring,),
    "application.renounce": (),
    **PUBLICITY,
    "assignment.reopen": (panel_is_not_done,),
    "meeting.draw": (panel_scores, something_to_hear),
    "meeting.open": (panel_scores,),
    "meeting.end": (),
    "meeting.cancel": (),
    "panel_report.settle": (all_answered_or_time_is_up,),
    "panel_report.void": (panel_is_not_confirmed,),
}
