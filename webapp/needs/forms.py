"""Forms of needs."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from wtforms import DateField, IntegerField, RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, Regexp, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from reports.format import yuan
from reports.money import Money
from webapp.ballots import rules as ballots
from webapp.ballots.models import METHODS, NATURES, UNITS, WHO
from webapp.core.forms import FilesField, Form, MoneyField, optional, text
from webapp.core.web import db
from webapp.needs.models import CHANNELS, DECISIONS, PACES, UNHEARD
from webapp.needs.queries import category_choices
from webapp.needs.rules import ACCEPTED, PHONE
from webapp.urgent.models import KINDS


def categories() -> list[tuple[str, str]]:
    """The dictionary as choices, asked when the form is made."""
    return category_choices(db.session())


def _unsure() -> list[tuple[str, str]]:
    return [("other", "不确定"), *((code, label) for code, label in categories() if code != "other")]


def _said_or_spoken(form: Any, field: Any) -> None:
    """Words, or a recording in their place; a recording that could not be taken tells so itself."""
    if not (field.data or "").strip() and not form.recording.data and not form.recording.process_errors:
        raise ValidationError("请写下您想反映的事，几个字也可以；不方便打字，也可以录一段音。")


SAID = [Length(max=500, message="最多 500 个字，请再精简一些。"), _said_or_spoken]


class Say(Form):
    """我要反映: as few questions as can be."""

    words = TextAreaField("您想反映什么？", SAID, description="用自己的话说就行。请不要写身份证号。")
    recording: Any = FilesField(
        "不方便打字，就录一段音", [Optional()], sound=True,
        description="说普通话、家乡话都行，一两分钟就够。社区会写成文字给您看，只有办理人能听到。",
    )  # fmt: skip
    category = SelectField("哪一类（不确定可不选）", choices=_unsure)
    place = StringField("在哪里", optional(60), description="例如：小区北门、3 号楼前。只有办理人能看到。")
    photos = FilesField("照片（可不传）", [Optional()], description="会自动去掉拍摄地点等信息。")

    def answers(self) -> dict[str, Any]:
        """What was filled in; a recording that comes alone stands for its words."""
        found = super().answers()
        return found | {"words": found["words"] if found["words"].strip() else UNHEARD}


class SayFor(Say):
    """子女代办: whose need it is, and where that one lives."""

    words = TextAreaField("老人需要什么？", SAID, description="用自己的话说就行，也可以请老人自己录一段。请不要写身份证号。")
    speaker = StringField("老人怎么称呼", text("请填写老人怎么称呼，例如“王阿婆”。", 20), description="只有办理人能看到。")
    speaker_phone = StringField(
        "老人的电话",
        [Optional(), Regexp(PHONE, message="请填写 11 位手机号，或带区号的座机号，例如 0512-67230001。")],
        description="社区回电时打给谁。不填就打给您。",
    )
    area_code = SelectField("老人住哪个社区", [DataRequired("请选择老人住的社区。")])


class Propose(Form):
    """服务提议 of an organisation."""

    area_code = SelectField("向哪个社区提议", [DataRequired("请选择社区。")])
    title = StringField("提议什么服务", text("请用一句话写明提议什么服务。", 30), description="例如：高龄老人上门理发。")
    words = TextAreaField("怎样做、谁受益", text("请写明怎样做、给谁做、需要社区配合什么。", 500))
    category = SelectField("哪一类", choices=_unsure)
    photos = FilesField("附件（可不传）", [Optional()])


class Intake(Say):
    """代为登记: for whom, and how it was heard."""

    words = TextAreaField("原话", text("请记下居民的原话。", 500))
    recording = None
    speaker = StringField("谁说的", text("请填写居民的称呼，例如“王阿婆”。", 20), description="只有办理人能看到。")
    speaker_phone = StringField(
        "联系电话", [Optional(), Regexp(PHONE, message="请填写 11 位手机号，或带区号的座机号，例如 0512-67230001。")]
    )
    channel = SelectField("从哪里听到的", choices=[(k, v) for k, v in CHANNELS.items() if k != "web"])
    area_code = SelectField("社区")


class Accept(Form):
    """受理."""

    title = StringField("事由", text("请写一句话概括，方便查找。", 40))
    category = SelectField("类别", choices=categories)
    decision = RadioField(
        "首次判断", [InputRequired("请判断属于哪一类事项。")], choices=[(k, v) for k, v in DECISIONS.items() if k in ACCEPTED]
    )
    pace = RadioField(
        "怎么办",
        [InputRequired("请选择即时议还是深入议。")],
        choices=[("quick", f"{PACES['quick']}（48 小时内答复）"), ("deep", f"{PACES['deep']}（5 个工作日内启动商议）")],
    )


class Decline(Form):
    """不予受理."""

    note = TextAreaField("不予受理的理由", text("请写明不予受理的理由。", 300), description="会原样告诉反映人。")
    elsewhere = SelectField("可以去哪里办")
    other = StringField("其他去处", optional(100), description="上面没有的，写明去处和电话。")


class HandOff(Form):
    """不属于本渠道."""

    kind = RadioField("属于哪一类", [InputRequired("请选择属于哪一类。")], choices=list(KINDS.items()))


class Merge(Form):
    """合并."""

    into = SelectField("合并到", [DataRequired("请选择要合并到哪一件需求。")], coerce=int)


class WriteDown(Form):
    """听写."""

    words = TextAreaField("录音里说的话", text("请写下录音里说的话。", 500), description="照原话写，听不清的写“听不清”。")


class WordingForm(Form):
    """公开表述."""

    title = StringField("公开标题", text("请写公开标题。", 30), description="不写姓名、门牌、病情。")
    text = TextAreaField("公开内容", text("请写公开内容。", 300), description="居民和其他单位只会看到这里写的话。")


class Release(Form):
    """发布: each soft finding has its box."""

    ticks = SelectMultipleField(
        "逐项核对", description="不会让人认出是谁的，才勾选。", widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )
    note = TextAreaField("说明（可不填）", optional(200))


class Boxes(SelectMultipleField):
    """Several choices as boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class NewBallot(Form):
    """评议需求."""

    title = StringField("评议名称", text("请写评议名称。", 40))
    method = SelectField(
        "办法",
        choices=list(METHODS.items()),
        description="“花这笔钱”：每件需求写明费用，每位居民在总数以内选。其他办法也可以写费用和总数，用来算钱够办哪些。",
    )
    needs = Boxes("参加评议的需求", coerce=int)
    pot = MoneyField("一共有多少钱", [Optional()], description="不按费用评议的不用填。")
    most = IntegerField(
        "每人最多选（排）几项", [InputRequired("请填写每人最多选几项。"), NumberRange(1, 20, "1 到 20 之间。")], default=2,
        description="“赞成若干项”和“排序”要用，其他办法不看这一项。",
    )  # fmt: skip
    nature = SelectField(
        "性质", choices=list(NATURES.items()), default="advice",
        description="会议作出的决定要有参加人名册和党组织研究记录，按法定人数计算；居民会议还要提前 10 日通知。",
    )  # fmt: skip
    who = SelectField("参加人", choices=list(WHO.items()), default="everyone", description="居民代表和评审团按名册参加，建好后填写。")
    unit = SelectField("怎样算票", choices=list(UNITS.items()), default="person", description="一户一票要有名册。")
    closes_on = DateField("截止日期", [InputRequired("请选择截止日期。")], description="当天 24:00 截止。")

    def costs(self) -> dict[int, Money]:
        """The costs typed beside the needs that were chosen."""
        typed = {key: self[f"cost_{key}"].data for key in self.needs.data or () if f"cost_{key}" in self}
        return {key: cost for key, cost in typed.items() if cost is not None}

    def validate(self, extra_validators: Any = None) -> bool:
        """Where money is given out, each need says what it takes; and costs without money to give out are a slip."""
        valid = super().validate(extra_validators)
        found, pot = self.costs(), self.pot.data
        if pot is None and not self.pot.errors and (self.method.data == "pot" or found):
            why = "请填写一共有多少钱。" if self.method.data == "pot" else "写了费用，请再填一共有多少钱；不按费用评议的，请把费用清空。"
            self.pot.errors = [why]
        if pot is not None and not pot:
            self.pot.errors = ["一共有多少钱，要大于零。"]
        for key in self.needs.data or () if pot else ():
            field = self[f"cost_{key}"]
            if key not in found and not field.errors:
                field.errors = ["请填写这件需求的费用。"]
            elif key in found and not 0 < found[key].fen <= pot.fen:
                field.errors = [f"费用要大于零，不超过一共的 {yuan(pot)} 元。"]
        if wrong := ballots.fits(self.nature.data or "", self.who.data or "", self.unit.data or ""):
            self[wrong.place].errors = [wrong.sentence]
        if self.nature.data in ballots.MEETINGS and self.method.data not in ballots.YES:
            self.method.errors = ["打分和排序只能征询意见。要作出决定，请选“赞成若干项”或“花这笔钱”。"]
        chosen = len(self.needs.data or ())
        if self.method.data in {"approve", "rank"} and self.most.data and chosen >= 2 and self.most.data > chosen:
            self.most.errors = [*self.most.errors, f"只有 {chosen} 件需求参加评议，这里最多填 {chosen}。"]
        return valid and not any(field.errors for field in self)

    def later_than(self, day: date) -> bool:
        """Whether the closing day lies after a day; says so at the field when not."""
        if self.closes_on.data is None or self.closes_on.data <= day:
            self.closes_on.errors = [*self.closes_on.errors, "截止日期要晚于今天。"]
            return False
        return True


def new_ballot(needs: Iterable[tuple[int, str]]) -> NewBallot:
    """The form with a cost to type beside each need: (key, title)."""
    costs = {f"cost_{key}": MoneyField(f"{title}的费用", [Optional()]) for key, title in needs}
    made: NewBallot = type("NewBallotOf", (NewBallot,), costs)()
    return made


class Settle(Form):
    """列入需求清单."""

    keep = Boxes("列入需求清单", coerce=int)


class Rate(Form):
    """回访评价."""

    rating = RadioField(
        "您满意吗？",
        [InputRequired("请选择 1 到 5 分。")],
        coerce=int,
        choices=[(5, "很满意"), (4, "满意"), (3, "一般"), (2, "不满意"), (1, "很不满意")],
    )
    note = TextAreaField("想说的话（可不填）", optional(200))
