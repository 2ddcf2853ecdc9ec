"""Pages of reports: asking for one, having it, and checking one against what was issued."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from webapp.applications.models import Application
from webapp.core import web
from webapp.core.files import Attachment
from webapp.core.web import Back, db, entry, now, page, viewer
from webapp.projects.models import Agreement, Project
from webapp.reporting import actions
from webapp.reporting.forms import Ask
from webapp.reporting.models import Issued
from webapp.reporting.queries import issued as documents
from webapp.reporting.queries.asked import BOTH, Wish

bp = Blueprint("reporting", __name__)
PAPERS = {
    "application": (("申报回执（PDF）", "reporting.receipt_pdf"),),
    "agreement": (("项目协议书（PDF）", "reporting.agreement_pdf"),),
    "project": (("项目进展情况报告（PDF）", "reporting.project_progress"), ("绩效评价报告（PDF）", "reporting.project_performance")),
}


def _me() -> Any:
    return viewer()


@bp.route("/reports", methods=["GET", "POST"])
@entry("report.create")
def index() -> ResponseReturnValue:
    """The reports of one's areas, and the form to ask for another."""
    form = Ask()
    found = documents.choices(db.session(), _me())
    form.area.choices = list(found.areas)
    form.programme.choices = [("", "全部"), *found.programmes]
    if form.validate_on_submit():
        sources = (form.source.data,) if form.source.data else BOTH
        # All one answers for is no narrowing: the book is kept to it anyway, and what was published is open to all.
        area = "" if form.area.data == found.whole else form.area.data
        wish = Wish(form.kind.data, now(), form.year.data, form.programme.data or "", area, (form.project.data or "").strip(), sources)
        to: dict[str, Any] = {"area_code": form.area.data, "base": request.url_root, "by": _me(), "at": now()}
        issued = web.tried(form, lambda: actions.ask(db.session(), wish, form.suffix.data, **to))
        if issued is not None:
            return _asked(issued)
    listed = documents.documents(db.session(), _me(), request.args.get("after"))
    return page("reporting/index.html", 422 if request.method == "POST" else 200, form=form, page=web.listing(listed))


def _asked(issued: Issued) -> ResponseReturnValue:
    flash(f"已开始编制，编号 {issued.number}。完成后在消息里通知您。", "ok")
    return redirect(url_for("reporting.show", id=issued.id))


@bp.get("/reports/<int:id>")
@entry("report.read", Issued)
def show(issued: Issued) -> ResponseReturnValue:
    """One document: where it stands, its file, how to check it."""
    found = documents.document(db.session(), issued.id)
    return page(
        "reporting/show.html", document=found, entries=web.timeline(issued.ref), back=Back(url_for("reporting.index"), "报告"),
        source=web.href(issued.subject), verify=url_for("reporting.verify", token=found.token, _external=True),
    )  # fmt: skip


@bp.get("/reports/<int:id>/file")
@entry("report.read", Issued)
def file(issued: Issued) -> ResponseReturnValue:
    """The document's file."""
    if issued.attachment_id is None:
        abort(404, "这份文书还在编制，请稍后再来下载。")
    return web.send_stored(db.session().get_one(Attachment, issued.attachment_id))


@bp.get("/verify/<token>")
@entry("report.verify")
def verify(token: str) -> ResponseReturnValue:
    """核验: what was issued under this token, for anyone who holds the paper."""
    found = documents.verified(db.session(), token)
    if found is None:
        abort(404, "没有这份文书。请核对网址是否完整，或扫描文书上的二维码。")
    return page("reporting/verify.html", document=found)


@bp.post("/application/<int:id>/receipt")
@entry("application.read", Application)
def receipt_pdf(application: Application) -> ResponseReturnValue:
    """申报回执 on paper."""
    return _asked(actions.ask_receipt(db.session(), application, base=request.url_root, by=_me(), at=now()))


@bp.post("/agreement/<int:id>/pdf")
@entry("agreement.read", Agreement)
def agreement_pdf(agreement: Agreement) -> ResponseReturnValue:
    """项目协议书 on paper."""
    return _asked(actions.ask_agreement(db.session(), agreement, base=request.url_root, by=_me(), at=now()))


@bp.post("/project/<int:id>/progress-report")
@entry("report.create", Project)
def project_progress(project: Project) -> ResponseReturnValue:
    """项目进展情况报告 of one project."""
    return _of_project(project, "progress")


@bp.post("/project/<int:id>/performance-report")
@entry("report.create", Project)
def project_performance(project: Project) -> ResponseReturnValue:
    """绩效评价报告 of one project."""
    return _of_project(project, "performance")


def _of_project(project: Project, kind: str) -> ResponseReturnValue:
    wish = Wish(kind, now(), project=project.number)
    return _asked(actions.ask(db.session(), wish, "pdf", area_code=project.area_code, base=request.url_root, by=_me(), at=now()))
