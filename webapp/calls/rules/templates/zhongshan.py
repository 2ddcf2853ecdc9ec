"""中山市博爱100: points over 100, 筹资加分 up to 50, 特别观察加分 5–20, a public jury beside the experts, money within 15 working days."""

from dataclasses import replace

from reports.money import Money
from webapp.calls.rules.parts import Bonus, Breach, Budget, Donation, MatchSource, PanelPlan, Rule, Span, TranchePlan, Weights
from webapp.calls.rules.shape import CallRules
from webapp.calls.rules.templates import example
from webapp.calls.rules.templates import sources as at
from webapp.calls.rules.templates.common import said


def rules() -> CallRules:
    """中山市博爱100（2013）、公益创投专项（2014）."""
    base = example.rules()
    half = Rule("grant_share_max", {"percent": 50}, "资助不超过项目预算的 50%", at.ZHONGSHAN_2014)
    ban = Rule("no_record", {"record": "ban", "years": 0}, "不在禁止申报期内（违约的 3 年内不得参加）", at.ZHONGSHAN_2013)
    matching = (MatchSource("own"), MatchSource("fiscal"), MatchSource("donated", proof=True), MatchSource("expected", proof=True))
    return replace(
        base,
        stages=("panel",),
        eligibility=(*(one for one in base.eligibility if one.params.get("record") != "ban"), ban),
        budget=Budget(Money.parse("10", "万元"), base.budget.floor, base.budget.lines, (half, *base.budget.rules), matching),
        weights=Weights(70, 0, 0, jury=30),
        donation=Donation("target", Money.parse("10", "万元"), bonus=5000),
        bonuses=(Bonus("observer", "特别观察加分", 2000, 500),),
        beyond_hundred=True,
        tie_break=("panel", "jury", "donation", "draw"),
        panel=PanelPlan(size=5, finance=1, reserves=2, per_application=0),
        tranches=(TranchePlan(50, "signed", within=Span(15)), TranchePlan(50, "midterm")),
        breach=Breach(ban_years=3, claw_back=True),
        note=said(
            "中山公布的：资助占比和上限、筹资加分不超过 50 分、特别观察加分 5 到 20 分、总分可超过 100、协议后 15 个工作日内拨付首笔、"
            "违约 3 年内不得参加",
            "专业评委与大众评委的权重（借用全国大赛 2016 的 70:30）、筹满多少得满加分、评分表、各期比例",
        ),
        sources=(at.ZHONGSHAN_2013, at.ZHONGSHAN_2014, at.NATIONAL_2016, at.GAP),
    )
