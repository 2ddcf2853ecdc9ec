"""Verbs of 答疑: asking, answering for all to read, and following a call."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.accounts.viewer import Viewer
from webapp.calls.models import Call, Follower, Inquiry
from webapp.calls.queries.inquiries import asking, followers
from webapp.calls.rules import CallRules, Span, asking_ends, asking_refusal, until
from webapp.core import outbox
from webapp.core.db import inserting
from webapp.core.workflow import Refused, begin, refuse, take_step

ANSWER_WITHIN = Span(3)
"""An office answers in three working days, so that who asked can still act on it."""
ERASED = "（已删除）"
ORGANISATION = ("org_lead", "org_member", "social_worker")


def ask(session: Session, call: Call, *, text: str, by: Viewer, at: datetime) -> Inquiry:
    """提问: while the call is out and 答疑 has not ended; who asks follows the call from then on.

    Raises Refused when it is over, or too many of one's questions wait.
    """
    if by.id is None:
        raise refuse("sign_in", "请先登录，再提问。")
    ends = asking_ends(CallRules.from_json(call.rules), call.closes_at)
    if found := asking_refusal(call.state, call.opens_at, ends, asking(session, call.id, by.id).mine, at):
        raise Refused(found)
    member = by.member(*ORGANISATION)
    inquiry = Inquiry(
        call_id=call.id, person_id=by.id, organisation_id=member.organisation_id if member else None, title=f"提问：{call.title}",
        text=text.strip(), due_at=min(until(at, ANSWER_WITHIN), call.closes_at),
    )  # fmt: skip
    begin(session, inquiry, by=by, at=at, data={"call": call.ref})
    follow(session, call, on=True, by=by, at=at)
    return inquiry


def answer(session: Session, inquiry: Inquiry, *, wording: str, answer: str, by: Viewer, at: datetime, note: str = "") -> None:
    """答复并公开: everybody reads the wording and the answer; who asked and who follows the call is told."""
    _write(inquiry, wording, answer, at)
    take_step(session, inquiry, "answer", by=by, at=at, note=note)
    _tell(session, inquiry, "提问已答复", by=by, at=at)


def correct(session: Session, inquiry: Inquiry, *, wording: str, answer: str, by: Viewer, at: datetime, note: str = "") -> None:
    """更正答复: what stood before stays in the journal by its digest; all are told again."""
    _write(inquiry, wording, answer, at)
    take_step(session, inquiry, "correct", by=by, at=at, note=note)
    _tell(session, inquiry, "答复已更正", by=by, at=at)


def decline(session: Session, inquiry: Inquiry, *, by: Viewer, at: datetime, note: str = "") -> None:
    """不公开答复: what is nobody else's business is told to the asker alone."""
    take_step(session, inquiry, "decline", by=by, at=at, note=note)
    if inquiry.person_id:
        outbox.tell(session, [inquiry.person_id], inquiry.ref, inquiry.title, note, at=at)


def _write(inquiry: Inquiry, wording: str, answer: str, at: datetime) -> None:
    inquiry.wording, inquiry.answer, inquiry.answered_at = wording.strip(), answer.strip(), at


def _tell(session: Session, inquiry: Inquiry, what: str, *, by: Viewer, at: datetime) -> None:
    """The asker by the question; the others by the call, for the question's own page is not theirs."""
    call = session.get_one(Call, inquiry.call_id)
    body = f"问：{inquiry.wording}\n答：{inquiry.answer}"
    others = {*followers(session, call.id)} - {inquiry.person_id, by.id}
    if inquiry.person_id:
        outbox.tell(session, [inquiry.person_id], inquiry.ref, f"{what} {call.number} {call.title}", body, at=at)
    outbox.tell(session, [one for one in others if one], call.ref, f"新的答疑 {call.number} {call.title}", body, at=at)


def follow(session: Session, call: Call, *, on: bool, by: Viewer, at: datetime) -> None:
    """关注 a call, or no longer; doing either twice changes nothing."""
    if by.id is None:
        raise refuse("sign_in", "请先登录。")
    if on:
        session.execute(inserting(session, Follower).values(call_id=call.id, person_id=by.id).on_conflict_do_nothing())
    else:
        session.execute(sa.delete(Follower).where(Follower.call_id == call.id, Follower.person_id == by.id))


def forget_asker(session: Session, person_id: int, at: datetime) -> None:
    """Erase what a person asked in his own words; the public question and answer name nobody and stay."""
    for inquiry in session.scalars(sa.select(Inquiry).where(Inquiry.person_id == person_id).order_by(Inquiry.id)).all():
        inquiry.text, inquiry.person_id = ERASED, None
    session.execute(sa.delete(Follower).where(Follower.person_id == person_id))
