"""抽查: the audits, drawing one, its documents, and what each was found to be."""

from datetime import date
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from reports.report import Column
from webapp.accounts.queries import area_names, has_dataset, places_under
from webapp.core import links, sheets, web
from webapp.core.clock import today
from webapp.core.web import Back, db, entry, now, page, viewer
from webapp.funding.actions.audits import draw_audit, write_result
from webapp.funding.forms.audits import NewAudit, Result
from webapp.funding.models import Audit, Audited
from webapp.funding.queries import audits, pages
from webapp.funding.rules.audits import METHOD
from webapp.funding.views import bp
from webapp.permissions import roles_for
from webapp.projects.queries import one

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
COLUMNS = (
    Column("position", "次序", "number"), Column("project", "项目编号"), Column("title", "用途"), Column("kind", "种类"), Column("number", "号码"),
    Column("line", "科目"), Column("spent_on", "日期"), Column("amount", "金额", "money"), Column("result", "结果"), Column("note", "问题或说明"),
)  # fmt: skip


def _me() -> Any:
    return viewer()


@bp.get("/spending-audits")
@entry("spending_audit.list")
def spending_audits() -> ResponseReturnValue:
    """The audits of one's areas."""
    found = audits.audits(db.session(), _me(), after=request.args.get("after"))
    return page("funding/audits.html", heading="支出凭证抽查", page=web.listing(found), may_draw=links.may("spending_audit.create"))


@bp.route("/spending-audits/new", methods=["GET", "POST"])
@entry("spending_audit.create")
def spending_audit_new() -> ResponseReturnValue:
    """抽取支出凭证."""
    session, form = db.session(), NewAudit()
    prefix = min((m.area_code for m in _me().members if m.role in roles_for("spending_audit.create")), key=len, default="0")
    deeper = places_under(session, prefix, 9 if len(prefix) <= 6 else 12)
    form.area_code.choices = [*area_names(session, [prefix]).items(), *((p.code, p.name) for p in deeper if p.code != prefix)]
    if form.validate_on_submit():
        made = web.tried(form, lambda: draw_audit(session, **form.answers(), by=_me(), at=now()))
        if made is not None:
            flash(f"从 {made.found} 张里抽取完毕。", "ok")
            return redirect(url_for("funding.spending_audit_show", id=made.id))
    if request.method == "GET":
        form.since.data, form.until.data = date(today(now()).year, 1, 1), today(now())
    return page(
        "form.html", 422 if request.method == "POST" else 200, heading="抽取支出凭证", form=form, submit="抽取", explain=METHOD,
        back=Back(url_for("funding.spending_audits"), "支出凭证抽查"),
    )  # fmt: skip


@bp.get("/spending-audits/<int:id>")
@entry("spending_audit.read", Audit)
def spending_audit_show(audit: Audit) -> ResponseReturnValue:
    """One audit: how it was drawn, its documents, and what was found."""
    found, rows = audits.audit_of(db.session(), audit.id), audits.audited(db.session(), _me(), audit.id)
    return page(
        "funding/audit.html", heading=audit.title, audit=found, rows=rows, method=METHOD, may_write=bool(roles_for("audited.write") & web.roles_here()),
        entries=web.timeline(audit.ref),
    )  # fmt: skip


@bp.get("/spending-audits/<int:id>/list.xlsx")
@entry("spending_audit.read", Audit)
def spending_audit_sheet(audit: Audit) -> ResponseReturnValue:
    """The list with its results, without payees."""
    session = db.session()
    rows = [
        (r.position, r.project, r.title, r.kind_label, r.number, r.line, f"{r.spent_on:%Y-%m-%d}", r.amount_fen, r.result_label, r.note)
        for r in audits.audited(session, _me(), audit.id)
    ]
    sources = (f"种子 {audit.seed}", f"名单摘要 {audit.digest}", METHOD)
    content = sheets.write("xlsx", audit.title, COLUMNS, rows, at=now(), sources=sources, demo=has_dataset(session, "demo"))
    return web.download(content, f"{audit.title}.xlsx", XLSX)


@bp.route("/spending-audits/documents/<int:id>", methods=["GET", "POST"])
@entry("audited.write", Audited)
def spending_audited(audited: Audited) -> ResponseReturnValue:
    """登记抽查结果: one document with its files; a result opens the next that is left."""
    session = db.session()
    form = Result(obj=audited) if request.method == "GET" else Result()
    if form.validate_on_submit():
        done = web.tried(form, lambda: write_result(session, audited, **form.answers(), by=_me(), at=now()))
        if done is not None:
            following = audits.next_of(session, _me(), audited.audit_id, audited.position)
            flash("已登记。" if following else "已登记，这次抽查都看完了。", "ok")
            shown = (
                url_for("funding.spending_audited", id=following)
                if following
                else url_for("funding.spending_audit_show", id=audited.audit_id)
            )
            return redirect(shown)
    claim = pages.spending(session, audited.spending_id)
    audit = audits.audit_of(session, audited.audit_id)
    return page(
        "funding/audited.html", 422 if request.method == "POST" else 200, heading=claim.title, form=form, claim=claim, submit="登记结果",
        files=one.files_of(session, f"spending:{claim.id}"), position=audited.position, audit=audit,
        back=Back(url_for("funding.spending_audit_show", id=audited.audit_id), audit.title),
    )  # fmt: skip
