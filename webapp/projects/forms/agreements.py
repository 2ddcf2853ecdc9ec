"""Forms of agreements and their templates."""

from wtforms import BooleanField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from webapp.core.forms import FilesField, Form, NeedsFile, optional, text
from webapp.projects.models import CHANGE_KINDS
from webapp.projects.rules.wording import LONGEST


class Template(Form):
    """协议模板: lines of text with fields in braces."""

    title = StringField("模板名称", text("请填写模板名称。", 60))
    text = TextAreaField(
        "协议文字",
        [DataRequired("请填写协议的文字。"), Length(max=LONGEST, message=f"最多 {LONGEST} 个字。")],
        description="井号开头的一行是标题；大括号里写要填的项，例如 {甲方}。表和清单单独占一行。",
    )
    paper = BooleanField("纸质盖章：主办单位签署前要有盖章扫描件")
    amends = SelectMultipleField(
        "哪些变更要签补充协议",
        choices=list(CHANGE_KINDS.items()),
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
        description="勾选的变更，同意以后起草补充协议，双方签署后生效。",
    )
    why = StringField("这一版改了什么", optional(200))


class SignAgreement(Form):
    scans = FilesField("盖章扫描件", description="线下盖章的，上传签字盖章页或全文的扫描件。")
    note = StringField("说明", optional(500))


class Scans(Form):
    scans = FilesField("盖章扫描件", [NeedsFile("请选择盖章扫描件。")], description="签字盖章页或全文的扫描件。")
