"""异议: receipt, somebody who did not decide, answer, re-examination, and what follows for the list; and who moves up."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from reports import format as printed
from reports.money import Money
from webapp.applications.models import Application
from webapp.calls.models import Call
from webapp.calls.queries import rules_of
from webapp.calls.rules import NoticePlan, until
from webapp.core import journal, numbers, outbox
from webapp.core.clock import today
from webapp.core.scope import Viewer
from webapp.core.workflow import Refused, begin, carrying, refuse, take_step
from webapp.reviews.actions import letters
from webapp.reviews.actions.notices import Desk, correct, publish
from webapp.reviews.actions.panels import organisers_of
from webapp.reviews.models import Decision, Notice, Objection, Result
from webapp.reviews.queries.moving_up import facts_of_promotion
from webapp.reviews.queries.results import in_reserve
from webapp.reviews.rules.publicity import LIVE, PROMOTE


def object_to(
    session: Session, notice: Notice, *, name: str, text: str, application_id: int | None, kind: str = "named", evidence: str = "",
    by: Viewer, at: datetime,
) -> Objection:  # fmt: skip
    """提出异议: by a signed-in person with the real name, or for an organisation with its name; both stay sealed.

    Raises Refused when the notice no longer runs.
    """
    if by.id is None:
        raise refuse("sign_in", "请先登录，再提出异议。")
    return _raise(session, notice, name, text, application_id, kind, evidence, by.id, by=by, at=at)


def register_objection(
    session: Session, notice: Notice, *, name: str, text: str, application_id: int | None, kind: str, evidence: str, by: Viewer, at: datetime
) -> Objection:  # fmt: skip
    """登记来信、来访、来电的异议. An anonymous one is taken up when it comes with evidence that can be looked into."""
    if kind == "anonymous" and not evidence.strip():
        raise refuse("evidence", "匿名异议要有可以核实的线索或证据，请写明。", "evidence")
    if kind != "anonymous" and not name.strip():
        raise refuse("name", "请填写异议人的姓名或单位全称；不愿署名的选“匿名线索”。", "name")
    return _raise(session, notice, name, text, application_id, kind, evidence, None, by=by, at=at)


def _raise(
    session: Session, notice: Notice, name: str, text: str, about: int | None, kind: str, evidence: str, person: int | None, *,
    by: Viewer, at: datetime,
) -> Objection:  # fmt: skip
    if notice.kind == "result" or notice.state not in LIVE or at >= notice.ends_at:
        raise refuse("over", f"公示期已到 {printed.until(notice.ends_at)} 期满，不再受理异议。您可以拨打公示上的电话反映。")
    if about is not None and f"application:{about}" not in {i["application"] for i in notice.content["items"]}:
        raise refuse("item", "请选择公示里的项目。", "application_id")
    call = session.get_one(Call, notice.call_id)
    objection = Objection(
        notice_id=notice.id, number=numbers.take(session, "YY", today(at).year), kind=kind, application_id=about, person_id=person,
        name=name.strip() or None, text=text.strip(), evidence=evidence.strip() or None, title="公示异议",
        due_at=until(at, rules_of(call).notice.reexamination),
    )  # fmt: skip
    begin(session, objection, by=by, at=at, data={"notice": notice.ref, "number": objection.number})
    people = organisers_of(session, call, at)
    outbox.tell(session, people, objection.ref, "收到一件公示异议", f"“{notice.title}”收到异议 {objection.number}，请核实并答复。", at=at)
    return objection


def assign(session: Session, objection: Objection, *, handler_id: int, by: Viewer, at: datetime) -> Objection:
    """指定承办人: somebody of the organiser who did not record the decision."""
    if objection.state != "raised":
        raise refuse("state", "异议已经答复，不能再指定承办人。")
    notice = session.get_one(Notice, objection.notice_id)
    decided = session.scalar(sa.select(Decision.by_id).where(Decision.call_id == notice.call_id))
    if handler_id == decided:
        raise refuse("decider", "名单的集体研究由这位人员登记，异议请指定没有参与决定的人员。", "handler_id")
    if handler_id not in organisers_of(session, session.get_one(Call, notice.call_id), at):
        raise refuse("handler", "请从主办单位的人员中指定。", "handler_id")
    objection.handler_id = handler_id
    journal.record(session, objection.ref, "assign", by=by.ref, at=at, data={"handler": f"person:{handler_id}"})
    outbox.tell(session, [handler_id], objection.ref, "请您核实一件公示异议", f"{objection.number}，请在期限前答复。", at=at)
    return objection


def answer(session: Session, objection: Objection, *, note: str, upheld: str = "no", by: Viewer, at: datetime) -> None:
    """答复异议. Upheld and about one project: it leaves the list, and the notice is corrected by a new version."""
    objection.answer, objection.upheld = note.strip(), upheld == "yes"
    due = until(at, _plan(session, objection).reexamination)
    take_step(session, objection, "answer", by=by, at=at, note=note, data={"upheld": upheld}, due=due)
    objection.handler_id = by.id
    _tell(session, objection, f"{objection.number} 有了答复", f"不服的，可在 {printed.until(due)} 前申请复核。", at=at)
    if objection.upheld:
        _take_off(session, objection, by=by, at=at)


def appeal(session: Session, objection: Objection, *, note: str, by: Viewer, at: datetime) -> None:
    """申请复核, with the reason, which is sealed."""
    objection.appeal = note.strip()
    take_step(session, objection, "appeal", by=by, at=at, note=note, due=until(at, _plan(session, objection).reexamination))
    call = _call(session, objection)
    outbox.tell(
        session, organisers_of(session, call, at), objection.ref, "一件异议申请复核", f"{objection.number}，请另行安排人员复核。", at=at
    )


def settle_objection(session: Session, objection: Objection, *, note: str, upheld: str = "no", by: Viewer, at: datetime) -> None:
    """复核答复, by somebody else than who answered."""
    objection.final, before = note.strip(), objection.upheld
    take_step(session, objection, "settle", by=by, at=at, note=note, data={"upheld": upheld})
    objection.upheld = upheld == "yes"
    _tell(session, objection, f"{objection.number} 复核完毕", "请打开查看复核意见。", at=at)
    if objection.upheld and not before:
        _take_off(session, objection, by=by, at=at)


def _call(session: Session, objection: Objection) -> Call:
    return session.get_one(Call, session.get_one(Notice, objection.notice_id).call_id)


def _plan(session: Session, objection: Objection) -> NoticePlan:
    return rules_of(_call(session, objection)).notice


def _tell(session: Session, objection: Objection, title: str, body: str, *, at: datetime) -> None:
    if objection.person_id is not None:
        outbox.tell(session, [objection.person_id], objection.ref, title, body, at=at)


def _take_off(session: Session, objection: Objection, *, by: Viewer, at: datetime) -> None:
    if objection.application_id is None:
        return
    application = session.get_one(Application, objection.application_id, with_for_update=True)
    if application.state == "proposed":
        leave(session, application, "decline", reason="公示期间异议成立。", by=carrying(by), at=at)


def leave(session: Session, application: Application, step: str, *, reason: str, by: Viewer, at: datetime) -> None:
    """A proposed project leaves the list: no amount any more, and the notice it stands in is corrected."""
    take_step(session, application, step, by=by, at=at, note=reason)
    result = session.get_one(Result, application.id, with_for_update=True)
    result.outcome, result.amount_fen, result.reason, result.amount_reason = "decline", None, reason, ""
    application.awarded_fen = None
    open_ones = sa.select(Notice).where(
        Notice.call_id == application.call_id, Notice.kind.in_(("before", "reserve")), Notice.state != "replaced"
    )
    for notice in session.scalars(open_ones.order_by(Notice.id).with_for_update()).all():
        if application.ref in {one["application"] for one in notice.content["items"]}:
            correct(session, notice, without=application.ref, note=reason, by=by, at=at)


def renounce(session: Session, application: Application, *, note: str, by: Viewer, at: datetime) -> None:
    """放弃立项 by the organisation itself, during the notice; the organiser is told that a place is free."""
    leave(session, application, "renounce", reason=note.strip(), by=by, at=at)
    call = session.get_one(Call, application.call_id)
    outbox.tell(
        session, organisers_of(session, call, at), call.ref, "一个拟立项项目放弃立项", f"《{application.title}》，可以由候补递补。", at=at
    )


def free_award(session: Session, application: Application, amount: Money, *, by: Viewer, at: datetime) -> None:
    """An agreement was terminated: what was not paid of the award is free for who waits in reserve, and the organiser is told."""
    result = session.get(Result, application.id, with_for_update=True)
    if result is None or result.amount_fen is None or not amount:
        return
    result.freed_fen = min(amount, result.amount_fen)
    session.flush()
    call = session.get_one(Call, application.call_id)
    journal.record(session, call.ref, "free", by=by.ref, at=at, data={"application": application.ref, "freed_fen": result.freed_fen.fen})
    if in_reserve(session, call.id):
        said = f"《{application.title}》协议终止，空出资金 {printed.yuan(result.freed_fen)} 元，可以由候补递补。"
        outbox.tell(session, organisers_of(session, call, at), call.ref, "一个项目终止，候补可以递补", said, at=at)


def promote(session: Session, call: Call, *, amount: Money | None, note: str, by: Viewer, at: datetime) -> Notice:
    """候补递补: the next in reserve, by rank, with its own 公示 of as many days as the first; the award waits for that.

    Raises Refused when nobody is in reserve, no money is free, or amount or reason are missing.
    """
    session.execute(sa.select(Call.id).where(Call.id == call.id).with_for_update())
    facts, application = facts_of_promotion(session, call, amount, note)
    if found := [refusal for rule in PROMOTE if (refusal := rule(facts)) is not None]:
        raise Refused(*found)  # type: ignore[arg-type]
    assert application is not None
    result = session.get_one(Result, application.id, with_for_update=True)
    result.outcome, result.amount_fen, result.reason = "propose", amount, note.strip()
    result.amount_reason = "候补递补，以空出的资金为限。" if amount and amount < application.requested_fen else ""
    application.awarded_fen = amount
    take_step(session, application, "propose", by=carrying(by), at=at, data={"amount_fen": facts.amount.fen if facts.amount else None})
    journal.record(session, call.ref, "promote", by=by.ref, at=at, data={"application": application.ref}, note=note.strip())
    letters.write(session, call, at=at, only=[application.id])
    letters.send(session, call, at=at)
    first = session.scalars(sa.select(Notice).where(Notice.call_id == call.id, Notice.kind == "before").order_by(Notice.id)).first()
    desk = Desk(*(first.content.get(key) or "" for key in ("accepts", "contact", "phone", "supervision"))) if first else None
    return publish(session, call, "reserve", ("proposed",), desk=desk, only={application.ref}, by=by, at=at)
