"""Forms of reports."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage
from wtforms import BooleanField, DateField, Field, IntegerField, RadioField, SelectField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, NumberRange, Optional
from wtforms.widgets import CheckboxInput, FileInput, ListWidget

from webapp.core import files, fit
from webapp.core.forms import FilesField, Form, NeedsFile, optional, required, text
from webapp.core.scope import Viewer
from webapp.reporting.queries.sources import Column, Source
from webapp.reporting.registry import REPORTS
from webapp.reporting.rules import SOURCES, SUFFIXES
from webapp.reporting.rules.tables import MOST_NUMBER, NUMBERS


class Ask(Form):
    """Which report, over what, in which format."""

    whole = ""
    """The one area that is all its user answers for; empty where there are several."""
    kind = RadioField("报告", choices=list(REPORTS.items()), default="funding")
    area = SelectField("地区", description="本平台的数限于您的辖区；选“全部”时，公开资料不限地区。")
    year = IntegerField("年度", [Optional(), NumberRange(2000, 2100, "请填写四位年份，例如 2026。")], description="不填为各年合计。")
    period = SelectField("时段", description="一键专报用；专报按时段编，不看上面的年度。")
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


class BroughtFile(Field):
    """A file that is judged by its bytes, so not one of them is touched, and kept nowhere; gives bytes, empty for none."""

    widget = FileInput()

    def process_formdata(self, valuelist: list[Any]) -> None:
        item = next((one for one in valuelist if isinstance(one, FileStorage) and one.filename), None)
        self.data, self.named = b"", item.filename or "" if item else ""
        if item is None:
            return
        self.data = item.read(files.LARGEST + 1)
        if len(self.data) > files.LARGEST:
            raise ValueError(f"文件超过 {files.LARGEST // 1048576} MB，这里核验不了。请扫文书末页的二维码，核对两处摘要。")
        if not self.data:
            raise ValueError("文件是空的，请重新选择。")

    def name_of(self) -> str:
        """What the file is called where it comes from, as people are told it."""
        return fit.text(getattr(self, "named", "").replace("\\", "/").rpartition("/")[2])[:120]

    def _value(self) -> bool:
        return False


class Brought(Form):
    """A document that somebody has and wants to know of whether it is as issued."""

    file = BroughtFile(
        "文书文件", [NeedsFile("请选择要核验的文件。")], description="本平台签发的 PDF（或表格、文档）原件；打印后再扫描的不行。"
    )


class AskMany(Form):
    """The same document of many subjects of a call."""

    call = SelectField("征集公告", coerce=int)
    paper = RadioField("文书", validators=[InputRequired("请选择要编制的文书。")])
    suffix = SelectField("格式", choices=list(SUFFIXES.items()), default="pdf")
    choice = SelectField("哪一份", validate_choice=False)
    area = SelectField("地区")
    state = SelectField("状态", description="只要某一状态的时候选。")


class Filter(Form):
    """Which documents of the register."""

    class Meta(Form.Meta):
        csrf = False

    kind = SelectField("类别", validate_choice=False)
    number = StringField("编号", optional(20), filters=[fit.number])
    since = DateField("申请日期从", [Optional()])
    until = DateField("到", [Optional()])
    filed = SelectField("扫描件", choices=[("", "全部"), ("yes", "已归卷"), ("no", "未归卷")], validate_choice=False)


class Name(Form):
    """What a table of one's own is called, and who may use it."""

    title = StringField("名称", text("请给这张表起个名称，例如“各街道拨款进度”。", 60))
    shared = BooleanField(
        "共享给本地区", description="同一地区上下级的经办人员都能打开；每个人只看到自己有权看的记录。不勾选，只有您自己用。"
    )


class Save(Name):
    """Keeping a table under a name."""


class Drop(Form):
    """Deleting one: nothing but the button."""


def builder(source: Source, columns: Sequence[Column], session: Session, viewer: Viewer) -> type[Form]:
    """The form of a table over a list: its columns with their places, the list's own filters, by what it is summed."""

    class Meta(Form.Meta):
        csrf = False

    able = [("", "不汇总"), *((one.key, one.title) for one in columns if one.groups)]
    fields: dict[str, Any] = {
        "Meta": Meta,
        "c": SelectMultipleField(
            "列", choices=[(one.key, one.title) for one in columns], validate_choice=False, widget=ListWidget(prefix_label=False),
            option_widget=CheckboxInput(),
        ),
        "by": SelectField("按什么汇总", choices=able, validate_choice=False),
        "then": SelectField("再按", choices=[("", "不再分"), *able[1:]], validate_choice=False),
    }  # fmt: skip
    for one in columns:
        rule = [Optional(), NumberRange(1, MOST_NUMBER, NUMBERS)]
        fields[f"o_{one.key}"] = IntegerField(f"{one.title}的次序", rule)
    for asked in source.filters:
        if asked.kind == "choice" and asked.options is not None:
            options = [("", "全部"), *asked.options(session, viewer).items()]
            fields[asked.key] = SelectField(asked.title, choices=options, validate_choice=False)
        elif asked.kind == "day":
            fields[asked.key] = DateField(asked.title, [Optional()])
        else:
            fields[asked.key] = StringField(asked.title, optional(60))
    return type("Builder", (Form,), fields)
