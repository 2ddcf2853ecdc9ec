"""Pages of the register of 社工, and of the lists of 津贴."""

from typing import Any

from flask import Blueprint, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from reports import format as printed
from reports import sheet
from reports.report import Column, Report, Section, Table
from webapp.accounts.models import Organisation
from webapp.accounts.queries import places_under
from webapp.calls.queries import funds_for
from webapp.core import files, web
from webapp.core.web import Back, Verb, db, download, entry, now, page, roles_here, viewer
from webapp.permissions import roles_for
from webapp.workers import actions, forms, queries
from webapp.workers.models import LEVELS, Allowance, Worker
from webapp.workflows import WORKER

bp = Blueprint("workers", __name__)
OFFICES = ("bureau", "bureau_head", "street")


def _me() -> Any:
    return viewer()


def _may(right: str) -> bool:
    return bool(roles_for(right) & {tie.role for tie in viewer().ties})


@bp.get("/workers")
@entry("worker.list")
def index() -> ResponseReturnValue:
    """社工名册."""
    level, state = request.args.get("level", ""), request.args.get("state", "")
    level, state = (level if level in LEVELS else ""), (state if state in WORKER.states else "")
    found = queries.workers(db.session(), viewer(), level=level, state=state, after=request.args.get("after"))
    return page(
        "workers/index.html", page=web.listing(found, level=level, state=state), level=level, levels=LEVELS, state=state, states=WORKER.states,
        counts=queries.counts(db.session(), viewer()), may_enter=_may("worker.create"), may_pay=_may("allowance.list"),
        clear_href=url_for("workers.index") if level or state else "",
    )  # fmt: skip


@bp.route("/workers/new", methods=["GET", "POST"])
@entry("worker.create")
def worker_new() -> ResponseReturnValue:
    """登记社工 of one's own organisation."""
    member = _me().member("org_lead")
    organisation = db.session().get_one(Organisation, member.organisation_id)
    form: Any = forms.NewWorker()
    form.area_code.choices = [(one.code, one.name) for one in places_under(db.session(), organisation.area_code[:6], 9)]
    if form.validate_on_submit():
        made = web.tried(form, lambda: actions.enter(db.session(), organisation, by=_me(), at=now(), **form.answers()))
        if made is not None:
            flash("已登记，街道或民政局核实证书后列入名册。", "ok")
            return redirect(url_for("workers.show", id=made.id))
    return page(
        "form.html", 422 if request.method == "POST" else 200, heading="登记社工", form=form, submit="登记", multipart=True,
        explain="社工持证上岗、发放职称津贴以这里的登记为准。", back=Back(url_for("workers.index"), "社工"),
    )  # fmt: skip


@bp.get("/workers/<int:id>")
@entry("worker.read", Worker)
def show(worker: Worker) -> ResponseReturnValue:
    """One 社工: certificate and place; the scan is for the organisation and for who compares it."""
    papers = files.of(db.session(), worker.ref) if roles_here() & {"org_lead", "street", "bureau", "bureau_head", "auditor"} else []
    return page(
        "workers/worker.html", heading=worker.title, worker=queries.worker(db.session(), worker), files=papers, state_label=worker.state_label,
        stages=web.where(worker), due=web.due(worker.due_at), steps=web.can(worker), entries=web.timeline(worker.ref),
    )  # fmt: skip


@bp.get("/allowances")
@entry("allowance.list")
def allowances() -> ResponseReturnValue:
    """津贴发放表, month by month."""
    found = queries.allowances(db.session(), viewer(), after=request.args.get("after"))
    return page("workers/allowances.html", page=web.listing(found), may_prepare=_may("allowance.create"))


