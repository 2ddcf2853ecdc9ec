"""Verbs of scorecards.

Scoring is an engine: it knows the judge, not why somebody may be one. A panel's expert, a community giving its opinion, an
evaluator all fill in the same card, and each of them was allowed by the row of the slice that calls (`assignment.finish`,
`opinion.give`, `evaluation.judge` …).
So these verbs take the card's own steps `carrying` the person, and check just one thing themselves: a card that names a
person (`person_id`) is filled in and handed in by that person alone. Cards of organisations name none; who acts for an
organisation, the caller has asked.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.core import journal
from webapp.core.db import inserting
from webapp.core.scope import Viewer
from webapp.core.workflow import NotAllowed, Refusal, Refused, begin, carrying, refuse, take_step
from webapp.scoring import queries, rules
from webapp.scoring.models import Rubric, Score, Scorecard


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


def _own(session: Session, card: Scorecard, by: Viewer) -> None:
    """Lock the card, and see that it is a draft and that a person's card is in that person's hands."""
    if card.person_id is not None and card.person_id != by.id:
        raise NotAllowed(Refusal("judge", "这份评分表由评委本人填写。"))
    state = session.scalar(sa.select(Scorecard.state).where(Scorecard.id == card.id).with_for_update())
    if state != "draft" or card.state != "draft":
        raise refuse("handed_in", "评分已经提交，不能再改。需要修改的，请联系经办人退回。")


def save(
    session: Session, card: Scorecard, points: Mapping[str, int | None], comment: str | None, *, by: Viewer, at: datetime
) -> tuple[Refusal, ...]:
    """Save a draft; gives remarks on what does not fit, which is left as it was.

    `points`: hundredths by item; None clears one, an item not named stays. A comment of None stays, too. Nothing of a draft is journaled.
    """
    _own(session, card, by)
    tree = session.scalars(sa.select(Rubric.tree).where(Rubric.id == card.rubric_id)).one()
    given = {key: value for key, value in points.items() if value is not None}
    remarks = rules.check_points(tree, given)
    wrong = {remark.place for remark in remarks}
    kept = [{"scorecard_id": card.id, "item": key, "points": value} for key, value in given.items() if key not in wrong]
    if kept:
        scores = inserting(session, Score).values(kept)
        session.execute(scores.on_conflict_do_update(index_elements=["scorecard_id", "item"], set_={"points": scores.excluded.points}))
    cleared = [key for key, value in points.items() if value is None]
    if cleared:
        session.execute(sa.delete(Score).where(Score.scorecard_id == card.id, Score.item.in_(cleared)))
    if comment is not None:
        card.comment = comment
    card.total = session.scalar(sa.select(sa.func.sum(Score.points)).where(Score.scorecard_id == card.id))
    card.saved_at = at
    session.flush()
    return tuple(remarks)


def submit(
    session: Session,
    card: Scorecard,
    *,
    by: Viewer,
    at: datetime,
    points: Mapping[str, int | None] | None = None,
    comment: str | None = None,
) -> None:
    """Hand a card in, with its last points where some are given.

    Raises Refused with all that is missing or does not fit: items without points, points out of range, a reason (REQUIRED).
    """
    remarks = save(session, card, points or {}, comment, by=by, at=at)
    if remarks:
        raise Refused(*remarks)
    digest = queries.digest_of(queries.points_of(session, [card.id]).get(card.id, {}))
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
