"""公示 and 公告, and the objections raised meanwhile."""

from datetime import date, datetime, timedelta
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
from webapp.calls.rules import until
from webapp.core import journal, numbers, outbox
from webapp.core.clock import end_of, today
from webapp.core.scope import Viewer
from webapp.core.workflow import CLOCK, begin, carrying, refuse, take_step
from webapp.reviews.actions.panels import organisers_of
from webapp.reviews.models import Decision, Notice, Objection, Result

TITLES = {"before": "拟立项项目公示", "result": "立项公告"}


def announce(session: Session, call: Call, *, by: Viewer, at: datetime, note: str = "") -> Notice:
    """发布公示: the proposed projects with applicant, amount and communities, frozen, for the call's working days from today."""
    take_step(session, call, "announce", by=by, at=at, note=note)
    return _publish(session, call, "before", ("proposed",), by=by, at=at)


def publish_result(session: Session, call: Call, *, by: Viewer, at: datetime) -> Notice:
    """发布立项公告 after the award. Raises Refused when nothing was awarded or it was published already."""
    if session.scalar(sa.select(Notice.id).where(Notice.call_id == call.id, Notice.kind == "result").limit(1)) is not None:
        raise refuse("published", "本次征集的立项公告已经发布。")
    notice = _publish(session, call, "result", ("awarded",), by=by, at=at)
    journal.record(session, call.ref, "result", by=by.ref, at=at, data={"notice": notice.ref})
    return notice


def _publish(session: Session, call: Call, kind: str, states: tuple[str, ...], *, by: Viewer, at: datetime) -> Notice:
    items = _items(session, call, states)
    if not items:
        raise refuse("empty", "没有可以公示的项目。")
    ends_at = until(at, rules_of(call).notice.span)
    organiser = session.get_one(Organisation, call.organiser_id)
    decision = session.scalars(sa.select(Decision).where(Decision.call_id == call.id)).first()
    content: dict[str, Any] = {
        "call": {"number": call.number, "title": call.title},
        "organiser": organiser.name,
        "phone": organiser.phone,
        "decision": {
            "meeting": decision.meeting, "held_on": decision.held_on.isoformat(), "minutes_number": decision.minutes_number,
        } if decision else None,
        "starts_on": today(at).isoformat(),
        "ends_on": (today(ends_at - timedelta(seconds=1))).isoformat(),
        "items": items,
    }  # fmt: skip
    notice = Notice(
        number=numbers.take(session, "GS", today(at).year), call_id=call.id, kind=kind, title=f"{call.title}{TITLES[kind]}",
        content=content, digest=journal.digest(journal.canonical(content)), starts_on=today(at), ends_at=ends_at, due_at=ends_at,
    )  # fmt: skip
    begin(session, notice, by=by, at=at, data={"digest": notice.digest})
    return notice


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
        if notice.kind == "before":
            people = organisers_of(session, session.get_one(Call, notice.call_id), at)
            outbox.tell(session, people, notice.ref, "公示期满", f"“{notice.title}”已经期满，异议都答复后可以立项。", at=at)
    return len(due)


def end(session: Session, notice: Notice, *, by: Viewer, at: datetime, note: str = "") -> None:
    take_step(session, notice, "end", by=by, at=at, note=note)


def object_to(session: Session, notice: Notice, *, name: str, text: str, application_id: int | None, by: Viewer, at: datetime) -> Objection:
    """提出异议: by a signed-in person with the real name, or for an organisation with its name; both stay sealed.

    Raises Refused when the notice no longer runs.
    """
    if by.id is None:
        raise refuse("sign_in", "请先登录，再提出异议。")
    if notice.kind != "before" or notice.state not in {"running", "extended"} or at >= notice.ends_at:
        raise refuse("over", f"公示期已到 {printed.until(notice.ends_at)} 期满，不再受理异议。您可以拨打公示上的电话反映。")
    if application_id is not None and f"application:{application_id}" not in {i["application"] for i in notice.content["items"]}:
        raise refuse("item", "请选择公示里的项目。", "application_id")
    objection = Objection(
        notice_id=notice.id, application_id=application_id, person_id=by.id, name=name.strip(), text=text.strip(), title="公示异议",
        due_at=notice.ends_at,
    )  # fmt: skip
    begin(session, objection, by=by, at=at, data={"notice": notice.ref})
    people = organisers_of(session, session.get_one(Call, notice.call_id), at)
    outbox.tell(session, people, objection.ref, "收到一件公示异议", f"“{notice.title}”收到异议，请核实并答复。", at=at)
    return objection


def answer(session: Session, objection: Objection, *, note: str, upheld: str = "no", by: Viewer, at: datetime) -> None:
    """答复异议. Upheld and about one project: that project is taken off the list; the reason is the answer."""
    objection.answer = note.strip()
    take_step(session, objection, "answer", by=by, at=at, note=note, data={"upheld": upheld})
    outbox.tell(session, [objection.person_id], objection.ref, "您提出的异议有了答复", "请打开查看答复意见。", at=at)
    if upheld != "yes" or objection.application_id is None:
        return
    application = session.get_one(Application, objection.application_id)
    result = session.get(Result, application.id, with_for_update=True)
    if application.state != "proposed" or result is None:
        return
    result.outcome, result.amount_fen, result.reason = "decline", None, "公示期间异议成立。"
    application.awarded_fen = None
    take_step(session, application, "decline", by=carrying(by), at=at, note=result.reason, data={"objection": objection.ref})
