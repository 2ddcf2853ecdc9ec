"""未立项通知: to one applicant that its project was not awarded, in the words it was told with, or by the reason on record."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from reports import format as fmt
from reports.report import Report, Section, Text
from webapp.accounts.models import Organisation
from webapp.applications.models import Application
from webapp.calls.models import Call
from webapp.core import journal
from webapp.core.workflow import Refusal
from webapp.reporting.papers import Asked, Paper
from webapp.reviews.models import Letter


@dataclass(frozen=True, slots=True)
class Declined:
    organisation: str
    organiser: str
    phone: str
    call: str
    number: str
    title: str
    at: datetime
    reason: str
    letter: str
    """The words of the letter that was sent; empty where none was, or another (候补) was."""


def gather(session: Session, application: Application, asked: Asked) -> Declined:
    """The letter as it went out, and the reason the outcome was recorded with."""
    call = session.get_one(Call, application.call_id)
    organiser, organisation = (session.get_one(Organisation, key) for key in (call.organiser_id, application.organisation_id))
    entry = next((one for one in journal.lines(session, [application.ref]) if one.step == "decline"), None)
    letter = session.get(Letter, application.id)
    sent = letter.body if letter is not None and letter.kind == "decline" and letter.sent_at is not None else ""
    return Declined(
        organisation.name, organiser.name, organiser.phone, call.title, application.number, application.title, application.state_at,
        (entry.note or "") if entry else "", sent,
    )  # fmt: skip


def build(found: Declined, asked: Asked) -> Report:
    """Whom it is for stands above it; a letter that begins with the name does not say it twice."""
    reason = f"理由：{found.reason.rstrip('。')}。" if found.reason else ""
    standard = f"你单位申报“{found.call}”的“{found.title}”项目（{found.number}）未予立项。{reason}感谢参与。"
    words = found.letter.removeprefix(f"{found.organisation}：") or standard
    contact = (f"联系电话：{found.phone}",) if found.phone and found.phone not in words else ()
    return asked.report(
        "公益创投项目未立项通知",
        (Section("", (Text((f"{found.organisation}：",), flush=True), Text((*words.splitlines(), "特此通知。", *contact)))),),
        issuer=found.organiser,
        date_line=fmt.day(found.at),
        seal=True,
        scope_note="正式文号由发文单位编。",
        sources=("本平台申报和评审结果记录",),
    )


def declined(application: Application) -> Refusal | None:
    return None if application.state == "declined" else Refusal("not_declined", "不是未立项的申报，没有未立项通知。")


PAPER = Paper(
    key="decline_letter",
    title="未立项通知",
    about=Application,
    right="application.letter",
    shared=True,
    gather=gather,
    build=build,
    retention="10",
    author="organiser",
    suffixes=("pdf", "docx"),
    ready=declined,
)
