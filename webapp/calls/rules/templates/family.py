"""母子项目: one organisation carries several small projects of community groups. No published 办法 was found: all figures are 示例."""

from dataclasses import replace

from reports.money import Money
from webapp.calls.rules.parts import Budget, Children, Rule, TranchePlan
from webapp.calls.rules.shape import CallRules
from webapp.calls.rules.templates import example
from webapp.calls.rules.templates import sources as at


def rules() -> CallRules:
    """母子项目（示例）."""
    base = example.rules()
    return replace(
        base,
        children=Children(least=3, most=10, ceiling=Money.parse("1", "万元"), share=60),
        eligibility=(*base.eligibility, Rule("min_grade", {"grade": "3A"}, "评估等级 3A 以上", at.GAP)),
        budget=Budget(Money.parse("15", "万元"), Money.parse("5", "万元"), base.budget.lines, base.budget.rules),
        tranches=(TranchePlan(60, "signed"), TranchePlan(30, "midterm"), TranchePlan(10, "accepted")),
        note="示例：没有查到公布的母子项目办法，全部数字按示例填写，请改成本地办法后再发布。",
        sources=(at.GAP,),
    )
