"""What each step of an evaluation requires, and how its parties' points become one total and a grade."""

from dataclasses import dataclass

from webapp.core.workflow import Refusal, Rule
from webapp.evaluation.models import GRADES, KINDS
from webapp.projects.rules.project import organiser_acts

FULL = 10000
"""A hundred points, in hundredths."""
PARTIES = {"self_assessment": "自评", "community": "社区协同评估", "residents": "居民评价", "evaluator": "第三方（主办单位）评估"}


@dataclass(frozen=True, slots=True)
class Part:
    """What one party gave, brought to a hundred points; None where it gave nothing."""

    party: str
    score: int | None
    weight: int
    n: int = 1

    @property
    def label(self) -> str:
        return PARTIES[self.party]


def combine(parts: tuple[Part, ...]) -> int | None:
    """The weighted mean over the parties that gave a score, half rounded up; None when none did.

    A party that is missing does not count as nought: the others share its weight in proportion, and the page names it.
    """
    given = [part for part in parts if part.score is not None and part.weight > 0]
    weight = sum(part.weight for part in given)
    if not weight:
        return None
    total = sum((part.score or 0) * part.weight for part in given)
    return (2 * total + weight) // (2 * weight)


def grade_of(total: int) -> str:
    """优良中差 by bands (财预〔2020〕10号: 优 90–100, 良 80–<90, 中 60–<80, 差 <60)."""
    return next(grade for grade, least in GRADES if total >= least)


def to_hundred(points: int, most: int) -> int:
    """Points of a rubric brought to a hundred, half rounded up; both in hundredths of a point."""
    return (2 * points * FULL + most) // (2 * most)


def of_stars(mean_hundredths: int) -> int:
    """Residents' mean of 1–5, in hundredths (450 is 4.5), brought to a hundred points: 4.5 is 90."""
    return mean_hundredths * FULL // 500


def mean(values: list[int]) -> int | None:
    """The mean of some totals, half rounded up; None of none."""
    return (2 * sum(values) + len(values)) // (2 * len(values)) if values else None


def common_area(codes: list[str]) -> str:
    """The smallest area that holds them all: 12 digits of one community, 9 of a street …"""
    first = min(codes)
    last = max(codes)
    same = next((n for n, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), min(len(first), len(last)))
    return first[: next((level for level in (18, 15, 12, 9, 6, 4, 2) if level <= same), 0)]


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


@dataclass(frozen=True, slots=True)
class ProjectFacts:
    """What the project's steps of this slice look at."""

    acts_for: bool
    pass_line: int
    midterm: str | None
    """State of the mid-term; None where it was not opened."""
    midterm_total: int | None
    final: str | None
    final_total: int | None
    final_grade: str
    community_score: int | None
    open_rectifications: int
    planned_activities: int
    open_changes: int
    opinion: str
    members: tuple[str, ...]


def self_assessment_is_written(facts: EvaluationFacts) -> Refusal | None:
    if not facts.self_text.strip():
        return Refusal("self_text", "请写自评说明。", "text")
    if facts.self_score is None or not 0 <= facts.self_score <= FULL:
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
    if facts.kind == "final" and facts.residents_weight and facts.ballot in {"draft", "open", "closed"}:
        return Refusal("residents", "居民评价还没有计票。请在居民评价截止并计票后确认。")
    return None


def midterm_is_passed(facts: ProjectFacts) -> Refusal | None:
    """中期评估合格: the pass line is reached, or what was found wanting has been put right."""
    if facts.midterm != "confirmed":
        return Refusal("midterm", "中期评估还没有确认。")
    if (facts.midterm_total or 0) < facts.pass_line and facts.open_rectifications:
        return Refusal("rectification", f"中期评估没有达到合格线，还有 {facts.open_rectifications} 项整改未销号。")
    return None


def midterm_has_failed(facts: ProjectFacts) -> Refusal | None:
    if facts.midterm != "confirmed":
        return Refusal("midterm", "中期评估还没有确认。")
    if (facts.midterm_total or 0) >= facts.pass_line:
        return Refusal("passed", "中期评估达到合格线，不用责令整改。个别问题可以在督导中要求整改。")
    return None


def work_is_done(facts: ProjectFacts) -> Refusal | None:
    if facts.planned_activities:
        return Refusal("activities", f"还有 {facts.planned_activities} 项活动没有记录，请记录或取消后再申请结项。")
    if facts.open_rectifications:
        return Refusal("rectification", f"还有 {facts.open_rectifications} 项整改未销号，请先完成整改。")
    return Refusal("changes", f"还有 {facts.open_changes} 项变更待审批，请等审批后再申请结项。") if facts.open_changes else None


def final_is_judged(facts: ProjectFacts) -> Refusal | None:
    """考核验收协同评估 comes before 验收."""
    if facts.final not in {"judged", "confirmed"}:
        return Refusal("final", "末期评估还没有完成，评估后再验收。")
    if facts.community_score is None:
        return Refusal("community", "落地社区还没有做考核验收协同评估。")
    return None


def acceptance_is_written(facts: ProjectFacts) -> Refusal | None:
    if not facts.opinion.strip():
        return Refusal("opinion", "请写验收意见。", "opinion")
    return None if len(facts.members) >= 2 else Refusal("members", "验收人员不少于两人，每行写一位。", "members")


def final_is_confirmed(facts: ProjectFacts) -> Refusal | None:
    if facts.final != "confirmed" or facts.final_total is None:
        return Refusal("final", "末期评估结果还没有确认，确认后再定绩效等级。")
    return None


REQUIRED: dict[str, tuple[Rule, ...]] = {
    "project.pass": (organiser_acts, midterm_is_passed),
    "project.rectify": (organiser_acts, midterm_has_failed),
    "project.close": (work_is_done,),
    "project.accept": (organiser_acts, final_is_judged, acceptance_is_written),
    "project.evaluate": (organiser_acts, final_is_confirmed),
    "evaluation.self_assess": (evaluation_fits_project, self_assessment_is_written),
    "evaluation.judge": (organiser_acts, evaluation_fits_project, judgement_is_complete),
    "evaluation.confirm": (organiser_acts, another_person_confirms, residents_are_counted),
    "evaluation.return": (organiser_acts,),
}

WORDS = {
    "evaluation.create": "开始评估",
    "evaluation.community": "社区协同评估",
    "evaluation.acceptance": "验收意见书",
}
