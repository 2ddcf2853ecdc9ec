"""Forms of evaluation; points are typed as people say them and kept as whole hundredths."""

import re
from typing import Any

from wtforms import DateField, Field, IntegerField, TextAreaField
from wtforms.validators import InputRequired, NumberRange, Optional
from wtforms.widgets import TextInput

from webapp.core.forms import FilesField, Form, text


class PointsField(Field):
    """Points with at most two decimals; gives whole hundredths."""

    widget = TextInput()

    def __init__(self, label: str = "", validators: list[Any] | None = None, most: int = 10000, **kwargs: Any) -> None:
        super().__init__(label, validators, **kwargs)
        self.most = most
        self.unit = "分"
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
        if not re.fullmatch(r"\d{1,4}(\.\d{1,2})?", typed):
            raise ValueError("请填写分数，最多两位小数，例如 86.5。")
        whole, _, rest = typed.partition(".")
        points = int(whole) * 100 + int(rest.ljust(2, "0") or 0)
        if points > self.most:
            raise ValueError(f"这一项最高 {self.most / 100:g} 分。")
        self.data = points


class SelfAssess(Form):
    text = TextAreaField("自评说明", text("请写自评说明。", 4000), description="做了什么、成效如何、有什么不足。")
    self_score = PointsField("自评得分", [InputRequired("请填写自评得分。")], description="满分 100 分。")


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


__all__ = ["Accept", "Community", "Judge", "PointsField", "Rectify", "SelfAssess", "with_actuals", "with_points"]
