"""Forms of the review."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from wtforms import (
    BooleanField,
    DateField,
    DateTimeLocalField,
    Field,
    FieldList,
    FileField,
    FormField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms import Form as PlainForm
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import TextInput

from webapp.core.clock import end_of
from webapp.core.forms import FilesField, Form, MoneyField, NeedsFile, optional, text
from webapp.reviews.actions import OUTCOMES
from webapp.reviews.models import FIELDS, VERDICTS, ExpertTie
from webapp.reviews.rules.board import METHODS, Line
from webapp.reviews.rules.meeting import PHASES
from webapp.reviews.rules.publicity import KINDS
from webapp.reviews.rules.ranking import MISSING
from webapp.scoring.rules import Mark, items, said

POINTS, NA, REASON = "p_", "n_", "r_"
"""What the names of the fields of an item begin with: its points, 不适用, its reason."""


class PointsField(Field):
    """Points with up to two decimals, as whole hundredths; None when left empty."""

    widget = TextInput()

    def __init__(self, label: str = "", most: int = 0, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.most = most
        self._typed: str | None = None

    def _value(self) -> str:
        if self._typed is not None:
            return self._typed
        return said(self.data) if isinstance(self.data, int) else ""

    def process_formdata(self, valuelist: list[Any]) -> None:
        if not valuelist:
            return
        self._typed, self.data = str(valuelist[0]).strip(), None
        if not self._typed:
            return
        try:
            value = Decimal(self._typed) * 100
        except InvalidOperation as error:
            raise ValueError("请填数字，例如 18 或 18.5。") from error
        if not value.is_finite() or value != value.to_integral_value():
            raise ValueError("最多两位小数。")
        if not 0 <= value <= self.most:
            raise ValueError(f"请给 0 到 {said(self.most)} 分。")
        self.data = int(value)


def card_form(tree: Mapping[str, Any], *, comment: str = "", whole: bool = False) -> type[Form]:
    """A form with a field of points for each item of a rubric and, where a label is given, one for the reason.

    `whole`: with all a judge of a panel can say: 不适用 and reasons at the items, and what he writes for himself.
    """
    fields: dict[str, Any] = {}
    for item in items(tree):
        fields[POINTS + item.key] = PointsField("·".join((*item.above, item.title)), item.most, description=item.anchor)
        if whole and item.na:
            fields[NA + item.key] = BooleanField("不适用")
        if whole and (item.reason_below is not None or item.reason_above is not None):
            fields[REASON + item.key] = StringField(
                f"{item.title}的理由（{_limits(item.reason_below, item.reason_above)}必写）", optional(300)
            )
    if comment:
        fields["comment"] = TextAreaField(comment, [Length(max=1000, message="最多 1000 个字。")])
    if whole:
        fields["jotting"] = TextAreaField("随手记（只有您自己看得到）", [Length(max=2000, message="最多 2000 个字。")])
    return type("CardForm", (Form,), fields)


def points_in(form: Form) -> dict[str, int | None]:
    """The points typed, by item; None where a box is empty or does not hold points."""
    return {name.removeprefix(POINTS): form[name].data for name in form._fields if name.startswith(POINTS)}


@dataclass(frozen=True, slots=True)
class Typed:
    """What a judge's form says, as the verbs of a card take it."""

    points: dict[str, int | None]
    reasons: dict[str, str]
    na: frozenset[str]
    comment: str
    jotting: str


def typed(form: Form, *, fitting: bool = False) -> Typed:
    """What was typed; `fitting` leaves out the boxes with something wrong in them, which keep what was saved before."""

    def of(prefix: str) -> dict[str, Any]:
        names = [name for name in form._fields if name.startswith(prefix) and not (fitting and form[name].errors)]
        return {name.removeprefix(prefix): form[name].data for name in names}

    return Typed(
        of(POINTS), {key: value or "" for key, value in of(REASON).items()}, frozenset(key for key, yes in of(NA).items() if yes),
        (form["comment"].data or "")[:1000], (form["jotting"].data or "")[:2000],
    )  # fmt: skip


