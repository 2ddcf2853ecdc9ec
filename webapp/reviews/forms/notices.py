"""Forms of 公示, objections and moving up."""

from datetime import date, datetime, timedelta

from wtforms import (
    DateField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired

from webapp.core.clock import end_of
from webapp.core.forms import Form, MoneyField, optional, text
from webapp.reviews.rules.publicity import KINDS


class ExtendForm(Form):
    """公示延期."""

    until = DateField("延长到", [InputRequired("请选择新的截止日。")], description="当天 24:00 截止。")
    note = TextAreaField("延期原因", text("请写明延期原因。", 200))


class ObjectionForm(Form):
    """提出异议."""

    name = StringField(
        "您的姓名（或单位全称）", text("请填写真实姓名；代表单位的请填写单位全称。", 60), description="加密保存，只有核实的人能看到。"
    )
    application_id = SelectField("针对哪个项目", coerce=int)
    text = TextAreaField("异议和依据", text("请写明异议的内容和依据。", 1000))
    kind = RadioField("署名", [InputRequired("请选择署名方式。")], choices=[(k, KINDS[k]) for k in ("named", "sealed")], default="named")


class AnswerForm(Form):
    """答复异议."""

    upheld = RadioField(
        "核实结果", [InputRequired("请选择核实结果。")], choices=[("no", "异议不成立"), ("yes", "异议成立（所涉项目不再拟立项）")]
    )
    note = TextAreaField("答复意见", text("请填写答复意见。", 1000))


def closing(day: date) -> datetime:
    """The moment a closing day is over."""
    return end_of(day)


def soon(day: date, days: int) -> date:
    return day + timedelta(days=days)


class AnnounceForm(Form):
    """发布公示: where objections go and whom to ask."""

    accepts = StringField("受理单位", text("请填写受理异议的单位。", 60))
    contact = StringField("联系人", text("请填写联系人。", 20), description="工作人员姓名，公示上人人可见。")
    phone = StringField("电话", text("请填写受理电话。", 20))
    supervision = StringField("监督电话", text("请填写监督电话。", 20), description="纪检监察或上级主管单位的电话。")


class RegisterForm(ObjectionForm):
    """登记来信、来访、来电的异议."""

    kind = RadioField("署名", [InputRequired("请选择署名方式。")], choices=list(KINDS.items()), default="named")
    name = StringField("异议人姓名（或单位全称）", optional(60), description="加密保存；匿名线索不填。")
    evidence = TextAreaField("可以核实的线索或证据", optional(1000), description="匿名异议必填。")


class AssignForm(Form):
    """指定承办人."""

    handler_id = SelectField("承办人", coerce=int, description="登记集体研究的人员不能承办。")


class SettleForm(Form):
    """复核答复."""

    upheld = RadioField(
        "复核结果", [InputRequired("请选择复核结果。")], choices=[("no", "异议不成立"), ("yes", "异议成立（所涉项目不再拟立项）")]
    )
    note = TextAreaField("复核意见", text("请填写复核意见。", 1000))


class PromoteForm(Form):
    """候补递补."""

    amount = MoneyField("金额（元）", [InputRequired("请填写递补项目的金额。")])
    note = TextAreaField("递补的缘由", text("请写明递补的缘由，例如哪个项目退出。", 200))
