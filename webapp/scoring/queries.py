"""Reads of rubrics and scorecards. Who may see points, the slice that shows them decides (`HIDES["scorecard.points"]`)."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.core import journal
from webapp.core.db import rows
from webapp.core.scope import Viewer
from webapp.core.workflow import FactsOf
from webapp.scoring import rules
from webapp.scoring.models import Jotting, Rubric, Score, Scorecard
from webapp.scoring.rules import CardFacts, Mark

HANDED_IN = ("submitted", "locked")


@dataclass(frozen=True, slots=True)
class Card:
    """A scorecard with its rubric's tree and all that was given so far, by item key."""

    id: int
    purpose: str
    subject: str
    judge: str
    person_id: int | None
    tree: dict[str, Any]
    marks: dict[str, Mark]
    comment: str
    total: int | None
    state: str
    saved_at: datetime | None
    jotting: str = ""
    """Only ever shown to the judge."""

    @property
    def points(self) -> dict[str, int]:
        """The points alone, in hundredths."""
        return {key: mark.points for key, mark in self.marks.items() if mark.points is not None}


def card_of(session: Session, card_id: int, *, jotting: bool = False) -> Card:
    """A card as its form and its page show it; `jotting`: with what its judge wrote for himself. Raises NoResultFound when there is none."""
    jotted = sa.select(Jotting.text).where(Jotting.scorecard_id == Scorecard.id).scalar_subquery()
    query = sa.select(Scorecard, Rubric.tree, jotted if jotting else sa.literal("")).join(Rubric, Rubric.id == Scorecard.rubric_id)
    card, tree, words = session.execute(query.where(Scorecard.id == card_id)).one()
    return Card(
        card.id, card.purpose, card.subject, card.judge, card.person_id, tree, marks_of(session, [card_id]).get(card_id, {}), card.comment,
        card.total, card.state, card.saved_at, words or "",
    )  # fmt: skip


def tree_of(session: Session, card_id: int) -> dict[str, Any]:
    """The rubric's tree of a card."""
    query = sa.select(Rubric.tree).join(Scorecard, Scorecard.rubric_id == Rubric.id).where(Scorecard.id == card_id)
    tree: dict[str, Any] = session.scalars(query).one()
    return tree


def marks_of(session: Session, card_ids: Collection[int] | sa.Select[Any]) -> dict[int, dict[str, Mark]]:
    """What was given on some cards by item key, in one statement; empty cards are left out."""
    found: dict[int, dict[str, Mark]] = {}
    query = sa.select(Score.scorecard_id, Score.item, Score.points, Score.na, Score.reason, Score.actual, Score.band, Score.evidence)
    for card_id, item, points, na, reason, actual, band, evidence in session.execute(query.where(Score.scorecard_id.in_(card_ids))):
        found.setdefault(card_id, {})[item] = Mark(points, na, reason, actual, band, evidence)
    return found


def marks_by(session: Session, purpose: str, subject: str, judge: str) -> dict[str, Mark]:
    """What a judge gave on a subject so far; empty without a card."""
    card = sa.select(Scorecard.id).where(Scorecard.purpose == purpose, Scorecard.subject == subject, Scorecard.judge == judge)
    return next(iter(marks_of(session, card).values()), {})


def points_of(session: Session, card_ids: Collection[int]) -> dict[int, dict[str, int]]:
    """The points of some cards by item key, in one statement; cards without points are left out."""
    found: dict[int, dict[str, int]] = {}
    query = sa.select(Score.scorecard_id, Score.item, Score.points).where(Score.scorecard_id.in_(card_ids), Score.points.is_not(None))
    for card_id, item, points in session.execute(query):
        found.setdefault(card_id, {})[item] = points or 0
    return found


def jotting_of(session: Session, card_id: int) -> str:
    """What the judge wrote on a card for himself; only ever shown to that judge."""
    return session.scalar(sa.select(Jotting.text).where(Jotting.scorecard_id == card_id)) or ""


@dataclass(frozen=True, slots=True)
class CardRow:
    """A card in a list."""

    id: int
    purpose: str
    subject: str
    judge: str
    person_id: int | None
    state: str
    total: int | None
    comment: str
    saved_at: datetime | None


def cards(session: Session, purpose: str, subjects: Collection[str], *, judge: str | None = None) -> list[CardRow]:
    """The cards on some subjects that are not void, in one statement."""
    query = sa.select(
        Scorecard.id, Scorecard.purpose, Scorecard.subject, Scorecard.judge, Scorecard.person_id, Scorecard.state, Scorecard.total,
        Scorecard.comment, Scorecard.saved_at,
    )  # fmt: skip
    query = query.where(Scorecard.purpose == purpose, Scorecard.subject.in_(subjects), Scorecard.state != "void")
    if judge is not None:
        query = query.where(Scorecard.judge == judge)
    return rows(session, CardRow, query.order_by(Scorecard.subject, Scorecard.id))