@bp.route("/allowances/new", methods=["GET", "POST"])
@entry("allowance.create")
def allowance_new() -> ResponseReturnValue:
    """编制津贴发放表 of a month that is over."""
    member = next(tie for role in OFFICES if (tie := _me().member(role)))
    form: Any = forms.NewAllowance()
    form.fund_id.choices = [(one.id, one.name) for one in funds_for(db.session(), member.area_code)]
    if form.validate_on_submit():
        made = web.tried(form, lambda: actions.prepare(db.session(), fund_id=form.fund_id.data, month=form.month.data, by=_me(), at=now()))
        if made is not None:
            flash(f"已编制：{made.count} 人，{printed.yuan(made.total_fen)} 元。由财务审核。", "ok")
            return redirect(url_for("workers.allowance_show", id=made.id))
    return page(
        "form.html", 422 if request.method == "POST" else 200, heading="编制津贴发放表", form=form, submit="编制",
        explain="列入本辖区在册、整月在岗的社工，按证书级别的标准计发。已经列入别的发放表的，不重复列入。",
        back=Back(url_for("workers.allowances"), "津贴发放表"),
    )  # fmt: skip


@bp.get("/allowances/<int:id>")
@entry("allowance.read", Allowance)
def allowance_show(allowance: Allowance) -> ResponseReturnValue:
    """One list with its lines."""
    session = db.session()
    fund = queries.fund_of(session, allowance)
    return page(
        "workers/allowance.html", heading=allowance.title, number=allowance.number, month=allowance.month, count=allowance.count,
        total=allowance.total_fen, words=printed.capital(allowance.total_fen), fund=fund, paid_on=allowance.paid_on,
        bank_reference=allowance.bank_reference, rows=queries.lines(session, allowance.id), allowance_id=allowance.id,
        may_export=bool(roles_for("allowance.export") & roles_here()) and allowance.state in {"approved", "paid"},
        state_label=allowance.state_label, state=allowance.state, stages=web.where(allowance), due=web.due(allowance.due_at),
        steps=web.can(allowance), entries=web.timeline(allowance.ref),
    )  # fmt: skip


@bp.post("/allowances/<int:id>/export")
@entry("allowance.export", Allowance)
def allowance_export(allowance: Allowance) -> ResponseReturnValue:
    """The list the bank pays by. A POST, for it opens accounts, and its opening is journaled."""
    if allowance.state not in {"approved", "paid"}:
        flash("批准以后才能下载付款名单。", "warn")
        return redirect(url_for("workers.allowance_show", id=allowance.id))
    actions.exported(db.session(), allowance, by=_me(), at=now())
    columns = (Column("name", "姓名"), Column("organisation", "单位"), Column("account", "账号"), Column("amount", "金额", "money"))
    lines = tuple(
        (one.name, one.organisation, one.account or "（未登记）", one.amount_fen) for one in queries.payees(db.session(), allowance.id)
    )
    report = Report(
        title=allowance.title, as_of=now(), sections=(Section("付款名单", (Table(columns, lines, caption="付款名单"),)),), number=allowance.number,
        scope_note="本平台不转移资金；付款以银行办理为准。", demo=bool(current_app.extensions.get("demo")),
    )  # fmt: skip
    return download(sheet.write(report), f"{allowance.title}{allowance.number}.xlsx", sheet.MIMETYPE)


def _list(allowance: Any) -> dict[str, Any]:
    return {"total": allowance.total_fen, "count": allowance.count, "month": allowance.month}


web.steps(
    bp,
    Worker,
    {
        "register": Verb(said="已列入社工名册。"),
        "refuse": Verb(act=actions.refuse_worker, said="已退回，原因已告知单位。"),
        "leave": Verb(form=forms.Leave, act=actions.leave, said="已登记离职。"),
    },
)
web.steps(
    bp,
    Allowance,
    {
        "check": Verb(
            form=forms.Check, act=actions.check, template="workers/allowance_step.html", show=_list, said="已审核，由分管领导批准。"
        ),
        "approve": Verb(act=actions.approve, template="workers/allowance_step.html", show=_list, said="已批准，资金已预留。"),
        "pay": Verb(form=forms.Pay, act=actions.pay, template="workers/allowance_step.html", show=_list, said="已登记发放，账已记好。"),
        "withdraw": Verb(act=actions.withdraw, said="已撤回。"),
    },
)
