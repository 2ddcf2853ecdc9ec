"""发放表: the sheets of a project, one sheet, its rows in a form or a workbook, the paper to sign, and its steps."""

from io import BytesIO
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

import reports
from reports.format import yuan
from webapp.accounts.queries import has_dataset
from webapp.core import web
from webapp.core.sheets import Fault, SheetError
from webapp.core.web import Back, Verb, db, entry, now, page, viewer
from webapp.core.workflow import Refusal, Refused
from webapp.funding import actions, forms, pay_sheet_file
from webapp.funding.models import SPENDING_KINDS, PaySheet
from webapp.funding.queries import claimed, pages, sheets
from webapp.funding.rules.pay_paper import to_sign
from webapp.funding.rules.sheets import SHEETS, PayLine
from webapp.funding.views import bp
from webapp.permissions import roles_for
from webapp.projects.models import Project
from webapp.projects.queries import one

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BLANK = 5


def _me() -> Any:
    return viewer()


@bp.get("/projects/<int:id>/pay-sheets")
@entry("pay_sheet.read", Project)
def pay_sheets(project: Project) -> ResponseReturnValue:
    """The sheets of a project."""
    return page(
        "funding/pay_sheets.html", heading="发放表和签领表", rows=sheets.of_project(db.session(), project.id), project_id=project.id,
        may_write=bool(roles_for("pay_sheet.create") & web.roles_here()), kinds=[(name, SPENDING_KINDS[name]) for name in SHEETS],
        back=Back(url_for("projects.show", id=project.id), project.title),
    )  # fmt: skip


@bp.route("/projects/<int:id>/pay-sheets/new", methods=["GET", "POST"])
@entry("pay_sheet.create", Project)
def pay_sheet_new(project: Project) -> ResponseReturnValue:
    """新建发放表."""
    kind = request.args.get("kind", "")
    kind = kind if kind in SHEETS else "labour"
    form: Any = forms.PaySheetForm()
    _choices(project, form)
    if (rows := _typed(form, ())) is not None:
        made = _tried(form, lambda: actions.create_sheet(db.session(), project, kind=kind, **_head(form), rows=rows, by=_me(), at=now()))
        if made is not None:
            flash("已保存。打印后请领款人签字，再上传签字表报销。" if rows else "已保存，还没有人员。", "ok")
            return redirect(url_for("funding.pay_sheet_show", id=made.id))
    if request.method == "GET":
        _blank(form)
    return _form_page(project, form, f"新建{SPENDING_KINDS[kind]}", url_for("funding.pay_sheet_new", id=project.id, kind=kind))


@bp.route("/pay-sheets/<int:id>/edit", methods=["GET", "POST"])
@entry("pay_sheet.edit", PaySheet)
def pay_sheet_edit(sheet: PaySheet) -> ResponseReturnValue:
    """填写发放表."""
    session = db.session()
    project = session.get_one(Project, sheet.project_id)
    form: Any = forms.PaySheetForm(obj=sheet) if request.method == "GET" else forms.PaySheetForm()
    _choices(project, form)
    kept = sheets.lines_of(session, sheet.id)
    rows = _typed(form, kept)
    if rows is not None and _tried(form, lambda: actions.write_sheet(session, sheet, **_head(form), rows=rows, by=_me(), at=now())):
        flash("已保存。", "ok")
        return redirect(url_for("funding.pay_sheet_show", id=sheet.id))
    if request.method == "GET":
        for row in kept:
            cells = pay_sheet_file.cells_of(row)
            form.rows.append_entry(cells | {"unit": row.unit})
        _blank(form, 0 if kept else BLANK)
    return _form_page(project, form, f"填写{SPENDING_KINDS[sheet.kind]}", url_for("funding.pay_sheet_edit", id=sheet.id), sheet.id)


def _head(form: Any) -> dict[str, Any]:
    return {name: form[name].data for name in ("title", "budget_line_id", "activity_id", "paid_on")}


def _blank(form: Any, count: int = BLANK) -> None:
    for _ in range(count):
        form.rows.append_entry({"unit": "hour"})


