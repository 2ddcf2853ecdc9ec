"""What is printed of an evaluation: 绩效自评表, and how every point came about."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from reports.money import Money
from webapp.accounts.queries import names_of
from webapp.core import web
from webapp.core.web import Back, db, entry, page
from webapp.evaluation import queries
from webapp.evaluation.models import KINDS, Evaluation
from webapp.evaluation.queries import indicators, standing
from webapp.evaluation.queries.indicators import Given
from webapp.evaluation.queries.surveys import questions, sums
from webapp.evaluation.rules import to_hundred
from webapp.evaluation.views import bp
from webapp.permissions import roles_for
from webapp.projects.models import Project
from webapp.projects.queries import one
from webapp.scoring.rules import Item, Mark, band_of, figure, percent, rate, worked

PARTY = {indicators.SELF: "自评", queries.COMMUNITY: "社区协同评估", "midterm": "第三方（主办单位）评估", "final": "第三方（主办单位）评估"}
WAYS = {
    "self_assessment": "自评得分", "community": "各社区得分的平均", "residents": "居民平均分 ÷ 5 × 100", "evaluator": "第三方（主办单位）得分",
}  # fmt: skip


SURVEYED = "满意度问卷各题得分相加"


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
    evidence_href: str
    """Where who may read it finds it; empty for who may not."""
    how: str


def proof_href(evaluation: Evaluation) -> Callable[[str], str]:
    """Gives the page of a 佐证 to who may read it: what is of the same project is reached by the same roles, where their right reaches it."""

    def where(ref: str) -> str:
        if ref == "papers":
            return url_for("evaluation.show", id=evaluation.id)
        to = f"{Project.REF}:{evaluation.project_id}" if ref.startswith("count:") else ref
        return web.href(to) if to and roles_for(f"{to.partition(':')[0]}.read") & web.roles_here() else ""

    return where


def _proofs(session: Session, project_id: int, cards: Sequence[Given]) -> dict[str, str]:
    """The words of all that stands as 佐证 on some cards."""
    kept = {mark.evidence for card in cards for mark in card.marks.values() if mark.evidence}
    return {**(indicators.proofs(session, project_id, kept - {"papers"}) if kept - {"papers"} else {}), "papers": "见所附材料"}


def _line(item: Item, mark: Mark, before: tuple[str, ...], proofs: dict[str, str], where: Callable[[str], str]) -> Line:
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
        proofs.get(mark.evidence, ""), where(mark.evidence), f"{kind}{how}" if how else "",
    )  # fmt: skip


def lines_of(given: Given, proofs: dict[str, str], where: Callable[[str], str]) -> list[Line]:
    """The indicators of a card from top to bottom."""
    found: list[Line] = []
    before: tuple[str, ...] = ("", "")
    for item in given.items:
        found.append(_line(item, given.marks.get(item.key, Mark()), before, proofs, where))
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
    lines = lines_of(card, _proofs(session, project.id, [card]), proof_href(evaluation)) if card else []
    return page(
        "evaluation/table.html", heading="项目绩效自评表", back=_back(evaluation), project=one.whose(session, project.id), card=card,
        lines=[line for line, item in zip(lines, card.items if card else (), strict=True) if item.measure != "rate"],
        money=_money(card, project.granted_fen) if card else None, text=evaluation.self_text, kind=KINDS[evaluation.kind],
        files=[file for file in one.files_of(session, evaluation.ref) if file.kind == one.WORDS_OF_FILES["self"]],
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
    stand, proofs, to = standing.table(session, evaluation, plan), _proofs(session, project.id, cards), proof_href(evaluation)
    survey = stand.survey if plan.residents_by == "survey" else None
    ways = {**WAYS, "residents": SURVEYED} if plan.residents_by == "survey" else WAYS
    return page(
        "evaluation/working.html", heading="得分怎样算", back=_back(evaluation), project=stand.project, kind=KINDS[evaluation.kind],
        cards=[
            {
                "party": PARTY.get(card.purpose, card.purpose), "name": names.get(card.judge, ""), "lines": lines_of(card, proofs, to), "total": card.total,
                "most": card.most, "hundred": to_hundred(card.total, card.most), "comment": card.comment,
                "na": [item.title for item in card.items if (mark := card.marks.get(item.key)) is not None and mark.na],
            }
            for card in cards
        ],
        standing=stand, ways=ways, survey=survey.ref if survey else "",
        so_far=stand.total,
        questions=questions(survey, sums(session, survey.id)) if survey and survey.state == "closed" else [],
        formula=stand.formula, total=evaluation.total, grade=evaluation.grade, late=evaluation.late_papers, excuse=evaluation.excuse,
    )  # fmt: skip


__all__ = ["lines_of", "table", "working"]
