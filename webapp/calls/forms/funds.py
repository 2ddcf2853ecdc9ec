"""Forms of funds: what one is for and its years."""

from wtforms import SelectField, StringField, TextAreaField

from webapp.calls.forms.base import whole
from webapp.calls.models import FUND_KINDS
from webapp.core.forms import Form, MoneyField, optional, required, text


class NewFund(Form):
    """设立资金."""

    name = StringField("资金名称", text("请填写资金名称。", 60), description="例如：姑苏区福彩公益金")
    kind = SelectField("来源", choices=list(FUND_KINDS.items()))
    payer_id = SelectField("付款单位", coerce=int)
    subject_code = StringField("功能科目", optional(16), description="例如 2296002(用于社会福利的彩票公益金支出)")
    permitted = TextAreaField("可以用于", optional(300))
    forbidden = TextAreaField("不得用于", optional(300), description="写进每次征集的公告，申报单位都会看到。")


class NewBudget(Form):
    """登记年度预算."""

    year = whole("年度", 2000, 2100)
    amount = MoneyField("金额", required("请填写金额。"), unit="万元")
    document = StringField("指标文号", text("请填写下达预算的文号。", 80), description="同一文号只能登记一次。")
