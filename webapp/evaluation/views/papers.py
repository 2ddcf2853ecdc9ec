"""What is printed of an evaluation: 绩效自评表, and how every point came about."""

from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask.typing import ResponseReturnValue

from reports.money import Money
from webapp.accounts.queries import names_of
from webapp.core.web import Back, db, entry, page
from webapp.evaluation import queries
from webapp.evaluation.models import KINDS, Evaluation, Survey
from webapp.evaluation.queries import indicators
from webapp.evaluation.queries.indicators import Given
from webapp.evaluation.queries.surveys import questions, sums, survey_of
from webapp.evaluation.rules import PARTIES, Part, formula_of, to_hundred
from webapp.evaluation.views import bp
from webapp.projects.models import Project
from webapp.projects.queries import one
from webapp.scoring.rules import Item, Mark, band_of, figure, percent, rate, worked

PARTY = {indicators.SELF: "自评", queries.COMMUNITY: "社区协同评估", "midterm": "第三方（主办单位）评估", "final": "第三方（主办单位）评估"}
WAYS = {
    "self_assessment": "自评得分", "community": "各社区得分的平均", "residents": "居民平均分 ÷ 5 × 100", "evaluator": "第三方（主办单位）得分",
}  # fmt: skip


SURVEYED = "满意度问卷各题得分相加"


def missing_of(parts: tuple[Part, ...], survey: Survey | None) -> list[str]:
    """The parties whose weight the others share, and why where it is known."""
    found = []
    for part in parts:
        if part.score is not None or not part.weight:
            continue
        too_few = part.party == "residents" and survey is not None and survey.state == "closed" and not survey.counts
        why = f"（问卷收回 {survey.answered} 份，少于最少样本 {survey.least} 份）" if too_few and survey is not None else ""
        found.append(f"{PARTIES[part.party]}{why}")
    return found


@dataclass(frozen=True, slots=True)
class Line:
    """One indicator of a card as paper shows it."""

    heads: tuple[str, ...]
    """The first and second level above it, empty where the tree has none there or the line above says the same."""
    title: str
    most: int
    target: str
    actual: str
    points: int | None
    na: bool
    reason: str
    evidence: str
    how: str


def _line(item: Item, mark: Mark, before: tuple[str, ...], proofs: dict[str, str]) -> Line:
    above = (*item.above, "", "")[:2]
    same = [above[: n + 1] == before[: n + 1] for n in range(2)]
    band = band_of(mark.band)
    actual = band.title if band else "" if mark.actual is None else figure(item, mark.actual)
    sign = {"more": "≥ ", "less": "≤ "}[item.direction] if item.measured else ""
    kind = {"plus": "加分：", "minus": "扣分："}.get(item.kind, "")
    how = worked(item, mark.actual, mark.points, na=mark.na, band=mark.band)
    return Line(
        tuple("" if repeat else head for head, repeat in zip(above, same, strict=True)), item.title, item.most,
        f"{sign}{figure(item, item.target)}" if item.measured and item.target else "", actual, mark.points, mark.na, mark.reason,
        proofs.get(mark.evidence, ""), f"{kind}{how}" if how else "",
    )  # fmt: skip


def lines_of(given: Given, proofs: dict[str, str] | None = None) -> list[Line]:
    """The indicators of a card from top to bottom."""
    found: list[Line] = []
    before: tuple[str, ...] = ("", "")
    for item in given.items:
        found.append(_line(item, given.marks.get(item.key, Mark()), before, proofs or {}))
        before = (*item.above, "", "")[:2]
    return found


def _money(given: Given, granted: Money) -> dict[str, Any] | None:
    """The first block of the table: 年初预算, 全年预算, 全年执行, 分值, 执行率, 得分; None for a tree without it."""
    item = next((one for one in given.items if one.measure == "rate"), None)
    if item is None:
        return None
    mark = given.marks.get(item.key, Mark())
    known = mark.actual is not None and item.target > 0
    return {
        "granted": granted, "received": Money(item.target), "spent": Money(mark.actual or 0) if known else None, "most": item.most,
        "rate": percent(rate(item, mark.actual or 0)) if known else "", "points": mark.points,
        "reason": mark.reason, "paid": percent(rate(Item("", "", 1, target=granted.fen), item.target)),
    }  # fmt: skip


def _back(evaluation: Evaluation) -> Back:
    return Back(url_for("evaluation.show", id=evaluation.id), evaluation.title)


@bp.get("/evaluations/<int:id>/table")
@entry("evaluation.read", Evaluation)
def table(evaluation: Evaluation) -> ResponseReturnValue:
    """绩效自评表, to print: the money, each indicator with target, actual, points and the reason of a deviation."""
    session = db.session()
    project = session.get_one(Project, evaluation.project_id)
    card = next(iter(indicators.cards_of(session, evaluation, (indicators.SELF,))), None)
    proofs = {**indicators.proofs(session, project.id), "papers": "见所附材料"} if card else {}
    lines = lines_of(card, proofs) if card else []
    return page(
        "evaluation/table.html", heading="项目绩效自评表", back=_back(evaluation), project=one.whose(session, project.id), card=card,
        lines=[line for line, item in zip(lines, card.items if card else (), strict=True) if item.measure != "rate"],
        money=_money(card, project.granted_fen) if card else None, text=evaluation.self_text, kind=KINDS[evaluation.kind],
        files=[file for file in one.files_of(session, evaluation.ref) if file.kind == "self"],
    )  # fmt: skip


@bp.get("/evaluations/<int:id>/working")
@entry("evaluation.read", Evaluation)
def working(evaluation: Evaluation) -> ResponseReturnValue:
    """得分怎样算: what each party gave item by item, and the published formula with its figures, to print."""
    session = db.session()
    project = session.get_one(Project, evaluation.project_id)
    plan = queries.plan_of(session, project)
    cards = indicators.cards_of(session, evaluation)
    names = names_of(session, [card.judge for card in cards])
    parts = queries.parts_of(evaluation, plan)
    survey = survey_of(session, project.id) if evaluation.kind == "final" and plan.residents_by == "survey" else None
    ways = {**WAYS, "residents": SURVEYED} if plan.residents_by == "survey" else WAYS
    return page(
        "evaluation/working.html", heading="得分怎样算", back=_back(evaluation), project=one.whose(session, project.id), kind=KINDS[evaluation.kind],
        cards=[
            {
                "party": PARTY.get(card.purpose, card.purpose), "name": names.get(card.judge, ""), "lines": lines_of(card), "total": card.total,
                "most": card.most, "hundred": to_hundred(card.total, card.most), "comment": card.comment,
                "na": [item.title for item in card.items if (mark := card.marks.get(item.key)) is not None and mark.na],
            }
            for card in cards
        ],
        parts=[(part, ways[part.party]) for part in parts], missing=missing_of(parts, survey), survey=survey.ref if survey else "",
        questions=questions(survey, sums(session, survey.id)) if survey and survey.state == "closed" else [],
        formula=formula_of(parts), total=evaluation.total, grade=evaluation.grade,
    )  # fmt: skip


__all__ = ["lines_of", "missing_of", "table", "working"]
