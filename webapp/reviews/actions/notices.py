"""公示 and 公告, and the objections raised meanwhile."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from reports import format as printed
from webapp.accounts.models import Organisation
from webapp.accounts.queries import area_names
from webapp.applications import queries as applications
from webapp.applications.models import Application
from webapp.calls.models import Call
from webapp.calls.queries import rules_of
from webapp.calls.rules import spelled, until
from webapp.core import journal, numbers, outbox
from webapp.core.clock import end_of, last_day, today
from webapp.core.scope import Viewer
from webapp.core.workflow import CLOCK, begin, carrying, refuse, take_step
from webapp.reviews.actions.panels import organisers_of
from webapp.reviews.actions.ranking import release
from webapp.reviews.models import Decision, Notice, Result
from webapp.reviews.queries.results import notice_is_over

TITLES = {"before": "拟立项项目公示", "reserve": "候补项目递补公示", "result": "立项公告"}


@dataclass(frozen=True, slots=True)
class Desk:
    """受理: where objections go, whom to ask, and who watches over it."""

    accepts: str = ""
    contact: str = ""
    phone: str = ""
    supervision: str = ""


def announce(
    session: Session, call: Call, *, accepts: str = "", contact: str = "", phone: str = "", supervision: str = "", by: Viewer, at: datetime,
    note: str = "",
) -> Notice:  # fmt: skip
    """发布公示: outcomes, letters and the notice go out together; the notice runs for the days of the call's rules."""
    take_step(session, call, "announce", by=by, at=at, note=note)
    release(session, call, by=by, at=at)
    session.flush()
    return publish(session, call, "before", ("proposed",), desk=Desk(accepts, contact, phone, supervision), by=by, at=at)


def publish_result(session: Session, call: Call, *, by: Viewer, at: datetime) -> Notice:
    """发布立项公告 after the award: of all projects not yet announced, so that those moving up later are announced too.

    Raises Refused before the end of the 公示, with objections open, and when there is nothing (more) to announce.
    """
    session.execute(sa.select(Call.id).where(Call.id == call.id).with_for_update())
    if not notice_is_over(session, call.id):
        raise refuse("running", "公示还没有期满，或还有异议没有答复，不能发布立项公告。")
    awarded = {
        f"application:{key}"
        for key in session.scalars(sa.select(Application.id).where(Application.call_id == call.id, Application.state == "awarded"))
    }
    told = session.scalars(sa.select(Notice.content).where(Notice.call_id == call.id, Notice.kind == "result")).all()
    left = awarded - {item["application"] for content in told for item in content["items"]}
    if not left:
        raise refuse("published", "本次征集的立项公告已经发布。" if told else "公示期满、立项以后，才能发布立项公告。")
    notice = publish(session, call, "result", ("awarded",), only=left, by=by, at=at)
    journal.record(session, call.ref, "result", by=by.ref, at=at, data={"notice": notice.ref})
    return notice


def publish(
    session: Session, call: Call, kind: str, states: tuple[str, ...], *, desk: Desk | None = None, only: Collection[str] | None = None,
    corrects: Notice | None = None, ends_at: datetime | None = None, by: Viewer, at: datetime,
) -> Notice:  # fmt: skip
    """Freeze and publish a notice; `only` some applications (references); `corrects` an earlier notice, whose desk stays."""
    items = [one for one in _items(session, call, states) if only is None or one["application"] in only]
    if not items:
        raise refuse("empty", "没有可以公示的项目。")
    plan = rules_of(call).notice
    ends_at = until(at, plan.span) if ends_at is None else ends_at
    organiser = session.get_one(Organisation, call.organiser_id)
    decision = session.scalars(sa.select(Decision).where(Decision.call_id == call.id)).first()
    desk = Desk() if desk is None else desk
    content: dict[str, Any] = {
        "call": {"number": call.number, "title": call.title},
        "organiser": organiser.name,
        "phone": desk.phone or organiser.phone,
        "accepts": desk.accepts or organiser.name,
        "contact": desk.contact,
        "supervision": desk.supervision,
        "span": spelled(plan.span),
        "reexamination": spelled(plan.reexamination),
        "decision": {
            "meeting": decision.meeting, "held_on": decision.held_on.isoformat(), "minutes_number": decision.minutes_number,
        } if decision else None,
        "starts_on": today(at).isoformat(),
        "ends_on": last_day(ends_at).isoformat(),
        "items": items,
    }  # fmt: skip
    title = f"{call.title}{TITLES[kind]}"
    if corrects is not None:
        content |= {key: corrects.content.get(key, "") for key in ("phone", "accepts", "contact", "supervision")}
        content["corrects"] = corrects.number
        title += "（更正）"
    notice = Notice(
        number=numbers.take(session, "GS", today(at).year), call_id=call.id, kind=kind, title=title, content=content,
        digest=journal.digest(journal.canonical(content)), starts_on=today(at), ends_at=ends_at, due_at=ends_at,
        previous_id=corrects.id if corrects is not None else None,
    )  # fmt: skip
    begin(session, notice, by=by, at=at, data={"digest": notice.digest})
    return notice


