"""Pages of funds: what each is for, and where its years stand."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from webapp.accounts.queries import area_names
from webapp.calls import actions, forms, queries
from webapp.calls.models import FUND_KINDS, Fund
from webapp.calls.views.base import bp, may, me
from webapp.core import web
from webapp.core.clock import today
from webapp.core.web import Back, db, entry, now, page
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
            subject_code=form.subject_code.data or "", permitted=form.permitted.data or "", forbidden=form.forbidden.data or "",
            by=me(), at=now(),
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
        may_budget=bool(roles_for("fund.budget") & web.roles_here()), stages=[],
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
