"""Pages of reports: asking for one, having it, and checking one against what was issued."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from webapp.accounts.queries import area_names, has_dataset
from webapp.core import files, fit, limits, settings, web
from webapp.core.clock import today
from webapp.core.files import Attachment
from webapp.core.web import Back, db, entry, now, page, roles_here, viewer
from webapp.core.workflow import refuse
from webapp.permissions import MAY, roles_for
from webapp.reporting import actions
from webapp.reporting.forms import Ask, AskOf, Brought, FileScan
from webapp.reporting.models import Issued
from webapp.reporting.queries import issued as documents
from webapp.reporting.queries import verification
from webapp.reporting.queries.asked import BOTH, Wish
from webapp.reporting.registry import ABOUT, PAPERS
from webapp.reporting.rules import SUFFIXES
from webapp.reporting.rules.periods import offered
from webapp.reporting.views.blueprint import bp
from webapp.reporting.views.preview import previewed


def _form(typed: Mapping[str, str] | None, **more: Any) -> Ask:
    """The form of a report with what this person may choose; `typed` None: what was sent."""
    unsaid = {"programme": "", "period": "", "source": "", "suffix": "pdf"}
    form = Ask(**({} if typed is None else {"formdata": MultiDict({**unsaid, **typed}), "meta": {"csrf": False}}), **more)
    me: Any = viewer()
    found = documents.choices(db.session(), me)
    form.area.choices, form.whole = list(found.areas), found.whole
    deeper = form.area.data or ""  # a community, of which there are too many to choose among: a board leads here with it
    if any(deeper.startswith(code) for code, _ in found.areas) and deeper not in dict(found.areas):
        form.area.choices += list(area_names(db.session(), [deeper]).items())
    form.area.data = form.area.data or next((code for code, _ in found.areas), None)
    form.programme.choices = [("", "全部"), *found.programmes]
    form.period.choices = [("", "请选择"), *offered(today(now()))]
    return form


def _asked_for(form: Ask, at: datetime) -> tuple[Wish, str]:
    """What a filled form asks for, and the period chosen."""
    chooses = PAPERS[form.kind.data].choices is not None
    sources = (form.source.data,) if form.source.data else BOTH
    # All one answers for is no narrowing: the book is kept to it anyway, and what was published is open to all.
    area = "" if form.area.data == form.whole else form.area.data
    wish = Wish(at, None if chooses else form.year.data, form.programme.data or "", area, fit.number(form.project.data), sources)
    return wish, form.period.data if chooses else ""


def _answers(form: Ask) -> dict[str, Any]:
    """The same as a form and an address carry it."""
    names = ("kind", "area", "year", "period", "programme", "project", "source", "suffix")
    return {name: form[name].data or "" for name in names}


def _report_previewed() -> ResponseReturnValue:
    """The report that the address names; what is not filled in rightly goes back to the form."""
    typed, at = request.args, now()
    kept: dict[str, Any] = {name: value for name, value in typed.items() if name not in {"preview", "csv"}}
    form, back = _form(typed.to_dict()), Back(url_for("reporting.index", **kept), "报告")
    if not form.validate():
        return redirect(back.href)
    wish, choice = _asked_for(form, at)
    me: Any = viewer()
    report = actions.preview_report(
        db.session(), form.kind.data, replace(wish, viewer=me), base=request.url_root, by=me, at=at, choice=choice
    )  # fmt: skip
    return previewed(report, PAPERS[form.kind.data], back, list(_answers(form).items()))


HOUR = 3600


@bp.route("/reports", methods=["GET", "POST"])
@entry("report.create")
def index() -> ResponseReturnValue:
    """The reports of one's areas, and the form to ask for another."""
    if request.method == "GET" and "preview" in request.args:
        return _report_previewed()
    form = _form(None, data=request.args.to_dict())
    if form.validate_on_submit():
        kind, at = form.kind.data, now()
        wish, choice = _asked_for(form, at)
        if "preview" in request.form:
            if web.tried(form, lambda: actions.possible(db.session(), PAPERS[kind], wish, at=at, choice=choice)) is not None:
                return redirect(url_for("reporting.index", preview=1, **{name: said or None for name, said in _answers(form).items()}))
        else:
            to: dict[str, Any] = {"area_code": form.area.data, "base": request.url_root, "by": viewer(), "at": at, "choice": choice}
            issued = web.tried(form, lambda: actions.ask_report(db.session(), kind, wish, form.suffix.data, **to))
            if issued is not None:
                return _asked(issued)
    listed = documents.documents(db.session(), viewer(), request.args.get("after"))
    return page("reporting/index.html", 422 if request.method == "POST" else 200, form=form, page=web.listing(listed))


