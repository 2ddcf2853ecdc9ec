"""Those who watch: 实施过程协同督导, 整改, 催办, 暂停."""

from collections.abc import Sequence
from datetime import date, datetime, time

import sqlalchemy as sa
from sqlalchemy.orm import Session

from reports.format import day as spelled
from webapp.accounts.actions import note_record
from webapp.accounts.models import Record
from webapp.accounts.queries import people_with
from webapp.accounts.viewer import Viewer
from webapp.core import files, journal, outbox
from webapp.core.calendar import deadline
from webapp.core.clock import end_of, today
from webapp.core.trace import trace
from webapp.core.workflow import begin, refuse, take_step
from webapp.projects.actions.delivery import must_be_free, must_run
from webapp.projects.models import DEMANDS, VERDICTS, Place, Project, Rectification, Visit
from webapp.projects.queries.acting import call_of
from webapp.reviews.actions.panels import organisers_of

VISITORS = ("community", "party_lead", "supervisor", "street")
OFFICES = ("street", "bureau", "bureau_head", "bureau_lead")


def tell_organisation(session: Session, project: Project, subject: str, title: str, body: str, at: datetime) -> None:
    """Leave a message for those who work on the project in its organisation."""
    people = people_with(session, ("org_lead", "org_member", "social_worker"), at=at, organisation_id=project.organisation_id)
    outbox.tell(session, people, subject, title, body, at=at)


def visit(
    session: Session, project: Project, *, held_on: date, found: str, verdict: str, demand: str = "", due_on: date | None = None,
    began: time | None = None, place: str = "", asked: int = 0, voice: str = "", proof: bool = False,
    photos: Sequence[files.Checked] = (), by: Viewer, at: datetime,
) -> Visit:  # fmt: skip
    """实施过程协同督导: what a community, street or 居务监督委员会 saw. 需要整改 opens a finding with its day.

    Raises Refused for a day to come, for 整改 without a demand or a later day, and for who is tied to the organisation.
    """
    must_run(project)
    must_be_free(session, project, by=by, at=at)
    if held_on > today(at):
        raise refuse("held_on", "督导日期还没有到。", "held_on")
    places = session.scalars(sa.select(Place.area_code).where(Place.project_id == project.id)).all()
    member = next((m for m in by.members if m.role in VISITORS and any(code.startswith(m.area_code) for code in places)), None)
    if member is None or by.id is None:
        raise refuse("place", "项目不在您的辖区实施，不能督导。")
    done = Visit(
        project_id=project.id, title=f"{member.organisation} {spelled(held_on)} 督导", held_on=held_on,
        area_code=next(code for code in places if code.startswith(member.area_code)), organisation_id=member.organisation_id, by_id=by.id,
        began=began, place=place.strip(), asked=asked, voice=voice.strip(), found=found, verdict=verdict, at=at,
    )  # fmt: skip
    session.add(done)
    session.flush()
    journal.record(session, done.ref, "create", by=by.ref, at=at, data={"verdict": verdict})
    journal.record(session, project.ref, "visit", by=by.ref, at=at, data={"visit": done.ref, "verdict": verdict}, note=VERDICTS[verdict])
    trace(session, project.ref, done.ref)
    for one in photos:
        files.attach(session, done.ref, "photo", one, by=by.ref, at=at)
    if verdict == "rectify":
        if not demand.strip():
            raise refuse("demand", "请写明需要整改什么。", "demand")
        if due_on is None:
            raise refuse("due_on", "请填写整改期限。", "due_on")
        order_rectification(
            session, project, title=f"{member.organisation}督导整改", text=demand, due_on=due_on, visit=done, proof=proof, by=by, at=at
        )
    return done


def order_rectification(
    session: Session, project: Project, *, title: str, text: str, due_on: date, kind: str = "rectify", visit: Visit | None = None,
    proof: bool = False, by: Viewer, at: datetime,
) -> Rectification:  # fmt: skip
    """要求整改 or 督办, with its day; 整改 stands on the organisation's record until it is closed.

    Raises Refused for a day that is not later than today.
    """
    if due_on <= today(at):
        raise refuse("due_on", f"{DEMANDS[kind]}期限要晚于今天。", "due_on")
    finding = Rectification(
        project_id=project.id, visit_id=visit.id if visit else None, kind=kind, proof_asked=proof, title=title, text=text
    )
    begin(session, finding, by=by, at=at, data={"due_on": due_on.isoformat(), "kind": kind})
    finding.due_at = end_of(due_on)
    trace(session, project.ref, finding.ref)
    if kind == "rectify":
        note_record(
            session, project.organisation_id, "rectify", finding.ref, {"project": project.ref},
            from_day=today(at), source=f"项目 {project.number} {title}", at=at,
        )  # fmt: skip
    words = "需要整改" if kind == "rectify" else "被督办"
    tell_organisation(session, project, finding.ref, f"项目 {project.number} {words}", f"{text} 请在 {spelled(due_on)} 前完成。", at)
    return finding


