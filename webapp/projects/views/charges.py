"""项目责任书: writing it, what it says, and each task with what is done."""

from datetime import date
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from webapp.core import web
from webapp.core.web import Back, Verb, db, entry, now, page, viewer
from webapp.permissions import roles_for
from webapp.projects import actions
from webapp.projects.forms import charges as forms
from webapp.projects.models import RUNNING, Charge, Project, Task
from webapp.projects.queries import charges as reads
from webapp.projects.queries import one
from webapp.projects.views import bp
from webapp.projects.views.offers import offer


def _me() -> Any:
    return viewer()


@bp.route("/projects/<int:id>/charge/new", methods=["GET", "POST"])
@entry("charge.create", Project)
@offer("任务分解（责任书）", RUNNING)
def charge_new(project: Project) -> ResponseReturnValue:
    """起草责任书, beginning with the 子项 of the agreement; a link to the one there is, where there is one."""
    if (key := reads.charge_of(db.session(), project.id)) is not None:
        there = [(url_for("projects.charge_show", id=key), "打开项目责任书", "填写、提交和进度都在那里。")]
        back = Back(url_for("projects.show", id=project.id), project.title)
        return page("projects/choose.html", heading="任务分解（项目责任书）", lead="这个项目已经有责任书。", kinds=there, back=back)
    form = forms.ChargeForm()
    if request.method == "GET":
        _fill(form, actions.prefilled(db.session(), project))
    rows = _typed(form)
    if rows is not None and (made := web.tried(form, lambda: actions.start_charge(db.session(), project, rows=rows, by=_me(), at=now()))):
        return _saved(made)
    return _page(form, Back(url_for("projects.show", id=project.id), project.title))


@bp.route("/charges/<int:id>/edit", methods=["GET", "POST"])
@entry("charge.edit", Charge)
def charge_edit(charge: Charge) -> ResponseReturnValue:
    """分解任务."""
    form = forms.ChargeForm()
    if request.method == "GET":
        _fill(form, charge.rows)
    rows = _typed(form)
    if rows is not None:
        actions.edit_charge(db.session(), charge, rows=rows, by=_me(), at=now())
        return _saved(charge)
    return _page(form, Back(url_for("projects.charge_show", id=charge.id), charge.title))


def _saved(charge: Charge) -> ResponseReturnValue:
    flash("已保存。填齐以后由单位负责人提交，主办单位确认。", "ok")
    return redirect(url_for("projects.charge_show", id=charge.id))


def _page(form: Any, back: Back) -> ResponseReturnValue:
    asked = request.method == "POST" and not {"add_row", "drop_row"} & set(request.form)
    return page("form.html", 422 if asked else 200, heading="任务分解（项目责任书）", form=form, back=back, submit="保存")


def _fill(form: Any, rows: list[dict[str, Any]]) -> None:
    for row in rows or [{}]:
        due = row.get("due_on")
        form.rows.append_entry({**row, "due_on": date.fromisoformat(due) if due else None})


def _typed(form: Any) -> list[dict[str, Any]] | None:
    """The rows that were sent, blank ones left out; None where the form is only shown, or a cell is wrong and told at its place."""
    if request.method != "POST":
        return None
    if "add_row" in request.form:
        form.rows.append_entry()
        return None
    if "drop_row" in request.form:
        place = request.form["drop_row"].rpartition("-")[2]
        form.rows.entries = [row for n, row in enumerate(form.rows.entries) if str(n) != place]
        return None
    if not form.validate_on_submit():
        return None
    found = []
    for row in form.rows.data:
        cells = {name: (row[name] or "").strip() for name in ("title", "responsible", "unit", "how")}
        if any(cells.values()) or row["target"]:
            found.append({**cells, "target": row["target"] or 0, "due_on": row["due_on"].isoformat() if row["due_on"] else ""})
    return found


@bp.get("/charges/<int:id>")
@entry("charge.read", Charge)
def charge_show(charge: Charge) -> ResponseReturnValue:
    """The tasks: as they are written, or once agreed on with what is done of each."""
    session = db.session()
    tasks = reads.tasks_of(session, charge.project_id)
    may_edit = charge.state == "drafted" and bool(roles_for("charge.edit") & web.roles_here())
    return page(
        "projects/charge.html", heading=charge.title, state_label=charge.state_label, rows=charge.rows, tasks=tasks,
        project=one.whose(session, charge.project_id), stages=web.where(charge), steps=web.can(charge), today=now().date(),
        due=web.due(charge.due_at) if charge.state != "agreed" else None, entries=web.timeline(charge.ref),
        edit_href=url_for("projects.charge_edit", id=charge.id) if may_edit else "",
    )  # fmt: skip


@bp.get("/tasks/<int:id>")
@entry("task.read", Task)
def task_show(task: Task) -> ResponseReturnValue:
    """One task: who answers for it, and what was reported."""
    session = db.session()
    may_report = task.state == "open" and bool(roles_for("task.report") & web.roles_here())
    return page(
        "projects/task.html", heading=task.title, state_label=task.state_label, how=task.how, unit=task.unit, target=task.target,
        done=task.done, responsible=task.responsible, due_on=task.due_on, project=one.whose(session, task.project_id),
        files=one.files_of(session, task.ref), stages=web.where(task), steps=web.can(task), charge_id=task.charge_id,
        due=web.due(task.due_at) if task.state == "open" else None, entries=web.timeline(task.ref),
        report_href=url_for("projects.task_report", id=task.id) if may_report else "",
    )  # fmt: skip


@bp.route("/tasks/<int:id>/report", methods=["GET", "POST"])
@entry("task.report", Task)
def task_report(task: Task) -> ResponseReturnValue:
    """登记进度."""
    form = forms.TaskReport()
    if form.validate_on_submit():
        actions.report_task(
            db.session(), task, count=form.count.data or 0, note=form.note.data or "", proofs=form.proofs.data or (), by=_me(), at=now()
        )
        flash("进度已登记。", "ok")
        return redirect(url_for("projects.task_show", id=task.id))
    back = Back(url_for("projects.task_show", id=task.id), task.title)
    return page(
        "form.html", 422 if request.method == "POST" else 200, heading="登记进度", form=form, back=back, submit="登记", multipart=True
    )


web.steps(
    bp,
    Charge,
    {
        "submit": Verb(act=actions.submit_charge, said="责任书已提交，等待主办单位确认。"),
        "agree": Verb(act=actions.agree_charge, said="责任书已确认，任务已列入项目。"),
        "return": Verb(said="已退回修改。"),
    },
)
web.steps(bp, Task, {"finish": Verb(said="任务已办结。")})
