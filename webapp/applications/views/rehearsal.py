"""演练 of a call: how its rules meet test organisations, in a house of their own."""

from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue
from wtforms import DateField, SelectField
from wtforms.validators import InputRequired

from reports.money import Money
from webapp.applications import rehearsal
from webapp.applications.views.base import bp
from webapp.calls.forms.base import whole
from webapp.calls.models import Call
from webapp.calls.rules import CallRules
from webapp.core.clock import today
from webapp.core.forms import Form, MoneyField, required
from webapp.core.web import Back, db, entry, now, page


class Own(Form):
    """A test organisation of the officer's making."""

    requested = MoneyField("申请资助", required("请填写申请资助。"), unit="万元")
    own = MoneyField("配套", required("请填写配套，没有就填 0。"), unit="万元")
    registered_on = DateField("登记日期", [InputRequired("请选择登记日期。")])
    annual_check = SelectField("年检结论", choices=[(one, one or "没有") for one in ("合格", "基本合格", "不合格", "")])
    grade = SelectField("评估等级", choices=[(one, one or "没有") for one in ("5A", "4A", "3A", "2A", "1A", "")])
    months = whole("项目周期（月）", 1, 60)


@bp.route("/calls/<int:id>/rehearsal", methods=["GET", "POST"])
@entry("call.edit", Call)
def rehearse(call: Call) -> ResponseReturnValue:
    """演练: three test organisations, and one of the officer's own making. Keeps nothing."""
    rules = CallRules.from_json(call.pending or call.rules)
    them = list(rehearsal.testers(rules, now()))
    form: Any = Own()
    sent = request.method == "POST"
    if not sent:
        form.requested.data, form.own.data, form.months.data = them[0].requested, Money(0), 12
        form.registered_on.data = today(now()).replace(year=today(now()).year - 1, day=1)
    elif form.validate():
        them.insert(0, rehearsal.Tester(
            "您设的测试单位", "按您填写的情况。", form.requested.data, form.own.data, form.registered_on.data, form.annual_check.data, form.grade.data,
            form.months.data,
        ))  # fmt: skip
    played = rehearsal.rehearse(db.session(), call, them, at=now())
    return page(
        "applications/rehearsal.html", 422 if sent and form.errors else 200, heading="演练", form=form, submit="用这个单位演练", played=played,
        back=Back(url_for("calls.show", id=call.id), call.title),
    )  # fmt: skip