def filled(marks: Mapping[str, Mark], comment: str, jotting: str) -> dict[str, Any]:
    """A card as the data of its form."""
    found: dict[str, Any] = {"comment": comment, "jotting": jotting}
    for key, mark in marks.items():
        found |= {POINTS + key: mark.points, NA + key: mark.na, REASON + key: mark.reason}
    return found


def box_of(place: str) -> str:
    """The field that a refusal of the scoring engine is about: `need` → `p_need`, `need.reason` → `r_need`."""
    key, dot, _ = place.partition(".")
    return REASON + key if dot else POINTS + key


def _limits(below: int | None, above: int | None) -> str:
    found = [f"{said(above)} 分以上" if above is not None else "", f"{said(below)} 分以下" if below is not None else ""]
    return "、".join(part for part in found if part)


def reason_label(tree: Mapping[str, Any]) -> str:
    """理由, and when it must be given."""
    below, above = tree.get("reason_below"), tree.get("reason_above")
    when = _limits(below, above)
    return f"理由（{when}必写）" if when else "理由"


class VerdictFields:
    """What every opinion says."""

    verdict = RadioField("意见", [InputRequired("请选择意见。")], choices=list(VERDICTS.items()))
    reason = TextAreaField("理由或修改建议", optional(1000), description="选“支持”的可以不写；其他意见必须写明。")


def opinion_form(tree: Mapping[str, Any] | None) -> type[Form]:
    """An opinion; for a community with the points of its rubric."""
    if tree is None:
        return type("OpinionForm", (VerdictFields, Form), {})
    return type("OpinionForm", (VerdictFields, card_form(tree)), {})


STRATUM = "least_"
"""What the name of a field of a stratum begins with."""


class WitnessForm(Form):
    """监督人签字."""

    seen = BooleanField("本人在场监督，抽取按公布的办法进行，记录属实。", [InputRequired("请先确认您在场监督。")])


class PanelForm(Form):
    """组建评审组."""

    title = StringField("名称", text("请写评审组的名称。", 60))
    size = IntegerField("评委人数", [InputRequired("请填写评委人数。"), NumberRange(1, 30, "1 到 30 人。")], description="单数为宜。")
    finance = IntegerField("其中财务评委", [InputRequired("请填写财务评委人数。"), NumberRange(0, 10, "0 到 10 人。")])
    reserves = IntegerField("候补人数", [InputRequired("请填写候补人数。"), NumberRange(0, 20, "0 到 20 人。")])
    per_application = IntegerField(
        "每份申报由几位评委评",
        [InputRequired("请填写每份申报的评委数。"), NumberRange(0, 30, "0 到 30 人。")],
        description="0 表示全部评委。",
    )
    closes_on = DateField("评分截止日", [InputRequired("请选择评分截止日。")], description="当天 24:00 截止。")


for _key, _label in FIELDS.items():
    if _key != "finance":
        setattr(PanelForm, STRATUM + _key, IntegerField(f"至少几位{_label}评委", [Optional(), NumberRange(0, 20, "0 到 20 人。")]))


def strata_in(form: Form) -> dict[str, int]:
    """Field → at least so many seats, of those that ask for any."""
    return {name.removeprefix(STRATUM): form[name].data for name in form._fields if name.startswith(STRATUM) and form[name].data}


class PoolForm(Form):
    """读入专家库."""

    file = FilesField("专家库文件", [NeedsFile("请选择填好的专家库文件。")], description="XLSX 或 CSV，版式与导出的相同。")

    def validate(self, extra_validators: Any = None) -> bool:
        valid = super().validate(extra_validators)
        if valid and len(self.file.data) > 1:
            self.file.errors = ["一次请只选一个文件。"]
        return valid and not self.file.errors


class PinForm(Form):
    """指定回避."""

    organisation = StringField("回避哪家单位", text("请写单位全称。", 80))
    reason = TextAreaField("理由", text("请写明为什么应当回避。", 200), description="例如：三年内担任该单位理事。")


