"""What the performance report is made of (绩效评价报告): indicators, the parties' points, the grade."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.evaluation.models import KINDS, Evaluation
from webapp.reporting.queries.asked import Subject, Wish, is_demo, states, subjects
from webapp.workflows import EVALUATION

TOLD = {"self": {"self_assessed", "judged", "confirmed"}, "judged": {"judged", "confirmed"}, "total": {"confirmed"}}
"""From which state on a party's points are told; the total and the grade only once confirmed."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One evaluation. Points are hundredths; None where a party has not judged (yet)."""

    subject: Subject
    kind: str
    state: str
    self_score: int | None
    community_score: int | None
    residents_score: int | None
    residents_n: int
    evaluator_score: int | None
    total: int | None
    grade: str


@dataclass(frozen=True, slots=True)
class Indicator:
    """An indicator of an evaluation, with target and actual as they were entered."""

    project: str
    kind: str
    title: str
    unit: str
    target: int | None
    actual: int | None


@dataclass(frozen=True, slots=True)
class Performance:
    evaluations: Sequence[Judged]
    indicators: Sequence[Indicator]
    demo: bool


def gather(session: Session, wish: Wish) -> Performance:
    """The rows of the performance report, as the journal had them at the moment."""
    stood = states(session, "evaluation", wish.as_of)
    known = {one.id: one for one in subjects(session, wish)}
    query = sa.select(
        Evaluation.id, Evaluation.project_id, Evaluation.kind, Evaluation.figures, Evaluation.self_score, Evaluation.community_score,
        Evaluation.residents_score, Evaluation.residents_n, Evaluation.evaluator_score, Evaluation.total, Evaluation.grade,
    ).where(Evaluation.project_id.in_(known))  # fmt: skip
    found = [one for one in session.execute(query) if one.id in stood]
    found.sort(key=lambda one: (known[one.project_id].number, list(KINDS).index(one.kind)))
    judged = [_judged(known[one.project_id], one, stood[one.id]) for one in found]
    indicators = [
        indicator
        for one in found
        if stood[one.id] in TOLD["self"]
        for indicator in _indicators(known[one.project_id].number, one.kind, one.figures)
    ]
    return Performance(judged, indicators, is_demo(session))


def _judged(subject: Subject, one: Any, state: str) -> Judged:
    mine, judged, final = (state in TOLD[name] for name in ("self", "judged", "total"))
    return Judged(
        subject, KINDS[one.kind], EVALUATION.states.get(state, state), one.self_score if mine else None,
        one.community_score if judged else None, one.residents_score if judged else None, one.residents_n if judged else 0,
        one.evaluator_score if judged else None, one.total if final else None, one.grade if final else "",
    )  # fmt: skip


def _indicators(project: str, kind: str, figures: Mapping[str, Any]) -> list[Indicator]:
    return [
        Indicator(
            project, KINDS[kind], str(one.get("title", "")), str(one.get("unit", "")), _whole(one.get("target")), _whole(one.get("actual"))
        )
        for one in figures.get("indicators") or ()
    ]


def _whole(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
