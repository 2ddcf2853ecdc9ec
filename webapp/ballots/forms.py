"""The paper somebody takes part with, made from the ballot's choices; and closing early."""

from collections.abc import Sequence
from typing import Any

from wtforms import BooleanField, RadioField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length
from wtforms.validators import Optional as MayBeEmpty
from wtforms.widgets import CheckboxInput, ListWidget

from webapp.ballots import rules
from webapp.ballots.queries import ChoiceRow
from webapp.core.forms import Form, optional, text
from webapp.core.workflow import Refusal


class Close(Form):
    note = TextAreaField(
        "提前截止的原因",
        [MayBeEmpty(), Length(max=500, message="最多 500 个字，请再精简一些。")],
        description="到了公布的截止时间不用填。还没到的，请写明为什么提前；原因会记入办理记录。",
    )


class Tellers(Form):
    """指定监票人: two or three people with an account, by name and phone."""

    name_1 = StringField("监票人一：姓名", text("请填写姓名。", 20))
    phone_1 = StringField("监票人一：手机号", text("请填写手机号。", 20))
    name_2 = StringField("监票人二：姓名", text("请填写姓名。", 20))
    phone_2 = StringField("监票人二：手机号", text("请填写手机号。", 20))
    name_3 = StringField("监票人三：姓名", optional(20))
    phone_3 = StringField("监票人三：手机号", optional(20))

    def named(self) -> list[tuple[str, str, str]]:
        """Name, phone and the phone's field of each that was filled in."""
        every = ((self[f"name_{n}"].data or "", self[f"phone_{n}"].data or "", f"phone_{n}") for n in (1, 2, 3))
        return [one for one in every if one[0].strip() or one[1].strip()]


class Paper(Form):
    """One vote; the fields are added by `paper` for each ballot."""

    method: str
    most: int
    rows: Sequence[ChoiceRow]

    def choices_given(self) -> dict[str, Any]:
        """The choices as `actions.cast` takes them."""
        if self.method == "approve":
            return {"choices": self["choices"].data or []}
        return {"scores": {row.id: value for row in self.rows if (value := self[f"score_{row.id}"].data)}}

    def validate(self, extra_validators: Any = None) -> bool:
        valid: bool = super().validate(extra_validators)
        settled = rules.settle(self.method, self.most, [row.id for row in self.rows], self.choices_given())
        if not isinstance(settled, Refusal):
            return valid
        where = self["choices" if self.method == "approve" else f"score_{self.rows[0].id}"] if self.rows else None
        if where is not None:
            where.errors = [settled.sentence]
        return False


def paper(method: str, most: int, rows: Sequence[ChoiceRow], *, declares: bool) -> Paper:
    """The form of one ballot: boxes to tick, or points from 1 to 5 for each choice."""
    fields: dict[str, Any] = {"method": method, "most": most, "rows": tuple(rows)}
    if method == "approve":
        fields["choices"] = SelectMultipleField(
            "您的选择", choices=[(str(row.id), row.title) for row in rows], widget=ListWidget(prefix_label=False),
            option_widget=CheckboxInput(), validate_choice=False,
        )  # fmt: skip
    else:
        points = [(str(n), f"{n} 分") for n in range(rules.LOWEST, rules.HIGHEST + 1)]
        for row in rows:
            fields[f"score_{row.id}"] = RadioField(row.title, [MayBeEmpty()], choices=points, description=row.text, validate_choice=False)
    if declares:
        sentence = f"我已年满 {rules.ADULT} 周岁"
        fields["declared"] = BooleanField(sentence, [InputRequired(f"请勾选“{sentence}”。")])
    made: Paper = type("BallotPaper", (Paper,), fields)()
    return made
