"""Verbs of scorecards.

Scoring is an engine: it knows the judge, not why somebody may be one. A panel's expert, a community giving its opinion, an
evaluator all fill in the same card, and each of them was allowed by the row of the slice that calls (`assignment.finish`,
`opinion.give`, `evaluation.judge` …).
So these verbs take the card's own steps `carrying` the person, and check just one thing themselves: a card that names a
person (`person_id`) is filled in and handed in by that person alone. Cards of organisations name none; who acts for an
organisation, the caller has asked.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.core import journal
from webapp.core.db import inserting
from webapp.core.scope import Viewer
from webapp.core.workflow import NotAllowed, Refusal, Refused, begin, carrying, refuse, take_step
from webapp.scoring import queries, rules
from webapp.scoring.models import Jotting, Rubric, Score, Scorecard
from webapp.scoring.rules import Mark

LONGEST_REASON = 300


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured of an indicator: its actual value (hundredths) or its band, and a reference to what proves it."""

    actual: int | None = None
    band: str = ""
    evidence: str = ""


def freeze_rubric(session: Session, name: str, tree: dict[str, Any]) -> Rubric:
    """A rubric as it stands now; the same name and tree give the same rubric. Raises Refused with all that is wrong with the tree."""
    if wrong := rules.check_tree(tree):
        raise Refused(*wrong)
    digest = journal.digest(journal.canonical(tree))
    found = session.scalars(sa.select(Rubric).where(Rubric.digest == digest, Rubric.name == name).order_by(Rubric.id).limit(1)).first()
    if found is not None:
        return found
    rubric = Rubric(name=name, tree=tree, digest=digest)
    session.add(rubric)
    session.flush()
    return rubric


def open_card(
    session: Session, rubric_id: int, *, purpose: str, subject: str, judge: str, person_id: int | None, by: Viewer, at: datetime
) -> Scorecard:
    """The card of a judge (`person:9`, `organisation:4`) on a subject for a purpose: a new one, or the one there is.

    Refuses with void: a card declared void is not filled in again.
    """
    card = session.scalars(
        sa.select(Scorecard).where(Scorecard.purpose == purpose, Scorecard.subject == subject, Scorecard.judge == judge)
    ).one_or_none()
    if card is not None:
        if card.state == "void":
            raise refuse("void", "这份评分表已经作废，不能再填。")
        return card
    card = Scorecard(rubric_id=rubric_id, purpose=purpose, subject=subject, judge=judge, person_id=person_id, comment="")
    begin(session, card, by=by, at=at, data={"subject": subject, "judge": judge, "purpose": purpose})
    return card


def _own(session: Session, card: Scorecard, by: Viewer) -> dict[str, Any]:
    """Lock the card, see that it is a draft and that a person's card is in that person's hands; gives its rubric's tree."""
    if card.person_id is not None and card.person_id != by.id:
        raise NotAllowed(Refusal("judge", "这份评分表由评委本人填写。"))
    query = sa.select(Scorecard.state, Rubric.tree).join(Rubric, Rubric.id == Scorecard.rubric_id).where(Scorecard.id == card.id)
    state, tree = session.execute(query.with_for_update(of=Scorecard)).one()
    if state != "draft" or card.state != "draft":
        raise refuse("handed_in", "评分已经提交，不能再改。需要修改的，请联系经办人退回。")
    found: dict[str, Any] = tree
    return found


def save(
    session: Session,
    card: Scorecard,
    points: Mapping[str, int | None],
    comment: str | None,
    *,
    reasons: Mapping[str, str] | None = None,
    na: Collection[str] | None = None,
    measured: Mapping[str, Measured] | None = None,
    by: Viewer,
    at: datetime,
) -> tuple[Refusal, ...]:
    """Save a draft; gives remarks on what does not fit, which is left as it was.

    `points`: hundredths by item; None clears one, an item not named stays. `reasons`: words by item, `na`: the items of those
    named in `points` to which nothing applies, `measured`: actual values, bands and 佐证 of indicators, from which the points of
    quantities are worked out. A comment of None stays, too. Nothing of a draft is journaled.
    """
    tree = _own(session, card, by)
    before = queries.marks_of(session, [card.id]).get(card.id, {})
    marks, remarks = _marked(tree, before, points, reasons or {}, frozenset(na or ()))
    marks = _measured(tree, marks, measured or {})
    _write(session, card.id, before, marks)
    if comment is not None:
        card.comment = comment
    card.total = rules.total(tree, marks) if any(mark.points is not None for mark in marks.values()) else None
    card.saved_at = at
    session.flush()
    return tuple(remarks)