def _choices(project: Project, form: Any) -> None:
    session = db.session()
    lines = claimed.lines_left(session, project.id)
    form.budget_line_id.choices = [("", "请选择"), *((line.id, f"{line.title}（可用 {yuan(line.left)} 元）") for line in lines)]
    form.activity_id.choices = [("", "不对应"), *pages.activities_of(session, project.id)]


def _typed(form: Any, kept: Any) -> list[PayLine] | None:
    """The rows that were sent, blank ones left out; None where the form is only shown, or a cell is wrong and told at its place."""
    if request.method != "POST" or "add_row" in request.form or "drop_row" in request.form:
        if "add_row" in request.form:
            _blank(form, 1)
        elif "drop_row" in request.form:
            place = request.form["drop_row"].rpartition("-")[2]
            form.rows.entries = [one for n, one in enumerate(form.rows.entries) if str(n) != place]
        return None
    valid, found, known = form.validate_on_submit(), [], pay_sheet_file.known_of(kept)
    for entry_ in form.rows:
        cells = {field.short_name: str(field.data or "") for field in entry_.form}
        if not any(text.strip() for name, text in cells.items() if name != "unit"):
            continue
        row, wrong = pay_sheet_file.typed(cells, known)
        for name, said in wrong.items():
            entry_.form[name].errors = [f"{said}。"]
        if row is not None:
            found.append((entry_, row))
        valid = valid and not wrong
    form.written = [entry_ for entry_, _ in found]
    return [row for _, row in found] if valid else None


def _tried(form: Any, act: Any) -> Any:
    """Do a verb; what is wrong in a row is told at its cell."""
    try:
        return act()
    except Refused as refused:
        db.session.rollback()
        for one_ in refused.refusals:
            head, _, place = one_.place.partition("-")
            number, _, name = place.partition("-")
            if head == "rows" and number.isdecimal():
                field = form.written[int(number)].form[name]
                field.errors = [*field.errors, one_.sentence.partition("：")[2]]
            elif one_.place in form:
                form[one_.place].errors = [*form[one_.place].errors, one_.sentence]
            else:
                raise
    return None


def _form_page(project: Project, form: Any, heading: str, action: str, sheet_id: int | None = None) -> ResponseReturnValue:
    back = (
        Back(url_for("funding.pay_sheet_show", id=sheet_id), "发放表")
        if sheet_id
        else Back(url_for("funding.pay_sheets", id=project.id), "发放表")
    )
    return page(
        "funding/pay_sheet_form.html", 422 if request.method == "POST" else 200, heading=heading, form=form, action=action, submit="保存",
        back=back, sheet_id=sheet_id,
    )  # fmt: skip


@bp.route("/pay-sheets/<int:id>/rows", methods=["GET", "POST"])
@entry("pay_sheet.edit", PaySheet)
def pay_sheet_rows(sheet: PaySheet) -> ResponseReturnValue:
    """用 Excel 填: all rows are replaced, or none; every bad cell is named."""
    session = db.session()
    form: Any = forms.PayRows()
    trouble: list[Refusal] = []
    if form.validate_on_submit():
        rows, places, faults = _read(form, sheets.lines_of(session, sheet.id))
        if not faults:
            head = {name: getattr(sheet, name) for name in ("title", "budget_line_id", "activity_id", "paid_on")}
            try:
                actions.write_sheet(session, sheet, **head, rows=rows, by=_me(), at=now())
            except Refused as refused:
                db.session.rollback()
                faults = [_at(one_, places) for one_ in refused.refusals]
            else:
                flash(f"已读入 {len(rows)} 行，请核对。", "ok")
                return redirect(url_for("funding.pay_sheet_show", id=sheet.id))
        trouble = [Refusal("cell", f"{one_.place}：{one_.reason.removesuffix('。')}。") for one_ in faults]
    return page(
        "funding/pay_sheet_rows.html", 422 if request.method == "POST" else 200, heading="用 Excel 填发放表", form=form, refusals=trouble,
        back=Back(url_for("funding.pay_sheet_show", id=sheet.id), sheet.title), submit="读入", multipart=True,
        out=url_for("funding.pay_sheet_out", id=sheet.id),
    )  # fmt: skip


def _at(refusal: Refusal, places: Any) -> Fault:
    """A refusal of a row as the fault of the cell it came from."""
    _, number, name = (*refusal.place.split("-"), "", "")[:3]
    if number.isdecimal() and int(number) < len(places):
        return Fault(places[int(number)][name], refusal.sentence.partition("：")[2])
    return Fault("整张表", refusal.sentence)


