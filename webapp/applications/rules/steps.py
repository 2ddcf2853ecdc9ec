"""What each step of an application and of a landing requires."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from reports import format as printed
from webapp.applications.rules.answers import Sheet
from webapp.calls.rules import Outcome
from webapp.core.workflow import Refusal, Rule
from webapp.workflows import APPLICATION, LANDING

HURRY = (("now", timedelta(minutes=10)), ("hour", timedelta(hours=1)), ("day", timedelta(hours=24)))
LATE = timedelta(hours=24)
"""How long after a deadline what was written without network is still kept, as a draft that cannot be handed in."""
MOST_RETURNS = 1
"""An application is returned for correction once."""


@dataclass(frozen=True, slots=True)
class LandingState:
    """One community the application names, and what it said; `state` is empty when it was not asked."""

    id: int | None
    area_code: str
    name: str
    state: str
    opens: bool = False
    """Whether who is looking may open its page."""

    @property
    def state_label(self) -> str:
        return LANDING.states.get(self.state, "还没有请其确认")


@dataclass(frozen=True, slots=True)
class Editing:
    """When an application may be changed."""

    state: str
    call_state: str
    closes_at: datetime
    due_at: datetime | None
    at: datetime


def editable(facts: Editing) -> Refusal | None:
    """A draft until the call closes, a returned one until its correction is due; by the server's clock."""
    now = f"（以服务器时间为准，现在是 {printed.moment(facts.at)}）"
    if facts.state == "draft":
        if facts.call_state in {"closed", "cancelled"} or facts.at >= facts.closes_at:
            return Refusal("closed", f"申报已于 {printed.until(facts.closes_at)} 截止{now}。截止前保存的内容都在。")
        if facts.call_state != "open":
            return Refusal("not_open", "这次征集现在不在申报期内。")
        return None
    if facts.state == "returned":
        if facts.due_at is not None and facts.at >= facts.due_at:
            return Refusal("correction_over", f"补正期限 {printed.until(facts.due_at)} 已过{now}。此前保存的内容都在。")
        return None
    return Refusal("submitted", f"申报现在是“{APPLICATION.states[facts.state]}”，内容已经定格，不能再改。")


def unsaved(refusal: Refusal) -> Refusal:
    """The same to who has just written something: it was not kept."""
    return replace(refusal, sentence=f"{refusal.sentence}这一次填写的没有保存。")


def late(facts: Editing) -> str:
    """What is said of a text that came within a day after the deadline; nothing where the deadline is not what stands in the way."""
    ends = {"draft": facts.closes_at, "returned": facts.due_at}.get(facts.state)
    if ends is None or facts.call_state == "cancelled" or not ends <= facts.at < ends + LATE:
        return ""
    what = "申报已于" if facts.state == "draft" else "补正期限已于"
    kept = "这次填写的内容存为草稿，可以查看，以后申报时可以沿用，但不能再提交。"
    return f"{what} {printed.until(ends)} 截止（以服务器时间为准，现在是 {printed.moment(facts.at)}）。{kept}"


def hurry(closes_at: datetime | None, at: datetime) -> str:
    """How near the deadline is: `now` in the last 10 minutes, `hour` in the last hour, `day` in the last 24 hours, else nothing."""
    if closes_at is None:
        return ""
    return next((word for word, span in HURRY if closes_at - at <= span), "")


def sent_back(section: str, opened: Mapping[str, str]) -> Refusal | None:
    """A returned application is changed only in the sections the officer named; all of them where none was named."""
    if not opened or section in opened:
        return None
    return Refusal("not_sent_back", "这一部分没有退回，内容已经定格；只能修改退回的部分。")


LEVELS = {"view": "只看", "fill": "填写", "submit": "填写和提交"}
_BY_DUTY = {"org_lead": "submit", "org_member": "fill"}


