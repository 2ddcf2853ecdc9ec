"""Forms of the pool, the draw, the assignment, judging and 路演."""

from typing import Any

from wtforms import (
    BooleanField,
    DateField,
    DateTimeLocalField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, NumberRange, Optional

from webapp.core.forms import FilesField, Form, NeedsFile, optional, text
from webapp.reviews.models import FIELDS, ExpertTie
from webapp.reviews.rules.meeting import PHASES

STRATUM = "least_"
"""What the name of a field of a stratum begins with."""


class WitnessForm(Form):
    """监督人签字."""

    seen = BooleanField("本人在场监督，抽取按公布的办法进行，记录属实。", [InputRequired("请先确认您在场监督。")])


class PanelForm(Form):
    """组建评审组."""

    title = StringField("名称", text("请写评审组的名称。", 60))
    size = IntegerField("评委人数", [InputRequired("请填写评委人数。"), NumberRange(1, 30, "1 到 30 人。")], description="单数为宜。")
    finance = IntegerField("其中财务评委", [InputRequired("请填写财务评委人数。"), NumberRange(0, 10, "0 到 10 人。")])
    reserves = IntegerField("候补人数", [InputRequired("请填写候补人数。"), NumberRange(0, 20, "0 到 20 人。")])
    per_application = IntegerField(
        "每份申报由几位评委评",
        [InputRequired("请填写每份申报的评委数。"), NumberRange(0, 30, "0 到 30 人。")],
        description="0 表示全部评委。",
    )
    closes_on = DateField("评分截止日", [InputRequired("请选择评分截止日。")], description="当天 24:00 截止。")


for _key, _label in FIELDS.items():
    if _key != "finance":
        setattr(PanelForm, STRATUM + _key, IntegerField(f"至少几位{_label}评委", [Optional(), NumberRange(0, 20, "0 到 20 人。")]))


def strata_in(form: Form) -> dict[str, int]:
    """Field → at least so many seats, of those that ask for any."""
    return {name.removeprefix(STRATUM): form[name].data for name in form._fields if name.startswith(STRATUM) and form[name].data}


class ReplaceForm(Form):
    """替换, of somebody who has not answered."""

    note = TextAreaField(
        "替换的理由",
        text("请写明为什么替换，例如电话联系不上、逾期没有答复。", 200),
        description="理由和替换的先后都留在评审组的记录里，被替换的评委会收到通知。",
    )


class RescheduleForm(Form):
    """改评分截止日."""

    closes_on = DateField("评分截止日", [InputRequired("请选择评分截止日。")], description="当天 24:00 截止。")
    reason = TextAreaField("改的原因", text("请写明为什么改，评委会看到。", 200))


class PoolForm(Form):
    """读入专家库."""

    file = FilesField("专家库文件", [NeedsFile("请选择填好的专家库文件。")], one=True, description="XLSX 或 CSV，版式与导出的相同。")

    def validate(self, extra_validators: Any = None) -> bool:
        valid = super().validate(extra_validators)
        if valid and len(self.file.data) > 1:
            self.file.errors = ["一次请只选一个文件。"]
        return valid and not self.file.errors


class PinForm(Form):
    """指定回避."""

    organisation = StringField("回避哪家单位", text("请写单位全称。", 80))
    reason = TextAreaField("理由", text("请写明为什么应当回避。", 200), description="例如：三年内担任该单位理事。")


class MyExpertForm(Form):
    """我的评委信息."""

    available = RadioField("能否参加评审", choices=[("yes", "可以邀请"), ("no", "暂停邀请")])
    away_from = DateField("不能参加从", [Optional()])
    away_until = DateField("到", [Optional()], description="含当天。这几天抽取评委时不会抽到您。")
    organisation = StringField("新增应当回避的单位", optional(80), description="写单位全称。登记以后，不会把这家单位的申报分给您。")
    kind = SelectField("关系", choices=[(key, ExpertTie.KINDS[key]) for key in ExpertTie.OWN])
    bank = StringField("评审费开户银行", optional(60))
    account = StringField("评审费收款账号", optional(40), description="加密保存，只有财务发放时能看到。不改的不用填。")


class FeeForm(Form):
    """登记评审费."""

    person_id = SelectField("评委", coerce=int)
    senior = RadioField("职称类别", [InputRequired("请选择职称类别。")], choices=[("yes", "高级"), ("no", "其他")])
    half_days = IntegerField(
        "半天数", [InputRequired("请填写半天数。"), NumberRange(1, 60, "1 到 60 个半天。")], description="一整天填 2。"
    )


class TryForm(Form):
    """试分派."""

    share = IntegerField(
        "两位评委同评的份数最多占各自的百分之几",
        [InputRequired("请填写比例，不限制填 100。"), NumberRange(10, 100, "10 到 100。")],
        description="100 表示不限制。",
    )
    apart = TextAreaField("不同评的评委", optional(500), description="这两位不评同一份申报，每行写两位，用“、”隔开。")


class ChangeForm(Form):
    """手工调整试分派."""

    kind = RadioField(
        "怎样调整", [InputRequired("请选择怎样调整。")],
        choices=[("move", "换人：只换这一份的一位评委"), ("pin", "指定：这位评委一定评这份，其余重排"), ("forbid", "禁派：这位评委不评这份，其余重排")],
    )  # fmt: skip
    application_id = SelectField("申报", coerce=int)
    person_id = SelectField("评委", coerce=int)
    instead_of = SelectField("换下哪一位", coerce=int)


class PlanFileForm(PoolForm):
    """读入试分派."""

    file = FilesField("试分派文件", [NeedsFile("请选择填好的试分派文件。")], one=True, description="XLSX 或 CSV，版式与导出的相同。")


class DrawForm(Form):
    """随机抽取."""

    witness = StringField("在场监督人", text("请填写在场的监督人。", 40), description="姓名和单位，写入抽取纪要。")


class PledgeForm(Form):
    """签署承诺书."""

    declared = TextAreaField(
        "与我有利害关系的单位（没有可不填）", optional(500), description="每行一个单位全称：三年内任职、担任理事监事、近亲属任职，"
        "或有其他可能影响公正的关系。"
        "不会给您分派这些单位的申报。",
    )  # fmt: skip


class SheetForm(Form):
    """导入离线评分表."""

    file = FilesField(
        "填好的评分表", [NeedsFile("请选择填好的评分表。")], one=True, description="从这里下载的 XLSX，用 Excel 或 WPS 填写。"
    )


class ExplainForm(Form):
    """说明分差."""

    reason = TextAreaField("保留原分的理由", text("请写明保留原分的理由。", 500))


class ChairForm(Form):
    """指定组长."""

    how = RadioField("怎样产生", [InputRequired("请选择组长怎样产生。")], choices=[("elected", "评委推选"), ("appointed", "组织单位指定")])


class SignForm(Form):
    """签署评审报告."""

    dissent = TextAreaField(
        "不同意见和理由（同意的不填）", optional(1000), description="写了不同意见，就按“书面不同意”签署，原文列入评审报告。"
    )


class MeetingForm(Form):
    """安排路演."""

    starts_at = DateTimeLocalField("时间", [InputRequired("请填写路演的时间。")], format="%Y-%m-%dT%H:%M")
    place = StringField("地点", text("请填写路演的地点。", 60))
    talk = IntegerField("陈述（分钟）", [InputRequired("请填写陈述的分钟数。"), NumberRange(1, 60, "1 到 60 分钟。")], default=8)
    questions = IntegerField("提问（分钟）", [InputRequired("请填写提问的分钟数。"), NumberRange(1, 60, "1 到 60 分钟。")], default=7)


class ShowForm(Form):
    """推进路演."""

    position = IntegerField("项目", [InputRequired("请选择项目。")])
    phase = SelectField("环节", choices=list(PHASES.items()))


class OpenSealedForm(Form):
    """提前查看密封的评分."""

    reason = TextAreaField("查看的理由", text("请写明为什么要在评分收齐前查看。", 300))


class ReassignForm(Form):
    """补派评委."""

    application_id = SelectField("申报", coerce=int)
    person_id = SelectField("评委", coerce=int)