class MyExpertForm(Form):
    """我的评委信息."""

    available = RadioField("能否参加评审", choices=[("yes", "可以邀请"), ("no", "暂停邀请")])
    away_from = DateField("不能参加从", [Optional()])
    away_until = DateField("到", [Optional()], description="含当天。这几天抽取评委时不会抽到您。")
    organisation = StringField("新增应当回避的单位", optional(80), description="写单位全称。登记以后，不会把这家单位的申报分给您。")
    kind = SelectField("关系", choices=[(key, label) for key, label in ExpertTie.KINDS.items() if key != "pinned"])
    bank = StringField("评审费开户银行", optional(60))
    account = StringField("评审费收款账号", optional(40), description="加密保存，只有财务发放时能看到。不改的不用填。")


class FeeForm(Form):
    """登记评审费."""

    person_id = SelectField("评委", coerce=int)
    senior = RadioField("职称类别", [InputRequired("请选择职称类别。")], choices=[("yes", "高级"), ("no", "其他")])
    half_days = IntegerField(
        "半天数", [InputRequired("请填写半天数。"), NumberRange(1, 60, "1 到 60 个半天。")], description="一整天填 2。"
    )


class TryForm(Form):
    """试分派."""

    share = IntegerField(
        "两位评委同评的份数最多占各自的百分之几",
        [InputRequired("请填写比例，不限制填 100。"), NumberRange(10, 100, "10 到 100。")],
        description="100 表示不限制。",
    )
    apart = TextAreaField("不同评的评委", optional(500), description="这两位不评同一份申报，每行写两位，用“、”隔开。")


class ChangeForm(Form):
    """手工调整试分派."""

    kind = RadioField(
        "怎样调整", [InputRequired("请选择怎样调整。")],
        choices=[("move", "换人：只换这一份的一位评委"), ("pin", "指定：这位评委一定评这份，其余重排"), ("forbid", "禁派：这位评委不评这份，其余重排")],
    )  # fmt: skip
    application_id = SelectField("申报", coerce=int)
    person_id = SelectField("评委", coerce=int)
    instead_of = SelectField("换下哪一位", coerce=int)


class PlanFileForm(PoolForm):
    """读入试分派."""

    file = FilesField("试分派文件", [NeedsFile("请选择填好的试分派文件。")], description="XLSX 或 CSV，版式与导出的相同。")


class DrawForm(Form):
    """随机抽取."""

    witness = StringField("在场监督人", text("请填写在场的监督人。", 40), description="姓名和单位，写入抽取纪要。")


class PledgeForm(Form):
    """签署承诺书."""

    declared = TextAreaField(
        "与我有利害关系的单位（没有可不填）", optional(500), description="每行一个单位全称：三年内任职、担任理事监事、近亲属任职，"
        "或有其他可能影响公正的关系。"
        "不会给您分派这些单位的申报。",
    )  # fmt: skip


class SheetForm(Form):
    """导入离线评分表."""

    file = FileField("填好的评分表", [InputRequired("请选择填好的评分表。")], description="从这里下载的 XLSX，用 Excel 或 WPS 填写。")


class ExplainForm(Form):
    """说明分差."""

    reason = TextAreaField("保留原分的理由", text("请写明保留原分的理由。", 500))


class ChairForm(Form):
    """指定组长."""

    how = RadioField("怎样产生", [InputRequired("请选择组长怎样产生。")], choices=[("elected", "评委推选"), ("appointed", "组织单位指定")])


class SignForm(Form):
    """签署评审报告."""

    dissent = TextAreaField(
        "不同意见和理由（同意的不填）", optional(1000), description="写了不同意见，就按“书面不同意”签署，原文列入评审报告。"
    )


class MeetingForm(Form):
    """安排路演."""

    starts_at = DateTimeLocalField("时间", [InputRequired("请填写路演的时间。")], format="%Y-%m-%dT%H:%M")
    place = StringField("地点", text("请填写路演的地点。", 60))
    talk = IntegerField("陈述（分钟）", [InputRequired("请填写陈述的分钟数。"), NumberRange(1, 60, "1 到 60 分钟。")], default=8)
    questions = IntegerField("提问（分钟）", [InputRequired("请填写提问的分钟数。"), NumberRange(1, 60, "1 到 60 分钟。")], default=7)


