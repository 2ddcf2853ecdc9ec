"""Forms of funds: what one is for, its years, its amounts by area, what is carried over."""

from typing import Any

from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import Optional

from webapp.calls.forms.base import Boxes, whole
from webapp.calls.models import FUND_KINDS, LEGAL_FORMS, Fund
from webapp.core.forms import FilesField, Form, MoneyField, optional, required, text


class FundRulesForm(Form):
    """What a fund may be used for, and what of it can be checked."""

    permitted = TextAreaField("可以用于", optional(300))
    forbidden = TextAreaField("不得用于", optional(300), description="写进每次征集的公告，申报单位都会看到。")
    barred = TextAreaField("不得列支的事项", optional(300), description="一行一个词，例如：楼堂馆所。征集自动带上；写在预算里就会被指出。")
    legal_forms = Boxes("只能用于哪些法律形式", [Optional()], choices=list(LEGAL_FORMS.items()), description="不选表示都可以。")
    ceiling = MoneyField("每个项目最多", [Optional()], unit="万元", description="不填表示资金没有另外规定。")

    def show(self: Any, fund: Fund) -> None:
        """Start from what stands now."""
        self.permitted.data, self.forbidden.data, self.barred.data = fund.permitted, fund.forbidden, "\n".join(fund.barred)
        self.legal_forms.data, self.ceiling.data = fund.legal_forms, fund.ceiling_fen

    def rules(self: Any) -> dict[str, Any]:
        """What was decided, as the verbs take it."""
        words = [line.strip() for line in (self.barred.data or "").splitlines() if line.strip()]
        return {
            "permitted": self.permitted.data or "", "forbidden": self.forbidden.data or "", "barred": list(dict.fromkeys(words)),
            "legal_forms": self.legal_forms.data or [], "ceiling": self.ceiling.data,
        }  # fmt: skip


class NewFund(FundRulesForm):
    """设立资金."""

    name = StringField("资金名称", text("请填写资金名称。", 60), description="例如：姑苏区福彩公益金")
    kind = SelectField("来源", choices=list(FUND_KINDS.items()))
    payer_id = SelectField("付款单位", coerce=int)
    subject_code = StringField("功能科目", optional(16), description="例如 2296002（用于社会福利的彩票公益金支出）")


class NewBudget(Form):
    """登记年度预算."""

    year = whole("年度", 2000, 2100)
    amount = MoneyField("金额", required("请填写金额。"), unit="万元")
    document = StringField("指标文号", text("请填写下达预算的文号。", 80), description="同一文号只能登记一次。")


class Quotas(Form):
    """登记各地区额度: a workbook, whole or not at all."""

    file = FilesField("填好的额度表", one=True, description="XLSX 或 CSV，用本页下载的表填写。整张表代替原来的额度。")


class NewCarry(Form):
    """登记结转."""

    year = whole("从哪一年度结转到下一年度", 2000, 2099)
    amount = MoneyField("金额", required("请填写金额。"), unit="万元")
    document = StringField("依据", text("请填写批准结转的文号。", 80))
