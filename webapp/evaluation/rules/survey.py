"""满意度问卷: who may open and close one, what an answer must hold, and what the answers come to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from webapp.core.workflow import Refusal, Rule
from webapp.projects.rules.project import organiser_acts
from webapp.scoring.rules import items, of_stars
from webapp.scoring.rules.figures import divided

OPEN_TO = frozenset({"delivering", "rectifying", "passed", "closing", "accepted"})
"""States of a project in which those it serves may be asked."""
MOST_SLIPS = 500
SATISFIED = 4
"""An answer is a satisfied one from so many stars on average."""
STARS = {5: "很满意", 4: "满意", 3: "一般", 2: "不满意", 1: "很不满意"}
CODE_UNKNOWN = "没有这个问卷码，请对照纸条核对 12 位数字。"
CODE_USED = "这个问卷码已经用过了，一个问卷码只能回答一次。"
OVER = "这份问卷已经截止，谢谢您。"


@dataclass(frozen=True, slots=True)
class SurveyFacts:
    """What closing a survey looks at; `unissued` and `told_refused` as they were just said."""

    acts_for: bool
    printed: int
    answered: int
    refused: int
    unissued: int
    told_refused: int


def figures_add_up(facts: SurveyFacts) -> Refusal | None:
    left = facts.printed - facts.answered - facts.refused
    if facts.unissued + facts.told_refused > left:
        return Refusal(
            "figures",
            f"印制 {facts.printed} 份，已收回和拒答 {facts.printed - left} 份，最多还有 {left} 份没有发出或当面拒答，请核对。",
            "unissued",
        )
    return None


def satisfied(stars: Sequence[int]) -> bool:
    """Whether an answer counts as satisfied: four stars or more on average over its questions."""
    return sum(stars) >= SATISFIED * len(stars)


def unfit(tree: Mapping[str, Any], stars: Mapping[str, int]) -> list[Refusal]:
    """Every question has one to five stars."""
    return [
        Refusal("stars", f"“{item.title}”请选一项。", f"stars_{item.key}") for item in items(tree) if stars.get(item.key) not in STARS
    ]  # fmt: skip


def score(tree: Mapping[str, Any], sums: Mapping[str, int], n: int) -> int:
    """The points of a hundred (hundredths): for each question its mean of five times its weight, half rounded up, and their sum.

    `sums`: the stars of each question added up over `n` answers; n is at least one.
    """
    whole = sum(item.most for item in items(tree))
    points = sum(of_stars(item.most, sums.get(item.key, 0), n) for item in items(tree))
    return divided(points * 10_000, whole)


REQUIRED: dict[str, tuple[Rule, ...]] = {"survey.close": (organiser_acts, figures_add_up)}
WORDS = {
    "survey.create": "开始满意度问卷",
    "survey.more": "加印问卷码",
    "survey.print": "打印问卷码",
    "survey.refuse": "登记拒答",
    "survey.tally": "登记发放情况",
}
