"""登记支出凭证: one form for each kind of document, asking for what that kind shows and no more."""

from typing import Any, ClassVar

from wtforms import DateField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Optional

from reports.money import Money
from webapp.core.forms import FilesField, Form, InputRequired, MoneyField, NeedsFile, optional, text
from webapp.funding.rules.vouchers import SPLIT_OF, Voucher
from webapp.projects.forms import optional_key

PAYEE = "加密保存，只有审核人能看到。"


class EInvoice(Form):
    """An e-invoice to begin with."""

    papers = FilesField("电子发票文件", [NeedsFile("请选择 XML 或 PDF 电子发票。")])


class Claim(Form):
    """What every kind is asked for."""

    KIND: ClassVar[str] = ""
    FACE: ClassVar[tuple[str, ...]] = ("number",)
    """The fields that stand on the document itself, in order."""
    number = StringField("凭证号码", text("请填写凭证号码。", 40))
    payee = StringField("收款人", text("请填写收款人。", 60), description=PAYEE)
    spent_on = DateField("支出日期", [DataRequired("请填写支出日期。")])
    face = MoneyField("票面金额", [InputRequired("请填写票面金额。")])
    title = StringField("用途", text("请填写用途。", 60), description="写清买了什么、用在哪里。")
    amount = MoneyField("本项目报销金额", [InputRequired("请填写报销金额。")])
    budget_line_id = SelectField("预算科目", coerce=optional_key, validators=[DataRequired("请选择本项目的预算科目。")])
    activity_id = SelectField("对应活动", coerce=optional_key, validators=[Optional()])
    reason = TextAreaField("情况说明", optional(300), description="有需要说明的情况时填写，例如抬头不是本单位的原因。审核人会看到。")
    papers = FilesField(
        "凭证文件", [NeedsFile("请上传凭证的扫描件或照片。")], description="电子发票请传 XML 或 PDF 原文件；纸质的拍照或扫描。"
    )

    def voucher(self, project: str) -> Voucher:
        """The document that was typed; `project` is the project's number."""
        return Voucher(self.KIND, self._text("number"), self.face.data or Money(0), project=project, **self.more())

    def more(self) -> dict[str, Any]:
        names = ("code", "check", "buyer", "seller_tax", "person", "identity", "holder")
        return {name: self._text(name) for name in names if name in self}

    def _text(self, name: str) -> str:
        return (self[name].data or "").strip() if name in self else ""

    def rest(self) -> dict[str, Any]:
        """What the claim itself is asked for, as the action takes it."""
        names = ("title", "payee", "spent_on", "amount", "budget_line_id", "activity_id", "reason", "papers")
        return {name: value for name, value in self.answers().items() if name in names}


class _Invoice(Claim):
    """What names a buyer and a seller."""

    buyer = StringField("购买方名称", text("请填写购买方名称。", 60), description="应是本单位登记名称。")
    seller_tax = StringField("销售方纳税人识别号", optional(20), description="18 位统一社会信用代码；填了便于核对重复和连号。")
    payee = StringField("销售方名称（收款人）", text("请填写销售方名称。", 60), description=PAYEE)
    spent_on = DateField("开票日期", [DataRequired("请填写开票日期。")])
    face = MoneyField("价税合计", [InputRequired("请填写价税合计。")])


class Electronic(_Invoice):
    """数电票."""

    KIND = "einvoice"
    FACE = ("number", "spent_on", "buyer", "payee", "seller_tax", "face")
    number = StringField("发票号码", text("请填写发票号码。", 40), description="20 位数字，在票面右上角。")


class Old(_Invoice):
    """旧版发票."""

    KIND = "invoice"
    FACE = ("code", "number", "spent_on", "buyer", "payee", "seller_tax", "face")
    code = StringField("发票代码", text("请填写发票代码。", 20), description="10 位或 12 位数字。")
    number = StringField("发票号码", text("请填写发票号码。", 20), description="8 位数字。")


