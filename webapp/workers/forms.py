"""Forms of the register and of 津贴."""

import re
from typing import Any

from wtforms import DateField, MonthField, SelectField, StringField, TextAreaField, ValidationError
from wtforms.validators import DataRequired

from webapp.core.forms import FilesField, Form, NeedsFile, optional, text
from webapp.workers.models import LEVELS


class NewWorker(Form):
    """登记社工."""

    name = StringField("姓名", text("请填写姓名。", 20))
    level = SelectField("证书", choices=list(LEVELS.items()))
    certificate = StringField("证书编号", text("请填写证书编号。", 40), description="加密保存，页面上只显示头尾。")
    certified_on = DateField("发证日期", [DataRequired("请填写发证日期。")])
    area_code = SelectField("服务的街道")
    from_day = DateField("到岗日期", [DataRequired("请填写到岗日期。")])
    bank_account = StringField("津贴收款账号", optional(32), description="可以以后再补。加密保存，只有财务发放时能看到。")
    papers = FilesField("证书扫描件", [NeedsFile("请上传证书的扫描件或照片。")])

    def validate_bank_account(self, field: Any) -> None:
        if field.data and not re.fullmatch(r"\d{12,32}", "".join(field.data.split())):
            raise ValidationError("账号应为 12 位以上的数字，请核对。")


class Leave(Form):
    """登记离职."""

    until_day = DateField("最后在岗的日期", [DataRequired("请填写最后在岗的日期。")])


class NewAllowance(Form):
    """编制津贴发放表."""

    month = MonthField("月份", [DataRequired("请选择月份。")])
    fund_id = SelectField("列支的资金", coerce=int)


class Pay(Form):
    bank_reference = StringField("银行流水号", text("请填写银行流水号。", 40))
    paid_on = DateField("付款日期", [DataRequired("请填写付款日期。")])


class Check(Form):
    note = TextAreaField("审核意见", optional(500))
