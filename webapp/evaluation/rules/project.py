"""What the project's steps that follow an evaluation require."""

from dataclasses import dataclass

from webapp.core.workflow import Refusal, Rule
from webapp.projects.rules.project import organiser_acts


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
    unsigned: tuple[str, ...] = ()
    """Sides whose signature under the 验收意见书 is still waited for, where the call asks for signatures."""
    drafted: bool = True
    """Whether there is a 验收意见书 to sign; of a call that asks for none, taken as given."""
    midterm_failed: bool = False
    """Whether the mid-term failed because papers were late, whatever its total."""


def midterm_is_passed(facts: ProjectFacts) -> Refusal | None:
    """中期评估合格: the pass line is reached, or what was found wanting has been put right."""
    if facts.midterm != "confirmed":
        return Refusal("midterm", "中期评估还没有确认。")
    if ((facts.midterm_total or 0) < facts.pass_line or facts.midterm_failed) and facts.open_rectifications:
        return Refusal("rectification", f"中期评估没有达到合格线，还有 {facts.open_rectifications} 项整改未销号。")
    return None


def midterm_has_failed(facts: ProjectFacts) -> Refusal | None:
    if facts.midterm != "confirmed":
        return Refusal("midterm", "中期评估还没有确认。")
    if (facts.midterm_total or 0) >= facts.pass_line and not facts.midterm_failed:
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


def acceptance_is_signed(facts: ProjectFacts) -> Refusal | None:
    """签署 by every side, or its time is over: silence is consent."""
    if not facts.drafted:
        return Refusal("drafted", "本征集要求各方签署验收意见书。请先在末期评估页起草，发给各方签署。")
    if facts.unsigned:
        return Refusal("unsigned", f"验收意见书还等待签署：{'、'.join(facts.unsigned)}。签署或期满后再验收。")
    return None


def final_is_confirmed(facts: ProjectFacts) -> Refusal | None:
    if facts.final != "confirmed" or facts.final_total is None:
        return Refusal("final", "末期评估结果还没有确认，确认后再定绩效等级。")
    return None


REQUIRED: dict[str, tuple[Rule, ...]] = {
    "project.pass": (organiser_acts, midterm_is_passed),
    "project.rectify": (organiser_acts, midterm_has_failed),
    "project.close": (work_is_done,),
    "project.accept": (organiser_acts, final_is_judged, acceptance_is_signed, acceptance_is_written),
    "project.evaluate": (organiser_acts, final_is_confirmed),
}
