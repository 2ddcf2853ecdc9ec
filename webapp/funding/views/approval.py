"""The approval chain of an area, and the columns of its request files."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from webapp.core import settings
from webapp.core.clock import today
from webapp.core.links import may
from webapp.core.web import Back, db, entry, now, page, viewer
from webapp.funding import actions, forms
from webapp.funding.models import PAYMENT_COLUMNS
from webapp.funding.rules.chain import KEY, Chain
from webapp.funding.views import bp

OFFICES = ("bureau_lead", "finance", "bureau", "bureau_head", "street", "auditor")


def _me() -> Any:
    return viewer()


def _area() -> str:
    member = _me().member(*OFFICES)
    return member.area_code if member else ""


def _status() -> int:
    return 422 if request.method == "POST" else 200


@bp.get("/payments/approval")
@entry("approval.read")
def approval() -> ResponseReturnValue:
    """拨款审批链: who looks at a payment here, now and from which day on."""
    session, area = db.session(), _area()
    day = today(now())
    found = settings.set_for(session, KEY, area=area)
    columns = settings.value(session, "funding.columns", at=now(), area=area)
    return page(
        "funding/approval.html", heading="拨款审批链", hands=actions.chain_for(session, area, now()).told(),
        history=[(one.from_day, Chain.of(one.value).told(), one.from_day > day) for one in found], columns=[head for _, head in columns],
        may_edit=may("approval.edit"), may_columns=may("approval.columns"),
    )  # fmt: skip


@bp.route("/payments/approval/edit", methods=["GET", "POST"])
@entry("approval.edit")
def approval_edit() -> ResponseReturnValue:
    """设置拨款审批链 from a day on."""
    form: Any = forms.ChainForm()
    if form.validate_on_submit():
        chain = Chain(form.head_from.data, form.meeting_from.data)
        actions.set_chain(db.session(), chain, from_day=form.from_day.data, by=_me(), at=now())
        flash("审批链已设置。已经拟办的拨款仍按原来的审批链。", "ok")
        return redirect(url_for("funding.approval"))
    if request.method == "GET":
        now_set = actions.chain_for(db.session(), _area(), now())
        form.head_from.data, form.meeting_from.data, form.from_day.data = now_set.head_from, now_set.meeting_from, today(now())
    return page(
        "form.html", _status(), heading="设置拨款审批链", form=form, submit="保存", back=Back(url_for("funding.approval"), "拨款审批链"),
        explain="经办、财务、分管领导每一笔都要，而且是三个不同的人。",
    )  # fmt: skip


@bp.route("/payments/columns", methods=["GET", "POST"])
@entry("approval.columns")
def columns_edit() -> ResponseReturnValue:
    """设置支付文件的列, as the treasury or bank of this area reads them."""
    form: Any = forms.Columns()
    if form.validate_on_submit():
        actions.set_columns(db.session(), form.read, by=_me(), at=now())
        flash("支付文件的列已设置。", "ok")
        return redirect(url_for("funding.approval"))
    if request.method == "GET":
        words = {key: word for word, key in PAYMENT_COLUMNS.items()}
        shown = settings.value(db.session(), "funding.columns", at=now(), area=_area())
        form.columns.data = "\n".join(head if head == words[key] else f"{head}={words[key]}" for key, head in shown)
    return page(
        "form.html", _status(), heading="设置支付文件的列", form=form, submit="保存", back=Back(url_for("funding.approval"), "拨款审批链"),
        explain=f"可以用的列：{'、'.join(PAYMENT_COLUMNS)}。",
    )  # fmt: skip
