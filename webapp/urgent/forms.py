"""Forms of the sealed queue."""

from typing import Any

from wtforms import DateTimeLocalField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired

from webapp.core.clock import CHINA
from webapp.core.forms import Form, optional, text


class ReportForm(Form):
    """上报."""

    reported_to = StringField("上报给", text("请填写上报给哪个单位、哪个人。", 60), description="例如：桃花坞派出所 值班民警")
    reported_at = DateTimeLocalField("上报时间", [InputRequired("请填写上报时间。")], format="%Y-%m-%dT%H:%M")
    receipt = StringField("对方的编号（没有可不填）", optional(60))
    note = TextAreaField("说明（可不填）", optional(300))

    def answers(self) -> dict[str, Any]:
        """With the moment in China's time, as it was typed."""
        found = super().answers()
        return found | {"reported_at": found["reported_at"].replace(tzinfo=CHINA)}


class ReaderForm(Form):
    """指定专办人."""

    person_id = SelectField("同事", [DataRequired("请选择同事。")], coerce=int)
