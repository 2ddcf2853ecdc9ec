"""Forms of payments, batches, money passed on, corrections, recovery and the end of a project."""

from wtforms import BooleanField, DateField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from webapp.calls.forms.base import whole
from webapp.core.forms import FilesField, Form, MoneyField, NeedsFile, required, text
from webapp.funding.models import RECEIPT_KINDS
from webapp.projects.forms import optional_key


class Request(Form):
    """请款单."""

    receipt_kind = SelectField("收款票据种类", choices=list(RECEIPT_KINDS.items()))
    receipt_number = StringField("收款票据号码", text("请填写收款票据号码。", 40))
    papers = FilesField("收款票据文件", description="发票、捐赠票据或收据的扫描件。")


class Prepare(Form):
    note = TextAreaField("拟办意见", text("请写拟办意见。", 500))


class Check(Form):
    note = TextAreaField("审核意见", [Optional(), Length(max=500, message="最多 500 个字。")])


class Pay(Form):
    bank_reference = StringField("银行流水号", text("请填写银行流水号。", 40))
    paid_on = DateField("付款日期", [DataRequired("请填写付款日期。")])


class NewBatch(Form):
    """Approved tranches to send together."""

    tranches = SelectMultipleField(
        "已批准的拨款", coerce=int, option_widget=CheckboxInput(), widget=ListWidget(prefix_label=False),
        validators=[DataRequired("请至少选择一笔已批准的拨款。")],
    )  # fmt: skip


class Answer(Form):
    """The bank's answer as a file."""

    answer = FilesField(
        "银行回单文件", [NeedsFile("请选择银行回单文件。")], one=True, description="XLSX 或 CSV，列名：编号、结果、银行流水号、日期。"
    )


class Demand(Form):
    reason = TextAreaField("说明", text("请写明收回的依据。", 500), description="会发给承接单位。")


class Terminate(Form):
    """终止, and whether the organisation broke the agreement."""

    note = TextAreaField("终止原因", text("请写明终止原因。", 500), description="会发给承接单位。")
    breach = BooleanField("承接单位违约", description="公告规定了禁止申报年限的，记入单位档案，下次申报时核对得到。")


class Receive(Form):
    bank_reference = StringField("银行流水号", text("请填写银行流水号。", 40))


class NewTransfer(Form):
    """登记资金转移."""

    year = whole("从哪一年度转出", 2000, 2100)
    to_fund_id = SelectField(
        "转入资金", coerce=optional_key, validators=[DataRequired("请选择转入资金。")], description="只列出来源相同的资金。"
    )
    to_year = whole("转入哪一年度", 2000, 2100)
    amount = MoneyField("金额", required("请填写金额。"), unit="万元")
    document = StringField("依据", text("请填写转移资金的文号。", 80))


class NewCorrection(Form):
    """申请冲销."""

    reason = TextAreaField("冲销原因", text("请写明错在哪里。", 500), description="会记入办理记录。")
