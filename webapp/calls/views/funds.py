"""Pages of funds: what each is for, and where its years stand."""

import io
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from reports.money import Money
from webapp.accounts.queries import area_names
from webapp.calls import actions, forms, queries, quota_sheet
from webapp.calls.models import FUND_KINDS, LEGAL_FORMS, Carry, Fund
from webapp.calls.queries import quotas as reads
from webapp.calls.views.base import bp, may, me
from webapp.core import web
from webapp.core.clock import today
from webapp.core.sheets import SheetError
from webapp.core.web import Back, Verb, db, entry, now, page
from webapp.core.workflow import Refusal, Refused
from webapp.permissions import roles_for


@bp.get("/funds")
@entry("fund.list")
def funds() -> ResponseReturnValue:
    """Funds and where their years stand."""
    found = queries.funds(db.session(), me(), after=request.args.get("after"))
    years = queries.years_of(db.session(), [fund.id for fund in found.rows])
    return page("calls/funds.html", page=web.listing(found), years=years, may_create=may("fund.create"))


@bp.route("/funds/new", methods=["GET", "POST"])
@entry("fund.create")
def fund_new() -> ResponseReturnValue:
    """设立资金."""
    member = me().member(*actions.ORGANISER)
    form: Any = forms.NewFund()
    form.payer_id.choices = [(c.id, c.name) for c in queries.payers_for(db.session(), member.area_code)]
    if form.validate_on_submit():
        fund = actions.create_fund(
            db.session(), name=form.name.data, kind=form.kind.data, payer_id=form.payer_id.data,
            subject_code=form.subject_code.data or "", **form.rules(), by=me(), at=now(),
        )  # fmt: skip
        flash("资金已设立。请财务登记年度预算。", "ok")
        return redirect(url_for("calls.fund_show", id=fund.id))
    return page(
        "form.html", 422 if request.method == "POST" else 200, heading="设立资金", form=form,
        back=Back(url_for("calls.funds"), "资金"), submit="设立",
    )  # fmt: skip


@bp.get("/funds/<int:id>")
@entry("fund.read", Fund)
def fund_show(fund: Fund) -> ResponseReturnValue:
    """One fund: what it is for, and its years."""
    return page(
        "calls/fund.html", heading=fund.name, kind_label=FUND_KINDS[fund.kind], subject_code=fund.subject_code,
        permitted=fund.permitted, forbidden=fund.forbidden, area=area_names(db.session(), [fund.area_code]).get(fund.area_code, ""),
        years=queries.years_of(db.session(), [fund.id]), entries=web.timeline(fund.ref), _fund=fund,
        barred="、".join(fund.barred), legal_forms="、".join(LEGAL_FORMS[one] for one in fund.legal_forms), ceiling=fund.ceiling_fen,
        quotas=reads.quota_years(db.session(), fund.id), carries=reads.carries(db.session(), fund.id),
        may_budget=bool(roles_for("fund.budget") & web.roles_here()), may_edit=bool(roles_for("fund.edit") & web.roles_here()),
        may_quota=bool(roles_for("fund.quota") & web.roles_here()), this_year=today(now()).year, stages=[], later=web.parts(fund),
    )  # fmt: skip


@bp.route("/funds/<int:id>/budget", methods=["GET", "POST"])
@entry("fund.budget", Fund)
def fund_budget(fund: Fund) -> ResponseReturnValue:
    """登记年度预算."""
    form: Any = forms.NewBudget()
    if form.validate_on_submit():
        actions.add_budget(db.session(), fund, year=form.year.data, amount=form.amount.data, document=form.document.data, by=me(), at=now())
        flash("预算已登记入账。", "ok")
        return redirect(url_for("calls.fund_show", id=fund.id))
    if request.method == "GET":
        form.year.data = today(now()).year
    return page(
        "form.html", 422 if request.method == "POST" else 200, heading="登记年度预算", form=form,
        back=Back(url_for("calls.fund_show", id=fund.id), fund.name), submit="登记",
    )  # fmt: skip


@bp.route("/funds/<int:id>/edit", methods=["GET", "POST"])
@entry("fund.edit", Fund)
def fund_edit(fund: Fund) -> ResponseReturnValue:
    """修改用途和规定."""
    form: Any = forms.FundRulesForm()
    if form.validate_on_submit():
        actions.edit_fund(db.session(), fund, **form.rules(), by=me(), at=now())
        flash("已保存。起草中的征集下次保存时带上新规定；已发布的征集不受影响。", "ok")
        return redirect(url_for("calls.fund_show", id=fund.id))
    if request.method == "GET":
        form.show(fund)
    return page(
        "form.html", 422 if request.method == "POST" else 200, heading="修改用途和规定", form=form,
        back=Back(url_for("calls.fund_show", id=fund.id), fund.name), submit="保存",
    )  # fmt: skip


