"""Forms of projects."""

from datetime import date

from wtforms import BooleanField, DateField, IntegerField, RadioField, SelectField, StringField, TextAreaField, TimeField
from wtforms.validators import DataRequired, Length, NumberRange, Optional

from webapp.core.forms import FilesField, Form, optional, text
from webapp.projects.models import VERDICTS


def optional_key(value: str | int | None) -> int | None:
    """A choice that may be left open."""
    return int(str(value)) if str(value).isdecimal() else None


class NewProgress(Form):
    kind = RadioField("报告类型", choices=[("month", "月度"), ("midterm", "中期"), ("final", "末期")], default="month")
    month = StringField("月份", [Optional(), Length(max=7, message="请按 2026-05 填写。")], description="月度报告填写，例如 2026-05。")


class EditProgress(Form):
    done = TextAreaField("这一期做了什么", text("请写明这一期做了什么。", 3000))
    problems = TextAreaField("遇到的困难和需要的支持", optional(2000))
    next_steps = TextAreaField("下一步打算", text("请写明下一步打算。", 2000))


class VisitForm(Form):
    held_on = DateField("督导日期", [DataRequired("请填写督导日期。")])
    began = TimeField("几点", [Optional()], description="不是必须。")
    place = StringField("地点", optional(60), description="不是必须，平台不采集定位。")
    found = TextAreaField("看到的情况", text("请写下看到的情况。", 2000), description="现场、人员、资料、居民反映。")
    asked = IntegerField(
        "问了几位服务对象", [Optional(), NumberRange(0, 999, "请填写 0 到 999 之间的人数。")], description="没有问到的填 0。"
    )
    voice = TextAreaField("服务对象怎么说", optional(1000), description="写他们的原意，不写姓名和电话。")
    verdict = RadioField("结论", choices=list(VERDICTS.items()), default="good")
    demand = TextAreaField("整改要求", optional(1000), description="结论是“需要整改”时填写。")
    due_on = DateField("整改期限", [Optional()], description="结论是“需要整改”时填写。")
    proof = BooleanField("整改须附照片或材料", default=True)
    photos = FilesField("现场照片", description="不是必须。")


class Press(Form):
    """督办."""

    demand = TextAreaField("督办什么", text("请写明督办什么。", 1000), description="会发给承接单位，到期没有答复的，再告知街道和主办单位。")
    due_on = DateField("期限", [DataRequired("请填写期限。")])
    proof = BooleanField("答复须附照片或材料")


class AnswerRectification(Form):
    note = TextAreaField("整改情况", text("请写明整改情况。", 1000))
    proofs = FilesField("证明材料", description="照片或文件，不是必须。")


class Urge(Form):
    note = TextAreaField("催办什么", text("请写明催办什么。", 500), description="会发给承接单位，并记入项目的办理记录。")


class Filter(Form):
    """The filters of the list of projects."""

    class Meta(Form.Meta):
        csrf = False

    q = StringField("项目名称或编号", [Optional(), Length(max=60)])
    state = SelectField("状态", validate_choice=False)
    call = SelectField("征集公告", validate_choice=False)
    area = SelectField("社区", validate_choice=False)
    year = StringField("预算年度", [Optional(), Length(max=4)])
    only = SelectField("只看", validate_choice=False)


def month_before(day: date) -> str:
    """The month a monthly report is usually about."""
    return f"{day.year - (day.month == 1)}-{(day.month - 2) % 12 + 1:02d}"
