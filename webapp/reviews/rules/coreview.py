"""申报立项协同审核: who may give an opinion, what silence counts as, and what the opinions mean for an application."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from reports import format as printed
from webapp.core.workflow import Refusal, Rule

COMMUNITY_ROLES = frozenset({"community", "party_lead"})
ROLES = {"community": COMMUNITY_ROLES, "street": frozenset({"street"})}
"""Office → the roles that write for it."""
OFFICES = {"community": "社区", "street": "街道"}
COUNTS_AS = {"support": "support", "oppose": "oppose"}
SILENT = {
    "none": "视为没有意见",
    "support": "视为支持，不计分",
    "oppose": "视为不支持",
    "extend": "按没有意见处理",
}
"""What a lapsed opinion is told to count as; under `extend` it is the street that was silent at last."""


@dataclass(frozen=True, slots=True)
class OpinionFacts:
    """An opinion as its steps judge it."""

    kind: str
    office: str
    roles: frozenset[str]
    verdict: str | None
    reason: str
    scored: bool
    due_at: datetime | None
    at: datetime
    tie: str = ""
    """The applicant, where the acting person is tied to it by the register; empty for none."""
    stood_aside: bool = False
    itself: bool = False
    """Time itself acts."""
    silence: str = "none"
    extended: bool = False
    given_by_me: bool = False
    signed: bool = False
    """The acting person has signed as a witness already."""
    shown: bool = False
    answered: bool = False


def right_office(facts: OpinionFacts) -> Refusal | None:
    """A street reaches its communities' opinions to read them, not to write them, unless one was handed up to it."""
    if facts.roles & ROLES[facts.office]:
        return None
    if facts.office != facts.kind:
        return Refusal("office", "这份意见已转街道填写。")
    return Refusal("office", f"这份意见由{OFFICES[facts.office]}填写。")


def nobody_gives_his_own_case(facts: OpinionFacts) -> Refusal | None:
    """Who is tied to the applicant stands aside; somebody else of the office gives the opinion."""
    if facts.stood_aside:
        return Refusal("aside", "您已申明与申报单位有利害关系，这份意见由同事填写。")
    if facts.tie:
        return Refusal("tie", f"登记显示您与{facts.tie}有利害关系，请按“有利害关系，本人回避”，由同事填写。")
    return None


def observers_do_not_vote(facts: OpinionFacts) -> Refusal | None:
    """居务监督委员会 watches the committee and is not part of it (村民委员会组织法第三十二条: 村民委员会成员不得担任)."""
    if "supervisor" not in facts.roles or facts.office != "community":
        return None
    return Refusal("observer", "居务监督委员会成员只见证，不填写意见，也不代为填写。")


def says_why(facts: OpinionFacts) -> Refusal | None:
    if facts.verdict not in {"support", "amend", "oppose"}:
        return Refusal("verdict", "请选择意见。", "verdict")
    if facts.verdict != "support" and not facts.reason.strip():
        return Refusal("reason", "不是直接支持的，请写明修改建议或不支持的理由。", "reason")
    return None


def community_has_scored(facts: OpinionFacts) -> Refusal | None:
    if facts.kind != "community" or facts.scored:
        return None
    return Refusal("points", "请填写每一项评分。", "points")


def still_in_time(facts: OpinionFacts) -> Refusal | None:
    if facts.due_at is None or facts.at < facts.due_at:
        return None
    return Refusal("late", f"填写期限 {printed.until(facts.due_at)} 已过。")


def time_is_up(facts: OpinionFacts) -> Refusal | None:
    return None if facts.due_at is not None and facts.at >= facts.due_at else Refusal("early", "填写期限还没有到。")


def may_be_extended(facts: OpinionFacts) -> Refusal | None:
    if facts.silence == "extend" and facts.office == "community" and not facts.extended:
        return None
    return Refusal("extended", "按公告不再延期。")


def can_go_up(facts: OpinionFacts) -> Refusal | None:
    """Only from a community; by time where the rule says so and it ran twice, by the community itself before its time is over."""
    if facts.office != "community":
        return Refusal("up", "这份意见本来就由街道填写。")
    if not facts.itself:
        return still_in_time(facts)
    return time_is_up(facts) if facts.silence == "extend" and facts.extended else Refusal("silence", "按公告逾期不转街道。")


def of_a_community(facts: OpinionFacts) -> Refusal | None:
    return None if facts.office == "community" else Refusal("street", "这份意见由街道填写，不用见证。")


def signs_once(facts: OpinionFacts) -> Refusal | None:
    if facts.given_by_me:
        return Refusal("own", "意见是您填写的，请由另一位居务监督委员会成员见证。")
    return Refusal("signed", "您已经签过了。") if facts.signed else None


def answers_once(facts: OpinionFacts) -> Refusal | None:
    """修改后支持 and 不支持 ask for an answer; one is enough."""
    if facts.verdict == "support":
        return Refusal("support", "意见是“支持”，不用答复。")
    if not facts.shown:
        return Refusal("hidden", "意见还没有公布。")
    return Refusal("answered", "已经答复过了。") if facts.answered else None


def counted(state: str, verdict: str | None, silence: str) -> str | None:
    """What an opinion counts as: its verdict, what the rule makes of silence, or nothing."""
    return verdict if state == "given" else COUNTS_AS.get(silence) if state == "lapsed" else None


def vetoed(counts: Sequence[str | None], by: Literal["any", "all"] | str) -> bool:
    """Whether the communities keep an application off the list, where the call's rules give them a veto."""
    against = [one == "oppose" for one in counts]
    return bool(against) and (any(against) if by == "any" else all(against))


def free_of_ties(people: Collection[int], aside: Collection[int]) -> list[int]:
    """Who of an office may still give an opinion."""
    return sorted(set(people) - set(aside))


COREVIEW: dict[str, tuple[Rule, ...]] = {
    "opinion.give": (right_office, observers_do_not_vote, nobody_gives_his_own_case, still_in_time, says_why, community_has_scored),
    "opinion.stand_aside": (
        right_office,
        still_in_time,
        lambda facts: Refusal("aside", "您已经申明过回避。") if facts.stood_aside else None,
    ),
    "opinion.hand_up": (can_go_up,),
    "opinion.extend": (time_is_up, may_be_extended),
    "opinion.lapse": (time_is_up,),
    "opinion.witness": (of_a_community, signs_once),
    "opinion.dissent": (of_a_community, signs_once),
    "opinion.answer": (answers_once,),
}