def _marked(
    tree: Mapping[str, Any], before: Mapping[str, Mark], points: Mapping[str, int | None], reasons: Mapping[str, str], na: frozenset[str]
) -> tuple[dict[str, Mark], list[Refusal]]:
    """What the card says after a save, and what did not fit it."""
    numbers = {key: value for key, value in points.items() if value is not None and key not in na}
    remarks = [*rules.check_points(tree, numbers), *rules.check_na(tree, na)]
    wrong = {remark.place for remark in remarks}
    marks = dict(before)
    for key in {*points, *reasons, *na} - wrong:
        old = before.get(key, Mark())
        value = None if key in na else points.get(key, old.points)
        marks[key] = Mark(value, key in na or (key not in points and old.na), reasons.get(key, old.reason).strip())
    return {key: mark for key, mark in marks.items() if mark != Mark()}, remarks


def _measured(tree: Mapping[str, Any], marks: Mapping[str, Mark], values: Mapping[str, Measured]) -> dict[str, Mark]:
    """The marks with actual values, bands and 佐证; a quantity's points are what its value comes to."""
    found = dict(marks)
    for item in rules.items(tree):
        value = values.get(item.key)
        mark = found.get(item.key, Mark())
        if value is None or mark.na:
            continue
        worked = (
            rules.points_of(item, value.actual) if item.measured and value.actual is not None else None if item.measured else mark.points
        )
        found[item.key] = replace(
            mark, points=worked, actual=value.actual if item.measured else None, band=value.band, evidence=value.evidence
        )
    return {key: mark for key, mark in found.items() if mark != Mark()}


def _write(session: Session, card_id: int, before: Mapping[str, Mark], marks: Mapping[str, Mark]) -> None:
    """Only what changed is written."""
    changed = [
        {
            "scorecard_id": card_id, "item": key, "points": mark.points, "na": mark.na, "reason": mark.reason, "actual": mark.actual,
            "band": mark.band, "evidence": mark.evidence,
        }
        for key, mark in marks.items()
        if before.get(key) != mark
    ]  # fmt: skip
    if changed:
        scores = inserting(session, Score).values(changed)
        news = {name: scores.excluded[name] for name in ("points", "na", "reason", "actual", "band", "evidence")}
        session.execute(scores.on_conflict_do_update(index_elements=["scorecard_id", "item"], set_=news))
    if gone := [key for key in before if key not in marks]:
        session.execute(sa.delete(Score).where(Score.scorecard_id == card_id, Score.item.in_(gone)))


def jot(session: Session, card: Scorecard, text: str, *, by: Viewer) -> None:
    """随手记: what a judge writes for himself; may change until the scores are used, and is never journaled."""
    if card.person_id != by.id:
        raise NotAllowed(Refusal("judge", "这份评分表由评委本人填写。"))
    said = inserting(session, Jotting).values(scorecard_id=card.id, text=text)
    session.execute(said.on_conflict_do_update(index_elements=["scorecard_id"], set_={"text": said.excluded.text}))


def submit(
    session: Session,
    card: Scorecard,
    *,
    by: Viewer,
    at: datetime,
    points: Mapping[str, int | None] | None = None,
    comment: str | None = None,
    reasons: Mapping[str, str] | None = None,
    na: Collection[str] | None = None,
    measured: Mapping[str, Measured] | None = None,
) -> None:
    """Hand a card in, with its last points where some are given.

    A caller whose form has no boxes for reasons at the items (`reasons` None) gives its comment as the reason of each that asks.
    Raises Refused with all that is missing or does not fit: items without points, points out of range, a reason (REQUIRED).
    """
    if reasons is None and comment and points:
        asking = [item for item in rules.items(queries.tree_of(session, card.id)) if item.asks_why(points.get(item.key) or 0)]
        reasons = {item.key: comment[:LONGEST_REASON] for item in asking}
    remarks = save(session, card, points or {}, comment, reasons=reasons, na=na, measured=measured, by=by, at=at)
    if remarks:
        raise Refused(*remarks)
    digest = queries.digest_of(queries.marks_of(session, [card.id]).get(card.id, {}))
    take_step(session, card, "submit", by=carrying(by), at=at, data={"total": card.total, "points": digest})


def lock(session: Session, card: Scorecard, *, by: Viewer, at: datetime) -> None:
    """No more changes: the scores are being used."""
    take_step(session, card, "lock", by=carrying(by), at=at)


def reopen(session: Session, card: Scorecard, *, by: Viewer, at: datetime, note: str) -> None:
    """Give a card that was handed in back to its judge."""
    take_step(session, card, "reopen", by=carrying(by), at=at, note=note)


def void(session: Session, card: Scorecard, *, by: Viewer, at: datetime, note: str) -> None:
    """Declare a card void; it no longer counts, and stays."""
    take_step(session, card, "void", by=carrying(by), at=at, note=note)
