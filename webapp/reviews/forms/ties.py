"""Forms of 回避登记."""

from wtforms import SelectField, StringField, TextAreaField

from webapp.core.forms import Form, optional, text
from webapp.reviews.models import ExpertTie


class AsideForm(Form):
    """登记回避."""

    person_id = SelectField("谁回避", coerce=int)
    organisation = StringField(
        "回避哪家单位", text("请写单位全称。", 80), description="写单位名录里的全称。登记后，这家单位的申报、评分和意见马上不再显示。"
    )
    kind = SelectField("关系", choices=[(key, ExpertTie.KINDS[key]) for key in ExpertTie.OWN])
    reason = TextAreaField("说明", optional(200), description="替别人登记的必须写明理由，例如：三年内担任该单位理事。")


class UndoForm(Form):
    """解除回避."""

    reason = TextAreaField("核实情况", text("请写明核实的情况。", 200), description="例如：与法定代表人同名，经核对身份信息不是同一人。")