class ShowForm(Form):
    """推进路演."""

    position = IntegerField("项目", [InputRequired("请选择项目。")])
    phase = SelectField("环节", choices=list(PHASES.items()))


class OpenSealedForm(Form):
    """提前查看密封的评分."""

    reason = TextAreaField("查看的理由", text("请写明为什么要在评分收齐前查看。", 300))


class ReassignForm(Form):
    """补派评委."""

    application_id = SelectField("申报", coerce=int)
    person_id = SelectField("评委", coerce=int)


class ElectForm(Form):
    """发起居民评选."""

    title = StringField("评选名称", text("请写评选名称。", 60))
    most = IntegerField("每人最多选几项", [InputRequired("请填写每人最多选几项。"), NumberRange(1, 50, "1 到 50 之间。")])
    opens_on = DateField("开始日期", [InputRequired("请选择开始日期。")])
    closes_on = DateField("截止日期", [InputRequired("请选择截止日期。")], description="当天 24:00 截止。")

    def in_order(self, day: date) -> bool:
        """Whether the days make sense from a day on; says so at the field when not."""
        opens, closes = self.opens_on.data or day, self.closes_on.data or day
        if opens < day:
            self.opens_on.errors = [*self.opens_on.errors, "开始日期不能早于今天。"]
        if closes <= opens:
            self.closes_on.errors = [*self.closes_on.errors, "截止日期要晚于开始日期。"]
        return not (self.opens_on.errors or self.closes_on.errors)


def figures_form(applications: Mapping[int, str], channels: Mapping[str, tuple[str, int | None]]) -> type[Form]:
    """登记其他渠道得分: a box for each application and channel (`f_7_jury`), of points up to the most, or of money raised (None)."""
    fields: dict[str, Any] = {
        f"f_{key}_{channel}": MoneyField(f"{title}·{words}", [Optional()]) if most is None else PointsField(f"{title}·{words}", most)
        for key, title in applications.items()
        for channel, (words, most) in channels.items()
    }
    source = StringField("依据的材料", optional(120), description="例如：捐赠票据清单、大众评审计票表、特别观察员意见。有改动的必填。")
    return type("FiguresForm", (Form,), {**fields, "source": source})


class RankForm(Form):
    """综合排名."""

    missing = SelectField("有申报缺某一渠道得分时", choices=list(MISSING.items()), default="refuse")


class DecideForm(Form):
    """集体研究."""

    meeting = StringField("会议名称", text("请填写会议名称。", 60), description="例如：局长办公会。")
    held_on = DateField("会议日期", [InputRequired("请选择会议日期。")])
    minutes_number = StringField("纪要编号", text("请填写纪要编号。", 40))
    present = TextAreaField("参加人员", optional(400), description="姓名和职务，用顿号隔开。")
    scan = FilesField("会议纪要扫描件", description="PDF 或照片，可以以后凭纪要编号查原件。")


class OutcomeRow(PlainForm):
    """One application on the list."""

    application_id = HiddenField()
    outcome = SelectField("结果", choices=list(OUTCOMES.items()))
    amount = MoneyField("金额", [Optional()])
    reason = StringField("理由", [Optional(), Length(max=200, message="最多 200 个字。")])


class OutcomesForm(Form):
    """调整拟立项名单."""

    rows = FieldList(FormField(OutcomeRow))


MOST = "most_"
"""What the name of a field for the most projects of a category begins with."""


class BoardFields:
    """试排: where the line is."""

    pool = MoneyField("资金（万元）", [InputRequired("请填写资金。")], unit="万元")
    pass_line = PointsField("最低分", most=12_000)
    organisation = IntegerField("每个单位最多几项", [Optional(), NumberRange(1, 99, "1 到 99 之间。")], description="空着不限。")