def press(session: Session, project: Project, *, demand: str, due_on: date, proof: bool = False, by: Viewer, at: datetime) -> Rectification:
    """督办: a street or bureau asks for something by a day, and looks at the answer; heavier than 催办, and no 整改.

    Raises Refused for a project that is not at work.
    """
    must_run(project)
    journal.record(session, project.ref, "press", by=by.ref, at=at, note=demand)
    office = next((m.organisation for m in by.members if m.role in OFFICES), "")
    return order_rectification(
        session, project, title=f"{office}督办", text=demand, due_on=due_on, kind="press", proof=proof, by=by, at=at
    )  # fmt: skip


def tell_overdue(session: Session, at: datetime) -> int:
    """整改 and 督办 past their day: the organisation, the street and the organiser's officers hear of it once."""
    waiting = sa.select(Rectification).where(
        Rectification.state == "ordered", Rectification.overdue_told_at.is_(None), Rectification.due_at <= at
    )
    found = session.scalars(waiting.order_by(Rectification.id).limit(200).with_for_update(skip_locked=True)).all()
    for one in found:
        one.overdue_told_at = at
        project = session.get_one(Project, one.project_id)
        words, body = f"项目 {project.number} {DEMANDS[one.kind]}逾期", f"{one.title}：{one.text}"
        tell_organisation(session, project, one.ref, words, body, at)
        watchers = {
            *people_with(session, ("street",), at=at, area=project.area_code[:9]),
            *organisers_of(session, call_of(session, project.call_id), at),
        }
        outbox.tell(session, watchers, one.ref, words, body, at=at)
    session.flush()
    return len(found)


def close_rectification(session: Session, finding: Rectification, *, by: Viewer, at: datetime, note: str = "") -> None:
    """复核销号: the finding is settled, and the record says until when it stood."""
    take_step(session, finding, "close", by=by, at=at, note=note)
    session.execute(
        sa.update(Record)
        .where(Record.kind == "rectify", Record.subject == finding.ref, Record.until_day.is_(None))
        .values(until_day=today(at))
    )


def insist(session: Session, finding: Rectification, *, note: str, by: Viewer, at: datetime) -> None:
    """继续整改: what is still missing; the clock starts again."""
    take_step(session, finding, "insist", by=by, at=at, note=note, due=deadline(at, 10))
    finding.overdue_told_at = None
    project = session.get_one(Project, finding.project_id)
    tell_organisation(session, project, finding.ref, f"项目 {project.number} 整改还没有到位", note, at)


def urge(session: Session, project: Project, *, note: str, by: Viewer, at: datetime) -> None:
    """催办: a message to the organisation and an entry in the project's story, with the reason."""
    if not note.strip():
        raise refuse("note", "请写明催办什么。", "note")
    journal.record(session, project.ref, "urge", by=by.ref, at=at, note=note)
    tell_organisation(session, project, project.ref, f"催办：项目 {project.number} {project.title}", note, at)


def suspend(session: Session, project: Project, *, note: str, by: Viewer, at: datetime) -> None:
    """暂停: nothing is paid, written down or changed until the project goes on; the organisation is told why."""
    take_step(session, project, "suspend", by=by, at=at, note=note)
    tell_organisation(session, project, project.ref, f"项目 {project.number} 已暂停", f"{note} 暂停期间不请款、不拨付。", at)


def resume(session: Session, project: Project, *, note: str, by: Viewer, at: datetime) -> None:
    """恢复 to where it stood: its last day unchanged."""
    _go_on(session, project, "resume", note=note, by=by, at=at)


def resume_passed(session: Session, project: Project, *, note: str, by: Viewer, at: datetime) -> None:
    """恢复 of a project whose mid-term had passed: it stays passed."""
    _go_on(session, project, "resume_passed", note=note, by=by, at=at)


def _go_on(session: Session, project: Project, step: str, *, note: str, by: Viewer, at: datetime) -> None:
    take_step(session, project, step, by=by, at=at, note=note, due=end_of(project.ends_on))
    said = f"{note} 结束日期 {spelled(project.ends_on)} 不变，需要延期的请申请时间变更。"
    tell_organisation(session, project, project.ref, f"项目 {project.number} 已恢复", said, at)
