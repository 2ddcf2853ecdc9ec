"""变更: which kind, what it shall become beside what it is, and where it stands."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from webapp.core import web
from webapp.core.forms import Form
from webapp.core.web import Back, Can, Verb, db, entry, now, page, viewer
from webapp.projects import actions
from webapp.projects.forms import changes as forms
from webapp.projects.models import CHANGE_KINDS, RUNNING, Change, Project
from webapp.projects.queries import changes as reads
from webapp.projects.queries import one
from webapp.projects.views import bp
from webapp.projects.views.offers import offer

TOLD = {
    "budget": "科目之间调整金额，资助总额不变。公告给出幅度的，幅度以内当时生效。",
    "time": "延期或提前结束，没有完成的指标可以跟着顺延。",
    "people": "项目负责人、财务、驻点社工等换人。",
    "content": "服务内容、地点、方式或指标的目标值。",
}


def _me() -> Any:
    return viewer()


def _address(project: Project, kind: str = "") -> str:
    return url_for("projects.change_new", id=project.id, kind=kind or None)


@bp.route("/projects/<int:id>/changes/new", methods=["GET", "POST"])
@entry("change.create", Project)
@offer("申请变更", RUNNING)
def change_new(project: Project) -> ResponseReturnValue:
    """申请变更: first which kind, then its own form."""
    kind = request.args.get("kind", "")
    if kind == "budget":
        return _budget(project)
    if kind not in CHANGE_KINDS:
        kinds = [(_address(project, key), f"{label}变更", TOLD[key]) for key, label in CHANGE_KINDS.items()]
        return page(
            "projects/choose.html",
            heading="申请变更",
            lead="先选变更什么，一次变更一类。",
            kinds=kinds,
            back=Back(url_for("projects.show", id=project.id), project.title),
        )
    form = _form(project, kind)
    if proposal := web.submitted(form, lambda: _proposed(project, kind, form)):
        return _made(project, kind, proposal, form)
    status = 422 if request.method == "POST" else 200
    return page("form.html", status, **_common(project, kind), form=form, submit="提交申请", explain=f"提交后由主办单位审批。{TOLD[kind]}")


def _common(project: Project, kind: str) -> dict[str, Any]:
    return {
        "heading": f"{CHANGE_KINDS[kind]}变更", "back": Back(_address(project), "申请变更"), "action": _address(project, kind),
    }  # fmt: skip


def _form(project: Project, kind: str) -> Form:
    form: Any = {"time": forms.ChangeTime, "people": forms.ChangePeople, "content": forms.ChangeContent}[kind]()
    if kind == "content":
        form.milestone_id.choices = [("", "不改指标"), *one.milestones_of(db.session(), project.id)]
    if kind == "time" and request.method == "GET":
        form.ends_on.data = project.ends_on
    return form  # type: ignore[no-any-return]


def _proposed(project: Project, kind: str, form: Form) -> actions.Proposal:
    given = {name: value for name, value in form.answers().items() if name != "why" and value is not None}
    if kind == "time":
        return actions.propose_time(db.session(), project, **given)
    if kind == "people":
        return actions.propose_people(**given)
    return actions.propose_content(db.session(), project, **given)


def _made(project: Project, kind: str, proposal: actions.Proposal, form: Any) -> ResponseReturnValue:
    made = actions.request_change(db.session(), project, kind, proposal, why=form.why.data or "", by=_me(), at=now())
    flash("已在幅度内调整，当时生效，并已告知主办单位。" if made.state == "applied" else "变更申请已提交，等待主办单位审批。", "ok")
    return redirect(url_for("projects.change_show", id=made.id))


def _budget(project: Project) -> ResponseReturnValue:
    """预算变更: the lines as they are and as they shall be; both side by side before it is done, for it may take effect at once."""
    percent = reads.free_percent(db.session(), project)
    lines = reads.free_lines(db.session(), project, percent)
    form: Any = forms.change_budget((line.id, line.title) for line in lines)()
    if request.method == "GET":
        for line in lines:
            form[f"amount_{line.id}"].data = line.grant
    status = 200
    if form.validate_on_submit() and not request.form.get("edit"):
        amounts = {line.id: form[f"amount_{line.id}"].data for line in lines}
        proposal = web.tried(form, lambda: actions.propose_budget(db.session(), project, amounts=amounts))
        if proposal and request.form.get("confirmed"):
            return _made(project, "budget", proposal, form)
        if proposal:
            return page("projects/change_confirm.html", **_common(project, "budget"), form=form, proposal=proposal, percent=percent)
        status = 422
    elif request.method == "POST" and not request.form.get("edit"):
        status = 422
    return page(
        "projects/change_budget.html",
        status,
        **_common(project, "budget"),
        form=form,
        lines=lines,
        percent=percent,
        submit="看调整前后对照",
    )


@bp.get("/changes/<int:id>")
@entry("change.read", Change)
def change_show(change: Change) -> ResponseReturnValue:
    """What stood before beside what shall stand after, and why."""
    return page(
        "projects/change.html", heading=change.title, kind=CHANGE_KINDS[change.kind], items=change.items, why=change.why,
        state=change.state, state_label=change.state_label, effective_at=change.effective_at,
        amendment=one.amendment_of(db.session(), change.id),
        project=one.whose(db.session(), change.project_id), stages=web.where(change), steps=_steps(change),
        due=web.due(change.due_at) if change.state == "requested" else None, entries=web.timeline(change.ref),
    )  # fmt: skip


def _steps(change: Change) -> list[Can]:
    """A street where the project merely lands does not decide for another organiser, and is not offered to."""
    return [can for can in web.can(change) if not any(one.code == "organiser" for one in can.blockers)]


def _approved(change: Change) -> str:
    return "已同意变更，并已生效。" if change.effective_at else "已同意变更，补充协议已起草，双方签署后生效。"


web.steps(
    bp,
    Change,
    {
        "approve": Verb(act=actions.approve_change, said=_approved),
        "refuse": Verb(said="已答复不同意，承接单位会看到理由。"),
        "withdraw": Verb(said="已撤回申请。"),
    },
)
