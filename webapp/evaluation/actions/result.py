"""The result: the parties' points become a total, and what follows for the project."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.accounts.actions import note_record
from webapp.accounts.models import Record
from webapp.accounts.viewer import Viewer
from webapp.calls.queries import rules_of
from webapp.calls.rules import consequence_said, report_due, years_after
from webapp.core import journal
from webapp.core.calendar import add_workdays
from webapp.core.clock import end_of, today
from webapp.core.workflow import carrying, refuse, take_step
from webapp.evaluation import queries
from webapp.evaluation.actions.opening import create
from webapp.evaluation.models import GRADES, KINDS, Evaluation
from webapp.evaluation.queries import acceptance, result
from webapp.evaluation.rules import band, passes
from webapp.projects import actions as projects
from webapp.projects.models import Project
from webapp.projects.queries.acting import call_of
from webapp.scoring import actions as scoring
from webapp.scoring.models import Scorecard

PRIORITY_YEARS = 1
"""How long 优先申报 stands on the record: the next year's calls see it."""


def confirm(
    session: Session, evaluation: Evaluation, *, seen: int | None = None, excuse: str = "", by: Viewer, at: datetime, note: str = ""
) -> None:
    """确认评估结果: the parties' points become the total by the call's weights; a mid-term over the pass line passes the project.

    What was handed in late fails it where the call says so, unless there is an `excuse`. Refused while a party is missing where the
    call published that all are waited for; else the entry names who is missing. Raises Refused when the total is not the one that was
    `seen` before it was confirmed.
    """
    project = session.get_one(Project, evaluation.project_id, with_for_update=True, populate_existing=True)
    plan = queries.plan_of(session, project)
    found = result.of(session, evaluation, excuse=excuse, at=at)
    total = found.total
    if seen is not None and total is not None and seen != total:
        raise refuse("seen", f"刚才又有评价方提交了得分，总分现在是 {total / 100:.2f}。请重新核对后再确认。")
    evaluation.residents_score, evaluation.residents_n = found.residents
    evaluation.total, evaluation.grade, evaluation.late_papers = total, found.grade, list(found.late)
    data = {"total": total, "n": evaluation.residents_n, "missing": list(found.missing), "late": len(found.late)}
    take_step(session, evaluation, "confirm", by=by, at=at, note=note, data=data)
    evaluation.excuse = excuse.strip() if found.late else ""
    for card in session.scalars(sa.select(Scorecard).where(Scorecard.subject == evaluation.ref, Scorecard.state == "submitted")):
        scoring.lock(session, card, by=by, at=at)
    if evaluation.kind == "midterm" and total is not None:
        note_record(
            session, project.organisation_id, "midterm", project.ref,
            {"grade": band(plan, "midterm", total, "", found.failed), "total": total},
            from_day=today(at), source=f"项目 {project.number} 中期评估", at=at,
        )  # fmt: skip
    if (
        evaluation.kind == "midterm"
        and project.state in {"delivering", "rectifying"}
        and total is not None
        and passes(plan, total, found.failed)
    ):
        take_step(
            session,
            project,
            "pass",
            by=carrying(by),
            at=at,
            data={"evaluation": evaluation.ref, "total": total},
            due=_close_by(session, project),
        )
    projects.tell_organisation(
        session,
        project,
        evaluation.ref,
        f"项目 {project.number} {KINDS[evaluation.kind]}结果已确认",
        f"总分 {(total or 0) / 100:.2f}。" + (f"{'、'.join(found.late)}，按公告评为不合格。" if found.failed else ""),
        at,
    )


def pass_midterm(session: Session, project: Project, *, by: Viewer, at: datetime, note: str = "") -> None:
    """中期评估合格, after what was found wanting has been put right."""
    take_step(session, project, "pass", by=by, at=at, note=note, due=_close_by(session, project))


def _close_by(session: Session, project: Project) -> datetime:
    """By when the organisation is to ask for 结项."""
    return report_due(rules_of(call_of(session, project.call_id)).breach, project.ends_on)


