"""Forms of 资金绩效: the aims, the explanations of a 运行监控 or 自评, the decision."""

from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import DateField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, NumberRange, Optional

from webapp.core.forms import Form, optional, text
from webapp.evaluation.forms import MOST_ACTUAL, PointsField
from webapp.evaluation.models.performance import DECISIONS
from webapp.evaluation.rules.performance import GROUPS, MEASURES, RISKS


class NewPerformance(Form):
    year = IntegerField("年度", [InputRequired("请填写年度。"), NumberRange(2000, 2100, "请填写四位年份。")])


class Aims(Form):
    goal = TextAreaField("年度总体目标", text("请填写年度总体目标。", 1000), description="这笔资金今年要办成什么、谁受益。")


def with_aims() -> type[Aims]:
    """The form of the aims: a value for each measure the house can tell, and two indicators of one's own."""
    fields: dict[str, Any] = {}
    for one in MEASURES:
        where = f"{GROUPS[one.group][0]} · {one.second}"
        if one.by_hand:
            fields[f"title_{one.key}"] = StringField(
                f"自定指标（{one.second}）", optional(40), description="例如“居民参与率”；不用就空着。"
            )
            fields[f"unit_{one.key}"] = StringField("单位", optional(8))
            fields[f"target_{one.key}"] = PointsField("年度指标值", [Optional()], most=MOST_ACTUAL, unit="")
        else:
            limit = "不超过，" if one.direction == "less" else ""
            fields[f"target_{one.key}"] = PointsField(
                f"{one.title}（{one.unit}）",
                [Optional()],
                most=MOST_ACTUAL,
                unit=one.unit,
                description=f"{where}；{limit}实际值取自{one.source}。不用就空着。",
            )
    return type("AimsWithMeasures", (Aims,), fields)


def with_lines(lines: Sequence[Mapping[str, Any]], *, final: bool) -> type[Form]:
    """The form of a 运行监控 or 自评: of each line the words, of a 运行监控 its risk, and the actual value of what is typed by hand."""
    fields: dict[str, Any] = {"on": DateField("截止日期", [InputRequired("请填写截止日期。")])}
    for line in lines:
        key, title = line["key"], line["title"]
        if key.startswith("own"):
            fields[f"actual_{key}"] = PointsField(f"{title}：实际值（{line['unit']}）", [Optional()], most=MOST_ACTUAL, unit=line["unit"])
        fields[f"why_{key}"] = TextAreaField(
            f"{title}：{'偏差原因及改进措施' if final else '偏差原因和纠正措施'}",
            optional(500),
            description=f"{line['ask']}，须写明。" if line["ask"] else "",
        )
        if not final:
            fields[f"risk_{key}"] = SelectField(f"{title}：完不成的风险", choices=list(RISKS.items()), default="none")
    if final:
        fields["text"] = TextAreaField("自评说明", text("请写自评说明。", 2000), description="目标完成情况、存在的问题、改进措施。")
    return type("PerformanceLines", (Form,), fields)


class Apply(Form):
    decision = SelectField("结果应用", [InputRequired("请选择结果应用。")], choices=[("", "请选择"), *DECISIONS.items()])
    decided = TextAreaField("怎样应用", text("请写明怎样应用、应用到哪一年的预算。", 1000))
    document = StringField("文号", text("请填写文号。", 60), description="预算安排、整改通知等文件的文号。")
