"""Activities, progress reports and answers to findings: the organisation's own pages."""

import re
from pathlib import Path
from typing import Any

from flask import Response, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from webapp.core import static, web
from webapp.core.clock import today
from webapp.core.web import Back, Verb, db, entry, now, page, viewer
from webapp.permissions import roles_for
from webapp.projects import actions, forms
from webapp.projects.forms import delivery as activities
from webapp.projects.models import RUNNING, Activity, Progress, Project
from webapp.projects.queries import months, one, register
from webapp.projects.views import bp
from webapp.projects.views.offers import offer

MONTH = re.compile(r"20\d\d-(0[1-9]|1[0-2])")


def _status() -> int:
    return 422 if request.method == "POST" else 200


def _me() -> Any:
    return viewer()


@bp.route("/projects/<int:id>/activities/new", methods=["GET", "POST"])
@entry("activity.create", Project)
@offer("计划活动", RUNNING)
def activity_new(project: Project) -> ResponseReturnValue:
    """计划活动."""
    form = activities.PlanActivity()
    form.milestone_id.choices = [("", "不对应"), *one.milestones_of(db.session(), project.id)]
    if form.validate_on_submit() and (
        made := web.tried(form, lambda: actions.plan_activity(db.session(), project, **form.answers(), by=_me(), at=now()))
    ):
        flash("已列入活动计划。", "ok")
        return redirect(url_for("projects.activity_show", id=made.id))
    back = Back(url_for("projects.show", id=project.id), project.title)
    return page("form.html", _status(), heading="计划活动", form=form, back=back, submit="列入计划")


@bp.get("/activities/<int:id>")
@entry("activity.read", Activity)
def activity_show(activity: Activity) -> ResponseReturnValue:
    """One activity with its files."""
    session = db.session()
    names, photos = (bool(roles_for(right) & web.roles_here()) for right in ("activity.names", "activity.photos"))
    return page(
        "projects/activity.html", heading=activity.title, activity=_activity(activity), project=one.whose(session, activity.project_id),
        stages=web.where(activity), steps=web.can(activity), files=one.files_of(session, activity.ref), entries=web.timeline(activity.ref),
        named=register.named_at(session, activity.id), may_call=activity.state != "cancelled" and names, spends=months.spends_of(session, activity.id),
        may_show=activity.state == "held" and photos and not activity.minors, record=web.step_href(activity, "record"),
    )  # fmt: skip


@bp.post("/activities/<int:id>/photos")
@entry("activity.photos", Activity)
def activity_photos(activity: Activity) -> ResponseReturnValue:
    """公开照片, or 收回."""
    shown = request.form.get("show") == "1"
    actions.show_photos(db.session(), activity, shown=shown, by=_me(), at=now())
    flash("照片已在项目公开页展示。" if shown else "照片已收回，只有办理人能看到。", "ok")
    return redirect(url_for("projects.activity_show", id=activity.id))


SHOWN = (
    "id", "title", "place", "planned_on", "held_on", "persons", "unnamed", "visits", "workers", "worker_minutes", "volunteers", "volunteer_minutes",
    "minutes", "reflection", "counted", "minors", "open_photos", "previewed", "state",
)  # fmt: skip


def _activity(activity: Activity) -> dict[str, Any]:
    when = months.hours(activity.starts, activity.ends)
    return {name: getattr(activity, name) for name in SHOWN} | {"state_label": activity.state_label, "hours": when}


def _fill_record(form: Any, activity: Activity) -> None:
    form.milestone_id.choices = [("", "不对应"), *one.milestones_of(db.session(), activity.project_id)]
    lines = one.lines_of(db.session(), activity.project_id)
    if request.method == "GET":
        form.held_on.data, form.place.data, form.milestone_id.data = activity.planned_on, activity.place, activity.milestone_id
        form.starts.data, form.ends.data = activity.starts, activity.ends
        for line in lines:
            form.spends.append_entry({"line_id": str(line.id)})
    titles = {str(line.id): line.title for line in lines}
    for entry_of_line in form.spends:
        entry_of_line.form.amount.label.text = titles.get(entry_of_line.form.line_id.data, "")


def _record(session: Any, activity: Activity, **given: Any) -> None:
    for name in ("workers", "volunteers", "minutes", "counted"):
        given[name] = given[name] or 0
    for name in ("worker", "volunteer"):
        given[f"{name}_minutes"] = activities.minutes(given.pop(f"{name}_hours"))
    given["reflection"] = given["reflection"] or ""
    given["spends"] = {int(row["line_id"]): row["amount"] for row in given["spends"] if row["amount"] and str(row["line_id"]).isdecimal()}
    actions.record_activity(session, activity, **given)


def _about(activity: Activity) -> dict[str, Any]:
    """What the record's page says beside its form."""
    return {"planned": activity.state == "planned", "about": activity.title, "stays": request.path}


web.steps(
    bp,
    Activity,
    {
        "record": Verb(
            activities.RecordActivity,
            _record,
            template="projects/record.html",
            prepare=_fill_record,
            show=_about,
            said="活动已记录，人数和指标已汇总到项目。",
        ),
        "cancel": Verb(),
    },
)


@bp.get("/field-worker.js")
@entry("portal.read")
def field_worker() -> Response:
    """What keeps the record's page on a telephone; a worker answers for what lies beside it, hence its address."""
    return static.answer(Path(current_app.static_folder or ""), "field-worker.js", request)


