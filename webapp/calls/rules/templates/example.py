"""The template 示例: no published 办法 could be taken over whole, so each figure names its source."""

from reports.money import Money
from webapp.calls.rules.parts import (
    Budget,
    Category,
    Consequence,
    EvaluationPlan,
    Line,
    MatchSource,
    PanelPlan,
    Paper,
    PartyWeights,
    Rule,
    TranchePlan,
    Tree,
    Weights,
)
from webapp.calls.rules.shape import CallRules
from webapp.calls.rules.templates import trees
from webapp.calls.rules.templates.form import FORM

GUANGZHOU = "广州市第十一届社会组织公益创投（2023）"
BEIJING = "北京市社会组织公益服务项目申报通知（2015/2016）"
PROVINCE = "省级财政支持社会组织项目申报书（500/300/200,350,400 元/人天）"
CENTRAL = "中央财政支持社会组织参与社会服务项目指引（2023）"
CHENGDU = "成都社区保障资金项目（2025）自筹 10%"
WUJIN = "常州武进公益创投评审（2017）：需求度、接纳度、创新性、有效性、复制性"
DONGGUAN = "东莞市公益创投（2011）终审 60:20:20"
SUZHOU = "苏州市首届公益创投中期评估（2012），60 分合格"
BINHAI = "天津滨海新区项目协议（2014）50/40/10"
NANJING = "南京江北新区“购买社会组织服务和公益创投”管理系统申报字段"
FINANCE = "财政部 财预〔2020〕10号绩效自评 10/50/30/10"
BANDS = "地方办法：优秀优先、基本合格限期整改、不合格次年不得申报（76.qingl.net/thread-12770，未全文核对）"


def _tree(*items: tuple[str, str, int, str], reason_below: int | None = None, reason_above: int | None = None) -> Tree:
    return {
        "items": [{"key": key, "title": title, "most": most * 100, "anchor": anchor} for key, title, most, anchor in items],
        "reason_below": reason_below,
        "reason_above": reason_above,
    }


ELIGIBILITY = (
    Rule("no_record", {"record": "abnormal_list", "years": 1}, "申报前 1 年未列入活动异常名录", GUANGZHOU),
    Rule("no_record", {"record": "dishonest_list", "years": 2}, "申报前 2 年未列入严重违法失信名单", GUANGZHOU),
    Rule("no_record", {"record": "penalty", "years": 3}, "申报前 3 年没有重大违法记录", GUANGZHOU),
    Rule("no_record", {"record": "ban", "years": 0}, "不在禁止申报期内", "中山博爱100（2013）：违约 3 年内不得参加"),
    Rule("min_age_years", {"years": 1}, "登记满 1 年", "深圳公益慈善项目大赛（2024）"),
    Rule("annual_check", {"accepted": ["合格"], "years": 1}, "年检合格", BEIJING),
    Rule("most_applications", {"most": 2}, "每个单位最多申报 2 项", BEIJING),
)
LINES = (
    Line("activity", "业务活动费", "物料、场地、活动开支"),
    Line("publicity", "宣传费"),
    Line("expert", "专家费"),
    Line("training", "培训费"),
    Line("meeting", "会议费"),
    Line("staff", "人员补贴"),
    Line("volunteer", "志愿者补贴"),
    Line("transport", "市内交通费"),
    Line("manage", "管理费用"),
    Line("tax", "税费"),
)
BUDGET_RULES = (
    Rule(
        "cap_share",
        {"lines": ["staff", "volunteer"], "percent": 50, "of": "total"},
        "人员、志愿者补贴合计不超过项目总额的 50%",
        PROVINCE,
    ),
    Rule(
        "cap_share",
        {"lines": ["manage"], "percent": 10, "of": "total"},
        "管理费用不超过项目总额的 10%",
        "社工项目预算行业惯例",
    ),
    Rule("unit_standard", {"line": "expert", "most_fen": 50_000}, "专家费每人天不超过 500 元", PROVINCE),
    Rule("unit_standard", {"line": "training", "most_fen": 35_000}, "培训费每人天不超过 350 元", PROVINCE),
    Rule("unit_standard", {"line": "meeting", "most_fen": 40_000}, "会议费每人天不超过 400 元", PROVINCE),
    Rule("excludes", {"a": "volunteer", "b": "transport"}, "已列志愿者补贴的，不再列支市内交通费", CENTRAL),
)
MATCHING = (MatchSource("own"), MatchSource("donated", proof=True), MatchSource("expected", proof=True))
"""南京江北: 自有、已接受社会捐赠、预期能接受社会捐赠, the last two with proof."""
PANEL_RUBRIC = _tree(
    ("need", "需求度", 20, "居民有依据的真实需求，受益面清楚"),
    ("acceptance", "接纳度", 15, "居民和社区愿意参加"),
    ("innovation", "创新性", 15, "办法比现有做法更好"),
    ("effect", "有效性", 25, "目标、指标、活动前后一致，做得成"),
    ("copying", "复制性", 10, "别处学得会"),
    ("budget", "预算合理性", 15, "每一笔都用得着，单价有依据"),
    reason_below=6000,
    reason_above=9500,
)
COMMUNITY_RUBRIC = _tree(
    ("fit", "符合本社区需求", 40, "与需求清单对得上"),
    ("join", "居民参与", 30, "居民能参加、愿参加"),
    ("able", "落地可行", 30, "场地、时间、配合有着落"),
    reason_below=6000,
)


def rules() -> CallRules:
    """The shipped rules of a 公益创投 call: every stage on, 8 万元 per project."""
    return CallRules(
        stages=("coreview", "street", "panel", "residents"),
        categories=(
            Category("elderly", "为老服务"),
            Category("disabled", "助残服务"),
            Category("children", "儿童青少年"),
            Category("hardship", "救助帮困"),
            Category("governance", "社区治理"),
        ),
        form=FORM,
        eligibility=ELIGIBILITY,
        budget=Budget(Money.parse("8", "万元"), Money.parse("1", "万元"), LINES, BUDGET_RULES, MATCHING, free_percent=10),
        attachments=(
            Paper("certificate", "登记证书"),
            Paper("accounts", "上年度财务会计报告"),
            Paper("match", "配套资金证明", required=False),
        ),
        rubric=PANEL_RUBRIC,
        community_rubric=COMMUNITY_RUBRIC,
        weights=Weights(60, 20, 20),
        aggregation="mean",
        pass_line=6000,
        tie_break=("residents", "panel", "requested", "draw"),
        reserves=2,
        pool=Money.parse("100", "万元"),
        correction_workdays=5,
        opinion_workdays=5,
        landing_workdays=5,
        silence="refuse",
        tranches=(TranchePlan(50, "signed"), TranchePlan(40, "midterm"), TranchePlan(10, "accepted")),
        evaluation=EvaluationPlan(
            trees.MIDTERM,
            trees.FRAMEWORK,
            PartyWeights(10, 20, 20, 50),
            6000,
            self_tree=trees.SELF,
            community_tree=trees.COMMUNITY,
            residents_tree=trees.RESIDENTS,
            consequences=(Consequence("优", priority=True), Consequence("中", rectify_workdays=20), Consequence("差", ban_years=1)),
        ),
        panel=PanelPlan(size=5, finance=1, reserves=2, per_application=3),
        note="示例：各地做法不一，未见公布的完整权重表。请按本地办法修改后再发布。",
        sources=(GUANGZHOU, BEIJING, PROVINCE, CENTRAL, CHENGDU, WUJIN, DONGGUAN, SUZHOU, BINHAI, NANJING, FINANCE, BANDS),
    )
