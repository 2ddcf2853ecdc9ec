"""Spending documents: the list, claiming, the page of one, and its steps."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from reports.format import yuan
from webapp.core import web
from webapp.core.web import Back, Part, Verb, db, entry, now, page, viewer
from webapp.core.workflow import Refused
from webapp.funding import actions, forms
from webapp.funding.einvoices import Found
from webapp.funding.models import SPENDING_KINDS, Spending
from webapp.funding.queries import claimed, pages, sheets
from webapp.funding.views import bp
from webapp.permissions import roles_for
from webapp.projects.models import Project
from webapp.projects.queries import one
from webapp.projects.views.offers import offer
from webapp.workflows import SPENDING

ABOUT = {
    "einvoice": "20 位号码的电子发票，可传 XML 或 PDF 自动读取",
    "invoice": "有发票代码的纸质或电子发票",
    "fiscal": "事业单位、医院、学校等开具，有校验码",
    "ticket": "火车、飞机、汽车、轮船票",
    "labour": "付给个人的讲课、指导、劳务费",
    "allowance": "志愿者等的交通、误餐补贴",
    "small": "向个人零星购买，每人每日有限额",
    "split": "原件在别的单位，分担其中一部分",
}
READ = {"number": "number", "code": "code", "check": "check", "buyer": "buyer", "seller": "payee", "seller_tax": "seller_tax"}
"""What is read, and the field it goes into."""


@bp.get("/spendings")
@entry("spending.list")
def spendings() -> ResponseReturnValue:
    """The spending documents one may see."""
    state, project, year = (request.args.get(name, "").strip() for name in ("state", "project", "year"))
    found = pages.spendings(
        db.session(), viewer(), state=state, project=int(project) if project.isdecimal() else None,
        year=int(year) if year.isdecimal() else None, after=request.args.get("after"),
    )  # fmt: skip
    return page(
        "funding/spendings.html",
        heading="支出凭证",
        page=web.listing(found, state=state, project=project, year=year),
        state=state,
        year=year,
        states=SPENDING.states,
        clear_href=url_for("funding.spendings") if state or project or year else "",
    )


@bp.route("/projects/<int:id>/spendings/new", methods=["GET", "POST"])
@entry("spending.create", Project)
@offer("登记支出凭证", ("delivering", "rectifying", "passed", "closing", "accepted"))
def spending_new(project: Project) -> ResponseReturnValue:
    """登记支出凭证: choose its kind or begin with an e-invoice, then fill in what that kind shows."""
    kind = request.args.get("kind", "")
    if kind not in forms.FORMS:
        return _begin(project)
    form: Any = forms.FORMS[kind]()
    if "read" in request.form:
        return _read_into(project, form)
    lines = _choices(project, form)
    if form.validate_on_submit():
        session = db.session()
        made = web.tried(form, lambda: actions.claim(session, project, form.voucher(project.number), **form.rest(), by=_me(), at=now()))
        if made is not None:
            flash("已登记，等待审核。", "ok")
            return redirect(url_for("funding.spending_show", id=made.id))
    elif request.method == "GET" and "buyer" in form:
        form.buyer.data = claimed.name_of(db.session(), project.organisation_id)
    return _form_page(project, form, lines)


def _begin(project: Project) -> ResponseReturnValue:
    """The kinds to choose from, and an e-invoice to begin with."""
    form: Any = forms.EInvoice()
    if form.validate_on_submit():
        try:
            found = actions.read_of(form.papers.data)
        except Refused as refused:
            form.papers.errors = [one.sentence for one in refused.refusals]
        else:
            if found is not None:
                return _read_into(project, _of_kind(found.kind, form), found)
            form.papers.errors = ["没有读出电子发票（可能是照片、扫描件或 OFD 转成的图）。请在下面选择种类，照票面填写。"]
    return page(
        "funding/spending_kinds.html", 422 if request.method == "POST" else 200, heading="登记支出凭证", form=form, multipart=True,
        kinds=[(name, label, ABOUT[name]) for name, label in SPENDING_KINDS.items()], project_id=project.id, submit="读取并预填",
        back=Back(url_for("projects.show", id=project.id), project.title),
    )  # fmt: skip


def _read_into(project: Project, form: Any, found: Found | None = None) -> ResponseReturnValue:
    """The form again with what its e-invoice says: empty fields are filled, and where something else was typed both are shown."""
    told = ""
    if found is None:
        try:
            found = actions.read_of(form.papers.data or [])
        except Refused as refused:
            form.papers.errors = [one.sentence for one in refused.refusals]
        else:
            told = "" if found else "没有从文件里读出内容（照片和扫描件读不出），请照票面填写。"
    if found is not None and found.kind != form.KIND and form.KIND in READABLE and (form.KIND, found.kind) != ("ticket", "einvoice"):
        form = _of_kind(found.kind, form)
    lines = _choices(project, form)
    if "buyer" in form and not form.buyer.data and not (found and found.buyer):
        form.buyer.data = claimed.name_of(db.session(), project.organisation_id)
    if found is not None:
        told = f"已从 {found.source.upper()} 读出，请核对后填写用途、金额和科目。平台只读取内容，不验真伪，审核前会到国家税务总局查验平台查验。"
        _fill(form, found)
    return _form_page(project, form, lines, told)


def _of_kind(kind: str, before: Any) -> Any:
    """The form of a kind with what was sent in another: the files were read once and go along."""
    form: Any = forms.FORMS[kind]()
    form.papers.data, form.papers.process_errors = before.papers.data, []
    return form


READABLE = frozenset({"einvoice", "invoice", "fiscal", "ticket"})


def _fill(form: Any, found: Found) -> None:
    words = {target: getattr(found, source) for source, target in READ.items()} | {"title": found.item.replace("*", " ").strip()[:60]}
    for name, said in words.items():
        if name in form and said:
            typed = (form[name].data or "").strip()
            if not typed:
                form[name].data = said
            elif typed != said and name != "title":
                form[name].errors = [*form[name].errors, f"电子发票上是“{said}”。"]
    for name, value in (("spent_on", found.issued_on), ("face", found.face), ("amount", found.face)):
        if value is None or name not in form:
            continue
        if not form[name].data:
            form[name].data, form[name].raw_data = value, None
            if name != "spent_on":
                form[name]._typed = None
        elif form[name].data != value and name != "amount":
            form[name].errors = [*form[name].errors, f"电子发票上是“{yuan(found.face) if name == 'face' and found.face else value}”。"]


def _choices(project: Project, form: Any) -> list[claimed.LineLeft]:
    session = db.session()
    lines = claimed.lines_left(session, project.id)
    form.budget_line_id.choices = [
        ("", "请选择", {}), *((line.id, f"{line.title}（可用 {yuan(line.left)} 元）", {"data-left": line.left.fen}) for line in lines)
    ]  # fmt: skip
    form.activity_id.choices = [("", "不对应"), *pages.activities_of(session, project.id)]
    return lines


def _form_page(project: Project, form: Any, lines: list[claimed.LineLeft], told: str = "") -> ResponseReturnValue:
    left = claimed.paid_left(db.session(), project)
    return page(
        "funding/spending_new.html", 422 if request.method == "POST" else 200, heading=f"登记{SPENDING_KINDS[form.KIND]}", form=form,
        multipart=True, submit="登记", action=url_for("funding.spending_new", id=project.id, kind=form.KIND), told=told,
        face_fields=form.FACE, readable=form.KIND in READABLE, paid_left=left, lines=lines,
        back=Back(url_for("funding.spending_new", id=project.id), "选择凭证种类"), project_title=project.title,
    )  # fmt: skip


def _me() -> Any:
    return viewer()


def on_project(project: Project) -> Part | None:
    """From a project to its own spending documents and tranches, for who may list them."""
    here = {name for name in ("spending", "tranche") if roles_for(f"{name}.list") & web.roles_here()}
    return (
        Part("funding/_project.html", {"project_id": project.id, "spendings": "spending" in here, "tranches": "tranche" in here})
        if here
        else None
    )


@bp.get("/spendings/<int:id>")
@entry("spending.read", Spending)
def spending_show(spending: Spending) -> ResponseReturnValue:
    """One claim with its document."""
    session = db.session()
    return page(
        "funding/spending.html", heading=spending.title, state_label=spending.state_label, claim=pages.spending(session, spending.id),
        sheet_id=sheets.sheet_of_claim(session, spending.id), project=one.whose(session, spending.project_id),
        files=one.files_of(session, spending.ref), more=web.parts(spending), stages=web.where(spending),
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
