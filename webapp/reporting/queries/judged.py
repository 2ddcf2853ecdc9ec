"""An evaluation with all that was recorded for it: what each party gave and why, the checking, the findings, the hands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.accounts.queries import names_of
from webapp.core.db import rows
from webapp.evaluation import queries
from webapp.evaluation.models import Evaluation, Observation, SiteCheck
from webapp.evaluation.queries import checking, indicators, standing
from webapp.evaluation.queries.checking import Checked
from webapp.evaluation.queries.indicators import Given
from webapp.evaluation.queries.lines import Line, lines_of, proofs_of
from webapp.evaluation.queries.standing import Standing
from webapp.projects.models import Project
from webapp.reporting.queries.works import Hand, hands_of
from webapp.scoring.models import Rubric, Scorecard
from webapp.scoring.queries import marks_of


@dataclass(frozen=True, slots=True)
class Card:
    """What one judge gave, indicator by indicator."""

    purpose: str
    judge: str
    lines: tuple[Line, ...]
    total: int
    most: int
    comment: str


@dataclass(frozen=True, slots=True)
class Site:
    """A visit of the evaluator."""

    held_on: date
    place: str
    checked: str
    found: str


@dataclass(frozen=True, slots=True)
class Finding:
    """核查问题, with what the organisation said and how it ended."""

    ground: str
    title: str
    text: str
    answer: str
    reason: str
    state: str


@dataclass(frozen=True, slots=True)
class Surveyed:
    """The survey among those served, in numbers."""

    issued: int
    answered: int
    refusals: int
    satisfied: int
    least: int
    score: int | None
    closed: bool


@dataclass(frozen=True, slots=True)
class Judged:
    """An evaluation. Points in hundredths."""

    kind: str
    state: str
    self_text: str
    opinion: str
    indicators: tuple[Mapping[str, Any], ...]
    budget: tuple[Mapping[str, Any], ...]
    parts: tuple[Standing, ...]
    missing: tuple[str, ...]
    """The parties with a weight that gave no points."""
    rule: str
    """What the call published for a party that is missing."""
    formula: str
    total: int | None
    grade: str
    pass_line: int
    cards: tuple[Card, ...]
    checked: Checked
    sites: tuple[Site, ...]
    findings: tuple[Finding, ...]
    survey: Surveyed | None
    late: tuple[str, ...]
    excuse: str
    hands: tuple[Hand, ...]

    def cards_for(self, purpose: str) -> tuple[Card, ...]:
        return tuple(one for one in self.cards if one.purpose == purpose)


def judged(session: Session, project: Project, evaluation: Evaluation, until: datetime) -> Judged:
    """All of an evaluation; a constant number of statements. What is not given yet is None or empty."""
    plan = queries.plan_of(session, project)
    stand = standing.table(session, evaluation, plan)
    asked, given = stand.survey, indicators.cards_of(session, evaluation)
    visits = sa.select(SiteCheck.held_on, SiteCheck.place, SiteCheck.checked, SiteCheck.found).where(
        SiteCheck.evaluation_id == evaluation.id
    )
    names = ("ground", "title", "text", "answer", "reason", "state")
    findings = sa.select(*(getattr(Observation, name) for name in names)).where(Observation.evaluation_id == evaluation.id)
    return Judged(
        evaluation.kind, evaluation.state, evaluation.self_text, evaluation.opinion, tuple(evaluation.figures.get("indicators") or ()),
        tuple(evaluation.figures.get("budget") or ()), stand.rows, stand.without, stand.rule, stand.formula, evaluation.total, evaluation.grade,
        plan.pass_line, _cards(session, project.id, given), checking.figures(session, evaluation.id),
        tuple(rows(session, Site, visits.order_by(SiteCheck.id))), tuple(rows(session, Finding, findings.order_by(Observation.id))),
        Surveyed(asked.issued, asked.answered, asked.refusals, asked.satisfied, asked.least, asked.score, asked.state == "closed") if asked else None,
        tuple(str(one) for one in evaluation.late_papers), evaluation.excuse, hands_of(session, evaluation.ref, until),
    )  # fmt: skip


def _cards(session: Session, project_id: int, given: Sequence[Given]) -> tuple[Card, ...]:
    names, said = names_of(session, [one.judge for one in given]), proofs_of(session, project_id, given)
    return tuple(Card(one.purpose, names.get(one.judge, ""), tuple(lines_of(one, said)), one.total, one.most, one.comment) for one in given)


def card_of(session: Session, scorecard_id: int | None) -> Given | None:
    """One card by its key, with its marks."""
    if scorecard_id is None:
        return None
    query = sa.select(Scorecard.purpose, Scorecard.judge, Rubric.tree, Scorecard.total, Scorecard.comment)
    found = session.execute(query.join(Rubric, Rubric.id == Scorecard.rubric_id).where(Scorecard.id == scorecard_id)).one()
    return Given(
        found.purpose, found.judge, found.tree, marks_of(session, [scorecard_id]).get(scorecard_id, {}), found.total or 0, found.comment
    )
