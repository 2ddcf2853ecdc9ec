"""Those who watch: 实施过程协同督导, 整改, 催办, changes, 暂停."""

from collections.abc import Sequence
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from reports.format import day as spelled
from reports.format import yuan
from reports.money import Money
from webapp.accounts.actions import note_record
from webapp.accounts.models import Record
from webapp.accounts.queries import people_with
from webapp.accounts.viewer import Viewer
from webapp.core import files, journal, outbox
from webapp.core.calendar import deadline
from webapp.core.clock import end_of, today
from webapp.core.trace import trace
from webapp.core.workflow import begin, refuse, take_step
from webapp.projects.actions.delivery import READ_WORKDAYS, must_run
from webapp.projects.models import CHANGE_KINDS, VERDICTS, BudgetLine, Change, Place, Project, Rectification, Visit

VISITORS = ("community", "party_lead", "supervisor", "street")


def tell_organisation(session: Session, project: Project, subject: str, title: str, body: str, at: datetime) -> None:
    """Leave a message for those who work on the project in its organisation."""
    people = people_with(session, ("org_lead", "org_member", "social_worker"), at=at, organisation_id=project.organisation_id)
    outbox.tell(session, people, subject, title, body, at=at)


def visit(
    session: Session, project: Project, *, held_on: date, found: str, verdict: str, demand: str = "", due_on: date | None = None,
    photos: Sequence[files.Checked] = (), by: Viewer, at: datetime,
) -> Visit:  # fmt: skip
    """实施过程协同督导: what a community, street or 居务监督委员会 saw. 需要整改 opens a finding with its day.

    Raises Refused for a day to come, and for 整改 without a demand or a later day.
    """
    must_run(project)
    if held_on > today(at):
        raise refuse("held_on", "督导日期还没有到。", "held_on")
    places = session.scalars(sa.select(Place.area_code).where(Place.project_id == project.id)).all()
    member = next((m for m in by.members if m.role in VISITORS and any(code.startswith(m.area_code) for code in places)), None)
    if member is None or by.id is None:
        raise refuse("place", "项目不在您的辖区实施，不能督导。")
    done = Visit(
        project_id=project.id, title=f"{member.organisation} {spelled(held_on)} 督导", held_on=held_on,
        area_code=next(code for code in places if code.startswith(member.area_code)), organisation_id=member.organisation_id, by_id=by.id,
        found=found, verdict=verdict, at=at,
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
        if due_on is None or due_on <= today(at):
            raise refuse("due_on", "请填写整改期限，要晚于今天。", "due_on")
        order_rectification(session, project, title=f"{member.organisation}督导整改", text=demand, due_on=due_on, visit=done, by=by, at=at)
    return done


def order_rectification(
    session: Session, project: Project, *, title: str, text: str, due_on: date, visit: Visit | None = None, by: Viewer, at: datetime
) -> Rectification:
    """要求整改: a finding with its day; it stands on the organisation's record until it is closed."""
    finding = Rectification(project_id=project.id, visit_id=visit.id if visit else None, title=title, text=text)
    begin(session, finding, by=by, at=at, data={"due_on": due_on.isoformat()})
    finding.due_at = end_of(due_on)
    trace(session, project.ref, finding.ref)
    note_record(
        session, project.organisation_id, "rectify", finding.ref, {"project": project.ref},
        from_day=today(at), source=f"项目 {project.number} {title}", at=at,
    )  # fmt: skip
    tell_organisation(session, project, finding.ref, f"项目 {project.number} 需要整改", f"{text} 请在 {spelled(due_on)} 前完成。", at)
    return finding


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
    project = session.get_one(Project, finding.project_id)
    tell_organisation(session, project, finding.ref, f"项目 {project.number} 整改还没有到位", note, at)


def urge(session: Session, project: Project, *, note: str, by: Viewer, at: datetime) -> None:
    """催办: a message to the organisation and an entry in the project's story, with the reason."""
    if not note.strip():
        raise refuse("note", "请写明催办什么。", "note")
    journal.record(session, project.ref, "urge", by=by.ref, at=at, note=note)
    tell_organisation(session, project, project.ref, f"催办：项目 {project.number} {project.title}", note, at)


def request_change(
    session: Session, project: Project, *, kind: str, why: str, before: str = "", after: str = "", ends_on: date | None = None,
    from_line_id: int | None = None, to_line_id: int | None = None, amount: Money | None = None, by: Viewer, at: datetime,
) -> Change:  # fmt: skip
    """申请变更 of 时间, 人员, 内容 or 预算. What stood before is written by the platform where it knows it.

    Raises Refused when what the kind asks for is missing, or a budget line is another project's.
    """
    must_run(project)
    if kind == "time":
        if ends_on is None or ends_on == project.ends_on:
            raise refuse("ends_on", "请填写新的结束日期。", "ends_on")
        before, after = f"结束日期 {spelled(project.ends_on)}", f"结束日期 {spelled(ends_on)}"
    elif kind == "budget":
        source, target = _lines(session, project, from_line_id, to_line_id)
        if amount is None or amount <= Money(0):
            raise refuse("amount", "请填写调整金额。", "amount")
        if amount > source.grant_fen - source.spent_fen:
            raise refuse("amount", f"“{source.title}”只剩 {yuan(source.grant_fen - source.spent_fen)} 元没有使用。", "amount")
        before = f"{source.title} {yuan(source.grant_fen)} 元，{target.title} {yuan(target.grant_fen)} 元"
        after = f"{source.title} {yuan(source.grant_fen - amount)} 元，{target.title} {yuan(target.grant_fen + amount)} 元"
    elif not before.strip() or not after.strip():
        raise refuse("after", "请写明变更前和变更后的情况。", "after")
    change = Change(
        project_id=project.id, kind=kind, title=f"{CHANGE_KINDS[kind]}变更", before=before, after=after, why=why,
        ends_on=ends_on if kind == "time" else None, from_line_id=from_line_id if kind == "budget" else None,
        to_line_id=to_line_id if kind == "budget" else None, amount_fen=amount if kind == "budget" else None,
    )  # fmt: skip
    begin(session, change, by=by, at=at, data={"kind": kind})
    change.due_at = deadline(at, READ_WORKDAYS)
    trace(session, project.ref, change.ref)
    return change


def _lines(session: Session, project: Project, from_id: int | None, to_id: int | None) -> tuple[BudgetLine, BudgetLine]:
    found = {
        line.id: line
        for line in session.scalars(
            sa.select(BudgetLine)
            .where(BudgetLine.project_id == project.id, BudgetLine.id.in_([i for i in (from_id, to_id) if i]))
            .with_for_update()
        )
    }
    if from_id == to_id or from_id not in found or to_id not in found:
        raise refuse("lines", "请选择本项目两个不同的预算科目。", "to_line_id")
    return found[from_id], found[to_id]


def approve_change(session: Session, change: Change, *, by: Viewer, at: datetime, note: str = "") -> None:
    """同意变更, and carry it out: 时间 moves the project's last day, 预算 moves money between lines within the grant."""
    project = session.get_one(Project, change.project_id, with_for_update=True, populate_existing=True)
    if change.kind == "budget":
        source, target = _lines(session, project, change.from_line_id, change.to_line_id)
    take_step(session, change, "approve", by=by, at=at, note=note)
    if change.kind == "time" and change.ends_on is not None:
        project.ends_on = change.ends_on
        if project.state != "closing":
            project.due_at = end_of(change.ends_on)
    if change.kind == "budget" and change.amount_fen is not None:
        source.grant_fen -= change.amount_fen
        target.grant_fen += change.amount_fen
    session.flush()
    tell_organisation(session, project, change.ref, f"项目 {project.number} {change.title}已同意", change.after, at)


def resume(session: Session, project: Project, *, note: str, by: Viewer, at: datetime) -> None:
    """恢复: the project goes on, its last day unchanged."""
    take_step(session, project, "resume", by=by, at=at, note=note, due=end_of(project.ends_on))