def _read(form: Any, kept: list[PayLine]) -> Any:
    known = pay_sheet_file.known_of(kept)
    for upload in form.file.data or ():
        try:
            return pay_sheet_file.read(BytesIO(upload.content), upload.name, known)
        except SheetError as error:
            return [], [], [Fault("文件", str(error))]
    found = pay_sheet_file.pasted(form.pasted.data or "", known)
    return found if found[0] or found[2] else ([], [], [Fault("发放表", "请选择填好的表，或粘贴从 Excel 复制的行。")])


@bp.get("/pay-sheets/<int:id>/rows.xlsx")
@entry("pay_sheet.edit", PaySheet)
def pay_sheet_out(sheet: PaySheet) -> ResponseReturnValue:
    """The workbook to fill in, with the rows that are there."""
    content = pay_sheet_file.write(sheet.kind, sheets.lines_of(db.session(), sheet.id), at=now())
    return web.download(content, f"{SHEETS[sheet.kind]}.xlsx", XLSX)


@bp.get("/pay-sheets/<int:id>")
@entry("pay_sheet.read", PaySheet)
def pay_sheet_show(sheet: PaySheet) -> ResponseReturnValue:
    """One sheet; the names in full to its organisation."""
    return _show(sheet, whole=bool(roles_for("pay_sheet.edit") & web.roles_here()))


@bp.post("/pay-sheets/<int:id>/names")
@entry("pay_sheet.names", PaySheet)
def pay_sheet_names(sheet: PaySheet) -> ResponseReturnValue:
    """查看领款人姓名: each opening stands in the journal."""
    actions.open_names(db.session(), sheet, by=_me(), at=now())
    return _show(sheet, whole=True)


@bp.post("/pay-sheets/<int:id>/paper")
@entry("pay_sheet.edit", PaySheet)
def pay_sheet_paper(sheet: PaySheet) -> ResponseReturnValue:
    """The sheet to be printed and signed."""
    session = db.session()
    actions.printed_sheet(session, sheet, by=_me(), at=now())
    whose = one.whose(session, sheet.project_id)
    report = to_sign(
        SPENDING_KINDS[sheet.kind], sheet.title, f"{whose.organisation} 项目 {whose.number} {whose.title}", sheets.rows_of(session, sheet.id, whole=True),
        labour=sheet.kind == "labour", paid_on=sheet.paid_on, at=now(), demo=has_dataset(session, "demo"),
    )  # fmt: skip
    return web.download(reports.write(report, "xlsx"), f"{sheet.title}.xlsx", reports.MIMETYPES["xlsx"])


def _show(sheet: PaySheet, *, whole: bool) -> ResponseReturnValue:
    session = db.session()
    roles = web.roles_here()
    may_write = bool(roles_for("pay_sheet.edit") & roles) and sheet.state == "drafted"
    return page(
        "funding/pay_sheet.html", heading=sheet.title, state_label=sheet.state_label, kind_label=SPENDING_KINDS[sheet.kind],
        sheet=_facts(sheet), rows=sheets.rows_of(session, sheet.id, whole=whole), whole=whole, may_write=may_write,
        may_open=not whole and bool(roles_for("pay_sheet.names") & roles), labour=sheet.kind == "labour",
        line=next(line.title for line in claimed.lines_left(session, sheet.project_id) if line.id == sheet.budget_line_id),
        project=one.whose(session, sheet.project_id), stages=web.where(sheet), steps=web.can(sheet), entries=web.timeline(sheet.ref),
    )  # fmt: skip


def _facts(sheet: PaySheet) -> dict[str, Any]:
    names = ("id", "paid_on", "count", "gross_fen", "tax_fen", "net_fen", "digest", "spending_id")
    return {name: getattr(sheet, name) for name in names}


web.steps(
    bp,
    PaySheet,
    {
        "claim": Verb(form=forms.ClaimSheet, act=actions.claim_sheet, said="已登记，等待审核。"),
        "reopen": Verb(act=actions.reopen_sheet, said="已退回填写，可以修改。"),
        "drop": Verb(act=actions.drop_sheet, said="已作废。"),
    },
)