def _asked(issued: Issued) -> ResponseReturnValue:
    flash(f"已开始编制，编号 {issued.number}。完成后在消息里通知您。", "ok")
    return redirect(url_for("reporting.show", id=issued.id))


def _shown(issued: Issued, form: FileScan) -> ResponseReturnValue:
    found = documents.document(db.session(), issued.id)
    scans = files.of(db.session(), issued.ref, "scan")
    return page(
        "reporting/show.html", 422 if request.method == "POST" else 200, document=found, entries=web.timeline(issued.ref), scans=scans,
        back=Back(url_for("reporting.index"), "报告"), source=web.href(issued.subject), form=form,
        verify=url_for("reporting.verify", token=found.token, _external=True),
        files_scans=bool(roles_for("report.scan") & roles_here()) and found.ready,
    )  # fmt: skip


@bp.get("/reports/<int:id>")
@entry("report.read", Issued)
def show(issued: Issued) -> ResponseReturnValue:
    """One document: where it stands, its file, the signed paper come back, how to check it."""
    return _shown(issued, FileScan(formdata=None))


@bp.post("/reports/<int:id>/scan")
@entry("report.scan", Issued)
def file_scan(issued: Issued) -> ResponseReturnValue:
    """扫描件归卷: the signed and sealed paper comes back."""
    form = FileScan()
    if not form.validate_on_submit():
        return _shown(issued, form)
    actions.file_scan(db.session(), issued, form.scans.data, by=viewer(), at=now())
    flash("扫描件已归卷。", "ok")
    return redirect(url_for("reporting.show", id=issued.id))


@bp.get("/reports/<int:id>/file")
@entry("report.read", Issued)
def file(issued: Issued) -> ResponseReturnValue:
    """The document's file."""
    if issued.withdrawn_at is not None:
        abort(404, "这份文书里有人删除了个人信息，已收回，不再提供下载。请回原页重新编制。")
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


@bp.route("/verify", methods=["GET", "POST"])
@entry("report.verify")
def verify_file() -> ResponseReturnValue:
    """核验文件: whether a file that somebody brings is one that was issued. It is read and kept nowhere."""
    form, verdict, demo = Brought(), None, False
    if form.validate_on_submit() and web.tried(form, _not_too_often):
        verdict = verification.of_strangers_file(db.session(), form.file.data)
        demo = has_dataset(db.session(), "demo")
    wrong = request.method == "POST" and verdict is None
    return page("reporting/verify_file.html", 422 if wrong else 200, form=form, verdict=verdict, demo=demo, name=form.file.name_of())


def _not_too_often() -> bool:
    """Count one more file from this address. Raises Refused."""
    address, at = f"verify:{request.remote_addr or ''}", now()
    if limits.count(db.session(), address, seconds=HOUR, at=at) >= int(settings.value(db.session(), "verify.per_hour_address", at=at)):
        raise refuse("busy", "这里核验的次数太多，请一小时后再来。", "file")

    def write(own: Session) -> None:
        limits.hit(own, address, seconds=HOUR, at=at)

    web.set_aside(write)
    return True


@dataclass(frozen=True, slots=True)
class Offered:
    """One paper of a subject on its page: the newest copy the viewer may have, and whether another can be asked for."""

    key: str
    label: str
    all: str
    """The page of all documents of the subject, where one asks."""
    asks: bool
    preview: str
    """Where it is shown as it would be made now; empty where something must be chosen first."""
    choose: bool
    """Whether something must be chosen when asking."""
    newest: documents.Document | None
    file: str
    formats: Sequence[tuple[str, str]] = ()
    choices: Sequence[tuple[str, str]] = ()


def preview_of(key: str, ref: str = "", **args: Any) -> str:
    """Where a document is shown before it is made, narrowed as given; empty for who has no duty with its right."""
    if not roles_for(PAPERS[key].right) & {tie.role for tie in viewer().ties}:
        return ""
    if not ref:
        return url_for("reporting.index", preview=1, kind=key, **args)
    name, _, subject = ref.partition(":")
    return url_for(f"reporting.of_{name}", id=int(subject), preview=key)


