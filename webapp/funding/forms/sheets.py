"""Forms of 发放表."""

from wtforms import DateField, FieldList, FormField, SelectField, StringField, TextAreaField
from wtforms import Form as PlainForm
from wtforms.validators import DataRequired, Optional

from webapp.core.forms import FilesField, Form, NeedsFile, optional, text
from webapp.funding.rules.sheets import MOST, UNITS
from webapp.projects.forms import optional_key


class PayRow(PlainForm):
    """One person's hours, as typed; read by `pay_sheet_file.typed`."""

    name = StringField("姓名")
    identity = StringField("公民身份号码")
    role = StringField("事项")
    on = StringField("日期")
    starts = StringField("开始")
    ends = StringField("结束")
    rate = StringField("标准（元）")
    unit = SelectField("单位", choices=list(UNITS.items()))
    quantity = StringField("数量")


class PaySheetForm(Form):
    """填写发放表."""

    title = StringField("表名", text("请填写表名。", 60), description="例如：三月健康讲座讲课费。")
    budget_line_id = SelectField("预算科目", coerce=optional_key, validators=[DataRequired("请选择本项目的预算科目。")])
    activity_id = SelectField("对应活动", coerce=optional_key, validators=[Optional()])
    paid_on = DateField("发放日期", [DataRequired("请填写发放日期。")])
    rows = FieldList(
        FormField(PayRow), "领款人", max_entries=MOST,
        description="日期写 2026-03-02，时间写 09:00；可以从 Excel 整块粘贴。身份证号不保存，只保存核对同一人用的密文和末四位；* 开头的是以前填过的。",
    )  # fmt: skip


class PayRows(Form):
    """A workbook, or rows copied from one."""

    file = FilesField("填好的表", one=True, description="XLSX 或 CSV，用本页下载的表填写。")
    pasted = TextAreaField(
        "或粘贴从 Excel 复制的行", description="依次是姓名、公民身份号码、事项、日期、开始、结束、标准、单位、数量九列。"
    )


class ClaimSheet(Form):
    """上传签字表并报销."""

    reason = TextAreaField("情况说明", optional(300))
    papers = FilesField(
        "签字表照片", [NeedsFile("请上传领款人签过字的发放表照片或扫描件。")], description="每位领款人本人签字；代签的写明原因并附委托书。"
    )