def correct(session: Session, notice: Notice, *, without: str, note: str, by: Viewer, at: datetime) -> Notice | None:
    """更正: a new version without one application; nobody comes in, so it ends when the old one did. None when nothing is left."""
    call = session.get_one(Call, notice.call_id)
    left = {one["application"] for one in notice.content["items"]} - {without}
    take_step(session, notice, "replace", by=carrying(by), at=at, note=note)
    if not left:
        return None
    fresh = publish(
        session, call, notice.kind, ("proposed",), only=left, corrects=notice, ends_at=notice.ends_at, by=carrying(by), at=at
    )  # fmt: skip
    if at >= fresh.ends_at:
        take_step(session, fresh, "end", by=CLOCK, at=at)
    return fresh


def _items(session: Session, call: Call, states: tuple[str, ...]) -> list[dict[str, Any]]:
    """What the public reads of each project; contacts are masked, and who to ask is the organiser."""
    found = session.execute(
        sa.select(Application, Organisation.name, Organisation.phone, Result.rank)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .outerjoin(Result, Result.application_id == Application.id)
        .where(Application.call_id == call.id, Application.state.in_(states))
        .order_by(Result.rank, Application.id)
    ).all()
    places = {a.id: list(applications.snapshot(session, a.id).get("communities") or [a.area_code]) for a, *_ in found}
    names = area_names(session, {code for codes in places.values() for code in codes})
    return [
        {
            "application": a.ref,
            "number": a.number,
            "title": a.title,
            "organisation": name,
            "amount_fen": a.awarded_fen.fen if a.awarded_fen else 0,
            "communities": [names.get(code, code) for code in places[a.id]],
            "contact": printed.mask_phone(phone) if phone else "",
        }
        for a, name, phone, _ in found
    ]


def extend(session: Session, notice: Notice, *, until: date, note: str, by: Viewer, at: datetime) -> None:
    """延期: the notice runs on, with the reason; its content stays as it was."""
    ends_at = end_of(until)
    notice.until = ends_at  # type: ignore[attr-defined]
    take_step(session, notice, "extend", by=by, at=at, note=note, data={"until": ends_at.isoformat()}, due=ends_at)
    notice.ends_at = ends_at
    session.flush()


def end_due(session: Session, at: datetime) -> int:
    """期满: by time alone; the organiser is told."""
    due = session.scalars(
        sa.select(Notice).where(Notice.state.in_(("running", "extended")), Notice.ends_at <= at).order_by(Notice.id)
    ).all()
    for notice in due:
        take_step(session, notice, "end", by=CLOCK, at=at)
        if notice.kind != "result":
            people = organisers_of(session, session.get_one(Call, notice.call_id), at)
            outbox.tell(session, people, notice.ref, "公示期满", f"“{notice.title}”已经期满，异议都答复后可以立项。", at=at)
    return len(due)


def end(session: Session, notice: Notice, *, by: Viewer, at: datetime, note: str = "") -> None:
    take_step(session, notice, "end", by=by, at=at, note=note)
