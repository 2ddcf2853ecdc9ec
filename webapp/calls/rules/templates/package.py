"""服务打包 (街道打包、社区落地): parts bought together and social workers posted in the communities, after 苏州."""

from dataclasses import replace

from reports.money import Money
from webapp.calls.rules.parts import Budget, Competition, Package, PanelPlan, Paper, Part, Rule, TranchePlan, Weights
from webapp.calls.rules.shape import CallRules
from webapp.calls.rules.templates import example
from webapp.calls.rules.templates import sources as at

PARTS = (
    Part("visit", "独居老人探访", "人次", 1200),
    Part("group", "居民小组和自治活动", "次", 48),
    Part("talk", "议事协商引导", "场", 24),
    Part("foster", "社区社会组织培育", "家", 6),
    Part("extra", "社区自选项目", "项", 0, Money.parse("3", "万元"), required=False),
)


def rules() -> CallRules:
    """街道打包、社区落地."""
    base = example.rules()
    return replace(
        base,
        stages=("coreview", "street", "panel"),
        package=Package(PARTS, workers=3, certified=2, days_a_week=5),
        eligibility=(
            *base.eligibility[:4],
            Rule("max_months", {"months": 12}, "服务期不超过 12 个月", at.GAP),
            Rule("chartered_scope", {}, "服务在章程载明的业务范围内", at.GAP),
        ),
        budget=Budget(Money.parse("60", "万元"), Money.parse("10", "万元"), base.budget.lines, base.budget.rules),
        attachments=(*base.attachments, Paper("workers", "驻点社工证书和社保证明")),
        weights=Weights(80, 20, 0),
        tie_break=("panel", "community", "requested", "draw"),
        competition=Competition(least=2, group="category", below="necessity", best_only=True),
        pool=Money.parse("300", "万元"),
        panel=PanelPlan(size=5, finance=1, reserves=2, per_application=0),
        tranches=(TranchePlan(50, "signed"), TranchePlan(40, "midterm"), TranchePlan(10, "accepted")),
        note="示例：苏州公布了街道打包、社区落地的做法（分类子项、全职社工驻点），子项的数量、单价、人数和评分表没有公布，请按本地办法填写。按服务购买，不按人头购买。",
        sources=(at.SUZHOU_PACKAGE, at.GAP),
    )
