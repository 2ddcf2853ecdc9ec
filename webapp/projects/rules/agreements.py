"""What signing requires, and the communities' confirmation before it."""

from dataclasses import dataclass
from datetime import datetime

from webapp.core.workflow import Refusal, Rule
from webapp.projects.rules.changes import ChangeFacts, change_can_be_made
from webapp.projects.rules.project import organiser_acts, project_is_running
from webapp.projects.rules.wording import missing, text_refusals
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
    paper: bool = False
    """Whether the template asks for the sealed paper before the organiser signs."""
    scans: int = 0
    """Scans of the sealed paper sent in."""
    change: ChangeFacts | None = None
    """补充协议: the change it carries."""


@dataclass(frozen=True, slots=True)
class TemplateFacts:
    """What the steps of a template look at."""

    own: bool
    """Whether the officer acts for the office that wrote it, or for a bureau over it."""
    kind: str
    text: str


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
    """The first agreement is signed before the project begins, an amendment while it runs."""
    if facts.change is not None:
        return project_is_running(facts)
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


def change_still_fits(facts: AgreementFacts) -> list[Refusal]:
    """What a 补充协议 agrees on must still be possible when both sign: it takes effect at that moment."""
    if facts.change is None:
        return []
    found = change_can_be_made(facts.change)
    return [Refusal(one.code, f"{one.sentence}请作废这份补充协议，变更退回待审批后重新办理。") for one in found]


def sealed_paper_is_there(facts: AgreementFacts) -> Refusal | None:
    """线下盖章: where the template asks for paper, a scan of it comes before the organiser's signature."""
    if not facts.paper or facts.scans:
        return None
    return Refusal("scan", "这份协议要求纸质盖章，请先上传盖章扫描件（乙方或双方盖章的）。", "scans")


def own_office(facts: TemplateFacts) -> Refusal | None:
    return None if facts.own else Refusal("office", "这是上级单位的模板，由上级单位办理。您可以以它为底稿新建本单位的模板。")


def wording_is_sound(facts: TemplateFacts) -> list[Refusal]:
    return [Refusal(one.code, one.sentence) for one in text_refusals(facts.kind, facts.text)]


def wording_is_whole(facts: TemplateFacts) -> list[Refusal]:
    return [Refusal("missing", f"协议里还没有{said}这一项。") for said in missing(facts.kind, facts.text)]


def another_person_signs(facts: AgreementFacts) -> Refusal | None:
    if facts.org_signed_id is not None and facts.org_signed_id == facts.actor_id:
        return Refusal("two_people", "双方签署人不能是同一个人。")
    return None


REQUIRED: dict[str, tuple[Rule, ...]] = {
    "agreement.sign_org": (project_awaits_agreement, communities_have_confirmed, change_still_fits),
    "agreement.sign": (
        organiser_acts,
        project_awaits_agreement,
        communities_have_confirmed,
        change_still_fits,
        sealed_paper_is_there,
        another_person_signs,
    ),
    "agreement.void": (organiser_acts,),
    "agreement_template.put_in_force": (own_office, wording_is_sound, wording_is_whole),
    "agreement_template.retire": (own_office,),
    "confirmation.confirm": (project_awaits_confirmation, nobody_confirms_his_own),
    "confirmation.object": (project_awaits_confirmation, nobody_confirms_his_own),
    "confirmation.explain": (organiser_acts, project_awaits_confirmation),
    "confirmation.settle": (project_awaits_confirmation, nobody_confirms_his_own),
    "confirmation.hand_up": (project_awaits_confirmation, confirming_is_over, silence_goes_up),
    "confirmation.lapse": (project_awaits_confirmation, confirming_is_over, silence_agrees),
}

WORDS = {
    "agreement.scan": "上传盖章扫描件",
    "agreement_template.create": "新建协议模板",
    "agreement_template.edit": "修改协议模板",
    "agreement.create": "起草项目协议",
    "confirmation.create": "请社区确认立项版本",
}
