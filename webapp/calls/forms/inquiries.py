"""Forms of 答疑."""

from wtforms import StringField, TextAreaField
from wtforms.validators import Length

from webapp.core.forms import Form, text


class Ask(Form):
    """提问."""

    text = TextAreaField(
        "您的问题", text("请写下您的问题。", 500), description="请不要写姓名、电话。答复后，问题和答复对所有人公开，不透露是谁问的。"
    )


class Answer(Form):
    """答复并公开."""

    wording = TextAreaField("公开的问题", text("请写明公开的问题。", 500), description="所有人都会看到，原话里有姓名、电话的请改写。")
    answer = TextAreaField("答复", text("请写明答复。", 2000), description="所有人都会看到。要改规则的，请另发新版。")


class Correct(Answer):
    """更正答复, with its reason."""

    note = StringField("更正的原因", [Length(max=500, message="最多 500 个字。")])
