"""The cards of a panel as one table, for the officer's workbook."""

from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from reports.report import Column
from webapp.applications.models import Application
from webapp.reviews.models import Assignment, Panel
from webapp.reviews.queries.scores import aliases
from webapp.reviews.rules.sheet import COMMENT, NA, headings
from webapp.scoring.models import Rubric, Score, Scorecard
from webapp.scoring.rules import items


def cards(session: Session, panel: Panel) -> tuple[list[Column], list[list[Any]]]:
    """One row for each card handed in: the file, the judge's alias, every item, the total and the words; in four statements."""
    leaves = items(session.scalars(sa.select(Rubric.tree).where(Rubric.id == panel.rubric_id)).one())
    names, place = aliases(session, panel.id), {item.key: n for n, item in enumerate(leaves, 3)}
    columns = [
        Column("number", "编号"), Column("title", "项目"), Column("judge", "评委"),
        *(Column(key, title, "number") for key, title in headings(leaves).items()), Column("total", "总分", "number"), Column("comment", COMMENT),
    ]  # fmt: skip
    mine = (Assignment.panel_id == panel.id, Assignment.state == "done")
    query = (
        sa.select(Assignment.scorecard_id, Application.number, Application.title, Assignment.person_id, Scorecard.total, Scorecard.comment)
        .join(Application, Application.id == Assignment.application_id)
        .join(Scorecard, Scorecard.id == Assignment.scorecard_id)
        .where(*mine)
        .order_by(Application.number, Assignment.id)
    )
    found: dict[int, list[Any]] = {}
    for card, number, title, person, total, comment in session.execute(query):
        found[card] = [number, title, names[person], *([None] * len(leaves)), _points(total), comment]
    given = sa.select(Score.scorecard_id, Score.item, Score.points, Score.na).join(
        Assignment, Assignment.scorecard_id == Score.scorecard_id
    )
    for card, item, points, na in session.execute(given.where(*mine)):
        found[card][place[item]] = NA if na else _points(points)
    return columns, list(found.values())


def _points(hundredths: int | None) -> Decimal | None:
    return None if hundredths is None else Decimal(hundredths).scaleb(-2)
