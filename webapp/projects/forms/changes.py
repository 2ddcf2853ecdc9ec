"""Forms of changes, one for each kind."""

from collections.abc import Iterable

from wtforms import BooleanField, DateField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, NumberRange, Optional

from webapp.core.forms import Form, MoneyField, optional, text
from webapp.projects.forms import optional_key


class ChangeForm(Form):
    """What every change asks, last on its form."""

    why = TextAreaField("理由", text("请写明变更的理由。", 1000))


class ChangeTime(Form):
    ends_on = DateField("新的结束日期", [DataRequired("请填写新的结束日期。")])
    goals = BooleanField("没有完成的指标，期限跟着顺延", default=True)
    why = TextAreaField("理由", text("请写明延期或提前结束的理由。", 1000))


class ChangePeople(Form):
    post = StringField("岗位", text("请填写岗位。", 40), description="例如项目负责人、财务、驻点社工。")
    before = StringField("变更前", text("请填写变更前由谁担任。", 200))
    after = StringField("变更后", text("请填写变更后由谁担任。", 200), description="姓名和资格，例如某某，社会工作师。")
    why = TextAreaField("理由", text("请写明变更的理由。", 1000))


class ChangeContent(Form):
    """内容, in words or as the target of an indicator, or both."""

    milestone_id = SelectField("改哪项指标的目标值", coerce=optional_key, validators=[Optional()], description="不改指标的，留空。")
    target = IntegerField("新的目标值", [Optional(), NumberRange(1, 10_000_000, "请填写 1 到 10000000 之间的数。")])
    what = StringField("其他变更的是哪一项", optional(60), description="例如服务地点、活动方式；只改指标的，留空。")
    before = TextAreaField("变更前", optional(1000))
    after = TextAreaField("变更后", optional(1000))
    why = TextAreaField("理由", text("请写明变更的理由。", 1000))


def change_budget(lines: Iterable[tuple[int, str]]) -> type[Form]:
    """The form of a change of the budget: what each line shall be, and why."""

    class ChangeBudget(ChangeForm):
        pass

    for key, title in lines:
        setattr(ChangeBudget, f"amount_{key}", MoneyField(f"{title}调整后", [InputRequired("请填写调整后的金额；不变的照原数。")]))
    return ChangeBudget
