"""Forms of activities: one planned, a month planned, one recorded."""

from decimal import Decimal
from typing import Any

from wtforms import (
    BooleanField,
    DateField,
    DecimalField,
    FieldList,
    FormField,
    HiddenField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms import Form as PlainForm
from wtforms.validators import DataRequired, InputRequired, NumberRange, Optional

from webapp.core.forms import FilesField, Form, MoneyField, NeedsFile, optional, text
from webapp.projects.forms import optional_key


class Row(PlainForm):
    """A row of a table within a form."""

    class Meta:
        locales = ("zh",)


class PlanActivity(Form):
    title = StringField("活动名称", text("请填写活动名称。", 60))
    place = StringField("地点", text("请填写活动地点。", 60))
    planned_on = DateField("计划日期", [DataRequired("请填写计划日期。")])
    starts = TimeField("开始时间", [Optional()])
    ends = TimeField("结束时间", [Optional()])
    milestone_id = SelectField(
        "对应指标", coerce=optional_key, validate_choice=True, validators=[Optional()], description="这次活动为哪项指标服务。"
    )
    previewed = BooleanField("列入活动预告，向居民公开", default=True, description="入户走访等不宜公开地点的，不要勾选。")


class PlanRow(Row):
    """One activity of a month's plan."""

    title = StringField("活动名称", text("请填写活动名称。", 60))
    place = StringField("地点", text("请填写活动地点。", 60))
    planned_on = DateField("日期", [DataRequired("请填写日期。")])
    starts = TimeField("开始", [Optional()])
    ends = TimeField("结束", [Optional()])


class PlanMonth(Form):
    """月度计划: several activities at once."""

    rows = FieldList(FormField(PlanRow), "活动", min_entries=1, max_entries=60)
    previewed = BooleanField("列入活动预告，向居民公开", default=True, description="入户走访等不宜公开地点的，另外单独计划，不要勾选。")


class Hours(DecimalField):
    """Hours of several people, added up."""

    unit = "小时"

    def __init__(self, label: str = "", validators: Any = (), **more: Any) -> None:
        said = "请填写 0 到 10000 之间的小时数，例如 3 或 4.5。"
        super().__init__(label, [*validators, Optional(), NumberRange(0, 10000, said)], **more)


def minutes(hours: Decimal | None) -> int:
    """Whole minutes of some hours."""
    return int(hours * 60) if hours is not None else 0


class SpendRow(Row):
    """What an activity cost of one budget line."""

    line_id = HiddenField()
    amount = MoneyField("金额", [Optional()])


class RecordActivity(Form):
    """记录活动; the two files are asked for because the payment and the evaluation rest on them."""

    held_on = DateField("活动日期", [DataRequired("请填写活动日期。")])
    starts = TimeField("开始时间", [Optional()])
    ends = TimeField("结束时间", [Optional()])
    place = StringField("地点", text("请填写活动地点。", 60))
    persons = IntegerField(
        "人数",
        [InputRequired("请填写参加人数。"), NumberRange(1, 100000, "人数应在 1 到 100000 之间。")],
        description="来了多少人，一人只算一次。名册上的人在“点名”里勾选。",
    )
    visits = IntegerField(
        "人次",
        [InputRequired("请填写服务人次。"), NumberRange(1, 1000000, "人次应在 1 到 1000000 之间。")],
        description="一人来两次算两人次。",
    )
    minors = BooleanField("有未成年人参加")
    workers = IntegerField("社工人数", [Optional(), NumberRange(0, 10000, "请填写 0 到 10000 之间的数。")], default=0)
    worker_hours = Hours("社工服务时长", description="各人相加。")
    volunteers = IntegerField("志愿者人数", [Optional(), NumberRange(0, 10000, "请填写 0 到 10000 之间的数。")], default=0)
    volunteer_hours = Hours("志愿服务时长", description="各人相加。")
    minutes = IntegerField(
        "活动时长（分钟）", [Optional(), NumberRange(0, 100000, "请填写 0 到 100000 之间的数。")], default=0,
        description="填了开始和结束时间的，不用填。",
    )  # fmt: skip
    milestone_id = SelectField("对应指标", coerce=optional_key, validators=[Optional()])
    counted = IntegerField(
        "完成指标数量",
        [Optional(), NumberRange(0, 1000000, "请填写 0 到 1000000 之间的数。")],
        default=0,
        description="按指标的单位，例如 1 场或 30 人次。",
    )
    spends = FieldList(FormField(SpendRow), "这次活动的花费")
    reflection = TextAreaField("反思与自我评估", optional(1000))
    sign_in = FilesField(
        "签到表", [NeedsFile("请上传签到表（拍照或扫描都可以）。")], description="拨款和评估以签到表为凭，只有办理人能看到。"
    )
    photos = FilesField(
        "活动照片",
        [NeedsFile("请上传至少一张活动照片。")],
        description="默认内部留存，只有办理人能看到。请避开孩子和老人的正脸；拍摄地点等信息会自动去除。",
    )
    open_photos = BooleanField("照片可以公开", description="勾选后在项目公开页展示。有未成年人参加的，不能公开；画面里认得出的人要先同意。")
