"""What can be subscribed to: the news of published calls, and their dates. Only what the public page of a call shows."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.calls.models import Call, Inquiry, Version
from webapp.calls.rules import CallRules, asking_ends
from webapp.core.clock import last_day
from webapp.reviews.models import Notice

HIDDEN = ("draft", "proposed")
NEWS = 50


@dataclass(frozen=True, slots=True)
class News:
    """A call published or changed, or a question answered."""

    key: str
    call_id: int
    title: str
    text: str
    path: str
    at: datetime


def news(session: Session) -> list[News]:
    """The newest of all published calls: new calls, new versions, answers. Two statements."""
    versions = (
        sa.select(Version.version, Version.reason, Version.at, Version.intro, Call.id, Call.number, Call.title)
        .join(Call, Call.id == Version.call_id)
        .where(_public(), Call.version > 0)
        .order_by(Version.at.desc(), Version.id.desc())
        .limit(NEWS)
    )
    answers = (
        sa.select(Inquiry.id.label("inquiry"), Inquiry.wording, Inquiry.answer, Inquiry.answered_at, Call.id, Call.number, Call.title)
        .join(Call, Call.id == Inquiry.call_id)
        .where(_public(), Inquiry.state == "answered")
        .order_by(Inquiry.answered_at.desc(), Inquiry.id.desc())
        .limit(NEWS)
    )
    found = [
        News(
            f"call/{one.id}/version/{one.version}", one.id,
            f"征集公告 {one.number} {one.title}" if one.version == 1 else f"第 {one.version} 版 {one.number} {one.title}",
            (one.intro or "") if one.version == 1 else one.reason,
            f"/calls/{one.id}" if one.version == 1 else f"/calls/{one.id}/versions/{one.version}", one.at,
        )
        for one in session.execute(versions)
    ]  # fmt: skip
    found += [
        News(
            f"inquiry/{one.inquiry}", one.id, f"答疑 {one.number} {one.title}", f"问：{one.wording}\n答：{one.answer}",
            f"/calls/{one.id}/inquiries", one.answered_at,
        )
        for one in session.execute(answers)
    ]  # fmt: skip
    return sorted(found, key=lambda one: one.at, reverse=True)[:NEWS]


def _public() -> sa.ColumnElement[bool]:
    return Call.state.not_in(HIDDEN)


@dataclass(frozen=True, slots=True)
class Day:
    """A date of a call: a moment, or whole days to `last`."""

    key: str
    call_id: int
    title: str
    start: datetime | date
    last: date | None
    changed: datetime
    version: int
    cancelled: bool
    path: str


def days(session: Session, call_id: int | None = None) -> list[Day]:
    """The dates of the published calls, or of one: opening, end of 答疑, deadline, 公示. Two statements."""
    changed = sa.select(sa.func.max(Version.at)).where(Version.call_id == Call.id).scalar_subquery()
    query = sa.select(Call, changed).where(_public(), Call.version > 0).order_by(Call.id.desc()).limit(200)
    shown = (
        sa.select(Notice, Call).join(Call, Call.id == Notice.call_id).where(_public(), Notice.kind != "result", Notice.state != "replaced")
    )
    if call_id is not None:
        query, shown = query.where(Call.id == call_id), shown.where(Call.id == call_id)
    found = [day for call, at in session.execute(query) for day in _of_call(call, at or call.state_at)]
    for notice, call in session.execute(shown.order_by(Notice.id.desc()).limit(200)):
        found.append(
            Day(
                f"{call.number}-notice-{notice.number}", call.id, f"公示：{call.title}", notice.starts_on, last_day(notice.ends_at),
                notice.state_at, 0, False, f"/notices/{notice.id}",
            )
        )  # fmt: skip
    return found


def _of_call(call: Call, changed: datetime) -> Iterator[Day]:
    gone = call.state == "cancelled"
    changed = max(changed, call.state_at) if gone else changed
    ends = asking_ends(CallRules.from_json(call.rules), call.closes_at)
    times = [("opens", "开始申报", call.opens_at), ("closes", "申报截止", call.closes_at)]
    if ends != call.closes_at:
        times.insert(1, ("asking", "答疑结束", ends))
    for key, words, at in times:
        yield Day(
            f"{call.number}-{key}", call.id, f"{words}：{call.title}", at, None, changed, call.version + gone, gone, f"/calls/{call.id}"
        )