def totals(session: Session, purpose: str, subjects: Collection[str]) -> dict[str, list[int]]:
    """The totals handed in on each subject, lowest first, so that their order tells no judge; in one statement.

    Every subject asked for is there, without cards as an empty list.
    """
    found: dict[str, list[int]] = {subject: [] for subject in subjects}
    query = sa.select(Scorecard.subject, Scorecard.total).where(
        Scorecard.purpose == purpose, Scorecard.subject.in_(subjects), Scorecard.state.in_(HANDED_IN)
    )
    for subject, total in session.execute(query.order_by(Scorecard.subject, Scorecard.total)):
        found[subject].append(total or 0)
    return found


def facts_of_card(session: Session, card: Scorecard, by: Viewer, at: datetime) -> CardFacts:
    tree = session.scalars(sa.select(Rubric.tree).where(Rubric.id == card.rubric_id)).one()
    return CardFacts(tree, marks_of(session, [card.id]).get(card.id, {}), card.comment)


FACTS: dict[str, FactsOf] = {"scorecard.submit": facts_of_card}


def digest_of(marks: Mapping[str, Mark]) -> str:
    """One figure over all points of a card, 不适用 and measured values among them; journaled when it is handed in."""
    said: dict[str, Any] = {key: "na" if mark.na else mark.points for key, mark in marks.items() if mark.na or mark.points is not None}
    said |= {
        key: [mark.points, mark.actual, mark.band] for key, mark in marks.items() if key in said and (mark.actual is not None or mark.band)
    }
    return journal.digest(journal.canonical(said))


def _rubric_faults(session: Session) -> Iterator[str]:
    """A frozen rubric is as it was frozen."""
    for rubric in session.scalars(sa.select(Rubric).order_by(Rubric.id).execution_options(yield_per=500)):
        if journal.digest(journal.canonical(rubric.tree)) != rubric.digest:
            yield f"{rubric.ref} {rubric.name} 被改动"


def _card_faults(session: Session) -> Iterator[str]:
    """Handed-in cards: the total is what the points come to, which fit the rubric and are those the journal saw."""
    said = (
        sa.select(journal.Entry.data)
        .where(journal.Entry.subject == sa.literal("scorecard:") + sa.cast(Scorecard.id, sa.String), journal.Entry.step == "submit")
        .order_by(journal.Entry.number.desc())
        .limit(1)
        .scalar_subquery()
    )
    trees: dict[int, dict[str, Any]] = {rubric.id: rubric.tree for rubric in session.scalars(sa.select(Rubric))}
    lines = sa.select(
        Scorecard.id, Scorecard.rubric_id, Scorecard.total, said, Score.item, Score.points, Score.na, Score.actual, Score.band
    )
    lines = lines.outerjoin(Score, Score.scorecard_id == Scorecard.id).where(Scorecard.state.in_(HANDED_IN)).order_by(Scorecard.id)
    for (card_id, rubric_id, total), found in groupby(session.execute(lines.execution_options(yield_per=500)), lambda line: line[:3]):
        marks: dict[str, Mark] = {}
        told: dict[str, Any] = {}
        for *_, data, item, points, na, actual, band in found:
            told = data or {}
            if item is not None:
                marks[item] = Mark(points, bool(na), actual=actual, band=band or "")
        yield from _judge((card_id, rubric_id, total), marks, trees, told.get("points"))


def _judge(
    card: tuple[int, int, int | None], marks: dict[str, Mark], trees: dict[int, dict[str, Any]], submitted: str | None
) -> Iterator[str]:
    """`submitted`: the digest of the marks which the journal wrote down when the card was handed in."""
    card_id, rubric_id, total = card
    try:
        whole: int | None = rules.total(trees[rubric_id], marks)
    except ValueError:
        yield f"scorecard:{card_id} 有超出评分表的分数"
        whole = sum(mark.points or 0 for mark in marks.values())
    for one in rules.check_measured(trees[rubric_id], marks):
        yield f"scorecard:{card_id} {one.sentence}"
    if total != whole:
        yield f"scorecard:{card_id} 总分与各项之和不符"
    if submitted != digest_of(marks):
        yield f"scorecard:{card_id} 的分数与提交时不同"


CHECKS = {"评分表未改动": _rubric_faults, "已提交评分与总分、提交记录相符": _card_faults}
