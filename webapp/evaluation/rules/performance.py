"""资金绩效: the indicators that the house can tell of a fund's year, and the points they come to. Pure, and exact.

自评 weighs 执行率 10, 产出 50, 效益 30, 满意度 10 (财预〔2020〕10号); within a group its indicators share the points evenly, by largest
remainder. 执行率 here is 预算执行率: paid out of the year's budget. What cannot be told is 不适用, and the rest is scaled up.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from reports.money import Money
from webapp.core.workflow import Refusal, Rule
from webapp.evaluation.models.performance import DECISIONS
from webapp.scoring.rules import Item, Mark, deviates, items, points_of, rate, total

EXECUTION = 1000
GROUPS = {"output": ("产出指标", 5000), "benefit": ("效益指标", 3000), "satisfaction": ("满意度指标", 1000)}
"""Titles and points (hundredths) of the first level, beside the execution rate."""
UNDER, OVER = 80, 130
"""Percent of the year's value outside which a deviation is explained in the 自评; in monitoring, percent of the share of the year gone."""
RISKS = {"none": "无", "low": "较低", "high": "较高"}


@dataclass(frozen=True, slots=True)
class Measure:
    """An indicator: where it stands, its unit, from where its actual value comes (`source`, said on paper)."""

    key: str
    group: str
    second: str
    title: str
    unit: str
    source: str
    usual: int = 0
    """A value to start from where the projects tell none (hundredths)."""
    direction: str = "more"
    grows: bool = False
    """Whether it adds up over the year, so that at midyear half of it is expected."""

    @property
    def by_hand(self) -> bool:
        return self.key.startswith("own")


MEASURES = (
    Measure("projects", "output", "数量指标", "资助项目", "个", "项目台账：已签约生效的项目", grows=True),
    Measure("activities", "output", "数量指标", "开展活动", "场", "活动记录：已记录的活动", grows=True),
    Measure("visits", "output", "数量指标", "服务人次", "人次", "活动记录：人次合计", grows=True),
    Measure("accepted", "output", "质量指标", "项目验收合格率", "%", "项目台账：已验收 ÷（已验收 + 已终止）", 9500),
    Measure("ontime", "output", "时效指标", "到期项目验收率", "%", "项目台账：到期项目中已验收的", 9000),
    Measure("cost", "output", "成本指标", "资助金额占预算", "%", "账簿：已立项金额 ÷ 年度预算", 10_000, "less"),
    Measure("good", "benefit", "社会效益", "绩效等级良以上的项目", "%", "末期评估：良以上 ÷ 已确认", 8000),
    Measure("own1", "benefit", "社会效益", "", "", "填报单位填写"),
    Measure("own2", "benefit", "可持续影响", "", "", "填报单位填写"),
    Measure("satisfied", "satisfaction", "服务对象满意度", "服务对象满意度", "%", "满意度问卷：满意 ÷ 收回", 9000),
)
BY_KEY = {one.key: one for one in MEASURES}


@dataclass(frozen=True, slots=True)
class Aim:
    """An indicator with its value for the year (hundredths)."""

    key: str
    title: str
    unit: str
    target: int

    @property
    def measure(self) -> Measure:
        return BY_KEY[self.key]

    def kept(self) -> dict[str, Any]:
        return {"key": self.key, "title": self.title, "unit": self.unit, "target": self.target}


def aims_of(kept: Sequence[Mapping[str, Any]]) -> tuple[Aim, ...]:
    """The aims as they were kept, in the order of the table."""
    order = list(BY_KEY)
    return tuple(sorted((Aim(one["key"], one["title"], one["unit"], one["target"]) for one in kept), key=lambda one: order.index(one.key)))


def tree(aims: Sequence[Aim], budget: int) -> dict[str, Any]:
    """The 10/50/30/10 table as a rubric: the execution rate first, then each group shared evenly by its aims."""
    found: list[dict[str, Any]] = [
        {"key": "execution", "title": "预算执行率", "most": EXECUTION, "measure": "count", "unit": "元", "target": max(budget, 1)}
    ]
    for group, (title, most) in GROUPS.items():
        mine = [one for one in aims if one.measure.group == group]
        shares = [part.fen for part in Money(most).share([1] * len(mine))] if mine else []
        leaves = [
            {
                "key": one.key, "title": one.title, "most": share, "measure": "count", "unit": one.unit, "target": one.target,
                "direction": one.measure.direction,
            }
            for one, share in zip(mine, shares, strict=True)
        ]  # fmt: skip
        if leaves:
            found.append({"key": group, "title": title, "items": leaves})
    return {"items": found, "explain_under": UNDER, "explain_over": OVER}


