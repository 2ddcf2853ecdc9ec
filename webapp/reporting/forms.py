"""Forms of reports."""

from wtforms import DateField, IntegerField, RadioField, SelectField, StringField
from wtforms.validators import InputRequired, NumberRange, Optional

from webapp.core.forms import FilesField, Form, NeedsFile, optional, required
from webapp.reporting.registry import REPORTS
from webapp.reporting.rules import SOURCES, SUFFIXES


class Ask(Form):
    """Which report, over what, in which format."""

    kind = RadioField("报告", choices=list(REPORTS.items()), default="funding")
    area = SelectField("地区", description="本平台的数限于您的辖区；选“全部”时，公开资料不限地区。")
    year = IntegerField("年度", [Optional(), NumberRange(2000, 2100, "请填写四位年份，例如 2026。")], description="不填为各年合计。")
    programme = SelectField("征集公告或项目计划")
    project = StringField("项目编号", optional(20), description="只要一个项目时填写。")
    source = SelectField("资金使用情况报告的范围", choices=[("", "公开资料和本平台账簿（分列）"), *SOURCES.items()])
    suffix = RadioField("格式", choices=list(SUFFIXES.items()), default="pdf")


class AskOf(Form):
    """Which document of a subject, over what, in which format; its boxes are drawn from what the subject offers."""

    paper = StringField("文书", required("请选择要编制的文书。"))
    choice = StringField("哪一份", optional(80))
    suffix = StringField("格式", optional(8))


class FileScan(Form):
    """The signed and sealed paper, scanned."""

    scans = FilesField("签章后的扫描件", [NeedsFile("请选择扫描件。")], description="PDF 或照片，可以有几份。")


class AskMany(Form):
    """The same document of many subjects of a call."""

    call = SelectField("征集公告", coerce=int)
    paper = RadioField("文书", validators=[InputRequired("请选择要编制的文书。")])
    suffix = SelectField("格式", choices=list(SUFFIXES.items()), default="pdf")
    area = SelectField("地区")
    state = SelectField("状态", description="只要某一状态的时候选。")


class Filter(Form):
    """Which documents of the register."""

    class Meta(Form.Meta):
        csrf = False

    kind = SelectField("类别", validate_choice=False)
    number = StringField("编号", optional(20))
    since = DateField("申请日期从", [Optional()])
    until = DateField("到", [Optional()])
    filed = SelectField("扫描件", choices=[("", "全部"), ("yes", "已归卷"), ("no", "未归卷")], validate_choice=False)
