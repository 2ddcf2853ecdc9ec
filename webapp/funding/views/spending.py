"""Spending documents: the list, claiming, the page of one, and its steps."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from reports.format import yuan
from webapp.core import web
from webapp.core.web import Back, Verb, db, entry, now, page, viewer
from webapp.funding import actions, forms
from webapp.funding.models import Spending
from webapp.funding.queries import pages
from webapp.funding.views import bp
from webapp.projects.models import Project
from webapp.projects.queries import one
from webapp.projects.views.offers import offer
from webapp.workflows import SPENDING


@bp.get("/spendings")
@entry("spending.list")
def spendings() -> ResponseReturnValue:
    """The spending documents one may see."""
    state, project = (request.args.get(name, "").strip() for name in ("state", "project"))
    found = pages.spendings(
        db.session(), viewer(), state=state, project=int(project) if project.isdecimal() else None, after=request.args.get("after")
    )
    return page(
        "funding/spendings.html",
        heading="支出凭证",
        page=web.listing(found, state=state, project=project),
        state=state,
        states=SPENDING.states,
        clear_href=url_for("funding.spendings") if state or project else "",
    )


@bp.route("/projects/<int:id>/spendings/new", methods=["GET", "POST"])
@entry("spending.create", Project)
@offer("登记支出凭证", ("delivering", "rectifying", "passed", "closing", "accepted"))
def spending_new(project: Project) -> ResponseReturnValue:
    """登记支出凭证."""
    session = db.session()
    form = forms.Claim()
    lines = one.lines_of(session, project.id)
    form.budget_line_id.choices = [("", "请选择"), *((line.id, f"{line.title}(余 {yuan(line.left_fen)} 元)") for line in lines)]
    form.activity_id.choices = [("", "不对应"), *pages.activities_of(session, project.id)]
    if form.validate_on_submit() and (
        made := web.tried(form, lambda: actions.claim(session, project, **form.answers(), by=_me(), at=now()))
    ):
        flash("已登记，等待审核。", "ok")
        return redirect(url_for("funding.spending_show", id=made.id))
    return page(
        "form.html", 422 if request.method == "POST" else 200, heading="登记支出凭证", form=form, multipart=True, submit="登记",
        back=Back(url_for("projects.show", id=project.id), project.title),
    )  # fmt: skip


def _me() -> Any:
    return viewer()


@bp.get("/spendings/<int:id>")
@entry("spending.read", Spending)
def spending_show(spending: Spending) -> ResponseReturnValue:
    """One claim with its document."""
    session = db.session()
    return page(
        "funding/spending.html", heading=spending.title, state_label=spending.state_label, claim=pages.spending(session, spending.id),
        project=one.whose(session, spending.project_id), files=one.files_of(session, spending.ref), stages=web.where(spending),
        steps=web.can(spending), due=web.due(spending.due_at) if spending.state == "claimed" else None, entries=web.timeline(spending.ref),
    )  # fmt: skip


web.steps(
    bp,
    Spending,
    {
        "accept": Verb(act=actions.accept, said="已认可。"),
        "reject": Verb(act=actions.reject, said="已退回，不予认可。"),
        "void": Verb(act=actions.void, said="已作废。"),
    },
)
