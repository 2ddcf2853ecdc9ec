"""What is printed of an evaluation: 绩效自评表, and how every point came about."""

from collections.abc import Callable

from flask import url_for
from flask.typing import ResponseReturnValue

from webapp.accounts.queries import names_of
from webapp.core import web
from webapp.core.web import Back, db, entry, page
from webapp.evaluation import queries
from webapp.evaluation.models import KINDS, Evaluation
from webapp.evaluation.queries import indicators, standing
from webapp.evaluation.queries.lines import PARTY, SURVEYED, WAYS, lines_of, money_of, proofs_of
from webapp.evaluation.queries.surveys import questions, sums
from webapp.evaluation.rules import to_hundred
from webapp.evaluation.views import bp
from webapp.permissions import roles_for
from webapp.projects.models import Project
from webapp.projects.queries import one


def proof_href(evaluation: Evaluation) -> Callable[[str], str]:
    """Gives the page of a 佐证 to who may read it: what is of the same project is reached by the same roles, where their right reaches it."""

    def where(ref: str) -> str:
        if ref == "papers":
            return url_for("evaluation.show", id=evaluation.id)
        to = f"{Project.REF}:{evaluation.project_id}" if ref.startswith("count:") else ref
        return web.href(to) if to and roles_for(f"{to.partition(':')[0]}.read") & web.roles_here() else ""

    return where


def _back(evaluation: Evaluation) -> Back:
    return Back(url_for("evaluation.show", id=evaluation.id), evaluation.title)


@bp.get("/evaluations/<int:id>/table")
@entry("evaluation.read", Evaluation)
def table(evaluation: Evaluation) -> ResponseReturnValue:
    """绩效自评表, to print: the money, each indicator with target, actual, points and the reason of a deviation."""
    session = db.session()
    project = session.get_one(Project, evaluation.project_id)
    card = next(iter(indicators.cards_of(session, evaluation, (indicators.SELF,))), None)
    lines = lines_of(card, proofs_of(session, project.id, [card]), proof_href(evaluation)) if card else []
    return page(
        "evaluation/table.html", heading="项目绩效自评表", back=_back(evaluation), project=one.whose(session, project.id), card=card,
        lines=[line for line, item in zip(lines, card.items if card else (), strict=True) if item.measure != "rate"],
        money=money_of(card, project.granted_fen) if card else None, text=evaluation.self_text, kind=KINDS[evaluation.kind],
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
    stand, proofs, to = standing.table(session, evaluation, plan), proofs_of(session, project.id, cards), proof_href(evaluation)
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


__all__ = ["table", "working"]