def board_form(categories: Mapping[str, str]) -> type[Form]:
    """The line of a run, with a field for the most projects of each category."""
    most = {
        MOST + key: IntegerField(f"{title}最多几项", [Optional(), NumberRange(0, 999, "0 到 999 之间。")])
        for key, title in categories.items()
    }
    return type("BoardForm", (BoardFields, Form), most)


def fill_board(form: Any, line: Line) -> None:
    """Show a line in its form."""
    form.pool.data, form.pass_line.data, form.organisation.data = line.pool, line.pass_line, line.organisation
    for key, most in line.categories.items():
        if MOST + key in form:
            form[MOST + key].data = most


class SaveRunForm(Form):
    """保存试排."""

    method = SelectField("排法", choices=list(METHODS.items()))
    title = StringField("名称", text("请给这次试排起个名称。", 40), description="例如：提高最低分到 75。")


class AdoptForm(Form):
    """采用试排的名单."""

    reason = TextAreaField("采用的理由", text("请写明采用这次试排的理由。", 200))


class ExtendForm(Form):
    """公示延期."""

    until = DateField("延长到", [InputRequired("请选择新的截止日。")], description="当天 24:00 截止。")
    note = TextAreaField("延期原因", text("请写明延期原因。", 200))


class ObjectionForm(Form):
    """提出异议."""

    name = StringField(
        "您的姓名（或单位全称）", text("请填写真实姓名；代表单位的请填写单位全称。", 60), description="加密保存，只有核实的人能看到。"
    )
    application_id = SelectField("针对哪个项目", coerce=int)
    text = TextAreaField("异议和依据", text("请写明异议的内容和依据。", 1000))
    kind = RadioField("署名", [InputRequired("请选择署名方式。")], choices=[(k, KINDS[k]) for k in ("named", "sealed")], default="named")


class AnswerForm(Form):
    """答复异议."""

    upheld = RadioField(
        "核实结果", [InputRequired("请选择核实结果。")], choices=[("no", "异议不成立"), ("yes", "异议成立（所涉项目不再拟立项）")]
    )
    note = TextAreaField("答复意见", text("请填写答复意见。", 1000))


def closing(day: date) -> datetime:
    """The moment a closing day is over."""
    return end_of(day)


def soon(day: date, days: int) -> date:
    return day + timedelta(days=days)


class AnnounceForm(Form):
    """发布公示: where objections go and whom to ask."""

    accepts = StringField("受理单位", text("请填写受理异议的单位。", 60))
    contact = StringField("联系人", text("请填写联系人。", 20), description="工作人员姓名，公示上人人可见。")
    phone = StringField("电话", text("请填写受理电话。", 20))
    supervision = StringField("监督电话", text("请填写监督电话。", 20), description="纪检监察或上级主管单位的电话。")


class RegisterForm(ObjectionForm):
    """登记来信、来访、来电的异议."""

    kind = RadioField("署名", [InputRequired("请选择署名方式。")], choices=list(KINDS.items()), default="named")
    name = StringField("异议人姓名（或单位全称）", optional(60), description="加密保存；匿名线索不填。")
    evidence = TextAreaField("可以核实的线索或证据", optional(1000), description="匿名异议必填。")


class AssignForm(Form):
    """指定承办人."""

    handler_id = SelectField("承办人", coerce=int, description="登记集体研究的人员不能承办。")


class SettleForm(Form):
    """复核答复."""

    upheld = RadioField(
        "复核结果", [InputRequired("请选择复核结果。")], choices=[("no", "异议不成立"), ("yes", "异议成立（所涉项目不再拟立项）")]
    )
    note = TextAreaField("复核意见", text("请填写复核意见。", 1000))


class PromoteForm(Form):
    """候补递补."""

    amount = MoneyField("金额（元）", [InputRequired("请填写递补项目的金额。")])
    note = TextAreaField("递补的缘由", text("请写明递补的缘由，例如哪个项目退出。", 200))


class LetterForm(Form):
    """通知文本."""

    title = StringField("标题", text("请填写通知的标题。", 80))
    body = TextAreaField("正文", text("请填写通知的正文。", 1000))
