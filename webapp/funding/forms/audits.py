"""Forms of 抽查."""

from wtforms import DateField, IntegerField, RadioField, SelectField, TextAreaField
from wtforms.validators import NumberRange

from webapp.core.forms import Form, InputRequired, optional
from webapp.funding.models import RESULTS


class NewAudit(Form):
    """抽取支出凭证."""

    area_code = SelectField("范围")
    since = DateField("支出日期从", [InputRequired("请选择开始日期。")])
    until = DateField("到", [InputRequired("请选择结束日期。")])
    way = RadioField("怎样抽", choices=[("count", "抽若干张"), ("share", "抽到金额的百分之几")], default="count")
    size = IntegerField("张数或百分数", [InputRequired("请填写张数或百分数。"), NumberRange(1, 1000, "1 到 1000 之间。")], default=20)


class Result(Form):
    """登记抽查结果."""

    result = RadioField("结果", [InputRequired("请选择无误或有问题。")], choices=list(RESULTS.items()))
    note = TextAreaField("问题或说明", optional(300), description="有问题的必须写明。")
