"""What each step of a project's delivery requires."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from reports.format import yuan
from reports.money import Money
from webapp.core.workflow import Refusal, Rule
from webapp.projects.models import RUNNING
from webapp.workflows import PROJECT


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


@dataclass(frozen=True, slots=True)
class ProjectFacts:
    acts_for: bool
    state: str
    agreement: str | None
    """State of the newest agreement that is not void."""


@dataclass(frozen=True, slots=True)
class NeedFacts:
    """What a need's steps that projects take look at."""

    running: int
    """Projects for the need that are at work."""
    finished: int
    """Projects for the need that were accepted."""


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


@dataclass(frozen=True, slots=True)
class ActivityFacts:
    project: str
    starts_on: date
    today: date
    held_on: date | None
    persons: int
    visits: int
    sign_in: int
    """Sign-in sheets attached."""
    photos: int


@dataclass(frozen=True, slots=True)
class ProgressFacts:
    done: str
    next_steps: str
    acts_for: bool


@dataclass(frozen=True, slots=True)
class RectificationFacts:
    project: str


@dataclass(frozen=True, slots=True)
class ChangeFacts:
    acts_for: bool
    project: str
    kind: str
    today: date
    starts_on: date
    ends_on: date | None
    left: Money | None
    """What is left of the grant on the line the money comes from."""
    amount: Money | None


class Acting(Protocol):
    """Facts that say whether the officer acts for the organiser."""

    @property
    def acts_for(self) -> bool: ...


def organiser_acts(facts: Acting) -> Refusal | None:
    """A street where a project merely lands does not decide for another organiser; its desk is not asked to either."""
    return None if facts.acts_for else Refusal("organiser", "这个项目由另一个单位主办，请由主办单位办理。")


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


def agreement_is_signed(facts: ProjectFacts) -> Refusal | None:
    return None if facts.agreement == "signed" else Refusal("agreement", "项目协议还没有双方签署。")


def project_of_need_runs(facts: NeedFacts) -> Refusal | None:
    return None if facts.running else Refusal("project", "这件需求还没有签约实施的项目。")


def project_of_need_is_accepted(facts: NeedFacts) -> Refusal | None:
    if facts.running:
        return Refusal("project", "这件需求还有项目在实施，都验收后再办结。")
    return None if facts.finished else Refusal("project", "这件需求的项目还没有验收。")


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


def project_is_running(facts: ActivityFacts | RectificationFacts | ChangeFacts) -> Refusal | None:
    if facts.project in RUNNING:
        return None
    return Refusal("project", f"项目{PROJECT.states[facts.project]}，现在不能办理。")


def activity_has_its_day(facts: ActivityFacts) -> Refusal | None:
    if facts.held_on is None:
        return Refusal("held_on", "请填写活动日期。", "held_on")
    if facts.held_on > facts.today:
        return Refusal("held_on", "活动日期还没有到，活动举办后再记录。", "held_on")
    if facts.held_on < facts.starts_on:
        return Refusal("held_on", f"活动日期早于项目开始的 {facts.starts_on:%Y-%m-%d}，请核对。", "held_on")
    return None


def activity_served_somebody(facts: ActivityFacts) -> Refusal | None:
    if facts.persons < 1:
        return Refusal("persons", "请填写参加人数。", "persons")
    return Refusal("visits", "人次不能少于人数，请核对。", "visits") if facts.visits < facts.persons else None


def activity_is_proved(facts: ActivityFacts) -> Refusal | None:
    """An activity record needs sign-in sheet and photos (as 南京江北新区 asks of its projects)."""
    if not facts.sign_in:
        return Refusal("sign_in", "请上传签到表（拍照或扫描都可以）。", "sign_in")
    return None if facts.photos else Refusal("photos", "请上传至少一张活动照片。", "photos")


def report_is_written(facts: ProgressFacts) -> Refusal | None:
    if not facts.done.strip():
        return Refusal("done", "请写明这一期做了什么。", "done")
    return None if facts.next_steps.strip() else Refusal("next_steps", "请写明下一步打算。", "next_steps")


def change_can_be_made(facts: ChangeFacts) -> Refusal | None:
    """时间 ends after it starts and not in the past; 预算 moves no more than a line has left, within the grant."""
    if facts.kind == "time":
        if facts.ends_on is None or facts.ends_on <= facts.starts_on:
            return Refusal("ends_on", "新的结束日期要晚于项目开始日期。", "ends_on")
        if facts.ends_on < facts.today:
            return Refusal("ends_on", "新的结束日期已经过去，请重新申请。", "ends_on")
    if facts.kind == "budget":
        if facts.amount is None or facts.left is None or facts.amount <= Money(0):
            return Refusal("amount", "请填写调整的科目和金额。", "amount")
        if facts.amount > facts.left:
            return Refusal("amount", f"调出科目只剩 {yuan(facts.left)} 元没有使用，不能调出 {yuan(facts.amount)} 元。", "amount")
    return None


REQUIRED: dict[str, tuple[Rule, ...]] = {
    "need.deliver": (project_of_need_runs,),
    "need.relist": (),
    "need.resolve": (project_of_need_is_accepted,),
    "call.award": (organiser_acts, notice_has_ended, objections_are_answered, list_is_complete, money_is_there),
    "application.award": (award_has_amount, award_has_snapshot),
    "project.start": (agreement_is_signed,),
    "project.suspend": (organiser_acts,),
    "project.resume": (organiser_acts,),
    "agreement.sign_org": (project_awaits_agreement, communities_have_confirmed),
    "agreement.sign": (organiser_acts, project_awaits_agreement, communities_have_confirmed, another_person_signs),
    "agreement.void": (organiser_acts,),
    "confirmation.confirm": (project_awaits_confirmation, nobody_confirms_his_own),
    "confirmation.object": (project_awaits_confirmation, nobody_confirms_his_own),
    "confirmation.explain": (organiser_acts, project_awaits_confirmation),
    "confirmation.settle": (project_awaits_confirmation, nobody_confirms_his_own),
    "confirmation.hand_up": (project_awaits_confirmation, confirming_is_over, silence_goes_up),
    "confirmation.lapse": (project_awaits_confirmation, confirming_is_over, silence_agrees),
    "activity.record": (project_is_running, activity_has_its_day, activity_served_somebody, activity_is_proved),
    "activity.cancel": (),
    "progress.submit": (report_is_written,),
    "progress.accept": (organiser_acts,),
    "progress.return": (organiser_acts,),
    "rectification.answer": (),
    "rectification.close": (),
    "rectification.insist": (),
    "change.approve": (organiser_acts, project_is_running, change_can_be_made),
    "change.refuse": (organiser_acts,),
}

WORDS = {
    "project.create": "立项",
    "call.award_more": "候补立项",
    "project.urge": "催办",
    "project.visit": "协同督导",
    "agreement.create": "起草项目协议",
    "confirmation.create": "请社区确认立项版本",
    "activity.create": "计划活动",
    "progress.create": "新建进展报告",
    "progress.edit": "填写进展报告",
    "visit.create": "协同督导",
    "rectification.create": "要求整改",
    "change.create": "申请变更",
}
