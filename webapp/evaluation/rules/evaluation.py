"""What each step of an evaluation requires."""

from dataclasses import dataclass

from webapp.core.workflow import Refusal, Rule
from webapp.evaluation.models import KINDS
from webapp.evaluation.rules.combining import FULL
from webapp.projects.rules.project import organiser_acts


@dataclass(frozen=True, slots=True)
class EvaluationFacts:
    """What the steps of an evaluation look at."""

    kind: str
    project: str
    acts_for: bool
    self_text: str
    self_score: int | None
    missing_actuals: tuple[str, ...]
    """Indicators whose actual value is not filled in."""
    evaluator_score: int | None
    opinion: str
    community_score: int | None
    community_weight: int
    ballot: str | None
    """State of the residents' rating; None where there is none."""
    residents_weight: int
    judged_by_id: int | None
    actor_id: int | None
    total: int | None
    self_most: int = FULL
    """The most that 自评 can come to: a tree with plus items may lift it over a hundred."""
    survey: str | None = None
    """State of the survey among those served; None where there is none."""
    open_findings: int = 0
    """核查问题 that are not final."""
    missing: tuple[str, ...] = ()
    """Parties without points, where the call published that the total waits for all of them."""


def self_assessment_is_written(facts: EvaluationFacts) -> Refusal | None:
    if not facts.self_text.strip():
        return Refusal("self_text", "请写自评说明。", "text")
    if facts.self_score is None or not 0 <= facts.self_score <= facts.self_most:
        return Refusal("self_score", "自评得分应在 0 到 100 之间。", "self_score")
    if facts.missing_actuals:
        return Refusal("actuals", f"请填写指标完成值：{'、'.join(facts.missing_actuals)}。", "actuals")
    return None


def evaluation_fits_project(facts: EvaluationFacts) -> Refusal | None:
    allowed = {"delivering", "rectifying", "passed"} if facts.kind == "midterm" else {"closing", "accepted"}
    if facts.project in allowed:
        return None
    return Refusal("project", f"项目当前不在{KINDS[facts.kind]}阶段，不能办理。")


def judgement_is_complete(facts: EvaluationFacts) -> Refusal | None:
    if facts.evaluator_score is None:
        return Refusal("points", "请先为每个指标打分。", "points")
    return None if facts.opinion.strip() else Refusal("opinion", "请写评估意见。", "opinion")


def another_person_confirms(facts: EvaluationFacts) -> Refusal | None:
    """Never fewer than two people: who judged does not confirm."""
    if facts.judged_by_id is not None and facts.judged_by_id == facts.actor_id:
        return Refusal("two_people", "评估人不能自己确认结果，请由另一位同事确认。")
    return None


def residents_are_counted(facts: EvaluationFacts) -> Refusal | None:
    """A rating by residents that is under way is waited for; one nobody took part in is named as missing."""
    if facts.kind == "final" and facts.survey == "open":
        return Refusal("residents", "满意度问卷还没有截止。请在问卷截止并统计后确认。")
    if facts.kind == "final" and facts.residents_weight and facts.ballot in {"draft", "open", "closed"}:
        return Refusal("residents", "居民评价还没有计票。请在居民评价截止并计票后确认。")
    return None


def every_party_has_given(facts: EvaluationFacts) -> Refusal | None:
    if not facts.missing:
        return None
    return Refusal("parties", f"还没有评完：{'；'.join(facts.missing)}。按征集公布的规则，缺少一方得分的，不合成总分，等各方评完再确认。")


def findings_are_final(facts: EvaluationFacts) -> Refusal | None:
    if not facts.open_findings:
        return None
    return Refusal("findings", f"还有 {facts.open_findings} 项核查问题没有认定。请在承接单位申辩或申辩期满后认定，再确认结果。")


REQUIRED: dict[str, tuple[Rule, ...]] = {
    "evaluation.self_assess": (evaluation_fits_project, self_assessment_is_written),
    "evaluation.judge": (organiser_acts, evaluation_fits_project, judgement_is_complete),
    "evaluation.confirm": (organiser_acts, another_person_confirms, residents_are_counted, every_party_has_given, findings_are_final),
    "evaluation.return": (organiser_acts,),
}

WORDS = {
    "evaluation.create": "开始评估",
    "evaluation.community": "社区协同评估",
    "evaluation.acceptance": "验收意见书",
    "evaluation.acceptance_draft": "起草验收意见书",
    "evaluation.acceptance_sign": "签署验收意见书",
}
