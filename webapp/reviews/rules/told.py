"""What an applicant is told of its own result, and when."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from webapp.core.workflow import Refusal
from webapp.scoring.rules.figures import mean
from webapp.scoring.rules.rubric import items, said

BANDS = ("前四分之一", "第二个四分之一", "第三个四分之一", "后四分之一")
FEW = 4
"""With fewer ranked applications a quarter would be a place; then only the half is told, with two or one nothing."""


def band(rank: int | None, of: int) -> str:
    """In which part of the list an application came out; never its place."""
    if rank is None or of < 3:
        return ""
    if of < FEW:
        return "上半" if rank * 2 <= of else "下半"
    return BANDS[min(3, (rank - 1) * 4 // of)]


@dataclass(frozen=True, slots=True)
class ItemTold:
    """One item of the rubric: the judges' mean in hundredths, None where nobody scored it, and the most there was."""

    title: str
    points: int | None
    most: str


def by_item(tree: Mapping[str, Any], given: Mapping[str, list[int]]) -> list[ItemTold]:
    """The means of an application's scores, item by item."""
    return [
        ItemTold(" · ".join((*one.above, one.title)), mean(given[one.key]) if given.get(one.key) else None, said(one.most))
        for one in items(tree)
    ]


@dataclass(frozen=True, slots=True)
class QuestionFacts:
    """A question as its answer judges it."""

    mine: bool
    """The acting person's office runs the call."""


def answers_its_own(facts: QuestionFacts) -> Refusal | None:
    return None if facts.mine else Refusal("not_yours", "结果咨询由主办单位答复。")
