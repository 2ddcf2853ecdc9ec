"""Supervision, findings and reminders."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from webapp.core import web
from webapp.core.clock import today
from webapp.core.forms import Form
from webapp.core.web import Back, Verb, db, entry, now, page, viewer
from webapp.projects import actions, forms
from webapp.projects.models import DEMANDS, RUNNING, VERDICTS, Project, Rectification, Visit
from webapp.projects.queries import one
from webapp.projects.views import bp
from webapp.projects.views.offers import offer


def _status() -> int:
    return 422 if request.method == "POST" else 200


def _me() -> Any:
    return viewer()


def _filled(form: Form) -> dict[str, Any]:
    """The answers, without the texts and files left empty."""
    return {name: value for name, value in form.answers().items() if value not in (None, "", [])}


def _back(project: Project) -> Back:
    return Back(url_for("projects.show", id=project.id), project.title)


@bp.route("/projects/<int:id>/visits/new", methods=["GET", "POST"])
@entry("visit.create", Project)
@offer("登记督导", RUNNING)
def visit_new(project: Project) -> ResponseReturnValue:
    """实施过程协同督导."""
    form = forms.VisitForm()
    if request.method == "GET":
        form.held_on.data = today(now())
    if form.validate_on_submit() and (
        done := web.tried(form, lambda: actions.visit(db.session(), project, **_filled(form), by=_me(), at=now()))
    ):
        flash("督导已登记。" + ("整改要求已发给承接单位。" if done.verdict == "rectify" else ""), "ok")
        return redirect(url_for("projects.visit_show", id=done.id))
    return page("form.html", _status(), heading="实施过程协同督导", form=form, back=_back(project), submit="登记督导", multipart=True)


@bp.get("/visits/<int:id>")
@entry("visit.read", Visit)
def visit_show(visit: Visit) -> ResponseReturnValue:
    """One visit."""
    session = db.session()
    return page(
        "projects/visit.html",
        heading=visit.title,
        found=visit.found,
        verdict=visit.verdict,
        verdict_label=VERDICTS[visit.verdict],
        held_on=visit.held_on,
        began=visit.began,
        place=visit.place,
        asked=visit.asked,
        voice=visit.voice,
        project=one.whose(session, visit.project_id),
        files=one.files_of(session, visit.ref),
        entries=web.timeline(visit.ref),
    )


@bp.get("/rectifications/<int:id>")
@entry("rectification.read", Rectification)
def rectification_show(finding: Rectification) -> ResponseReturnValue:
    """One finding, its day, and what was done about it."""
    session = db.session()
    return page(
        "projects/rectification.html", heading=finding.title, kind_label=DEMANDS[finding.kind], proof_asked=finding.proof_asked, text=finding.text,
        state=finding.state, state_label=finding.state_label,
        project=one.whose(session, finding.project_id), files=one.files_of(session, finding.ref), stages=web.where(finding),
        steps=web.can(finding), due=web.due(finding.due_at) if finding.state != "closed" else None, entries=web.timeline(finding.ref),
    )  # fmt: skip


def _explain(finding: Rectification) -> dict[str, Any]:
    return {"explain": finding.text}


web.steps(
    bp,
    Rectification,
    {
        "answer": Verb(forms.AnswerRectification, actions.answer_rectification, show=_explain, said="已报告整改情况，等待复核。"),
        "close": Verb(act=actions.close_rectification, said="已销号。"),
        "insist": Verb(act=actions.insist, said="已退回继续整改。"),
    },
)


@bp.route("/projects/<int:id>/urge", methods=["GET", "POST"])
@entry("project.urge", Project)
@offer("催办", RUNNING)
def urge(project: Project) -> ResponseReturnValue:
    """催办."""
    form = forms.Urge()
    if form.validate_on_submit():
        actions.urge(db.session(), project, note=form.note.data or "", by=_me(), at=now())
        flash("已催办，承接单位会收到消息。", "ok")
        return redirect(url_for("projects.show", id=project.id))
    return page("form.html", _status(), heading="催办", form=form, back=_back(project), submit="发出催办")


@bp.route("/projects/<int:id>/press", methods=["GET", "POST"])
@entry("project.press", Project)
@offer("督办", RUNNING)
def press(project: Project) -> ResponseReturnValue:
    """督办."""
    form: Any = forms.Press()
    if form.validate_on_submit() and (
        made := web.tried(form, lambda: actions.press(db.session(), project, **form.answers(), by=_me(), at=now()))
    ):
        flash("已督办，承接单位会收到消息，答复后请复核销号。", "ok")
        return redirect(url_for("projects.rectification_show", id=made.id))
    return page("form.html", _status(), heading="督办", form=form, back=_back(project), submit="发出督办")