@dataclass(frozen=True, slots=True)
class Worked:
    """A line of the 自评: points, or None where it is 不适用; `deviates` says why it must be explained."""

    key: str
    most: int
    actual: int | None
    points: int | None
    deviates: str


def worked(aims: Sequence[Aim], budget: int, actuals: Mapping[str, int | None]) -> tuple[list[Worked], int]:
    """Every line of the 自评 with its points, and the total of a hundred (hundredths), half rounded up."""
    whole = tree(aims, budget)
    found, marks = [], {}
    for item in items(whole):
        actual = actuals.get(item.key)
        usable = actual is not None and (item.key != "execution" or budget > 0)
        points = points_of(item, actual or 0) if usable else None
        marks[item.key] = Mark(points=points, na=not usable, actual=actual if usable else None)
        found.append(Worked(item.key, item.most, actual if usable else None, points, deviates(item, actual, "") if usable else ""))
    return found, total(whole, marks)


def reached(aim: Aim, actual: int | None) -> Fraction | None:
    """How much of the year's value, in percent; None where it cannot be told."""
    if actual is None:
        return None
    return rate(Item(aim.key, aim.title, 1, target=aim.target, direction=aim.measure.direction), actual)


def elapsed(year: int, on: date) -> Fraction:
    """The share of the year gone by a day, between none and all."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    days = (last - first).days + 1
    return Fraction(min(max((on - first).days + 1, 0), days), days)


def lags(aim: Aim, actual: int | None, gone: Fraction) -> bool:
    """Whether an indicator is behind: under `UNDER` percent of the year's value, of what adds up under that of the share gone."""
    found = reached(aim, actual)
    return found is not None and found < UNDER * (gone if aim.measure.grows else 1)


@dataclass(frozen=True, slots=True)
class PerformanceFacts:
    """What the steps of a fund's performance look at, as they were just filled in."""

    actor_id: int | None
    prepared_by_id: int
    assessed_by_id: int | None
    goal: str
    groups: frozenset[str]
    """First-level groups that have an aim."""
    unexplained: tuple[tuple[str, str], ...]
    """Keys and titles of indicators that lag or deviate without a word."""
    decision: str
    decided: str
    document: str
    measured: bool
    """Whether any line of what was just worked out has an actual value."""


def aims_are_written(facts: PerformanceFacts) -> Refusal | None:
    if not facts.goal.strip():
        return Refusal("goal", "请先填写年度总体目标。", "goal")
    missing = [title for key, (title, _) in GROUPS.items() if key not in facts.groups]
    return Refusal("aims", f"{'、'.join(missing)}至少要有一项年度指标值，请先补充。") if missing else None


def another_sets(facts: PerformanceFacts) -> Refusal | None:
    same = facts.actor_id is not None and facts.actor_id == facts.prepared_by_id
    return Refusal("two_people", "编制目标的人不能自己审核下达，请由另一位同事办理。") if same else None


def another_applies(facts: PerformanceFacts) -> Refusal | None:
    same = facts.actor_id is not None and facts.actor_id == facts.assessed_by_id
    return Refusal("two_people", "填报自评的人不能自己决定结果应用，请由另一位同事办理。") if same else None


def deviations_are_explained(facts: PerformanceFacts) -> list[Refusal]:
    return [Refusal("unexplained", f"请写明“{title}”的偏差原因和措施。", f"why_{key}") for key, title in facts.unexplained]


def something_is_measured(facts: PerformanceFacts) -> Refusal | None:
    return None if facts.measured else Refusal("measured", "还没有一项指标有实际值，不能自评。", "measured")


def decision_is_written(facts: PerformanceFacts) -> Refusal | None:
    if facts.decision not in DECISIONS:
        return Refusal("decision", "请选择结果应用。", "decision")
    if not facts.decided.strip():
        return Refusal("decided", "请写明怎样应用、应用到哪一年的预算。", "decided")
    return None if facts.document.strip() else Refusal("document", "请填写文号。", "document")


REQUIRED: dict[str, tuple[Rule, ...]] = {
    "fund_performance.set": (another_sets, aims_are_written),
    "fund_performance.monitor": (deviations_are_explained,),
    "fund_performance.assess": (something_is_measured, deviations_are_explained),
    "fund_performance.apply": (another_applies, decision_is_written),
}
WORDS = {"fund_performance.create": "编制绩效目标", "fund_performance.edit": "修改绩效目标"}
