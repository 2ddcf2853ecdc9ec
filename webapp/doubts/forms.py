"""Forms of 疑点."""

from wtforms import DateField, TextAreaField
from wtforms.validators import DataRequired

from webapp.core.forms import Form, text


class Rectify(Form):
    """要求整改."""

    demand = TextAreaField("整改要求", text("请写明需要整改什么。", 1000), description="会发给承接单位，须附材料答复。")
    due_on = DateField("整改期限", [DataRequired("请填写整改期限。")])