@bp.route("/funds/<int:id>/quotas/<int:year>", methods=["GET", "POST"])
@entry("fund.quota", Fund)
def fund_quotas(fund: Fund, year: int) -> ResponseReturnValue:
    """各地区额度 of a year: what stands, and a workbook in."""
    form: Any = forms.Quotas()
    trouble: list[Refusal] = []
    if form.validate_on_submit():
        trouble = _take_quotas(fund, year, form)
        if not trouble:
            return redirect(url_for("calls.fund_quotas", id=fund.id, year=year))
    found = reads.quotas(db.session(), fund, year)
    return page(
        "calls/quotas.html", 422 if request.method == "POST" else 200, heading=f"{year} 年各地区额度", form=form, refusals=trouble, multipart=True,
        back=Back(url_for("calls.fund_show", id=fund.id), fund.name), submit="读入", rows=found[:SHOWN], more=len(found[SHOWN:]), count=len(found),
        whole=Money(sum(one.amount.fen for one in found)), used=Money(sum(one.used.fen for one in found)), fund_id=fund.id, year=year,
    )  # fmt: skip


SHOWN = 200
"""Rows of the table on the page; the workbook has them all."""


def _take_quotas(fund: Fund, year: int, form: Any) -> list[Refusal]:
    """Read the workbook and keep it, or say what is wrong with it."""
    if not form.file.data:
        return [Refusal("file", "请选择填好的额度表。", "file")]
    sent = form.file.data[0]
    try:
        amounts, faults = quota_sheet.read(io.BytesIO(sent.content), sent.name, reads.areas_under(db.session(), fund.area_code))
        if faults:
            return [Refusal("cell", str(one)) for one in faults[:50]]
        changed = actions.set_quotas(db.session(), fund, year, amounts, by=me(), at=now())
    except SheetError as error:
        return [Refusal("file", str(error), "file")]
    except Refused as refused:
        db.session.rollback()
        return list(refused.refusals)
    flash(f"已登记 {len(amounts)} 个地区的额度，改动 {changed} 个。" if changed else "和原来的额度一样，没有改动。", "ok")
    return []


@bp.get("/funds/<int:id>/quotas/<int:year>/sheet.xlsx")
@entry("fund.quota", Fund)
def fund_quota_sheet(fund: Fund, year: int) -> ResponseReturnValue:
    """下载额度表: every community of the area, with what it has now."""
    session = db.session()
    amounts = {one.area_code: one.amount for one in reads.quotas(session, fund, year)}
    content = quota_sheet.write(reads.areas_under(session, fund.area_code), amounts, at=now())
    return web.download(content, f"额度-{fund.name}-{year}.xlsx", XLSX)


XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.route("/funds/<int:id>/carry", methods=["GET", "POST"])
@entry("fund.budget", Fund)
def carry_new(fund: Fund) -> ResponseReturnValue:
    """登记结转: another person confirms it before money moves."""
    form: Any = forms.NewCarry()
    if form.validate_on_submit():
        made = web.tried(
            form,
            lambda: actions.prepare_carry(
                db.session(), fund, year=form.year.data, amount=form.amount.data, document=form.document.data, by=me(), at=now()
            ),
        )
        if made is not None:
            flash("结转已登记，由另一位同事复核后入账。", "ok")
            return redirect(url_for("calls.carry_show", id=made.id))
    if request.method == "GET":
        form.year.data = today(now()).year - 1
    return page(
        "form.html", 422 if request.method == "POST" else 200, heading="登记结转", form=form, submit="登记结转",
        back=Back(url_for("calls.fund_show", id=fund.id), fund.name),
    )  # fmt: skip


@bp.get("/carries/<int:id>")
@entry("carry.read", Carry)
def carry_show(carry: Carry) -> ResponseReturnValue:
    """One carry-over: how much, from which year, on what approval."""
    return page(
        "calls/carry.html", heading=carry.title, fund_id=carry.fund_id, year=carry.year, amount=carry.amount_fen, document=carry.document,
        state_label=carry.state_label, stages=web.where(carry), steps=web.can(carry), entries=web.timeline(carry.ref),
    )  # fmt: skip


web.steps(
    bp,
    Carry,
    {"confirm": Verb(act=actions.confirm_carry, said="已结转，两个年度的账同时记好。"), "refuse": Verb(said="已退回，不予结转。")},
)
