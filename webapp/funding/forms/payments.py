"""Forms of payments, batches, money passed on, corrections, recovery and the end of a project."""

from typing import Any

from wtforms import BooleanField, DateField, RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from webapp.calls.forms.base import whole
from webapp.core.forms import FilesField, Form, MoneyField, NeedsFile, required, text
from webapp.funding.models import PAYMENT_COLUMNS, RECEIPT_KINDS
from webapp.projects.forms import optional_key


class Request(Form):
    """请款单."""

    receipt_kind = SelectField("收款票据种类", choices=list(RECEIPT_KINDS.items()))
    receipt_number = StringField("收款票据号码", text("请填写收款票据号码。", 40))
    papers = FilesField("收款票据文件", description="发票、捐赠票据或收据的扫描件。")
    audit = FilesField("审计报告", description="这一期在财务审计后拨付。")


class Receipt(Form):
    """补交收款票据."""

    receipt_kind = SelectField("收款票据种类", choices=list(RECEIPT_KINDS.items()))
    receipt_number = StringField("收款票据号码", text("请填写收款票据号码。", 40))
    papers = FilesField("收款票据文件", description="发票、捐赠票据或收据的扫描件。")


class Discuss(Form):
    """登记集体研究."""

    meeting_name = StringField("会议名称", text("请填写会议名称。", 60))
    meeting_on = DateField("会议日期", [DataRequired("请填写会议日期。")])
    minutes_number = StringField("会议纪要编号", text("请填写会议纪要编号。", 40))
    minutes = FilesField("会议纪要扫描件", description="盖章的会议纪要。")


class ChainForm(Form):
    """设置拨款审批链."""

    head_from = MoneyField(
        "多少以上由科室负责人审核", [Optional()], unit="万元", description="不填表示不经科室负责人。填 0 表示每一笔都要。"
    )
    meeting_from = MoneyField("多少以上要集体研究", [Optional()], unit="万元", description="不填表示不要求集体研究。")
    from_day = DateField("从哪一天开始", [DataRequired("请填写开始日期。")], description="已经拟办的拨款仍按原来的审批链。")


class Columns(Form):
    """设置支付文件的列."""

    columns = TextAreaField(
        "列", text("请至少写一列。", 600), description="一行一列，按顺序。表头与平台叫法不同的写“表头=列”，例如：收款人名称=收款单位。"
    )

    def validate_columns(self, field: Any) -> None:
        """Each line names a column there is, once."""
        self.read: list[tuple[str, str]] = []
        for line in filter(None, (one.strip() for one in (field.data or "").splitlines())):
            head, _, column = line.replace("＝", "=").partition("=")
            key = PAYMENT_COLUMNS.get((column or head).strip())
            if key is None:
                raise ValidationError(f"没有“{(column or head).strip()}”这一列。可以用：{'、'.join(PAYMENT_COLUMNS)}。")
            self.read.append((key, head.strip()))
        if missing := [
            word for word, key in PAYMENT_COLUMNS.items() if key in {"key", "account", "amount"} and key not in {k for k, _ in self.read}
        ]:
            raise ValidationError(f"缺少{'、'.join(missing)}。编号用来核对银行回单，账号和金额不能没有。")


class Prepare(Form):
    note = TextAreaField("拟办意见", text("请写拟办意见。", 500))


class Check(Form):
    note = TextAreaField("审核意见", [Optional(), Length(max=500, message="最多 500 个字。")])


class Pay(Form):
    bank_reference = StringField("银行流水号", text("请填写银行流水号。", 40))
    paid_on = DateField("付款日期", [DataRequired("请填写付款日期。")])


class Bounce(Form):
    note = TextAreaField(
        "退回原因", text("请填写退回原因。", 500), description="照银行说的填，例如账号户名不符、账户已销户。承接单位会看到。"
    )


class NewBatch(Form):
    """Approved tranches to send together."""

    tranches = SelectMultipleField(
        "已批准的拨款", coerce=int, option_widget=CheckboxInput(), widget=ListWidget(prefix_label=False),
        validators=[DataRequired("请至少选择一笔已批准的拨款。")],
    )  # fmt: skip


class Answer(Form):
    """The bank's answer as a file."""

    answer = FilesField(
        "银行回单文件",
        [NeedsFile("请选择银行回单文件。")],
        one=True,
        description="XLSX 或 CSV，列名：编号、结果、银行流水号、日期；退回的另加“退回原因”，叫失败原因、附言、备注的也认得。",
    )


class Resend(Form):
    """重新送支付 after what was wrong was put right."""

    why = RadioField(
        "更正情况",
        choices=[("account", "单位已经更正收款账户"), ("bank", "账户没有错，银行原因")],
        validators=[DataRequired("请选择更正情况。")],
    )
    note = TextAreaField("说明", text("请写明更正情况。", 500))


class Demand(Form):
    reason = TextAreaField("说明", text("请写明收回的依据。", 500), description="会发给承接单位。")
    claw_back = BooleanField("连同已支出的一并收回")


class Terminate(Form):
    """终止, and whether the organisation broke the agreement."""

    note = TextAreaField("终止原因", text("请写明终止原因。", 500), description="会发给承接单位。")
    breach = BooleanField("承接单位违约", description="公告规定了禁止申报年限的，记入单位档案，下次申报时核对得到。")
    claw_back = BooleanField("连同已支出的一并收回", description="只在勾选“承接单位违约”时才能选。")


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