worker: Any = field_worker
worker.without_database = True


@bp.get("/projects/<int:id>/plan")
@entry("activity.plan", Project)
@offer("月度计划", {*RUNNING, "suspended", "accepted", "evaluated", "archived"})
def month_plan(project: Project) -> ResponseReturnValue:
    """月度计划: the activities of one month, to be read and printed."""
    session, month = db.session(), _month(request.args.get("month", ""))
    before, after = months.around(month)
    return page(
        "projects/plan.html", heading=f"{months.words(month)}活动计划", month=month, project=one.whose(session, project.id), before=before, after=after,
        activities=months.of_month(session, project.id, month),
        may_plan=project.state in RUNNING and bool(roles_for("activity.create") & web.roles_here()),
        public=web.public_href("project", project.id),
    )  # fmt: skip


def _month(typed: str) -> str:
    return typed if MONTH.fullmatch(typed) else f"{today(now()):%Y-%m}"


@bp.route("/projects/<int:id>/plan/new", methods=["GET", "POST"])
@entry("activity.create", Project)
def month_plan_new(project: Project) -> ResponseReturnValue:
    """Plan a month's activities at once."""
    month = _month(request.args.get("month", "") or months.around(f"{today(now()):%Y-%m}")[1])
    form = activities.PlanMonth()
    if request.method == "POST":
        form.rows.entries = [row for row in form.rows.entries if any(row.data.values()) and row.name != request.form.get("drop_row")]
    if "add_row" in request.form or "drop_row" in request.form:
        form.rows.append_entry()
    elif made := web.submitted(form, lambda: _plan(project, form, month)):
        flash(f"已列入计划 {len(made)} 项。", "ok")
        return redirect(url_for("projects.month_plan", id=project.id, month=month))
    elif not form.rows.entries:
        form.rows.append_entry()
    back = Back(url_for("projects.month_plan", id=project.id, month=month), f"{months.words(month)}活动计划")
    return page("projects/plan_new.html", _status(), heading=f"计划 {months.words(month)}的活动", form=form, back=back, submit="列入计划")


def _plan(project: Project, form: activities.PlanMonth, month: str) -> list[Activity]:
    lines = [actions.Planned(**row.data, previewed=bool(form.previewed.data)) for row in form.rows]
    return actions.plan_month(db.session(), project, lines, month=month, by=_me(), at=now())


@bp.route("/projects/<int:id>/progress/new", methods=["GET", "POST"])
@entry("progress.create", Project)
@offer("写进展报告", RUNNING)
def progress_new(project: Project) -> ResponseReturnValue:
    """新建进展报告."""
    form = forms.NewProgress()
    if request.method == "GET":
        form.month.data = forms.month_before(today(now()))
    if form.validate_on_submit() and (period := _period(form)):
        names = {"midterm": "中期进展报告", "final": "末期进展报告"}
        title = names.get(period, f"{period} 进展报告")
        made = actions.start_progress(db.session(), project, period=period, title=title, by=_me(), at=now())
        return redirect(url_for("projects.progress_edit", id=made.id))
    back = Back(url_for("projects.show", id=project.id), project.title)
    return page("form.html", _status(), heading="新建进展报告", form=form, back=back, submit="开始填写")


def _period(form: forms.NewProgress) -> str:
    if form.kind.data != "month":
        return str(form.kind.data)
    month = (form.month.data or "").strip()
    if MONTH.fullmatch(month):
        return month
    form.month.errors = ["请按 2026-05 的样子填写月份。"]
    return ""


@bp.route("/progress/<int:id>/edit", methods=["GET", "POST"])
@entry("progress.create", Progress)
def progress_edit(progress: Progress) -> ResponseReturnValue:
    """填写进展报告; saving keeps a draft, the page of the report submits it."""
    form = forms.EditProgress(done=progress.done, problems=progress.problems, next_steps=progress.next_steps)
    if form.validate_on_submit():
        actions.edit_progress(db.session(), progress, **{k: v or "" for k, v in form.answers().items()}, by=_me(), at=now())
        flash("已保存。核对无误后请按“提交”。", "ok")
        return redirect(url_for("projects.progress_show", id=progress.id))
    back = Back(url_for("projects.progress_show", id=progress.id), progress.title)
    return page("form.html", _status(), heading=progress.title, form=form, back=back, submit="保存")


@bp.get("/progress/<int:id>")
@entry("progress.read", Progress)
def progress_show(progress: Progress) -> ResponseReturnValue:
    """One progress report."""
    session = db.session()
    figures = progress.figures or actions.figures_of(session, session.get_one(Project, progress.project_id))
    may_edit = progress.state in {"draft", "returned"} and bool({"org_member", "org_lead", "social_worker"} & web.roles_here())
    return page(
        "projects/progress.html", heading=progress.title, state_label=progress.state_label, done=progress.done, problems=progress.problems,
        next_steps=progress.next_steps, figures=figures, project=one.whose(session, progress.project_id), may_edit=may_edit,
        edit_href=url_for("projects.progress_edit", id=progress.id), stages=web.where(progress), steps=web.can(progress),
        due=web.due(progress.due_at) if progress.state in {"draft", "submitted"} and progress.due_at else None, entries=web.timeline(progress.ref),
    )  # fmt: skip


web.steps(bp, Progress, {"submit": Verb(act=actions.submit_progress, said="已提交，等待审阅。"), "accept": Verb(), "return": Verb()})
