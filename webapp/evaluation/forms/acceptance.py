"""Forms of the 验收意见书: its text, and a signature."""

from wtforms import RadioField, TextAreaField
from wtforms.validators import InputRequired

from webapp.core.forms import Form, optional, text


class DraftAcceptance(Form):
    opinion = TextAreaField("验收意见", text("请写验收意见。", 2000), description="有人签署以后不能再改。")


class SignAcceptance(Form):
    agrees = RadioField("意见", [InputRequired("请选择。")], choices=[("yes", "同意（见证：程序无异议）"), ("no", "有异议")])
    reason = TextAreaField("异议的理由", optional(1000), description="有异议时必填，随意见书保存。")
