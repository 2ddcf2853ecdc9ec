"""The paper somebody takes part with, made from the ballot's choices; and what those who run and watch a ballot fill in."""

from collections.abc import Sequence
from typing import Any

from wtforms import (
    BooleanField,
    DateField,
    FieldList,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange
from wtforms.validators import Optional as MayBeEmpty
from wtforms.widgets import CheckboxInput, ListWidget

from webapp.ballots import rules
from webapp.ballots.queries import BallotPage, ChoiceRow, Ways
from webapp.ballots.vote import HIGHEST, LOWEST, settle
from webapp.core.forms import FilesField, Form, optional, text
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


class Recount(Form):
    """复核."""

    agrees = RadioField("复核结果", [InputRequired("请选择“复核无误”或“有异议”。")], choices=[("yes", "复核无误"), ("no", "有异议")])
    note = TextAreaField("异议的理由", optional(500), description="复核无误的可以不填；有异议的，请写明哪里不对。")


class Code(Form):
    """输入参加码."""

    code = StringField(
        "参加码", text("请输入纸条上的参加码。", 40), description="纸条上的 12 位数字，中间的空格可以不输。",
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )  # fmt: skip


class Roll(Form):
    """参加人名册: typed line by line, or taken from a table."""

    source = StringField("名册来源", text("请写名册从哪里来。", 60), description="例如“社区居民户籍名册”“第七届居民代表当选名单”。")
    on = DateField("名册日期", [InputRequired("请填写名册是哪一天的。")], description="以哪一天的名单为准。")
    lines = TextAreaField(
        "逐行填写", [MayBeEmpty(), Length(max=100_000, message="一次最多填 10 万字，人多请用表格文件。")], render_kw={"rows": 8}
    )
    file = FilesField("或从表格文件读入", one=True)
    anew = BooleanField("替换现有名册（不勾选则接在后面）")

    def validate(self, extra_validators: Any = None) -> bool:
        valid: bool = super().validate(extra_validators)
        if not (self.lines.data or "").strip() and not self.file.data and not self.file.errors:
            self.lines.errors = [*self.lines.errors, "请逐行填写，或选一个表格文件。"]
            return False
        if (self.lines.data or "").strip() and self.file.data:
            self.file.errors = [*self.file.errors, "逐行填写和表格文件请只用一种，另一种清空。"]
            return False
        return valid


class Study(Form):
    """党组织研究记录."""

    studied_on = DateField("研究日期", [InputRequired("请填写研究的日期。")])
    meeting = StringField("会议", text("请写是什么会议。", 60), description="例如“社区党委会议”“党总支扩大会议”。")
    opinion = TextAreaField("研究意见", text("请写研究的意见。", 500))
    agrees = RadioField("是否提交表决", [InputRequired("请选择是否提交表决。")], choices=[("yes", "同意提交表决"), ("no", "暂不提交")])
    scans = FilesField("会议记录扫描件", [MayBeEmpty()], description="可不传。只有组织这次评议的人能打开。")


class Notice(Form):
    """会议通知."""

    noticed_on = DateField("通知发出的日期", [InputRequired("请填写通知发出的日期。")])
    place = StringField("在哪里发的", text("请写通知发在哪里。", 100), description="例如“居务公开栏、各楼道口、居民微信群”。")


class Times(Form):
    """确定开始和截止日期."""

    opens_on = DateField(
        "从哪天开始", [InputRequired("请选择开始日期。")],
        description="选今天的，按“开始评议”就能投票。选以后的，当天 0:00 起投票；可以先按“开始评议”，提前印好参加码。",
    )  # fmt: skip
    closes_on = DateField("到哪天截止", [InputRequired("请选择截止日期。")], description="当天 24:00 截止。")


class Order(Form):
    """The order of tied choices, by a number for each; the fields are added by `about`."""

    order = FieldList(IntegerField("先后", [MayBeEmpty(), NumberRange(1, 99, "请填 1 到 99 的数字。")]), "并列选项的先后")
    note = TextAreaField("依据什么、怎样确定的", text("请写明依据什么、怎样确定的，例如现场抽签、居民代表会议决定。", 500))

    def about(self, choices: Sequence[tuple[int, str]], decided: Sequence[int]) -> None:
        """One number for each tied choice, under its title; filled in where people decided before."""
        self.keys = [key for key, _ in choices]
        while len(self.order.entries) < len(choices):
            self.order.append_entry()
        del self.order.entries[len(choices) :]
        for entry, (key, title) in zip(self.order.entries, choices, strict=True):
            entry.label.text = title
            if key in decided:
                entry.data = decided.index(key) + 1

    def validate(self, extra_validators: Any = None) -> bool:
        valid: bool = super().validate(extra_validators)
        given = [entry.data for entry in self.order.entries if entry.data is not None]
        if len(set(given)) < len(given):
            self.order.errors = [*self.order.errors, "有两项填了同一个数字，请写清谁先谁后。"]
            return False
        return valid

    def answers(self) -> dict[str, Any]:
        """The keys of the choices in the order of their numbers; who has no number comes after."""
        given = [(entry.data, key) for entry, key in zip(self.order.entries, self.keys, strict=True) if entry.data is not None]
        return {"order": [key for _, key in sorted(given)], "note": self.note.data or ""}


class Paper(Form):
    """One vote; the fields are added by `paper` for each ballot."""

    ballot: Ways | BallotPage
    rows: Sequence[ChoiceRow]

    def choices_given(self) -> dict[str, Any]:
        """The choices as `actions.cast` takes them."""
        if self.ballot.method in TICKED:
            return {"choices": self["choices"].data or []}
        given = {row.id: value for row in self.rows if (value := self[f"{MARK[self.ballot.method]}_{row.id}"].data)}
        return {"places" if self.ballot.method == "rank" else "scores": given}

    def validate(self, extra_validators: Any = None) -> bool:
        valid: bool = super().validate(extra_validators)
        costs = {row.id: row.cost for row in self.rows if row.cost is not None}
        every = [row.id for row in self.rows]
        settled = settle(self.ballot.method, self.ballot.most, every, self.choices_given(), costs=costs, pot=self.ballot.pot)
        if not isinstance(settled, Refusal):
            return valid
        where = self["choices" if self.ballot.method in TICKED else f"{MARK[self.ballot.method]}_{self.rows[0].id}"] if self.rows else None
        if where is not None:
            where.errors = [settled.sentence]
        return False


class TypedPaper(Paper):
    """A paper out of the box: its number, and what it says, or that it says nothing that counts."""

    serial = IntegerField("票的编号", [InputRequired("请填写票上的编号。"), NumberRange(1, 99999, "编号从 1 开始。")])
    void = BooleanField("这是废票（空白、选多了或看不清）")

    def validate(self, extra_validators: Any = None) -> bool:
        if self.void.data:
            return bool(Form.validate(self, extra_validators))
        return super().validate(extra_validators)


class Mark(Form):
    """纸质和代为操作的登记."""

    name = StringField("姓名", text("请填写姓名。", 20))
    phone = StringField("手机号", [MayBeEmpty(), Length(max=30, message="手机号应为 11 位数字。")], render_kw={"inputmode": "tel"})
    born_on = DateField("出生日期", [MayBeEmpty()], description="没有手机的居民填写，用来区分同名的人。")
    area_code = SelectField("居住社区")
    way = RadioField(
        "怎样参加",
        [InputRequired("请选择怎样参加。")],
        choices=[("paper", "自己填纸质票"), ("assisted", "由工作人员协助填写")],
        default="paper",
    )


class Envelopes(Form):
    """清点信封."""

    envelopes = IntegerField("票箱里的信封数", [InputRequired("请填写信封数。"), NumberRange(0, 99999, "请填 0 或更大的数。")])


TICKED = frozenset({"approve", "pot"})
"""Methods whose paper has one box to tick for each choice."""
MARK = {"score": "score", "rank": "place"}
"""What a field for one choice is called in the others."""


def paper(ballot: Ways | BallotPage, rows: Sequence[ChoiceRow], *, declares: bool) -> Paper:
    """The form of one ballot: boxes to tick, points from 1 to 5, or a place for each choice."""
    fields = _fields(ballot, rows)
    if declares:
        sentence = f"我已年满 {rules.ADULT} 周岁"
        fields["declared"] = BooleanField(sentence, [InputRequired(f"请勾选“{sentence}”。")])
    made: Paper = type("BallotPaper", (Paper,), fields)()
    return made


def typed_paper(ballot: BallotPage, rows: Sequence[ChoiceRow]) -> TypedPaper:
    """The same form for a paper out of the box."""
    made: TypedPaper = type("TypedBallotPaper", (TypedPaper,), _fields(ballot, rows))()
    return made


def _fields(ballot: Ways | BallotPage, rows: Sequence[ChoiceRow]) -> dict[str, Any]:
    fields: dict[str, Any] = {"ballot": ballot, "rows": tuple(rows)}
    if ballot.method in TICKED:
        fields["choices"] = SelectMultipleField(
            "您的选择", choices=[(str(row.id), row.title) for row in rows], widget=ListWidget(prefix_label=False),
            option_widget=CheckboxInput(), validate_choice=False,
        )  # fmt: skip
    elif ballot.method == "score":
        points = [(str(n), f"{n} 分") for n in range(LOWEST, HIGHEST + 1)]
        for row in rows:
            fields[f"score_{row.id}"] = RadioField(row.title, [MayBeEmpty()], choices=points, description=row.text, validate_choice=False)
    else:
        places = [("", "不排"), *((str(n), f"第 {n} 位") for n in range(1, ballot.most + 1))]
        for row in rows:
            fields[f"place_{row.id}"] = SelectField(row.title, [MayBeEmpty()], choices=places, description=row.text, validate_choice=False)
    return fields
