"""广州市公益创投: eligibility of 2023, the 60 % and 500,000 yuan of 2019, a panel with a finance expert, rubric of three levels."""

from dataclasses import replace

from reports.money import Money
from webapp.calls.rules.parts import Breach, Budget, Category, Cost, PanelPlan, Rule, Span, Weights
from webapp.calls.rules.shape import CallRules
from webapp.calls.rules.templates import example
from webapp.calls.rules.templates import sources as at
from webapp.calls.rules.templates.common import branch, leaf, said, tree

ELIGIBILITY = (
    Rule("no_record", {"record": "abnormal_list", "years": 1}, "申报前 1 年未列入活动异常名录", at.GUANGZHOU_2023),
    Rule("no_record", {"record": "dishonest_list", "years": 2}, "申报前 2 年未列入严重违法失信名单", at.GUANGZHOU_2023),
    Rule("no_record", {"record": "penalty", "years": 3}, "申报前 3 年没有重大违法记录", at.GUANGZHOU_2023),
    Rule("chartered_scope", {}, "项目在章程载明的业务范围内", at.GUANGZHOU_2023),
    Rule("lands_in", {"areas": ["4401"]}, "实施地在广州市", at.GUANGZHOU_2023),
    Rule("beneficiaries_in", {"areas": ["4401"]}, "服务对象在广州市", at.GUANGZHOU_2023),
)
RUBRIC = tree(
    branch(
        "need", "项目需求",
        branch("need_ground", "需求依据", leaf("ground", "调查充分、数据有出处", 10), leaf("scope", "受益面清楚", 10)),
        branch("need_urgent", "现实需要", leaf("urgent", "问题紧迫，现有服务没有覆盖", 10)),
    ),
    branch(
        "plan", "项目方案",
        branch("plan_goal", "目标与指标", leaf("goal", "目标具体，指标可查", 10), leaf("logic", "需求、目标、活动前后一致", 10)),
        branch("plan_new", "创新与推广", leaf("new", "办法有新意", 10), leaf("copy", "可以推广", 5)),
    ),
    branch(
        "team", "实施能力",
        branch("team_people", "团队", leaf("people", "人员专业、分工明确", 10), leaf("past", "做过同类项目", 5)),
        branch("team_money", "预算", leaf("money", "每笔支出有依据、标准合规", 20)),
    ),
    above=95,
)  # fmt: skip
"""三级指标 as the round of 2020 has them; the items and marks themselves were not published (示例)."""


def rules() -> CallRules:
    """广州市公益创投（2019、2020、2023）."""
    base = example.rules()
    share = Rule("grant_share_max", {"percent": 60}, "资助不超过项目总额的 60%（财政与社会资金 6:4）", at.GUANGZHOU_2019)
    budget = Budget(Money.parse("50", "万元"), base.budget.floor, base.budget.lines, (share, *base.budget.rules))
    return replace(
        base,
        stages=("panel",),
        categories=(
            Category("elderly", "为老服务"), Category("disabled", "助残服务"), Category("children", "儿童福利和未成年人保护"),
            Category("hardship", "救助帮困"), Category("governance", "社区治理"),
        ),
        eligibility=ELIGIBILITY,
        budget=budget,
        rubric=RUBRIC,
        weights=Weights(100, 0, 0),
        tie_break=("panel", "requested", "draw"),
        pool=Money.parse("2000", "万元"),
        panel=PanelPlan(size=5, finance=1, reserves=2, per_application=0),
        costs=(Cost("operator", "承办服务费", Money(0)), Cost("evaluation", "绩效评估费", Money(0))),
        breach=Breach(unspent_after=Span(24, "month"), report_within=Span(1, "month")),
        note=said(
            "广州公布的：申报条件、资助占比和上限、五类资助范围、随机抽取 5 名专家和财务专家",
            "资金总额、评分细目和分值、及格线、拨款比例、各科目标准",
        ),
        sources=(at.GUANGZHOU_2019, at.GUANGZHOU_2017, at.GUANGZHOU_2020, at.GUANGZHOU_2023, at.GUANGZHOU_SCOPE, at.GUANGZHOU_LOTTERY, at.GAP),
    )  # fmt: skip