def level_of(given: str | None, roles: Collection[str]) -> str:
    """What a person may do with an application: the head of the organisation everything; others what they were given, or what their duty gives."""
    if "org_lead" in roles:
        return "submit"
    return given or next((level for role, level in _BY_DUTY.items() if role in roles), "view")


@dataclass(frozen=True, slots=True)
class Certified:
    """Whether an organisation's own confirmation stands: `needed` by its rule; the newest one's state, and whether the content is still the same."""

    needed: bool = False
    state: str = ""
    same: bool = False
    certifier: str = ""


@dataclass(frozen=True, slots=True)
class SubmitFacts:
    """An application as 提交 judges it."""

    application_id: int
    editing: Editing
    sheets: tuple[Sheet, ...]
    title_taken: bool
    landings: tuple[LandingState, ...]
    silence: str
    outcomes: tuple[Outcome, ...]
    level: str = "submit"
    certified: Certified = Certified()


def _may_submit(facts: SubmitFacts) -> Refusal | None:
    return (
        None
        if facts.level == "submit"
        else Refusal("level", "提交由单位负责人办理，或由有“填写和提交”权限的同事办理。", f"/applications/{facts.application_id}/together")
    )


def _confirmed(facts: SubmitFacts) -> Refusal | None:
    """Where the organisation wants every application confirmed, it is, and nothing was changed since."""
    one = facts.certified
    if not one.needed or (one.state == "confirmed" and one.same):
        return None
    said = {
        "": "本单位规定提交前须送审，还没有送审。",
        "asked": f"已送审，{one.certifier}还没有确认。",
        "returned": f"{one.certifier}退回修改，改好后请再送审。",
        "confirmed": f"{one.certifier}确认以后内容又改过，请再送审。",
    }
    return Refusal("certified", said[one.state], f"/applications/{facts.application_id}/together#certify")


def _in_time(facts: SubmitFacts) -> Refusal | None:
    return editable(facts.editing)


def _filled(facts: SubmitFacts) -> list[Refusal]:
    """Every section complete, each remark with the address of its field; a section nobody opened is one remark."""
    found: list[Refusal] = []
    for sheet in facts.sheets:
        place = f"/applications/{facts.application_id}/sections/{sheet.key}"
        if sheet.remarks and not sheet.version and sheet.key != "files":
            found.append(Refusal("empty", f"“{sheet.title}”还没有填。", place))
        else:
            found += [Refusal(one.code, f"{sheet.title}：{one.sentence}", f"{place}#{one.place}") for one in sheet.remarks]
        if sheet.source:
            found.append(Refusal("carried", f"“{sheet.title}”沿用自{sheet.source}，请核对后按“保存”。", place))
    return found


def _own_title(facts: SubmitFacts) -> Refusal | None:
    if not facts.title_taken:
        return None
    said = "本单位已经用这个名称申报过本次征集，请换个名称。"
    return Refusal("title_taken", said, f"/applications/{facts.application_id}/sections/basics#title")


NEXT = {
    "asked": "，截止前请与社区联系",
    "changes": "，按建议改好以后，请社区按“同意落地”",
    "refused": "，请更换社区",
    "lapsed": "，请社区补答，或者更换社区",
}
"""What an applicant does next where a community has not agreed."""


def _landed(facts: SubmitFacts) -> list[Refusal]:
    """Each named community agreed, or let the time pass where the call counts that as consent."""
    fine = {"agreed", "lapsed"} if facts.silence == "agree" else {"agreed"}
    return [
        Refusal("landing", f"落地社区“{one.name}”{one.state_label}{NEXT.get(one.state, '')}。", "landing")
        for one in facts.landings
        if one.state not in fine
    ]


def _eligible(facts: SubmitFacts) -> list[Refusal]:
    return [Refusal("eligibility", f"不符合申报条件“{one.rule.text}”：{one.reason}") for one in facts.outcomes if one.outcome == "fail"]


