"""Forms of 核查: a call's result, a visit, a finding, its 申辩, its end."""

from typing import Any

from wtforms import DateField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, NumberRange, Optional

from webapp.core.forms import FilesField, Form, optional, text
from webapp.evaluation.models import GROUNDS, RESULTS
from webapp.evaluation.rules.checking import ANSWER_WORKDAYS, QUESTIONS

NO_NAMES = "不写姓名、电话和住址。"


class CallResult(Form):
    """How a call ended; the questions count only where somebody answered."""

    result = RadioField("通话结果", [InputRequired("请选择通话结果。")], choices=list(RESULTS.items()))


def call_result() -> type[CallResult]:
    """The form of a call's end, with a choice for each question."""
    fields: dict[str, Any] = {
        one.key: RadioField(
            one.title, [Optional()], choices=list(one.choices.items()), default=None, description="接通时必答。" if n == 0 else ""
        )
        for n, one in enumerate(QUESTIONS)
    }
    fields["remark"] = TextAreaField("备注", optional(500), description=f"对方说了什么、有什么疑点。{NO_NAMES}")
    return type("CallResultWithQuestions", (CallResult,), fields)


class SiteCheckForm(Form):
    held_on = DateField("核查日期", [InputRequired("请填写核查日期。")])
    place = StringField("地点", text("请填写地点。", 100), description="活动场所、机构办公地点等。")
    checked = TextAreaField(
        "核查了什么", text("请写明核查了什么。", 1000), description="签到表、活动档案、物资台账、财务凭证等，写明抽查范围。"
    )
    found = TextAreaField("看到的情况", text("请写看到的情况。", 2000), description=NO_NAMES)
    photos = FilesField("现场照片", description="不是必须。")


class Observe(Form):
    ground = SelectField("怎样发现的", [InputRequired("请选择。")], choices=list(GROUNDS.items()))
    title = StringField("问题", text("请用一句话写明问题。", 60), description="一句话，例如“3 次活动没有签到表”。")
    text = TextAreaField("依据和情况", text("请写明依据和情况。", 2000), description=f"写明依据哪些材料、与什么不符。{NO_NAMES}")
    workdays = IntegerField(
        "申辩期限", [InputRequired("请填写工作日数。"), NumberRange(3, 20, "请填写 3 到 20 个工作日。")], default=ANSWER_WORKDAYS,
        description="从今天起的工作日数；期满没有申辩的，可以直接认定。",
    )  # fmt: skip


class AnswerObservation(Form):
    answer = TextAreaField("申辩意见", text("请写申辩意见；没有异议的，也请写明。", 2000))
    papers = FilesField("证明材料", description="不是必须。")


class DecideObservation(Form):
    reason = TextAreaField("理由", text("请写明理由。", 1000), description="对申辩逐条回应；承接单位看得到。")