def papers_of(ref: str, *, choices: bool = False) -> list[Offered]:
    """What the viewer may have of a subject; one statement, or none where no duty carries a right to any and where none is ready."""
    name, _, key = ref.partition(":")
    if name not in ABOUT or not key.isdecimal() or viewer().id is None:
        return []
    model, papers = ABOUT[name]
    papers = [one for one in papers if roles_for(one.right) & roles_here()]
    thing = db.session().get(model, int(key)) if papers else None  # the page holds it already
    if not any(one.ready(thing) is None for one in papers):  # a draft: nothing was printed of it, or nothing that still holds
        return []
    there = documents.newest(db.session(), viewer(), ref)
    page_of_all = url_for(f"reporting.of_{name}", id=int(key))
    found = []
    for one in papers:
        newest, asks = there.get(one.key), one.ready(thing) is None
        if asks or newest:
            options = one.choices(db.session(), thing, now()) if choices and asks and one.choices else ()
            file = url_for("reporting.file", id=newest.id) if newest and newest.ready else ""
            formats = [(suffix, SUFFIXES[suffix]) for suffix in one.suffixes]
            at_once = asks and one.choices is None
            preview = url_for(f"reporting.of_{name}", id=int(key), preview=one.key) if at_once else ""
            found.append(Offered(one.key, one.title, page_of_all, asks, preview, one.choices is not None, newest, file, formats, options))
    return found


def _of(subject: Any) -> ResponseReturnValue:
    """All documents of a subject that the viewer may have, and the forms to ask for another; or how one would look (`?preview=`)."""
    if request.method == "GET" and "preview" in request.args:
        return _of_previewed(subject)
    form = AskOf()
    if form.validate_on_submit():
        paper = next((one for one in ABOUT[subject.REF][1] if one.key == form.paper.data), None)
        if paper is None:
            abort(404)
        form.choice.id, form.suffix.id = f"choice-{paper.key}", f"suffix-{paper.key}"
        choice = form.choice.data or ""
        if "preview" in request.form:
            if web.tried(form, lambda: actions.offered(db.session(), paper, subject, by=viewer(), at=now(), choice=choice)) is not None:
                return redirect(url_for(f"reporting.of_{subject.REF}", id=subject.id, preview=paper.key, choice=choice or None))
            return _listed(subject, form)
        to: dict[str, Any] = {"base": request.url_root, "by": viewer(), "at": now(), "choice": choice}
        issued = web.tried(form, lambda: actions.ask(db.session(), paper, subject, form.suffix.data or "", **to))
        if issued is not None:
            return _asked(issued)
    return _listed(subject, form)


def _of_previewed(subject: Any) -> ResponseReturnValue:
    paper = next((one for one in ABOUT[subject.REF][1] if one.key == request.args["preview"]), None)
    if paper is None:
        abort(404, "没有这种文书。")
    choice = request.args.get("choice", "")
    report = actions.preview(db.session(), paper, subject, base=request.url_root, by=viewer(), at=now(), choice=choice)
    back = Back(url_for(f"reporting.of_{subject.REF}", id=subject.id), "文书")
    return previewed(report, paper, back, [("paper", paper.key), ("choice", choice)])


def _listed(subject: Any, form: AskOf) -> ResponseReturnValue:
    listed = documents.of_subject(db.session(), viewer(), subject.ref, request.args.get("after"))
    return page(
        "reporting/of.html", 422 if request.method == "POST" else 200, layout=web.frame(), form=form, page=web.listing(listed),
        offered=papers_of(subject.ref, choices=True), title=getattr(subject, "title", ""), back=web.back_to(subject),
    )  # fmt: skip


POSTED = {"notice": "notice.poster"}
"""All read a notice; its papers are listed for who may have any of them."""

for _ref, (_model, _) in ABOUT.items():
    # Who reads a subject sees its papers, unless a right says who does: who pays reads no panel.
    _right = POSTED.get(_ref) or (f"{_ref}.papers" if f"{_ref}.papers" in MAY else f"{_ref}.read")
    bp.add_url_rule(f"/{_ref}/<int:id>/papers", f"of_{_ref}", entry(_right, _model)(_of), methods=["GET", "POST"])
