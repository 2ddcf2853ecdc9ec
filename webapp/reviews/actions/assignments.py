"""What an expert does with one application: save, finish, step aside; and what an officer sends back."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import BinaryIO

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.calls.models import Call
from webapp.core import outbox, sheets
from webapp.core.scope import Viewer
from webapp.core.workflow import Refusal, Refused, carrying, refuse, take_step
from webapp.reviews.actions.panels import organisers_of
from webapp.reviews.actions.results import given_again
from webapp.reviews.models import Assignment, Panel, Seat
from webapp.reviews.queries import experts
from webapp.reviews.rules import sheet
from webapp.scoring import actions as scoring
from webapp.scoring.models import Scorecard

MOST_TOLD = 50
"""Errors of one sheet that are told at once."""


def _card(session: Session, assignment: Assignment) -> Scorecard:
    return session.get_one(Scorecard, assignment.scorecard_id, with_for_update=True, populate_existing=True)


def save(
    session: Session, assignment: Assignment, *, points: Mapping[str, int | None], comment: str, by: Viewer, at: datetime,
    reasons: Mapping[str, str] | None = None, na: Collection[str] | None = None, jotting: str | None = None,
) -> Scorecard:  # fmt: skip
    """暂存: whatever is filled in so far. Raises Refused once the score is in."""
    if assignment.state != "assigned":
        raise refuse("done", "这份评分已经提交，不能再改。确需修改的，请联系组织单位退回复评。")
    if session.get_one(Panel, assignment.panel_id).state != "scoring":
        raise refuse("panel", "评审组不在评分阶段。")
    card = session.get_one(Scorecard, assignment.scorecard_id)  # `scoring.save` locks it
    scoring.save(session, card, points, comment, reasons=reasons, na=na, by=by, at=at)
    if jotting is not None:
        scoring.jot(session, card, jotting, by=by)
    return card


def finish(
    session: Session, assignment: Assignment, *, points: Mapping[str, int | None], comment: str, by: Viewer, at: datetime,
    reasons: Mapping[str, str] | None = None, na: Collection[str] | None = None, jotting: str | None = None,
) -> None:  # fmt: skip
    """提交评分: every item has points, and a very high or low total has its reason (`scoring` asks for both)."""
    card = _card(session, assignment)
    scoring.submit(session, card, points=points, comment=comment, reasons=reasons, na=na, by=by, at=at)
    if jotting is not None:
        scoring.jot(session, card, jotting, by=by)
    take_step(session, assignment, "finish", by=by, at=at)


def recuse(session: Session, assignment: Assignment, *, note: str, by: Viewer, at: datetime) -> None:
    """申请回避: the expert reaches the application no more, the card is void, and the organiser assigns another."""
    take_step(session, assignment, "recuse", by=by, at=at, note=note)
    scoring.void(session, _card(session, assignment), note="评委回避", by=by, at=at)
    panel = session.get_one(Panel, assignment.panel_id)
    people = organisers_of(session, session.get_one(Call, panel.call_id), at)
    outbox.tell(session, people, panel.ref, "有评委申请回避", f"{panel.title}有一份申报的评委回避，请补派。", at=at)


def reopen(session: Session, assignment: Assignment, *, note: str, by: Viewer, at: datetime) -> None:
    """退回复评: the expert may change the score; why stays in the record. After all were in, the panel scores again."""
    take_step(session, assignment, "reopen", by=by, at=at, note=note, due=session.get_one(Panel, assignment.panel_id).closes_at)
    scoring.reopen(session, _card(session, assignment), note=note, by=by, at=at)
    given_again(session, assignment)
    panel = session.get_one(Panel, assignment.panel_id, with_for_update=True)
    if panel.state == "closed":
        take_step(session, panel, "resume", by=carrying(by), at=at, due=panel.closes_at)
    outbox.tell(session, [assignment.person_id], assignment.ref, "一份评分退回复评", f"《{assignment.title}》：{note}", at=at)


def take_sheet(session: Session, seat: Seat, file: BinaryIO, name: str, *, by: Viewer, at: datetime) -> int:
    """An offline score sheet that came back: all of it, or nothing. Gives how many cards it changed.

    Rows of files he has stood aside from meanwhile are passed over. Raises Refused with each error at its cell (`Sheet 评分 C7`).
    """
    panel = session.get_one(Panel, seat.panel_id)
    if panel.state != "scoring":
        raise refuse("panel", "评审组不在评分阶段，不能再导入评分。")
    rubric, entries = experts.sheet_of(session, seat)
    wanted = [column.title for column in sheet.columns(rubric) if column.title not in {sheet.PLACE, sheet.TITLE, sheet.STATE}]
    try:
        changes, faults = sheet.read(sheets.read(file, name, wanted), rubric, entries, experts.aside_from(session, seat))
    except sheets.SheetError as error:
        raise refuse("sheet", str(error), "file") from error
    if faults:
        raise Refused(*(Refusal("cell", f"{fault.place}：{fault.reason}。", "file") for fault in faults[:MOST_TOLD]))
    mine = {one.id: one for one in session.scalars(sa.select(Assignment).where(Assignment.id.in_([change.id for change in changes])))}
    for change in changes:
        save(session, mine[change.id], points=change.points, reasons=change.reasons, na=change.na, comment=change.comment, by=by, at=at)
    return len(changes)
