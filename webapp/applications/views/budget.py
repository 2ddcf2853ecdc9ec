"""The budget as a workbook: taken along, brought back, or pasted from one."""

from datetime import datetime
from io import BytesIO
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import HiddenField, TextAreaField

from webapp.applications import actions, budget_sheet, queries
from webapp.applications.models import Application
from webapp.applications.views.base import bp, me
from webapp.calls.rules import CallRules
from webapp.core import web
from webapp.core.forms import FilesField, Form
from webapp.core.sheets import Fault, SheetError
from webapp.core.web import Back, db, entry, now, page
from webapp.core.workflow import Refusal, Refused

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class BudgetRows(Form):
    """预算表: a workbook, or rows copied from one."""

    version = HiddenField()
    file = FilesField("填好的预算表", one=True, description="XLSX 或 CSV，用本页下载的表填写。")
    pasted = TextAreaField("或粘贴从 Excel 复制的行", description="依次是科目、内容、单价、数量、资助、配套六列。")


@bp.get("/applications/<int:id>/budget.xlsx")
@entry("application.edit", Application)
def budget_out(application: Application) -> ResponseReturnValue:
    """下载预算表, with what is in the budget now."""
    kept = queries.newest_draft(db.session(), application.id, "budget")
    rules = queries.rules_for(db.session(), application)
    content = budget_sheet.write(rules, (kept.answers if kept else {}).get("rows") or (), at=now())
    return web.download(content, f"预算-{application.number}.xlsx", XLSX)


@bp.route("/applications/<int:id>/budget", methods=["GET", "POST"])
@entry("application.edit", Application)
def budget_in(application: Application) -> ResponseReturnValue:
    """传回预算表: all rows are replaced, or none; every bad cell is named."""
    form: Any = BudgetRows()
    rules = queries.rules_for(db.session(), application)
    newest = queries.newest_draft(db.session(), application.id, "budget")
    last = newest.version if newest else 0
    trouble: list[Refusal] = []
    if form.validate_on_submit():
        rows, faults = _read(rules, form)
        trouble = [Refusal("cell", f"{one.place}：{one.reason.removesuffix('。')}。") for one in faults]
        if not faults:
            typed = form.version.data or ""
            try:
                changed = _keep(application, rows, int(typed) if typed.isdecimal() else 0, now())
            except Refused as refused:
                trouble = list(refused.refusals)
                form.version.data, form.version.raw_data = str(last), None
            else:
                flash(f"已读入 {len(rows)} 行预算，请核对。" if changed else "与平台上的预算相同，没有改动。", "ok")
                return redirect(url_for("applications.section", id=application.id, key="budget"))
    elif request.method == "GET":
        form.version.data = str(last)
    return page(
        "applications/budget.html", 422 if request.method == "POST" else 200, heading="用 Excel 填预算", form=form, refusals=trouble,
        back=Back(url_for("applications.section", id=application.id, key="budget"), "预算"), submit="读入", multipart=True,
        out=url_for("applications.budget_out", id=application.id),
    )  # fmt: skip


def _read(rules: CallRules, form: Any) -> tuple[list[dict[str, str]], list[Fault]]:
    for upload in form.file.data or ():
        try:
            return budget_sheet.read(rules, BytesIO(upload.content), upload.name)
        except SheetError as error:
            return [], [Fault("预算表", str(error))]
    rows, faults = budget_sheet.pasted(rules, form.pasted.data or "")
    return rows, faults or ([] if rows else [Fault("预算表", "请选择填好的表，或粘贴从 Excel 复制的行。")])


def _keep(application: Application, rows: list[dict[str, str]], version: int, at: datetime) -> bool:
    """Whether anything changed."""
    newest = queries.newest_draft(db.session(), application.id, "budget")
    old: dict[str, Any] = dict(newest.answers) if newest else {"requested": ""}
    raw = {**old, "rows": budget_sheet.merged(old.get("rows") or (), rows)}
    saved = actions.save(db.session(), application, "budget", raw, version=version, by=me(), at=at)
    return newest is None or saved.version != newest.version