@dataclass(frozen=True, slots=True)
class CheckFacts:
    """An application as its formal check judges it."""

    application_id: int
    mine: bool
    """The acting person's office runs the call."""
    returns: int
    rules: int
    outcomes: tuple[str, ...]
    """The outcomes recorded in this round."""


def _sheet(facts: CheckFacts) -> str:
    return f"/applications/{facts.application_id}/check"


def _own_call(facts: CheckFacts) -> Refusal | None:
    return None if facts.mine else Refusal("not_yours", "资格初审由主办单位和承办机构办理。")


def _checked(facts: CheckFacts) -> Refusal | None:
    if len(facts.outcomes) >= facts.rules:
        return None
    return Refusal("unchecked", "请先填写资格初审表，逐条确认。", _sheet(facts))


def _all_pass(facts: CheckFacts) -> Refusal | None:
    if "manual" in facts.outcomes:
        return Refusal("manual", f"还有 {facts.outcomes.count('manual')} 条待人工核对，请逐条确认。", _sheet(facts))
    if "fail" in facts.outcomes:
        return Refusal("fails", f"有 {facts.outcomes.count('fail')} 条不符合，不能通过。", _sheet(facts))
    return None


def _some_fail(facts: CheckFacts) -> Refusal | None:
    if "fail" in facts.outcomes or not facts.outcomes:
        return None
    return Refusal("no_fail", "初审表中没有不符合的条目，不能判为不通过。", _sheet(facts))


def _returned_once(facts: CheckFacts) -> Refusal | None:
    if facts.returns < MOST_RETURNS:
        return None
    return Refusal("returned", "已经退回补正过一次，不能再退；请直接作出通过或不通过的决定。")


@dataclass(frozen=True, slots=True)
class LandingFacts:
    """A landing as its steps judge it."""

    application_state: str
    due_at: datetime | None
    at: datetime


def _still_wanted(facts: LandingFacts) -> Refusal | None:
    if facts.application_state in {"draft", "returned"}:
        return None
    return Refusal("not_wanted", f"申报现在是“{APPLICATION.states[facts.application_state]}”，不用再答复。")


def _over(facts: LandingFacts) -> Refusal | None:
    return None if facts.due_at is not None and facts.due_at <= facts.at else Refusal("not_over", "还没有到期。")


@dataclass(frozen=True, slots=True)
class CertificationFacts:
    """A confirmation as its steps judge it."""

    mine: bool
    application_state: str
    same: bool


def _certifies(facts: CertificationFacts) -> Refusal | None:
    if facts.application_state not in {"draft", "returned"}:
        return Refusal("not_wanted", f"申报现在是“{APPLICATION.states[facts.application_state]}”，不用再确认。")
    return None if facts.mine else Refusal("not_yours", "由送审时指定的确认人办理。")


def _still_same(facts: CertificationFacts) -> Refusal | None:
    return None if facts.same else Refusal("changed", "送审以后内容又改过，请退回，由编制人重新送审。")


REQUIRED: dict[str, tuple[Rule, ...]] = {
    "application.submit": (_may_submit, _in_time, _filled, _own_title, _landed, _eligible, _confirmed),
    "application.return": (_own_call, _returned_once),
    "application.pass": (_own_call, _checked, _all_pass),
    "application.fail": (_own_call, _checked, _some_fail),
    "application.withdraw": (),
    "certification.confirm": (_certifies, _still_same),
    "certification.return": (_certifies,),
    "landing.agree": (_still_wanted,),
    "landing.suggest": (_still_wanted,),
    "landing.refuse": (_still_wanted,),
    "landing.lapse": (_over,),
}
WORDS = {
    "landing.ask": "请社区确认",
    "certification.ask": "送审",
    "coaching.ask": "请承办机构优化",
    "application.people": "设定协作人",
    "application.check": "填写资格初审表",
    "application.follow": "改按新版规则填报",
    "application.restore": "恢复早先的一版",
}
