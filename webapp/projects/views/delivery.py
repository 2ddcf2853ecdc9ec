"""Activities, progress reports and answers to findings: the organisation's own pages."""

import re
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from webapp.core import web
from webapp.core.clock import today
from webapp.core.web import Back, Verb, db, entry, now, page, viewer
from webapp.permissions import roles_for
from webapp.projects import actions, forms
from webapp.projects.models import RUNNING, Activity, Progress, Project
from webapp.projects.queries import one, register
from webapp.projects.views import bp
from webapp.projects.views.offers import offer


def _status() -> int:
    return 422 if request.method == "POST" else 200


def _me() -> Any:
    return viewer()


@bp.route("/projects/<int:id>/activities/new", methods=["GET", "POST"])
@entry("activity.create", Project)
@offer("计划活动", RUNNING)
def activity_new(project: Project) -> ResponseReturnValue:
    """计划活动."""
    form = forms.PlanActivity()
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
    return page(
        "projects/activity.html", heading=activity.title, activity=_activity(activity), project=one.whose(session, activity.project_id),
        stages=web.where(activity), steps=web.can(activity), files=one.files_of(session, activity.ref), entries=web.timeline(activity.ref),
        named=register.named_at(session, activity.id),
        may_call=activity.state != "cancelled" and bool(roles_for("activity.names") & web.roles_here()),
    )  # fmt: skip


def _activity(activity: Activity) -> dict[str, Any]:
    names = (
        "id",
        "title",
        "place",
        "planned_on",
        "held_on",
        "persons",
        "unnamed",
        "visits",
        "workers",
        "volunteers",
        "minutes",
        "reflection",
        "counted",
        "state",
    )
    return {name: getattr(activity, name) for name in names} | {"state_label": activity.state_label}


def _fill_record(form: Any, activity: Activity) -> None:
    form.milestone_id.choices = [("", "不对应"), *one.milestones_of(db.session(), activity.project_id)]
    if request.method == "GET":
        form.held_on.data, form.place.data, form.milestone_id.data = activity.planned_on, activity.place, activity.milestone_id


def _record(session: Any, activity: Activity, **given: Any) -> None:
    for name in ("workers", "volunteers", "minutes", "counted"):
        given[name] = given[name] or 0
    given["reflection"] = given["reflection"] or ""
    actions.record_activity(session, activity, **given)


web.steps(
    bp,
    Activity,
    {
        "record": Verb(
            forms.RecordActivity,
            _record,
            template="projects/record.html",
            prepare=_fill_record,
            said="活动已记录，人数和指标已汇总到项目。",
        ),
        "cancel": Verb(),
    },
)


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
    if re.fullmatch(r"20\d\d-(0[1-9]|1[0-2])", month):
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
        due=web.due(progress.due_at) if progress.state == "submitted" else None, entries=web.timeline(progress.ref),
    )  # fmt: skip


web.steps(bp, Progress, {"submit": Verb(act=actions.submit_progress, said="已提交，等待审阅。"), "accept": Verb(), "return": Verb()})
