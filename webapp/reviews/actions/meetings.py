"""路演: arranged, drawn, led from item to item, and signed in to on site."""

import hashlib
import secrets
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from reports import format as printed
from webapp.core import journal, outbox
from webapp.core.db import added
from webapp.core.scope import Viewer
from webapp.core.workflow import NotAllowed, Refusal, begin, refuse, take_step
from webapp.reviews.models import Meeting, MeetingCode, MeetingSign, Panel
from webapp.reviews.queries import meetings, scores
from webapp.reviews.rules import meeting as rules
from webapp.reviews.rules.draw import seed_digest


def arrange(
    session: Session, panel: Panel, *, place: str, starts_at: datetime, talk: int, questions: int, by: Viewer, at: datetime
) -> Meeting:
    """安排路演: the seed's digest is published now, the order is drawn later. Every seated judge is told."""
    if panel.state not in {"drawn", "scoring"}:
        raise refuse("panel", "抽取评委以后、评分收齐以前，才能安排路演。")
    if starts_at <= at:
        raise refuse("starts", "路演时间要晚于现在。", "starts_at")
    seed = secrets.token_hex(32)
    meeting = Meeting(
        panel_id=panel.id, title=f"{panel.title.removesuffix('评审组')}路演", place=place, starts_at=starts_at, talk_minutes=talk,
        question_minutes=questions, seed=seed, seed_digest=seed_digest(seed),
    )  # fmt: skip
    begin(session, meeting, by=by, at=at, data={"seed_digest": meeting.seed_digest})
    body = f"{meeting.title}定于 {printed.moment(starts_at)}在{place}举行，请准时到场签到。"
    outbox.tell(session, scores.seated(session, panel.id), meeting.ref, "路演通知", body, at=at)
    return meeting


def draw_order(session: Session, meeting: Meeting, *, by: Viewer, at: datetime, note: str = "") -> None:
    """抽签排序, once: the seed is opened with the order."""
    take_step(session, meeting, "draw", by=by, at=at, note=note)
    meeting.order = rules.drawn(meeting.seed, meetings.heard(session, session.get_one(Panel, meeting.panel_id), at))
    meeting.turn += 1


def open_meeting(session: Session, meeting: Meeting, *, by: Viewer, at: datetime, note: str = "") -> None:
    take_step(session, meeting, "open", by=by, at=at, note=note)
    meeting.turn += 1


def end_meeting(session: Session, meeting: Meeting, *, by: Viewer, at: datetime, note: str = "") -> None:
    take_step(session, meeting, "end", by=by, at=at, note=note)
    meeting.phase, meeting.until = "waiting", None
    meeting.turn += 1


def show(session: Session, meeting: Meeting, *, position: int, phase: str, by: Viewer, at: datetime) -> None:
    """Go to an item and a phase of it; everybody who follows sees it. Of the judges, only the chair leads."""
    if "expert" in by.roles_on(meeting) and not by.roles_on(meeting) - {"expert"} and not meetings.is_chair(session, meeting, by.id):
        raise NotAllowed(Refusal("chair", "路演由主持人或评审组组长推进。"))
    if meeting.state != "running":
        raise refuse("state", "路演还没有开始，或已经结束。")
    count = len((meeting.order or {}).get("order", ()))
    if phase not in rules.PHASES or not 0 <= position <= count or (phase != "waiting" and position == 0):
        raise refuse("item", "没有这一个项目或环节，请刷新页面。")
    meeting.position, meeting.phase = position, phase
    meeting.until = rules.until(phase, at, talk=meeting.talk_minutes, questions=meeting.question_minutes)
    meeting.turn += 1
    journal.record(session, meeting.ref, "show", by=by.ref, at=at, data={"position": position, "phase": phase})


def _digest(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()


def new_code(session: Session, meeting: Meeting, *, at: datetime) -> str:
    """A code for one judge to sign in with; the codes shown before it are good no more."""
    if meeting.state not in {"drawn", "running"}:
        raise refuse("state", "抽签排序以后才能签到，结束以后不再签到。")
    session.execute(
        sa.update(MeetingCode)
        .where(MeetingCode.meeting_id == meeting.id, MeetingCode.used_by_id.is_(None), MeetingCode.until > at)
        .values(until=at)
    )
    code = secrets.token_urlsafe(18)
    session.add(MeetingCode(meeting_id=meeting.id, digest=_digest(code), until=at + rules.CODE_LIVES))
    session.flush()
    return code


def meeting_of_code(session: Session, code: str, at: datetime) -> Meeting:
    """The meeting a code is for. Raises Refused when it was used, is over, or never was."""
    found = session.scalars(sa.select(MeetingCode).where(MeetingCode.digest == _digest(code)).with_for_update()).one_or_none()
    if found is None or found.used_by_id is not None or found.until <= at:
        raise refuse("code", "这个签到码已经用过或已过期，请扫屏幕上新的签到码。")
    return session.get_one(Meeting, found.meeting_id)


def sign_in(session: Session, code: str, *, by: Viewer, at: datetime) -> Meeting:
    """签到, by a judge of this panel with his own account and a code from the screen; the code is good once."""
    meeting = meeting_of_code(session, code, at)
    if by.id not in scores.seated(session, meeting.panel_id):
        raise NotAllowed(Refusal("judge", "您不是本评审组的评委，不能签到。"))
    session.execute(sa.update(MeetingCode).where(MeetingCode.digest == _digest(code)).values(used_by_id=by.id))
    if added(session, MeetingSign, meeting_id=meeting.id, person_id=by.id, at=at):
        journal.record(session, meeting.ref, "sign_in", by=by.ref, at=at)
    session.execute(sa.update(Meeting).where(Meeting.id == meeting.id).values(turn=Meeting.turn + 1))
    return meeting


__all__: list[Any] = [
    "arrange", "draw_order", "end_meeting", "meeting_of_code", "new_code", "open_meeting", "show", "sign_in",
]  # fmt: skip
