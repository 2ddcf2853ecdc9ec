"""Forms of accounts."""

from wtforms import BooleanField, DateField, PasswordField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional, Regexp, ValidationError

from webapp.core.forms import FilesField, Form, NeedsFile, optional, text

SIX_DIGITS = {"inputmode": "numeric", "autocomplete": "one-time-code", "maxlength": "7"}


class SectorForm(Form):
    """归入板块."""

    sector = RadioField("板块", default="")


class AreasForm(Form):
    """更新区划."""

    file = FilesField("区划表", [NeedsFile("请选择填好的区划表。")], one=True, description="XLSX 或 CSV，两列：代码、名称。")


class PhoneForm(Form):
    """居民登录: where the code goes."""

    phone = StringField(
        "手机号",
        [DataRequired("请填写手机号。"), Length(max=30, message="手机号应为 11 位数字。")],
        render_kw={"inputmode": "tel", "autocomplete": "tel"},
    )


class CodeForm(Form):
    """Six digits: from a text, or from the telephone's authenticator."""

    code = StringField("6 位数字", [DataRequired("请填写 6 位数字。"), Length(max=12, message="请填写 6 位数字。")], render_kw=SIX_DIGITS)


class StaffForm(Form):
    """工作人员登录."""

    login = StringField("登录名", text("请填写登录名。", 40), render_kw={"autocomplete": "username", "autocapitalize": "none"})
    password = PasswordField(
        "密码",
        [DataRequired("请填写密码。"), Length(max=200, message="密码太长。")],
        render_kw={"autocomplete": "current-password"},
    )


class WhoForm(Form):
    """Several people share a telephone."""

    person = RadioField("您是哪一位？", [InputRequired("请选择您是哪一位。")])


class NewcomerForm(Form):
    """First time here."""

    name = StringField("您的姓名", text("请填写姓名，方便社区联系您。", 20), render_kw={"autocomplete": "name"})
    area_code = SelectField("您住的社区", [DataRequired("请选择社区。")])
    born_on = DateField("出生日期", [Optional()], description="投票要年满 18 周岁。不投票可以不填。", render_kw={"autocomplete": "bday"})
    agreed = BooleanField("我已看过隐私说明，同意平台为办理我反映的事使用这些信息", [DataRequired("请先看隐私说明并勾选同意。")])


class HomeForm(Form):
    """居住社区."""

    area_code = SelectField("您住的社区", [DataRequired("请选择社区。")])


class TextsForm(Form):
    """消息设置."""

    texts = BooleanField("有新消息时，也用短信告诉我", description="消息总会留在“消息”里。短信只说有新消息，不写内容。")


class PasswordForm(Form):
    """更改密码."""

    old = PasswordField("现在的密码", [DataRequired("请填写现在的密码。"), Length(max=200)], render_kw={"autocomplete": "current-password"})
    new = PasswordField(
        "新密码",
        [DataRequired("请填写新密码。"), Length(max=200)],
        description="至少 10 位，同时有字母和数字。",
        render_kw={"autocomplete": "new-password"},
    )
    again = PasswordField("再输一次新密码", [DataRequired("请再输一次新密码。")], render_kw={"autocomplete": "new-password"})

    def validate_again(self, field: PasswordField) -> None:
        if field.data != self.new.data:
            raise ValidationError("两次输入的新密码不一样。")


class DeputyForm(Form):
    """AB岗."""

    deputy = SelectField("由谁代行", [DataRequired("请选择同事。")], coerce=int)
    away_from = DateField("从哪天起", [DataRequired("请选择日期。")])
    away_until = DateField("到哪天（含）", [DataRequired("请选择日期。")])


class HandOverForm(Form):
    """工作交接单."""

    successor = SelectField("移交给", [DataRequired("请选择同事。")], coerce=int)
    day = DateField("从哪天起由对方办理", [DataRequired("请选择日期。")])
    note = TextAreaField("交接说明", optional(500), description="正在办的事、要注意的期限。对方会在消息里看到。")


class PersonForm(Form):
    """新建人员."""

    name = StringField("姓名", text("请填写姓名。", 20))
    login = StringField(
        "登录名",
        [
            *text("请填写登录名。", 40),
            Regexp(r"^[A-Za-z][A-Za-z0-9._-]{2,39}$", message="登录名用字母开头，3 到 40 位字母、数字、点或横线。"),
        ],
        description="以后用它登录，建好后不能更改。",
        render_kw={"autocapitalize": "none", "autocomplete": "off"},
    )
    phone = StringField("手机号", optional(30), description="可不填。用来收短信提醒。", render_kw={"inputmode": "tel"})


class DutyForm(Form):
    """任职."""

    organisation_id = SelectField("单位", [DataRequired("请选择单位。")], coerce=int)
    role = SelectField("岗位", [DataRequired("请选择岗位。")])
    from_day = DateField("从哪天起", [DataRequired("请选择日期。")])
    until_day = DateField("到哪天（含）", [Optional()], description="没有期限的不填。")


class EndForm(Form):
    """结束任职."""

    day = DateField("最后一天（含）", [DataRequired("请选择日期。")], description="这一天过后，这个岗位的待办和权限都会收回。")


class CorrectForm(Form):
    """更正信息."""

    name = StringField("姓名", text("请填写姓名。", 20), render_kw={"autocomplete": "name"})
    born_on = DateField("出生日期", [Optional()], description="投票要年满 18 周岁。不投票可以不填。", render_kw={"autocomplete": "bday"})