def rectify(session: Session, project: Project, *, note: str, due_on: date | None = None, by: Viewer, at: datetime) -> None:
    """责令整改 after a mid-term below the pass line: the demand with its day; the next tranche waits for it."""
    last = due_on or add_workdays(today(at), 20)
    take_step(session, project, "rectify", by=by, at=at, note=note, due=end_of(last))
    projects.order_rectification(session, project, title="中期评估整改", text=note, due_on=last, by=by, at=at)


def close(session: Session, project: Project, *, by: Viewer, at: datetime, note: str = "") -> None:
    """申请结项: the work is done; the final evaluation opens with it."""
    take_step(session, project, "close", by=by, at=at, note=note)
    if queries.of_project(session, project.id, "final") is None:
        create(session, project, "final", by=by, at=at)


def accept(session: Session, project: Project, *, opinion: str, members: str, by: Viewer, at: datetime, note: str = "") -> None:
    """验收 with its 验收意见书: the opinion and those who took part. The needs it answers are resolved."""
    final = queries.of_project(session, project.id, "final")
    if final is not None:
        present = [line.strip() for line in members.replace("、", "\n").splitlines() if line.strip()]
        signed = final.acceptance or {}
        if signed.get("until") and signed["opinion"] != opinion.strip() and acceptance.signs(session, final.id):
            raise refuse("opinion", "各方签署的是已起草的验收意见，不能另写。", "opinion")
        final.acceptance = {**signed, "opinion": opinion.strip(), "members": present, "on": today(at).isoformat()}
        session.flush()
        journal.record(
            session, final.ref, "acceptance", by=by.ref, at=at, data={"digest": journal.digest(journal.canonical(final.acceptance))}
        )
    take_step(session, project, "accept", by=by, at=at, note=note, data={"evaluation": final.ref if final else None})
    projects.resolve_needs(session, project, by=by, at=at)


def evaluate(session: Session, project: Project, *, by: Viewer, at: datetime, note: str = "") -> None:
    """确认绩效等级: 优良中差 by the final's total; it stays on the organisation's record."""
    final = queries.of_project(session, project.id, "final")
    project.grade = final.grade if final is not None else ""
    take_step(session, project, "evaluate", by=by, at=at, note=note, data={"grade": project.grade, "total": final.total if final else None})
    if final is None:
        return
    note_record(
        session, project.organisation_id, "grade", project.ref, {"grade": project.grade, "total": final.total},
        from_day=today(at), source=f"项目 {project.number} 末期评估", at=at,
    )  # fmt: skip
    told = _consequences(session, project, final.grade, by=by, at=at)
    if final.grade == GRADES[-1][0]:
        projects.criticise(session, project, f"绩效等级为{final.grade}", at=at)
    ended = sa.update(Record).where(Record.kind == "running", Record.subject == project.ref, Record.until_day.is_(None))
    session.execute(ended.values(until_day=today(at)))
    projects.resolve_needs(session, project, by=by, at=at)
    projects.tell_organisation(
        session, project, project.ref, f"项目 {project.number} 绩效等级：{project.grade}", f"等级已记入单位档案。{told}", at
    )


def _consequences(session: Session, project: Project, grade: str, *, by: Viewer, at: datetime) -> str:
    """What the call's rules tie to a grade: 优先申报, 整改 with its day, 禁止申报, each written on the organisation's record.

    Gives them in words, empty where the grade brings nothing.
    """
    found = next((one for one in queries.plan_of(session, project).consequences if one.grade == grade), None)
    if found is None:
        return ""
    day, source = today(at), f"项目 {project.number} 绩效等级{grade}"
    if found.priority:
        note_record(
            session, project.organisation_id, "priority", project.ref, {"grade": grade}, from_day=day,
            until_day=years_after(day, PRIORITY_YEARS), source=source, at=at,
        )  # fmt: skip
    if found.ban_years:
        note_record(
            session, project.organisation_id, "ban", project.ref, {"reason": "grade", "grade": grade}, from_day=day,
            until_day=years_after(day, found.ban_years), source=source, at=at,
        )  # fmt: skip
    if found.rectify_workdays:
        due_on = add_workdays(day, found.rectify_workdays)
        text = f"绩效等级为{grade}，请按评估意见整改，报告整改情况。"
        projects.order_rectification(session, project, title="末期评估整改", text=text, due_on=due_on, by=by, at=at)
    return consequence_said(found)
