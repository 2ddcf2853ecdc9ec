"""Forms of 居民评选, the ranking, the what-if board and the decision."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from wtforms import (
    DateField,
    FieldList,
    FormField,
    HiddenField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms import Form as PlainForm
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from webapp.core.forms import FilesField, Form, MoneyField, optional, text
from webapp.reviews.actions import OUTCOMES
from webapp.reviews.forms.cards import PointsField
from webapp.reviews.rules.board import METHODS, Line
from webapp.reviews.rules.ranking import MISSING


class ElectForm(Form):
    """发起居民评选."""

    title = StringField("评选名称", text("请写评选名称。", 60))
    most = IntegerField("每人最多选几项", [InputRequired("请填写每人最多选几项。"), NumberRange(1, 50, "1 到 50 之间。")])
    opens_on = DateField("开始日期", [InputRequired("请选择开始日期。")])
    closes_on = DateField("截止日期", [InputRequired("请选择截止日期。")], description="当天 24:00 截止。")

    def in_order(self, day: date) -> bool:
        """Whether the days make sense from a day on; says so at the field when not."""
        opens, closes = self.opens_on.data or day, self.closes_on.data or day
        if opens < day:
            self.opens_on.errors = [*self.opens_on.errors, "开始日期不能早于今天。"]
        if closes <= opens:
            self.closes_on.errors = [*self.closes_on.errors, "截止日期要晚于开始日期。"]
        return not (self.opens_on.errors or self.closes_on.errors)


def figures_form(applications: Mapping[int, str], channels: Mapping[str, tuple[str, int | None]]) -> type[Form]:
    """登记其他渠道得分: a box for each application and channel (`f_7_jury`), of points up to the most, or of money raised (None)."""
    fields: dict[str, Any] = {
        f"f_{key}_{channel}": MoneyField(f"{title}·{words}", [Optional()]) if most is None else PointsField(f"{title}·{words}", most)
        for key, title in applications.items()
        for channel, (words, most) in channels.items()
    }
    source = StringField("依据的材料", optional(120), description="例如：捐赠票据清单、大众评审计票表、特别观察员意见。有改动的必填。")
    return type("FiguresForm", (Form,), {**fields, "source": source})


class RankForm(Form):
    """综合排名."""

    missing = SelectField("有申报缺某一渠道得分时", choices=list(MISSING.items()), default="refuse")


class DecideForm(Form):
    """集体研究."""

    meeting = StringField("会议名称", text("请填写会议名称。", 60), description="例如：局长办公会。")
    held_on = DateField("会议日期", [InputRequired("请选择会议日期。")])
    minutes_number = StringField("纪要编号", text("请填写纪要编号。", 40))
    present = TextAreaField("参加人员", text("请写明参加集体研究的人员。", 400), description="姓名和职务，用顿号隔开，至少两人。")
    scan = FilesField("会议纪要扫描件", description="PDF 或照片，可以以后凭纪要编号查原件。")


class OutcomeRow(PlainForm):
    """One application on the list."""

    application_id = HiddenField()
    outcome = SelectField("结果", choices=list(OUTCOMES.items()))
    amount = MoneyField("金额", [Optional()])
    reason = StringField("结果的理由", [Optional(), Length(max=200, message="最多 200 个字。")])
    amount_reason = StringField("金额的理由", [Optional(), Length(max=200, message="最多 200 个字。")])


class OutcomesForm(Form):
    """调整拟立项名单."""

    rows = FieldList(FormField(OutcomeRow))


MOST = "most_"
"""What the name of a field for the most projects of a category begins with."""


class BoardFields:
    """试排: where the line is."""

    pool = MoneyField("资金（万元）", [InputRequired("请填写资金。")], unit="万元")
    pass_line = PointsField("最低分", most=12_000)
    organisation = IntegerField("每个单位最多几项", [Optional(), NumberRange(1, 99, "1 到 99 之间。")], description="空着不限。")


def board_form(categories: Mapping[str, str]) -> type[Form]:
    """The line of a run, with a field for the most projects of each category."""
    most = {
        MOST + key: IntegerField(f"{title}最多几项", [Optional(), NumberRange(0, 999, "0 到 999 之间。")])
        for key, title in categories.items()
    }
    return type("BoardForm", (BoardFields, Form), most)


def fill_board(form: Any, line: Line) -> None:
    """Show a line in its form."""
    form.pool.data, form.pass_line.data, form.organisation.data = line.pool, line.pass_line, line.organisation
    for key, most in line.categories.items():
        if MOST + key in form:
            form[MOST + key].data = most


class SaveRunForm(Form):
    """保存试排."""

    method = SelectField("排法", choices=list(METHODS.items()))
    title = StringField("名称", text("请给这次试排起个名称。", 40), description="例如：提高最低分到 75。")


class AdoptForm(Form):
    """采用试排的名单."""

    reason = TextAreaField("采用的理由", text("请写明采用这次试排的理由。", 200))


class LetterForm(Form):
    """通知文本."""

    title = StringField("标题", text("请填写通知的标题。", 80))
    body = TextAreaField("正文", text("请填写通知的正文。", 1000))
