"""What `sanshe doctor` asks of evaluations."""

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.calls.models import Call
from webapp.calls.queries import rules_of
from webapp.evaluation.models import KINDS, Evaluation
from webapp.evaluation.queries.indicators import SELF
from webapp.evaluation.queries.one import COMMUNITY, parts_of
from webapp.evaluation.queries.residents import residents_of
from webapp.evaluation.rules import combine, grade_of, mean, to_hundred
from webapp.projects.models import Project
from webapp.scoring.models import Rubric, Scorecard
from webapp.scoring.queries import HANDED_IN
from webapp.scoring.rules import most

NAMES = {SELF: "自评", COMMUNITY: "社区"}


def totals_follow(session: Session) -> Iterator[str]:
    """A confirmed total is what its parties' points and the call's weights give, and the final's grade is its band."""
    query = sa.select(Evaluation, Call).join(Project, Project.id == Evaluation.project_id).join(Call, Call.id == Project.call_id)
    for evaluation, call in session.execute(query.where(Evaluation.state == "confirmed")):
        total = combine(parts_of(evaluation, rules_of(call).evaluation))
        if total != evaluation.total:
            yield f"{evaluation.ref} 总分 {evaluation.total}，重算为 {total}"
        failed = bool(evaluation.late_papers) and not evaluation.excuse
        if evaluation.kind == "final" and total is not None and evaluation.grade != grade_of(total, failed):
            yield f"{evaluation.ref} 等级 {evaluation.grade}，重算为 {grade_of(total, failed)}"


def parties_follow(session: Session) -> Iterator[str]:
    """What each party gave is what its cards, its ballot or its survey come to."""
    cards: dict[str, dict[str, list[int]]] = {}
    query = sa.select(Scorecard.subject, Scorecard.purpose, Scorecard.total, Rubric.tree).join(Rubric, Rubric.id == Scorecard.rubric_id)
    query = query.where(Scorecard.subject.startswith("evaluation:", autoescape=True), Scorecard.state.in_(HANDED_IN))
    for subject, purpose, total, tree in session.execute(query):
        cards.setdefault(subject, {}).setdefault(purpose, []).append(to_hundred(total or 0, most(tree)))
    for one in session.scalars(sa.select(Evaluation).order_by(Evaluation.id)):
        given = cards.get(one.ref, {})
        kept = {SELF: one.self_score, COMMUNITY: one.community_score, one.kind: one.evaluator_score}
        for purpose, score in kept.items():
            again = mean(given.get(purpose, []))
            if (again is not None or purpose != SELF) and score != again and not (again is None and score is None):
                yield f"{one.ref} 的{NAMES.get(purpose, KINDS.get(purpose, purpose))}得分 {score}，按原始评分为 {again}"
        yield from _residents(session, one)


def _residents(session: Session, one: Evaluation) -> Iterator[str]:
    if one.state != "confirmed" or one.kind != "final":
        return
    again = residents_of(session, one)
    if again.counted != (one.residents_score, one.residents_n):
        yield f"{one.ref} 居民得分 {one.residents_score}（{one.residents_n} 人），按原始评分为 {again.score}（{again.n} 人）"
