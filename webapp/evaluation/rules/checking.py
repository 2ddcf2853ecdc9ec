"""核查: when somebody of a sample may be called and what a call must hold; when a finding may be decided."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from reports.format import day as spelled
from webapp.core.clock import last_day
from webapp.core.workflow import Refusal, Rule
from webapp.evaluation.models import RESULTS
from webapp.projects.rules.project import organiser_acts

MOST_ATTEMPTS = 3
"""How often a number that does not answer is tried."""
LONGEST_CALL = timedelta(hours=2)
"""After so long the number is not shown again; the call is ended and, if need be, begun anew."""
ANSWER_WORKDAYS = 5
"""Working days the organisation has for its 申辩 where nothing else is said."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question asked of everybody who answers; of `choices` one is chosen."""

    key: str
    title: str
    choices: Mapping[str, str]
    doubtful: frozenset[str]
    """Choices that speak against what the project recorded."""


QUESTIONS = (
    Question("served", "是否接受过这个项目的服务", {"yes": "接受过", "no": "没有接受过", "unsure": "记不清"}, frozenset({"no"})),
    Question("often", "参加次数与记录是否相符", {"same": "差不多", "fewer": "比记录少得多", "unsure": "记不清"}, frozenset({"fewer"})),
    Question("charged", "是否向您收过费", {"no": "没有", "yes": "收过", "unsure": "记不清"}, frozenset({"yes"})),
    Question("satisfied", "对服务是否满意", {"good": "满意", "fair": "一般", "poor": "不满意", "none": "不愿评价"}, frozenset({"poor"})),
)
"""What is asked on the telephone (核查 of 真实性, 次数, 收费, 满意度). Its figures are evidence, never the residents' points."""


@dataclass(frozen=True, slots=True)
class CallFacts:
    """What the beginning of a call looks at."""

    mine: bool
    evaluating: bool
    """Whether an evaluation of the project is under way, which the call is counted to."""
    here: bool
    """Whether the draw has this position."""
    erased: bool
    phone: bool
    past: tuple[str, ...]
    """Results of earlier calls to the same person."""


def sample_is_mine(facts: CallFacts) -> Refusal | None:
    return None if facts.mine else Refusal("mine", "这份样本是别人抽取的，只有抽取的人可以拨打。")


def an_evaluation_runs(facts: CallFacts) -> Refusal | None:
    return None if facts.evaluating else Refusal("evaluation", "这个项目现在没有进行中的评估，不能拨打电话。请在评估开始后再核实。")


def somebody_can_be_reached(facts: CallFacts) -> Refusal | None:
    if not facts.here:
        return Refusal("position", "样本里没有这个次序。")
    if facts.erased:
        return Refusal("erased", "这个人的信息已经删除，不能再联系。")
    return None if facts.phone else Refusal("no_phone", "没有登记电话，请改用实地核查。")


def nobody_is_pressed(facts: CallFacts) -> Refusal | None:
    """Who answered or refused is left in peace; who does not answer is tried `MOST_ATTEMPTS` times."""
    done = next((one for one in facts.past if one in ("answered", "refused")), None)
    if done is not None:
        return Refusal("done", f"这位服务对象已经{RESULTS[done]}，不再拨打。")
    if len(facts.past) >= MOST_ATTEMPTS:
        return Refusal("attempts", f"已经拨打 {MOST_ATTEMPTS} 次都没有接通，不再拨打。")
    return None


TO_CALL: tuple[Callable[[CallFacts], Refusal | None], ...] = (
    sample_is_mine,
    an_evaluation_runs,
    somebody_can_be_reached,
    nobody_is_pressed,
)


def unfit(result: str, answers: Mapping[str, str]) -> list[Refusal]:
    """What is missing of a call's result: a result, and where somebody answered, every question."""
    if result not in RESULTS:
        return [Refusal("result", "请选择通话结果。", "result")]
    if result != "answered":
        return []
    return [
        Refusal("answer", f"“{one.title}”请选一项；对方不愿意回答的，可以登记为拒访。", one.key)
        for one in QUESTIONS
        if answers.get(one.key) not in one.choices
    ]


def doubts(answers: Mapping[str, str]) -> list[str]:
    """Questions of which the answer speaks against the project's record."""
    return [one.title for one in QUESTIONS if answers.get(one.key) in one.doubtful]


@dataclass(frozen=True, slots=True)
class ObservationFacts:
    """What the steps of a finding look at."""

    acts_for: bool
    confirmed: bool
    state: str
    until: datetime | None
    """Until when the organisation may answer; None once it did."""
    at: datetime
    answer: str
    reason: str


def answer_is_written(facts: ObservationFacts) -> Refusal | None:
    return None if facts.answer.strip() else Refusal("answer", "请写申辩意见；没有异议的，也请写明。", "answer")


def the_organisation_was_heard(facts: ObservationFacts) -> Refusal | None:
    """Heard means: it answered, or its time is over."""
    if facts.state == "raised" and facts.until is not None and facts.at <= facts.until:
        return Refusal("heard", f"承接单位可以申辩到 {spelled(last_day(facts.until))}，收到申辩或期满以后再认定。")
    return None


def reason_is_written(facts: ObservationFacts) -> Refusal | None:
    return None if facts.reason.strip() else Refusal("reason", "请写明理由。", "reason")


DECIDED: tuple[Rule, ...] = (organiser_acts, the_organisation_was_heard, reason_is_written)
REQUIRED: dict[str, tuple[Rule, ...]] = {
    "observation.answer": (answer_is_written,),
    "observation.uphold": DECIDED,
    "observation.partly": DECIDED,
    "observation.drop": DECIDED,
}
WORDS = {
    "observation.create": "提出核查问题",
    "site_check.create": "实地核查",
    "evaluation.site_check": "实地核查",
    "evaluation.observe": "提出核查问题",
    "register_sample.call": "开始通话",
    "register_sample.call_again": "再看号码",
    "register_sample.call_end": "结束通话",
}
