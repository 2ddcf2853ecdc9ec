"""Forms of evaluation; points are typed as people say them and kept as whole hundredths."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from wtforms import DateField, Field, HiddenField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import TextInput

from webapp.core.forms import FilesField, Form, text
from webapp.evaluation.rules.survey import MOST_SLIPS, STARS
from webapp.scoring.actions import LONGEST_REASON
from webapp.scoring.rules import BANDS, FILLED, Item, said

MOST_ACTUAL = 99_999_999_999
"""The largest actual value that can be typed, in hundredths."""


class PointsField(Field):
    """Points with at most two decimals; gives whole hundredths."""

    widget = TextInput()

    def __init__(self, label: str = "", validators: list[Any] | None = None, most: int = 10000, unit: str = "分", **kwargs: Any) -> None:
        super().__init__(label, validators, **kwargs)
        self.most = most
        self.unit = unit
        self._typed: str | None = None

    def _value(self) -> str:
        if self._typed is not None:
            return self._typed
        return "" if self.data is None else f"{self.data / 100:.2f}".rstrip("0").rstrip(".")

    def process_formdata(self, valuelist: list[Any]) -> None:
        if not valuelist:
            return
        self._typed, self.data = str(valuelist[0]), None
        typed = self._typed.strip()
        if not typed:
            return
        if not re.fullmatch(r"\d{1,9}(\.\d{1,2})?", typed):
            raise ValueError("请填写数字，最多两位小数，例如 86.5。")
        whole, _, rest = typed.partition(".")
        points = int(whole) * 100 + int(rest.ljust(2, "0") or 0)
        if points > self.most:
            raise ValueError(f"这一项最高 {said(self.most)} {self.unit}。")
        self.data = points


class Confirm(Form):
    """确认评估结果: which total was looked at, and why late papers do not count."""

    seen = HiddenField()
    excuse = TextAreaField(
        "不按迟交处理的理由",
        [Optional(), Length(max=500, message="最多 500 个字。")],
        description="有正当理由的填写；不填，按公告评为不合格。",
    )


class SelfAssess(Form):
    text = TextAreaField("自评说明", text("请写自评说明。", 4000), description="做了什么、成效如何、有什么不足。")
    self_score = PointsField("自评得分", [InputRequired("请填写自评得分。")], description="满分 100 分。")


class SelfAssessByTree(Form):
    text = TextAreaField("自评说明", text("请写自评说明。", 4000), description="做了什么、成效如何、有什么不足。")
    papers = FilesField("佐证材料", description="指标的佐证，不是必须。")


class Judge(Form):
    opinion = TextAreaField("评估意见", text("请写评估意见。", 4000))
    papers = FilesField("评估材料", description="现场核查、电话抽查等记录，不是必须。")


class Community(Form):
    comment = TextAreaField("评估说明", text("请写评估说明。", 2000), description="服务是否到位、居民反映如何、资料是否齐全。")


class Accept(Form):
    opinion = TextAreaField("验收意见", text("请写验收意见。", 2000))
    members = TextAreaField(
        "验收人员",
        text("请填写验收人员，每行一位。", 500),
        description="每行一位，写明单位和姓名；主办单位、街道、社区参加，居务监督委员会见证。",
    )


class Rectify(Form):
    note = TextAreaField("整改要求", text("请写明整改要求。", 1000))
    due_on = DateField("整改期限", [Optional()], description="不填为 20 个工作日。")


def with_actuals(indicators: list[dict[str, Any]]) -> type[Form]:
    """The form of 自评 with a box for each indicator, filled in with what the activities recorded."""
    fields: dict[str, Any] = {
        f"actual_{one['id']}": IntegerField(
            f"{one['title']}：实际完成（{one['unit']}）",
            [InputRequired("请填写实际完成值。"), NumberRange(0, 10_000_000, "请填写不小于零的数。")],
            default=one["actual"],
            description=f"目标 {one['target']} {one['unit']}，活动记录合计 {one.get('recorded', one['actual'])} {one['unit']}。",
        )
        for one in indicators
    }
    return type("SelfAssessWithActuals", (SelfAssess,), fields)


def with_points(base: type[Form], leaves: list[dict[str, Any]]) -> type[Form]:
    """A form with a box for each item of a rubric, before its own fields."""
    fields: dict[str, Any] = {
        f"points_{leaf['key']}": PointsField(
            f"{leaf['title']}（满分 {leaf['most'] / 100:g} 分）",
            [InputRequired("请打分。")],
            most=leaf["most"],
            description=leaf.get("anchor", ""),
        )
        for leaf in leaves
    }
    return type(f"{base.__name__}WithPoints", (base,), fields)


@dataclass(frozen=True, slots=True)
class Indicator:
    """One item of a tree as its form shows it: the names of its boxes; none where it is filled in, and `told` says with what."""

    title: str
    above: str
    full: str
    anchor: str
    told: str
    names: tuple[str, ...]


def with_indicators(
    base: type[Form],
    items: Sequence[Item],
    told: Mapping[str, str],
    without: Collection[str],
    proposed: Mapping[str, int],
    proofs: Mapping[str, str] | None,
) -> tuple[type[Form], list[Indicator]]:
    """A form with the boxes of each indicator, before its own fields, and how they are laid out.

    `told`: what is said of an item; `without`: the items that do not count; `proposed`: actual values to start from (hundredths);
    `proofs`: what may stand as 佐证 by reference, None where only the tree's own wish for it counts.
    """
    fields: dict[str, Any] = {}
    shown = []
    for item in items:
        made = {} if item.key in without else _boxes(item, proposed.get(item.key), proofs)
        fields |= made
        shown.append(Indicator(item.title, " · ".join(item.above), item.full_said, item.anchor, told.get(item.key, ""), tuple(made)))
    return type(f"{base.__name__}WithIndicators", (base,), fields), shown


def _boxes(item: Item, proposed: int | None, proofs: Mapping[str, str] | None) -> dict[str, Any]:
    made: dict[str, Any] = {}
    key = item.key
    if item.measure == "count":
        what = "不超过" if item.direction == "less" else "目标"
        made[f"actual_{key}"] = PointsField(
            f"实际完成值（{item.unit}）" if item.unit else "实际完成值", [InputRequired("请填写实际完成值。")], most=MOST_ACTUAL, default=proposed,
            unit=item.unit, description=f"{what} {said(item.target)} {item.unit}。",
        )  # fmt: skip
    elif item.measure in FILLED:
        pass
    elif item.measure == "grade":
        choices = [("", "请选择"), *((one.key, f"{one.title}（{one.most}%—{one.least}%）") for one in BANDS)]
        made[f"band_{key}"] = SelectField("达成情况", [InputRequired("请选择达成情况。")], choices=choices)
        made[f"points_{key}"] = PointsField(f"得分（满分 {item.full_said} 分）", [InputRequired("请打分。")], most=item.most)
    else:
        needed = Optional() if item.kind else InputRequired("请打分。")
        words = {"plus": "加分，最多", "minus": "扣分，最多"}.get(item.kind, "满分")
        made[f"points_{key}"] = PointsField(f"{item.title}（{words} {item.full_said} 分）", [needed], most=item.most)
    if item.measure or item.reason_below is not None or item.reason_above is not None:
        longest = Length(max=LONGEST_REASON, message=f"最多 {LONGEST_REASON} 个字，请再精简一些。")
        made[f"reason_{key}"] = TextAreaField("偏差原因及改进措施" if item.measure else "理由", [Optional(), longest])
    if item.evidence or (proofs is not None and item.measure):
        choices = [("", "不填"), ("papers", "见所附材料"), *(proofs or {}).items()]
        made[f"evidence_{key}"] = SelectField("佐证", [Optional()], choices=choices)
    return made


class Which(Form):
    """The filter of the commission."""

    class Meta(Form.Meta):
        csrf = False

    which = SelectField("看哪些", validate_choice=False)


class NewSlips(Form):
    slips = IntegerField(
        "印几份问卷码", [InputRequired("请填写份数。"), NumberRange(1, MOST_SLIPS, f"请填写 1 到 {MOST_SLIPS} 的整数。")], default=50,
        description="每人一份，当面发给接受过服务的人。",
    )  # fmt: skip
    among = RadioField(
        "发给谁", [Optional()], default="",
        choices=[("", "在活动上发，不对应到人"), ("register", "从服务对象名册抽样，一人一份，纸条上印名册编号")],
        description="抽样按种子随机抽取，抽过的不再抽；名册里不够的，按实有人数。",
    )  # fmt: skip
    activity_id = SelectField("在哪次活动上发", [Optional()], coerce=lambda key: int(key) if key else None, default="")


class OpenSurvey(NewSlips):
    closes_on = DateField("截止日期", [InputRequired("请选择截止日期。")], description="截止后问卷码作废。")


class CloseSurvey(Form):
    unissued = IntegerField(
        "没有发出去的份数", [InputRequired("请填写，没有就填 0。"), NumberRange(0, 99_999, "请填写不小于零的数。")], default=0
    )
    told_refused = IntegerField(
        "当面表示不参加的份数", [InputRequired("请填写，没有就填 0。"), NumberRange(0, 99_999, "请填写不小于零的数。")], default=0,
        description="用问卷码点“不想参加”的已经计入，不用再填。",
    )  # fmt: skip


class RefusedSlip(Form):
    number = IntegerField(
        "纸条上的编号",
        [InputRequired("请填写纸条上的编号。"), NumberRange(1, 99_999, "请填写纸条上的编号。")],
        description="登记后这份问卷码作废。",
    )


class SurveyCode(Form):
    code = StringField(
        "问卷码", text("请输入纸条上的问卷码。", 40), description="纸条上的 12 位数字，中间的空格可以不输。",
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )  # fmt: skip


def with_stars(items: Sequence[Item]) -> type[Form]:
    """The questions of a survey, one to five each, and a word of one's own."""
    fields: dict[str, Any] = {
        f"stars_{item.key}": RadioField(
            item.title, [InputRequired("请选一项。")], choices=[(str(n), words) for n, words in STARS.items()], validate_choice=True
        )
        for item in items
    }
    fields["voice"] = TextAreaField(
        "还有什么想说的", [Optional(), Length(max=200, message="最多 200 个字，请再精简一些。")],
        description="不用写姓名和电话。主办单位和评估机构看得到，承接单位看不到。",
    )  # fmt: skip
    return type("SurveyAnswerForm", (Form,), fields)


__all__ = [
    "Accept",
    "CloseSurvey",
    "Community",
    "Indicator",
    "Judge",
    "NewSlips",
    "OpenSurvey",
    "PointsField",
    "Rectify",
    "RefusedSlip",
    "SelfAssess",
    "SelfAssessByTree",
    "SurveyCode",
    "Which",
    "with_actuals",
    "with_indicators",
    "with_points",
    "with_stars",
]
