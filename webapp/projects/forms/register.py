"""Forms of the 服务对象名册."""

from wtforms import BooleanField, DateField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, NumberRange, Optional

from webapp.calls.forms.base import Boxes
from webapp.core.forms import FilesField, Form, NeedsFile, optional, text

GUARDIAN = "同意书由监护人签署"
PAPERS = "知情同意书"
SIGNED = "请上传签好字的知情同意书（拍照或扫描都可以）。"


def number_or_none(value: str | int | None) -> int:
    """A choice of somebody by the row's key; 0 stands for what is no key."""
    return int(str(value)) if str(value).isdecimal() and len(str(value)) < 16 else 0


class RegisterForm(Form):
    """登记服务对象."""

    name = StringField("姓名", text("请填写姓名。", 40), description="未成年人的姓名只用来认人，不保存；名册里按“儿童1、儿童2……”编号。")
    minor = BooleanField("是未成年人（不满 18 岁）")
    phone = StringField(
        "电话", optional(30), description="本人的手机号，或带区号的固定电话；未成年人填监护人的电话。", render_kw={"inputmode": "tel"}
    )
    number = StringField("身份证号", optional(18), description="没有电话的才填写。只用来认人，不保存。")
    guardian = StringField("监护人姓名", optional(40), description="未成年人填写。")
    joined_on = DateField("加入日期", [Optional()], description="不填就是今天。")
    signed_on = DateField("同意书签署日期", [DataRequired("请填写同意书的签署日期。")])
    guardian_signed = BooleanField(GUARDIAN)
    papers = FilesField(PAPERS, [NeedsFile(SIGNED)], description="处理个人信息要本人同意，未成年人要监护人同意。只有本单位能看到。")


class ReadInForm(Form):
    """导入名单: a file, or rows pasted out of a sheet."""

    file = FilesField("名单文件", one=True, description="XLSX 或 CSV。")
    pasted = TextAreaField("或者粘贴名单", optional(60_000), description="从表格里复制几行，直接粘贴在这里，一人一行。")
    signed_on = DateField("同意书签署日期", [Optional()], description="一并上传同意书的填写。")
    guardian_signed = BooleanField(GUARDIAN)
    papers = FilesField(
        PAPERS, description="这份名单上所有人都签了字的，一并上传；还没有的可以以后补交，补交前不能点名。只有本单位能看到。"
    )


class ConsentForm(Form):
    """补交同意书: who signed this paper."""

    people = Boxes("同意书上签了字的人", [DataRequired("请勾选同意书上签了字的人。")], coerce=number_or_none)
    signed_on = DateField("签署日期", [DataRequired("请填写同意书的签署日期。")])
    guardian_signed = BooleanField(GUARDIAN, description="勾选了儿童的，必须由监护人签署。")
    papers = FilesField(PAPERS, [NeedsFile(SIGNED)], description="只有本单位能看到。")


class LeaveForm(Form):
    left_on = DateField("离开日期", [DataRequired("请填写离开日期。")])


class EraseForm(Form):
    note = TextAreaField("原因", text("请写明原因。", 200), description="例如本人撤回同意。请不要写姓名、电话。")


class NamesForm(Form):
    """点名 at an activity that is planned."""

    present = Boxes("到场的服务对象", coerce=number_or_none)


class HeldNamesForm(NamesForm):
    """点名 at an activity that is recorded."""

    unnamed = IntegerField(
        "名册之外的人数",
        [InputRequired("请填写名册之外的人数，没有的填 0。"), NumberRange(0, 100000, "请填写 0 到 100000 之间的数。")],
        description="来了、但没有登记姓名的人。",
    )
    visits = IntegerField(
        "人次",
        [InputRequired("请填写服务人次。"), NumberRange(1, 1000000, "人次应在 1 到 1000000 之间。")],
        description="一人来两次算两人次。",
    )


class SampleForm(Form):
    size = IntegerField("抽取人数", [InputRequired("请填写抽取人数。"), NumberRange(1, 1000, "请填写抽取人数。")], default=10)


class Which(Form):
    """The filter of the register."""

    class Meta(Form.Meta):
        csrf = False

    which = SelectField("状态", validate_choice=False)
