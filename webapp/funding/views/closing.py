"""结余收回, 归档 and 终止."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from reports.format import yuan
from reports.money import Money
from webapp.book import queries as books
from webapp.calls.queries import rules_of
from webapp.core import web
from webapp.core.web import Back, Verb, db, entry, now, page, viewer
from webapp.funding import actions, forms
from webapp.funding.models import Recovery
from webapp.funding.queries import ending
from webapp.funding.views import bp
from webapp.projects.models import Project
from webapp.projects.queries import one
from webapp.projects.queries.acting import call_of
from webapp.projects.views.offers import offer


def _me() -> Any:
    return viewer()


@bp.route("/projects/<int:id>/recoveries/new", methods=["GET", "POST"])
@entry("recovery.create", Project)
@offer("发起结余收回", ("evaluated", "terminated"))
def recovery_new(project: Project) -> ResponseReturnValue:
    """发起结余收回."""
    form = forms.Demand()
    if ending.may_claw_back(db.session(), project):
        both = ending.demandable(db.session(), project, books.position(db.session(), project.ref))
        form.claw_back.description = f"公告规定可以收回已拨资金。勾选后一共收回 {yuan(sum(both, Money(0)))} 元。"
    else:
        del form.claw_back
    if form.validate_on_submit():
        made = actions.demand(db.session(), project, **form.answers(), by=_me(), at=now())
        flash("已发起结余收回，承接单位会收到通知。", "ok")
        return redirect(url_for("funding.recovery_show", id=made.id))
    back = Back(url_for("projects.show", id=project.id), project.title)
    return page("form.html", 422 if request.method == "POST" else 200, heading="发起结余收回", form=form, back=back, submit="发起收回")


@bp.get("/recoveries/<int:id>")
@entry("recovery.read", Recovery)
def recovery_show(recovery: Recovery) -> ResponseReturnValue:
    """One recovery: how much, why, and whether it came back."""
    return page(
        "funding/recovery.html",
        heading=recovery.title,
        state_label=recovery.state_label,
        amount=recovery.amount_fen,
        of_spent=recovery.of_spent_fen,
        reason=recovery.reason,
        bank_reference=recovery.bank_reference,
        project=one.whose(db.session(), recovery.project_id),
        stages=web.where(recovery),
        steps=web.can(recovery),
        due=web.due(recovery.due_at) if recovery.state in {"demanded", "due"} else None,
        entries=web.timeline(recovery.ref),
    )


web.steps(
    bp,
    Recovery,
    {
        "demand": Verb(act=actions.demand_due, said="已发起收回，承接单位会收到通知。"),
        "keep": Verb(said="已登记暂不收回。"),
        "receive": Verb(forms.Receive, actions.receive, said="已确认到账。"),
        "waive": Verb(act=actions.waive, said="已登记免予收回。"),
    },
)


def _consequences(project: Project) -> dict[str, Any]:
    """What 终止 will do, in figures, above its form."""
    return {"ending": ending.of(db.session(), project, now())}


def _offer_claw_back(form: Any, project: Project) -> None:
    """Only where the call provides for it; the figure stands above the form."""
    if not rules_of(call_of(db.session(), project.call_id)).breach.claw_back:
        del form.claw_back


web.steps(
    bp,
    Project,
    {
        "archive": Verb(act=actions.archive, said="已归档。"),
        "terminate": Verb(
            forms.Terminate,
            actions.terminate,
            template="funding/terminate.html",
            prepare=_offer_claw_back,
            show=_consequences,
            said="项目已终止，未用资金已发起收回。",
        ),
    },
)
