"""Forms of handling."""

from typing import Any

from wtforms import BooleanField, DateField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, NumberRange, Optional, Regexp

from webapp.core.forms import FilesField, Form, MoneyField, NeedsFile, optional, text
from webapp.handling.models import HOWS
from webapp.needs.forms import categories
from webapp.needs.models import PACES

GRADES = [(5, "很满意"), (4, "满意"), (3, "一般"), (2, "不满意"), (1, "很不满意")]


class Refer(Form):
    """转办."""

    department_id = SelectField("转给哪个部门", [InputRequired("请选择部门。")], coerce=int)
    note = TextAreaField("要办什么", text("请写明请部门办什么。", 300), description="会告诉反映人。不写姓名、电话。")


class Place(Form):
    """点单 out of an accepted need."""

    title = StringField("办什么事", text("请写一句要办的事。", 40), description="能接单的人都看得到，不写姓名、门牌、电话。")
    contact = TextAreaField("找谁、在哪里、电话", optional(200), description="只有接单人和社区看得到。")


class Assign(Form):
    """支部派单."""

    taker_id = SelectField("派给谁", coerce=int)
    volunteer_name = StringField("或派给一位居民志愿者", optional(20), description="填姓名。本社区登记过住址的居民才查得到。")
    note = StringField("交代一句", optional(200))


class Finish(Form):
    """办好了."""

    note = TextAreaField("怎样办好的", text("请写明怎样办好的。", 300), description="会告诉反映人。")
    photos = FilesField("照片（可不传）", [Optional()], description="会自动去掉拍摄地点等信息。")


class Item(Form):
    """One line of the menu."""

    title = StringField("名称", text("请写名称。", 30), description="例如：上门理发、陪同就医。")
    text = TextAreaField("说明", text("请写明能做什么、什么时候、要等多久。", 200))
    category = SelectField("类别", choices=categories)


class MenuOrder(Form):
    """点单 from the menu."""

    words = TextAreaField("想说明的（可不填）", optional(200))
    place_ = StringField("上门地点（可不填）", optional(60), description="只有社区和接单人看得到。")


class Offer(Form):
    """公开认领."""

    wanted = MoneyField("需要的金额", [Optional()], description="只要物品、服务的不用填。")
    goods = TextAreaField("需要的物品、服务", optional(200), description="例如：轮椅 2 辆；每月两次电工上门。")
    until = DateField("截止日期", [InputRequired("请选择截止日期。")], description="当天 24:00 截止。")
    note = StringField("补充说明", optional(200))


class Pledge(Form):
    """认领意向."""

    amount = MoneyField("认领的金额", [Optional()], description="可以认领一部分。")
    goods = TextAreaField("认领的物品、服务", optional(200))


class Sign(Form):
    """登记捐赠协议."""

    recipient = StringField("受赠单位", text("请填写受赠单位。", 80), description="慈善组织，或依法可以接受捐赠的单位。")
    qualification = StringField("受赠单位的资格和证书编号", text("请填写慈善组织登记证书或公开募捐资格证书编号。", 80))
    agreement_number = StringField("捐赠协议编号", text("请填写捐赠协议编号。", 60))
    signed_on = DateField("签订日期", [InputRequired("请选择签订日期。")])
    scan = FilesField("捐赠协议扫描件", [NeedsFile("请上传捐赠协议扫描件。")])


class Gift(Form):
    """登记到账."""

    amount = MoneyField("到账金额", [InputRequired("请填写到账金额。")], description="受赠单位实际收到的数。")
    received_on = DateField("到账日期", [InputRequired("请选择到账日期。")])
    voucher = StringField("票据号", text("请填写公益事业捐赠票据或收据的编号。", 60))
    scan = FilesField("票据扫描件（可不传）", [Optional()])


class CallBack(Form):
    """回访."""

    how = RadioField("怎样回访的", [InputRequired("请选择上门还是电话。")], choices=list(HOWS.items()))
    rating = RadioField("居民打几分", [InputRequired("请选择 1 到 5 分。")], coerce=int, choices=GRADES)
    note = TextAreaField("居民怎么说", text("请记下居民怎么说。", 300))


class NewSample(Form):
    """抽取电话回访样本."""

    area_code = SelectField("范围")
    since = DateField("办结日期从", [InputRequired("请选择开始日期。")])
    until = DateField("到", [InputRequired("请选择结束日期。")])
    size = IntegerField("抽几件", [InputRequired("请填写抽几件。"), NumberRange(1, 500, "1 到 500 之间。")], default=20)


class Call(Form):
    """One telephone call of a sample."""

    reached = RadioField("打通了吗", [InputRequired("请选择是否打通。")], choices=[("yes", "打通了"), ("no", "没有打通，或不愿意说")])
    rating = RadioField("居民打几分", [Optional()], coerce=int, choices=GRADES, default=None)
    words = TextAreaField("居民怎么说", optional(300))

    def answers(self) -> dict[str, Any]:
        found = super().answers()
        return found | {"reached": found["reached"] == "yes", "words": found["words"] or ""}


class Terms(Form):
    """One category of the dictionary."""

    label = StringField("名称", text("请填写名称。", 16))
    response_minutes = IntegerField("首次答复时限", [InputRequired("请填写分钟数。"), NumberRange(5, 10080, "5 到 10080 分钟之间。")])
    around_clock = BooleanField("昼夜计时（不勾选时只算办公时间）")
    answer_workdays = IntegerField("答复时限", [InputRequired("请填写工作日数。"), NumberRange(1, 120, "1 到 120 个工作日之间。")])
    pace = RadioField("通常怎样办", [InputRequired("请选择。")], choices=list(PACES.items()))
    position = IntegerField("排在第几", [InputRequired("请填写次序。"), NumberRange(1, 999, "1 到 999 之间。")])
    retired = BooleanField("停用（以前用过的需求不变）")


class NewTerms(Terms):
    """A new category, with its code."""

    code = StringField("代码", [*text("请填写代码。", 16), Regexp(r"^[a-z][a-z0-9_]*$", message="代码用小写英文字母，例如 gardening。")])


class Where(Form):
    """A usual place to go instead."""

    label = StringField("去处", text("请填写去处。", 40))
    phone = StringField("电话", [Optional(), Regexp(r"^[\d\- ]{3,20}$", message="电话只能是数字和横线。")])
    retired = BooleanField("停用")


class EndTeam(Form):
    """结束三级联动小组."""

    note = TextAreaField("结束的原因", text("请填写结束的原因。", 200), description="例如：已搬离本社区。会记入办理记录。")


class Team(Form):
    """确定三级联动小组."""

    resident = StringField("为哪位居民（不填就是整个社区）", optional(20), description="填姓名。本社区登记过住址的居民才查得到。")
    household = BooleanField("连同全家")
    organisation_id = SelectField("或为哪家单位", coerce=int)
    district_id = SelectField("区级联系干部", coerce=int)
    street_id = SelectField("镇街联系干部", coerce=int)
    community_id = SelectField("村居联系干部", coerce=int)

    def answers(self) -> dict[str, Any]:
        return {name: value or None if name.endswith("_id") else value for name, value in super().answers().items()}
