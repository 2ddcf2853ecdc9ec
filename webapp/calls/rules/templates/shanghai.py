"""上海市社区公益服务项目: the best of two or more for each need, one alone judged for itself, and the time limits of 2009."""

from dataclasses import replace

from webapp.calls.rules.parts import Breach, Competition, NoticePlan, PartyWeights, Span, TranchePlan, Weights
from webapp.calls.rules.shape import CallRules
from webapp.calls.rules.templates import example
from webapp.calls.rules.templates import sources as at
from webapp.calls.rules.templates.common import said


def rules() -> CallRules:
    """上海市社区公益服务项目招投标（2009）."""
    base = example.rules()
    return replace(
        base,
        stages=("panel",),
        weights=Weights(100, 0, 0),
        tie_break=("panel", "requested", "draw"),
        competition=Competition(least=2, group="need", below="necessity", best_only=True),
        notice=NoticePlan(Span(15, "day"), reexamination=Span(5, "day")),
        review_within=Span(60, "day"),
        approve_within=Span(20, "day"),
        tranches=(TranchePlan(30, "signed"), TranchePlan(40, "midterm"), TranchePlan(30, "accepted")),
        evaluation=replace(base.evaluation, weights=PartyWeights(10, 40, 0, 50)),
        breach=Breach(claw_back=True),
        note=said(
            "上海公布的：2 家以上择优、1 家评必要性和可行性，停止受理后 60 日内完成评审，结果公示不少于 15 日，质疑 5 日内复核，"
            "20 日内批复，按进度分期拨付，需求方检查验收",
            "评分表、及格线、各期比例、资助上限。招投标按政府采购处理；不属于政府采购的，请改法律形式",
        ),
        sources=(at.SHANGHAI_2009, at.SHANGHAI_SERVICE, at.GAP),
    )