class Fiscal(Claim):
    """财政电子票据."""

    KIND = "fiscal"
    FACE = ("code", "number", "check", "spent_on", "buyer", "payee", "face")
    code = StringField("票据代码", text("请填写票据代码。", 20), description="8 位数字。")
    number = StringField("票据号码", text("请填写票据号码。", 20), description="10 位数字。")
    check = StringField("校验码", text("请填写校验码。", 10), description="6 位字母或数字。")
    buyer = StringField("交款人", text("请填写交款人。", 60), description="应是本单位登记名称。")
    payee = StringField("收款单位", text("请填写收款单位。", 60), description=PAYEE)
    spent_on = DateField("开票日期", [DataRequired("请填写开票日期。")])
    face = MoneyField("金额合计", [InputRequired("请填写金额合计。")])


class Ticket(Claim):
    """客票."""

    KIND = "ticket"
    FACE = ("number", "spent_on", "person", "payee", "face")
    number = StringField("客票号码", text("请填写客票号码。", 40), description="铁路、民航电子客票填 20 位发票号码；其他填票号。")
    person = StringField("乘车（机、船）人", text("请填写乘车人姓名。", 30), description=PAYEE)
    payee = StringField("承运单位", text("请填写承运单位。", 60))
    spent_on = DateField("乘坐日期", [DataRequired("请填写乘坐日期。")])
    face = MoneyField("票价", [InputRequired("请填写票价。")])


class Small(Claim):
    """小额收款凭证."""

    KIND = "small"
    FACE = ("number", "spent_on", "payee", "identity", "face")
    number = StringField("本单位编号", text("请填写编号。", 20), description="本项目内不重复，例如 小-001。")
    payee = StringField("收款人姓名", text("请填写收款人姓名。", 30), description=PAYEE)
    identity = StringField("收款人公民身份号码", text("请填写公民身份号码。", 18), description="只用来核对同一人，不保存号码。")
    face = MoneyField("收款金额", [InputRequired("请填写收款金额。")])


class Split(Claim):
    """分割单."""

    KIND = "split"
    FACE = (
        "number",
        "holder",
        "face",
        "parent_kind",
        "parent_code",
        "parent_number",
        "parent_check",
        "parent_face",
        "spent_on",
        "buyer",
        "payee",
    )
    number = StringField("分割单编号", text("请填写分割单编号。", 20))
    holder = StringField("原件保管单位", text("请填写原件由哪个单位保管。", 60), description="开具分割单的单位。")
    face = MoneyField("分割给本单位的金额", [InputRequired("请填写分割金额。")])
    parent_kind = SelectField("原始凭证种类", choices=list(SPLIT_OF.items()))
    parent_code = StringField("原始凭证代码", optional(20), description="旧版发票、财政电子票据才有。")
    parent_number = StringField("原始凭证号码", text("请填写原始凭证号码。", 40))
    parent_check = StringField("原始凭证校验码", optional(10), description="财政电子票据才有。")
    parent_face = MoneyField("原始凭证票面金额", [InputRequired("请填写原始凭证票面金额。")])
    spent_on = DateField("原始凭证日期", [DataRequired("请填写原始凭证日期。")])
    buyer = StringField("接受分割的单位", text("请填写接受分割的单位。", 60), description="应是本单位登记名称。")
    payee = StringField("收款人（原始凭证销售方）", text("请填写收款人。", 60), description=PAYEE)

    def more(self) -> dict[str, Any]:
        kind = self.parent_kind.data or ""
        person = "—" if kind == "ticket" else ""
        parent = Voucher(
            kind,
            self._text("parent_number"),
            self.parent_face.data or Money(0),
            self._text("parent_code"),
            self._text("parent_check"),
            person=person,
        )
        return {**super().more(), "parent": parent}


FORMS: dict[str, type[Claim]] = {
    one.KIND: one for one in (Electronic, Old, Fiscal, Ticket, Small, Split)
}  # fmt: skip
