"""What signing requires, and the communities' confirmation before it."""

from dataclasses import dataclass
from datetime import datetime

from webapp.core.workflow import Refusal, Rule
from webapp.projects.rules.project import organiser_acts
from webapp.workflows import PROJECT


@dataclass(frozen=True, slots=True)
class AgreementFacts:
    acts_for: bool
    project: str
    """State of the project."""
    org_signed_id: int | None
    actor_id: int | None
    unconfirmed: tuple[tuple[str, str], ...] = ()
    """Communities that have not confirmed the awarded version, each with where it stands."""


@dataclass(frozen=True, slots=True)
class ConfirmationFacts:
    """What the steps of a community's confirmation look at."""

    acts_for: bool
    project: str
    silence: str
    due_at: datetime | None
    at: datetime
    tie: str = ""
    """The organisation, where the acting person is tied to it."""
    observer: bool = False


def project_awaits_agreement(facts: AgreementFacts) -> Refusal | None:
    return None if facts.project == "opened" else Refusal("project", f"项目{PROJECT.states[facts.project]}，不用再签协议。")


def communities_have_confirmed(facts: AgreementFacts) -> list[Refusal]:
    """What is awarded may be less than what the community agreed to; it says again whether it fits."""
    return [
        Refusal("confirmation", f"{name}{state}立项版本。" if state == "还没有确认" else f"{name}对立项版本{state}。")
        for name, state in facts.unconfirmed
    ]


def project_awaits_confirmation(facts: ConfirmationFacts) -> Refusal | None:
    return None if facts.project == "opened" else Refusal("project", f"项目{PROJECT.states[facts.project]}，不用再确认。")


def nobody_confirms_his_own(facts: ConfirmationFacts) -> Refusal | None:
    if facts.tie:
        return Refusal("tie", f"登记显示您与{facts.tie}有利害关系，请由同事办理。")
    return Refusal("observer", "居务监督委员会成员不代为确认。") if facts.observer else None


def confirming_is_over(facts: ConfirmationFacts) -> Refusal | None:
    return None if facts.due_at is not None and facts.at >= facts.due_at else Refusal("early", "确认期限还没有到。")


def silence_agrees(facts: ConfirmationFacts) -> Refusal | None:
    return None if facts.silence == "agree" else Refusal("silence", "按公告逾期由街道确认。")


def silence_goes_up(facts: ConfirmationFacts) -> Refusal | None:
    return None if facts.silence == "street" else Refusal("silence", "按公告逾期视为确认。")


def another_person_signs(facts: AgreementFacts) -> Refusal | None:
    if facts.org_signed_id is not None and facts.org_signed_id == facts.actor_id:
        return Refusal("two_people", "双方签署人不能是同一个人。")
    return None


REQUIRED: dict[str, tuple[Rule, ...]] = {
    "agreement.sign_org": (project_awaits_agreement, communities_have_confirmed),
    "agreement.sign": (organiser_acts, project_awaits_agreement, communities_have_confirmed, another_person_signs),
    "agreement.void": (organiser_acts,),
    "confirmation.confirm": (project_awaits_confirmation, nobody_confirms_his_own),
    "confirmation.object": (project_awaits_confirmation, nobody_confirms_his_own),
    "confirmation.explain": (organiser_acts, project_awaits_confirmation),
    "confirmation.settle": (project_awaits_confirmation, nobody_confirms_his_own),
    "confirmation.hand_up": (project_awaits_confirmation, confirming_is_over, silence_goes_up),
    "confirmation.lapse": (project_awaits_confirmation, confirming_is_over, silence_agrees),
}

WORDS = {
    "agreement.create": "起草项目协议",
    "confirmation.create": "请社区确认立项版本",
}
