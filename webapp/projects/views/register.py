"""服务对象名册: the organisation's own pages, 点名, and the logged sample of evaluator and auditor."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from webapp.core import sheets, web
from webapp.core.clock import today
from webapp.core.web import Back, db, entry, now, page, viewer
from webapp.permissions import roles_for
from webapp.projects import actions
from webapp.projects.forms import register as forms
from webapp.projects.models import RUNNING, Activity, Beneficiary, Project, RegisterSample
from webapp.projects.queries import one
from webapp.projects.queries import register as reads
from webapp.projects.rules import register as rules
from webapp.projects.rules.register import COLUMNS, HEADINGS, Told
from webapp.projects.views import bp
from webapp.projects.views.offers import offer

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SAMPLED = (*RUNNING, "accepted", "evaluated")


def _status() -> int:
    return 422 if request.method == "POST" else 200


def _me() -> Any:
    return viewer()


def _to_register(project: Project) -> Back:
    return Back(url_for("projects.register", id=project.id), "服务对象名册")


@bp.get("/projects/<int:id>/register")
@entry("beneficiary.list", Project)
@offer("服务对象名册", {*RUNNING, "suspended", "accepted", "evaluated", "archived", "terminated"})
def register(project: Project) -> ResponseReturnValue:
    """服务对象名册 with names, for the organisation that delivers."""
    session, which = db.session(), request.args.get("which", "")
    which = which if which in reads.SHOWN else ""
    found = reads.listed(session, project.id, which=which, after=request.args.get("after"))
    return page(
        "projects/register.html", heading="服务对象名册", project=one.whose(session, project.id), page=web.listing(found, which=which),
        counts=reads.counts(session, project.id), filter_form=_filter(which), clear_href=url_for("projects.register", id=project.id) if which else "",
        named=project.named, persons=project.persons,
        visits=project.visits, running=project.state in RUNNING, may_take_out=bool(roles_for("beneficiary.take_out") & web.roles_here()),
    )  # fmt: skip


def _filter(which: str) -> forms.Which:
    form = forms.Which(formdata=None, which=which)
    form.which.choices = list(reads.SHOWN.items())
    return form


@bp.route("/projects/<int:id>/register/new", methods=["GET", "POST"])
@entry("beneficiary.create", Project)
def beneficiary_new(project: Project) -> ResponseReturnValue:
    """登记服务对象."""
    form = forms.RegisterForm()
    if made := web.submitted(form, lambda: _register(project, form.answers())):
        flash(f"已登记：{reads.one(db.session(), made.id).label}。", "ok")
        return redirect(url_for("projects.register", id=project.id))
    return page(
        "form.html", _status(), heading="登记服务对象", form=form, back=_to_register(project), submit="登记", multipart=True,
    )  # fmt: skip


def _register(project: Project, given: dict[str, Any]) -> Beneficiary:
    told = Told(given["name"], given["phone"], given["number"], given["minor"], given["guardian"], given["joined_on"])
    signed = {name: given[name] for name in ("signed_on", "guardian_signed", "papers")}
    return actions.register(db.session(), project, told, **signed, by=_me(), at=now())


@bp.route("/projects/<int:id>/register/import", methods=["GET", "POST"])
@entry("beneficiary.create", Project)
def register_import(project: Project) -> ResponseReturnValue:
    """导入名单."""
    form = forms.ReadInForm()
    if form.validate_on_submit():
        given = form.answers()
        given["file"] = given["file"][0] if given["file"] else None
        given["papers"] = given["papers"] or ()
        found = web.tried(form, lambda: actions.read_in(db.session(), project, **given, by=_me(), at=now()))
        if found is not None:
            fresh, there = found
            flash(f"登记 {fresh} 人" + (f"，另有 {there} 人已经在名册里，没有重复登记。" if there else "。"), "ok")
            return redirect(url_for("projects.register", id=project.id))
    return page(
        "projects/register_import.html", _status(), heading="导入名单", form=form, back=_to_register(project), submit="导入", multipart=True,
        headings=list(HEADINGS.values()), project_id=project.id, most=rules.MOST,
    )  # fmt: skip


@bp.get("/projects/<int:id>/register/form.xlsx")
@entry("beneficiary.create", Project)
def register_blank(project: Project) -> ResponseReturnValue:
    """The empty sheet in which a list is read in."""
    return web.download(sheets.write("xlsx", "服务对象名单", COLUMNS, [], at=now()), "服务对象名单.xlsx", XLSX)


@bp.route("/projects/<int:id>/register/consent", methods=["GET", "POST"])
@entry("beneficiary.edit", Project)
def register_consent(project: Project) -> ResponseReturnValue:
    """补交同意书 for one or for many."""
    form = forms.ConsentForm()
    waiting = reads.without_consent(db.session(), project.id)
    form.people.choices = [(one.id, one.label) for one in waiting]
    if form.validate_on_submit():
        given = form.answers()
        many = web.tried(form, lambda: actions.add_consent(db.session(), project, given.pop("people"), **given, by=_me(), at=now()))
        if many is not None:
            flash(f"已登记 {many} 人的同意书。", "ok")
            return redirect(url_for("projects.register", id=project.id))
    return page(
        "projects/register_consent.html", _status(), heading="补交同意书", form=form, back=_to_register(project), submit="登记同意书",
        multipart=True, waiting=len(waiting),
    )  # fmt: skip


@bp.post("/projects/<int:id>/register/sheet")
@entry("beneficiary.take_out", Project)
def register_sheet(project: Project) -> ResponseReturnValue:
    """导出名册 in the layout in which a list is read in; an entry of the journal says who took it."""
    lines = [
        (one.label, one.phone or "", "", "是" if one.minor else "否", one.guardian or "", one.joined_on.isoformat())
        for one in actions.hand_out(db.session(), project, by=_me(), at=now())
        if one.erased_at is None
    ]
    return web.download(sheets.write("xlsx", "服务对象名册", COLUMNS, lines, at=now()), "服务对象名册.xlsx", XLSX)


@bp.get("/beneficiaries/<int:id>")
@entry("beneficiary.read", Beneficiary)
def beneficiary_show(beneficiary: Beneficiary) -> ResponseReturnValue:
    """One of the register."""
    return _show(beneficiary)


@bp.post("/beneficiaries/<int:id>/phone")
@entry("beneficiary.reveal", Beneficiary)
def beneficiary_phone(beneficiary: Beneficiary) -> ResponseReturnValue:
    """查看电话: shown on this answer alone."""
    return _show(beneficiary, actions.reveal(db.session(), beneficiary, by=_me(), at=now()))


def _show(beneficiary: Beneficiary, phone: str = "") -> ResponseReturnValue:
    session = db.session()
    found = reads.one(session, beneficiary.id)
    paper = reads.signed(session, beneficiary.consent_id)
    return page(
        "projects/beneficiary.html", heading=found.label, person=reads.shown(found), left_on=found.left_on, phone=phone,
        project=one.whose(session, beneficiary.project_id), consent=paper, files=one.files_of(session, paper.ref) if paper else [],
        here=found.left_on is None, erased=found.erased_at is not None,
        may_erase=found.erased_at is None and bool(roles_for("beneficiary.erase") & web.roles_here()), entries=web.timeline(beneficiary.ref),
    )  # fmt: skip


def _to_person(beneficiary: Beneficiary) -> Back:
    return Back(url_for("projects.beneficiary_show", id=beneficiary.id), reads.one(db.session(), beneficiary.id).label)


@bp.route("/beneficiaries/<int:id>/leave", methods=["GET", "POST"])
@entry("beneficiary.edit", Beneficiary)
def beneficiary_leave(beneficiary: Beneficiary) -> ResponseReturnValue:
    """离开名册."""
    form = forms.LeaveForm()
    if form.validate_on_submit():
        done = web.tried(form, lambda: actions.leave(db.session(), beneficiary, **form.answers(), by=_me(), at=now()))
        if done is not None:
            flash("已记下离开日期；参加过的活动仍计入人数。", "ok")
            return redirect(url_for("projects.beneficiary_show", id=beneficiary.id))
    if request.method == "GET":
        form.left_on.data = today(now())
    return page("form.html", _status(), heading="离开名册", form=form, back=_to_person(beneficiary), submit="离开名册")


@bp.route("/beneficiaries/<int:id>/erase", methods=["GET", "POST"])
@entry("beneficiary.erase", Beneficiary)
def beneficiary_erase(beneficiary: Beneficiary) -> ResponseReturnValue:
    """删除个人信息 of one of the register."""
    form = forms.EraseForm()
    if form.validate_on_submit():
        done = web.tried(form, lambda: actions.erase(db.session(), beneficiary, **form.answers(), by=_me(), at=now()))
        if done is not None:
            flash("已删除个人信息；人数、人次不变。", "ok")
            return redirect(url_for("projects.register", id=beneficiary.project_id))
    return page(
        "form.html", _status(), heading="删除个人信息", form=form, back=_to_person(beneficiary), submit="确认删除个人信息",
        explain="姓名、电话、监护人和同意书都会删除，不能恢复。参加过的活动仍计入人数、人次，但再也认不出是谁。",
    )  # fmt: skip


@bp.route("/activities/<int:id>/names", methods=["GET", "POST"])
@entry("activity.names", Activity)
def activity_names(activity: Activity) -> ResponseReturnValue:
    """点名."""
    session = db.session()
    held = activity.state == "held"
    form: Any = forms.HeldNamesForm() if held else forms.NamesForm()
    people = reads.to_call(session, activity)
    form.present.choices = [(one.id, one.label) for one, _ in people]
    if request.method == "GET":
        form.present.data = [one.id for one, marked in people if marked]
        if held:
            form.unnamed.data, form.visits.data = activity.unnamed, activity.visits
    if form.validate_on_submit():
        given = {**form.answers(), "present": form.present.data or []}
        if web.tried(form, lambda: actions.call_names(session, activity, **given, by=_me(), at=now())) is not None:
            flash(f"已点名 {len(given['present'])} 人。", "ok")
            return redirect(url_for("projects.activity_show", id=activity.id))
    back = Back(url_for("projects.activity_show", id=activity.id), activity.title)
    return page(
        "projects/names.html", _status(), heading="点名", form=form, back=back, submit="保存点名", held=held, people=len(people),
        project_id=activity.project_id,
    )  # fmt: skip


@bp.route("/projects/<int:id>/register/sample", methods=["GET", "POST"])
@entry("register_sample.create", Project)
@offer("服务对象抽样核实", SAMPLED)
def register_sample_new(project: Project) -> ResponseReturnValue:
    """抽取服务对象样本, by evaluator or auditor."""
    session, form = db.session(), forms.SampleForm()
    if form.validate_on_submit():
        made = web.tried(form, lambda: actions.draw_sample(session, project, **form.answers(), by=_me(), at=now()))
        if made is not None:
            flash(f"从名册 {made.found} 人里抽出 {made.size} 人。", "ok")
            return redirect(url_for("projects.register_sample_show", id=made.id))
    return page(
        "projects/sample_new.html", _status(), heading="服务对象抽样核实", form=form, submit="抽取",
        back=Back(url_for("projects.show", id=project.id), project.title), counts=reads.counts(session, project.id),
        drawn=reads.samples_of(session, project.id, _me().id),
    )  # fmt: skip


@bp.get("/register-samples/<int:id>")
@entry("register_sample.read", RegisterSample)
def register_sample_show(sample: RegisterSample) -> ResponseReturnValue:
    """A sample by number; names and telephones are opened one by one by who drew it."""
    return _sample(sample)


@bp.post("/register-samples/<int:id>/look")
@entry("register_sample.read", RegisterSample)
def register_sample_look(sample: RegisterSample) -> ResponseReturnValue:
    """查看 one of the sample: shown on this answer alone."""
    typed = request.form.get("position", "")
    place = int(typed) if typed.isdecimal() and len(typed) < 6 else 0
    return _sample(sample, actions.look(db.session(), sample, place, by=_me(), at=now()), place)


def _sample(sample: RegisterSample, seen: reads.Listed | None = None, place: int = 0) -> ResponseReturnValue:
    session = db.session()
    opened = {"name": seen.label, "phone": seen.phone or "没有登记电话", "guardian": seen.guardian or ""} if seen else None
    return page(
        "projects/sample.html", heading="服务对象样本", sample={name: getattr(sample, name) for name in ("id", "size", "found", "seed", "at")},
        rows=reads.drawn(session, sample.id), project=one.whose(session, sample.project_id), mine=sample.by_id == _me().id, opened=opened,
        place=place, later=web.parts(sample), entries=web.timeline(sample.ref),
    )  # fmt: skip
