"""立项通知: to one applicant that its project is awarded, on what grounds, and how much."""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from reports import format as fmt
from reports.money import Money
from reports.report import Report, Section, Text
from webapp.accounts.models import Organisation
from webapp.applications.models import Application
from webapp.calls.models import Call
from webapp.core.workflow import Refusal
from webapp.reporting.papers import Asked, Paper
from webapp.reviews.models import Decision, Notice
from webapp.reviews.rules.plain import span


@dataclass(frozen=True, slots=True)
class Awarded:
    """What the award rests on, as far as it is recorded."""

    organisation: str
    organiser: str
    phone: str
    payer: str
    call: str
    number: str
    title: str
    amount: Money
    at: datetime
    meeting: tuple[str, date, str] | None
    """集体研究: the meeting, its day, the number of its minutes."""
    notice: tuple[str, str] | None
    """The 公示 that named it: its number, and its days in words."""


def gather(session: Session, application: Application, asked: Asked) -> Awarded:
    """The award, 集体研究 and the last 公示 in which the application stood."""
    call = session.get_one(Call, application.call_id)
    keys = {application.organisation_id, call.organiser_id, call.payer_id}
    names = {one.id: one for one in session.scalars(sa.select(Organisation).where(Organisation.id.in_(keys)))}
    decision = session.scalars(sa.select(Decision).where(Decision.call_id == call.id)).first()
    notices = session.scalars(sa.select(Notice).where(Notice.call_id == call.id, Notice.kind != "result").order_by(Notice.id.desc()))
    named = next((one for one in notices if any(item["application"] == application.ref for item in one.content["items"])), None)
    organiser, payer = names[call.organiser_id], names.get(call.payer_id)
    return Awarded(
        names[application.organisation_id].name, organiser.name, organiser.phone, payer.name if payer else "", call.title, application.number,
        application.title, application.awarded_fen or Money(0), application.state_at,
        (decision.meeting, decision.held_on, decision.minutes_number) if decision else None,
        (named.number, span(named.content)) if named else None,
    )  # fmt: skip


def build(found: Awarded, asked: Asked) -> Report:
    grounds = ["评审"]
    if found.meeting:
        meeting, held, minutes = found.meeting
        grounds.append(f"{fmt.day(held)}{meeting}集体研究（{minutes}）")
    if found.notice:
        number, days = found.notice
        grounds.append(f"{days}公示（{number}）")
    paid = f"，由{found.payer}支付" if found.payer and found.payer != found.organiser else ""
    body = (
        f"你单位申报“{found.call}”的“{found.title}”项目（{found.number}），经{'、'.join(grounds)}，现予立项。"
        f"资助金额 {fmt.yuan(found.amount)} 元（大写：{fmt.capital(found.amount)}）{paid}。",
        "请与我单位签订项目协议后组织实施，资助资金按协议约定分期拨付，专款专用。",
        "特此通知。",
    )
    contact = (f"联系电话：{found.phone}",) if found.phone else ()
    return asked.report(
        "公益创投项目立项通知",
        (Section("", (Text((f"{found.organisation}：",), flush=True), Text((*body, *contact)))),),
        issuer=found.organiser,
        date_line=fmt.day(found.at),
        seal=True,
        scope_note="金额、会议和公示按平台记录；正式文号由发文单位编。",
        sources=("本平台申报、集体研究和公示记录",),
    )


def awarded(application: Application) -> Refusal | None:
    return None if application.state == "awarded" else Refusal("not_awarded", "还没有立项，没有立项通知。")


PAPER = Paper(
    key="award_letter",
    title="立项通知",
    about=Application,
    right="application.letter",
    shared=True,
    gather=gather,
    build=build,
    retention="permanent",
    author="organiser",
    suffixes=("pdf", "docx"),
    ready=awarded,
)
