"""An applicant's own result after the release, and what the chair edits before it."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.applications.models import Application
from webapp.calls.models import Call
from webapp.calls.queries import runs
from webapp.core.db import rows
from webapp.core.scope import Viewer
from webapp.reviews.models import Assignment, Panel, Result, ResultQuestion, Told
from webapp.reviews.rules.phases import OVER
from webapp.reviews.rules.told import ItemTold, QuestionFacts, band, by_item
from webapp.scoring.models import Rubric, Score, Scorecard


def released(call: Call) -> bool:
    """Whether the results of a call are out."""
    return OVER.get(call.state) == "released"


@dataclass(frozen=True, slots=True)
class OwnResult:
    """What an applicant sees of its own result; points in hundredths, no judge, no place, nobody else's figures."""

    outcome: str | None
    combined: int | None
    panel: int | None
    band: str
    items: list[ItemTold]
    comment: str


def own_result(session: Session, application: Application) -> OwnResult | None:
    """The result of an application; None before the release, when nothing of it is even selected, and where it was not ranked."""
    call = session.get_one(Call, application.call_id)
    if not released(call):
        return None
    ranked = sa.select(sa.func.count()).where(Result.call_id == call.id, Result.rank.is_not(None)).scalar_subquery()
    found = session.execute(
        sa.select(Result, ranked, Told.text)
        .outerjoin(Told, Told.application_id == Result.application_id)
        .where(Result.application_id == application.id)
    ).one_or_none()
    if found is None:
        return None
    result, of, comment = found
    given: dict[str, list[int]] = {}
    scores = (
        sa.select(Score.item, Score.points)
        .join(Assignment, Assignment.scorecard_id == Score.scorecard_id)
        .where(Assignment.application_id == application.id, Assignment.state == "done", Score.points.is_not(None))
    )
    for item, points in session.execute(scores):
        given.setdefault(item, []).append(points or 0)
    rubric = (
        sa.select(Rubric.tree)
        .join(Panel, Panel.rubric_id == Rubric.id)
        .join(Assignment, Assignment.panel_id == Panel.id)
        .where(Assignment.application_id == application.id, Assignment.state == "done")
    )
    tree = session.scalars(rubric.limit(1)).first()
    return OwnResult(
        result.outcome,
        result.combined,
        result.panel,
        band(result.rank, of),
        by_item(tree, given) if tree is not None else [],
        comment or "",
    )


def question_of(session: Session, application_id: int) -> ResultQuestion | None:
    return session.scalars(sa.select(ResultQuestion).where(ResultQuestion.application_id == application_id)).first()


def facts_of_question(session: Session, one: ResultQuestion, by: Viewer, at: datetime) -> QuestionFacts:
    area, operator = session.execute(
        sa.select(Call.area_code, Call.operator_id)
        .join(Application, Application.call_id == Call.id)
        .where(Application.id == one.application_id)
    ).one()
    return QuestionFacts(runs(by, area, operator))


@dataclass(frozen=True, slots=True)
class ToEdit:
    """One application of a panel as the chair edits what its applicant will read: the judges' words, nobody named."""

    application_id: int
    number: str
    title: str
    written: list[str]
    text: str


def to_edit(session: Session, panel_id: int, chair_id: int) -> list[ToEdit]:
    """The applications of a panel with all that was written on them; none that the chair stepped back from."""
    aside = sa.select(Assignment.application_id).where(
        Assignment.panel_id == panel_id, Assignment.person_id == chair_id, Assignment.state == "recused"
    )
    query = (
        sa.select(Application.id, Application.number, Application.title, Scorecard.comment, Told.text)
        .join(Assignment, Assignment.application_id == Application.id)
        .join(Scorecard, Scorecard.id == Assignment.scorecard_id)
        .outerjoin(Told, Told.application_id == Application.id)
        .where(Assignment.panel_id == panel_id, Assignment.state == "done", Application.id.not_in(aside))
        .order_by(Application.id, Scorecard.comment)
    )
    found: dict[int, ToEdit] = {}
    for key, number, title, comment, text in session.execute(query):
        one = found.setdefault(key, ToEdit(key, number, title, [], text or ""))
        if comment and comment not in one.written:
            one.written.append(comment)
    return list(found.values())


@dataclass(frozen=True, slots=True)
class QuestionPage:
    """One question with what it is about."""

    application_id: int
    title: str
    number: str
    organisation_id: int
    text: str
    answer: str | None


def question(session: Session, key: int) -> QuestionPage:
    query = (
        sa.select(
            ResultQuestion.application_id, ResultQuestion.title, Application.number, Application.organisation_id, ResultQuestion.text,
            ResultQuestion.answer,
        )
        .join(Application, Application.id == ResultQuestion.application_id)
        .where(ResultQuestion.id == key)
    )  # fmt: skip
    return rows(session, QuestionPage, query)[0]
