"""项目责任书: breaking a project into tasks, and what is done of each."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.accounts.viewer import Viewer
from webapp.core import files, journal
from webapp.core.calendar import deadline
from webapp.core.clock import end_of
from webapp.core.trace import trace
from webapp.core.workflow import begin, carrying, refuse, take_step
from webapp.projects.actions.delivery import READ_WORKDAYS, must_run
from webapp.projects.actions.supervision import tell_organisation
from webapp.projects.models import Agreement, Charge, Project, Task
from webapp.projects.rules.charges import MOST

Rows = Sequence[Mapping[str, Any]]


def prefilled(session: Session, project: Project) -> list[dict[str, Any]]:
    """The 子项 of the signed agreement as tasks nobody answers for yet; none where the call is no 服务打包."""
    first = sa.select(Agreement.terms).where(Agreement.project_id == project.id, Agreement.state != "void", Agreement.amends_id.is_(None))
    terms = session.scalars(first.order_by(Agreement.id.desc()).limit(1)).first() or {}
    return [
        {
            "title": part["title"], "how": part["how"], "unit": part["unit"], "target": int(part["quantity"]), "responsible": "",
            "due_on": project.ends_on.isoformat(),
        }
        for part in terms.get("parts") or ()
    ]  # fmt: skip


def start_charge(session: Session, project: Project, *, rows: Rows = (), by: Viewer, at: datetime) -> Charge:
    """起草责任书 of a project at work; each project has one. Raises Refused for a second one."""
    must_run(project)
    session.get_one(Project, project.id, with_for_update=True, populate_existing=True)
    if session.scalar(sa.select(Charge.id).where(Charge.project_id == project.id)) is not None:
        raise refuse("charge", "这个项目已经有责任书，请在原来的上面修改。")
    charge = Charge(project_id=project.id, title=f"{project.title} 项目责任书", rows=list(rows))
    begin(session, charge, by=carrying(by), at=at, data={"tasks": len(rows)})
    charge.due_at = deadline(at, READ_WORKDAYS)
    trace(session, project.ref, charge.ref)
    return charge


def edit_charge(session: Session, charge: Charge, *, rows: Rows, by: Viewer, at: datetime) -> None:
    """分解任务, while it is written or was returned."""
    if charge.state != "drafted":
        raise refuse("state", "责任书已经提交，不能再改。需要修改请联系主办单位退回。")
    if len(rows) > MOST:
        raise refuse("rows", f"最多分解 {MOST} 项任务，请合并相近的。")
    charge.rows = list(rows)
    told = {"tasks": len(rows), "digest": journal.digest(journal.canonical({"rows": charge.rows}))}
    journal.record(session, charge.ref, "edit", by=by.ref, at=at, data=told)


def submit_charge(session: Session, charge: Charge, *, by: Viewer, at: datetime, note: str = "") -> None:
    """提交责任书: what both sides will hold each other to, with its digest."""
    told = {"digest": journal.digest(journal.canonical({"rows": charge.rows}))}
    take_step(session, charge, "submit", by=by, at=at, note=note, data=told, due=deadline(at, READ_WORKDAYS))


def agree_charge(session: Session, charge: Charge, *, by: Viewer, at: datetime, note: str = "") -> None:
    """确认责任书: its rows become tasks, each with its day."""
    take_step(session, charge, "agree", by=by, at=at, note=note, data={"tasks": len(charge.rows)})
    for position, row in enumerate(charge.rows, 1):
        task = Task(
            charge_id=charge.id, project_id=charge.project_id, position=position, title=row["title"], how=row["how"], unit=row["unit"],
            target=row["target"], responsible=row["responsible"], due_on=date.fromisoformat(row["due_on"]),
        )  # fmt: skip
        begin(session, task, by=carrying(by), at=at, data={"target": task.target})
        task.due_at = end_of(task.due_on)
        trace(session, charge.ref, task.ref)
    project = session.get_one(Project, charge.project_id)
    tell_organisation(
        session, project, charge.ref, f"项目 {project.number} 责任书已确认", f"共 {len(charge.rows)} 项任务，请按期完成并登记进度。", at
    )


def report_task(
    session: Session, task: Task, *, count: int, note: str = "", proofs: Sequence[files.Checked] = (), by: Viewer, at: datetime
) -> None:
    """登记进度: so much more is done, with proof where there is some."""
    must_run(session.get_one(Project, task.project_id))
    if task.state != "open":
        raise refuse("state", "这项任务已经办结，不能再登记。")
    if count < 1:
        raise refuse("count", "请填写这次完成的数量。", "count")
    for one in proofs:
        files.attach(session, task.ref, "proof", one, by=by.ref, at=at)
    task.done += count
    session.flush()
    journal.record(session, task.ref, "report", by=by.ref, at=at, data={"count": count, "done": task.done}, note=note)
