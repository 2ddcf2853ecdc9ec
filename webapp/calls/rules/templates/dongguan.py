"""东莞市公益创投: 现场评审 60、定向捐助 20、网络投票 20, and two yuan of public money for each yuan donated."""

from dataclasses import replace

from reports.money import Money
from webapp.calls.rules.parts import Budget, Donation, MatchSource, PanelPlan, Rule, Weights
from webapp.calls.rules.shape import CallRules
from webapp.calls.rules.templates import example
from webapp.calls.rules.templates import sources as at
from webapp.calls.rules.templates.common import leaf, said, tree

MATCHED = Rule(
    "matched_by_donation",
    {"percent": 200, "most_fen": 50_000_000, "without_fen": 30_000_000},
    "社会捐助 1 元配 2 元财政资金，最多 50 万元；没有捐助或捐助少的，最多 30 万元",
    at.DONGGUAN_PLAN,
)
RUBRIC = tree(
    leaf("broad", "社会需求广泛性", 20),
    leaf("urgent", "现实需要迫切性", 15),
    leaf("public", "目标定位公益性", 15),
    leaf("new", "项目理念创新性", 15),
    leaf("plan", "项目策划科学性", 20),
    leaf("able", "实施主体专业性", 15),
)
"""The six standards are published, their marks are not (示例)."""


def rules() -> CallRules:
    """东莞市公益创投（2011）."""
    base = example.rules()
    ceiling = Money.parse("50", "万元")
    matching = (MatchSource("own"), MatchSource("donated", proof=True), MatchSource("expected", proof=True))
    return replace(
        base,
        stages=("panel", "residents"),
        budget=Budget(ceiling, base.budget.floor, base.budget.lines, (MATCHED, *base.budget.rules), matching),
        rubric=RUBRIC,
        weights=Weights(60, 0, 20, donation=20),
        donation=Donation("largest"),
        tie_break=("panel", "donation", "residents", "requested", "draw"),
        pool=Money.parse("500", "万元"),
        panel=PanelPlan(size=5, finance=1, reserves=2, per_application=0),
        note=said(
            "东莞公布的：现场评审、定向捐助、网络投票 60:20:20，捐助配比和上限，六条评审标准",
            "捐助额怎样折分、六条标准的分值、及格线、拨款比例、申报条件",
        ),
        sources=(at.DONGGUAN_2011, at.DONGGUAN_PLAN, at.GAP),
    )
