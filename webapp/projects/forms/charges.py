"""Forms of a 项目责任书 and its tasks."""

from wtforms import DateField, FieldList, FormField, IntegerField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from webapp.core.forms import FilesField, Form, optional
from webapp.projects.rules.charges import MOST


class TaskRow(Form):
    class Meta(Form.Meta):
        csrf = False

    title = StringField("任务（子项）", [Length(max=60, message="最多 60 个字。")])
    responsible = StringField("责任人", [Length(max=20, message="最多 20 个字。")])
    target = IntegerField("数量", [Optional(), NumberRange(0, 10_000_000, "请填写 1 到 10000000 之间的数。")])
    unit = StringField("单位", [Length(max=10, message="最多 10 个字。")])
    due_on = DateField("完成日期", [Optional()])
    how = StringField("怎样做、做到什么程度", [Length(max=300, message="最多 300 个字。")])


class ChargeForm(Form):
    rows = FieldList(FormField(TaskRow), "任务", max_entries=MOST, description="每项写明责任人、数量、单位和完成日期，提交前要填齐。")


class TaskReport(Form):
    count = IntegerField(
        "这次完成的数量", [InputRequired("请填写这次完成的数量。"), NumberRange(1, 10_000_000, "请填写 1 到 10000000 之间的数。")]
    )
    note = StringField("说明", optional(500))
    proofs = FilesField("证明材料", description="照片或记录，不是必须；活动已经登记的，不用再传。")
