"""★ The business on one page: the roles, the states of every object, and every step that changes them.

Buttons, checks, the journal, to-do lists, tests and the documentation page are read off these rows. Each row says which
slice owns the step; that slice's `rules.REQUIRED` holds what must be true for it. A row with `stage=` belongs to a stage
a call may leave out. 协助管理协议, 社区工作准入申请 and 政务参议 come with their slice.
"""

from webapp.core.workflow import Workflow, step

ROLES = {
    "public": "公众",
    "resident": "居民",
    "representative": "居民代表",
    "grid_worker": "网格员",
    "community": "社区工作者",
    "party_lead": "党组织书记",
    "party_member": "党员",
    "supervisor": "居务监督委员会成员",
    "teller": "监票人",
    "street": "街道",
    "bureau": "经办",
    "bureau_head": "科室负责人",
    "finance": "财务",
    "bureau_lead": "分管领导",
    "department": "部门承办人",
    "operator": "承办机构",
    "evaluator": "第三方评估",
    "org_member": "社会组织成员",
    "org_lead": "社会组织负责人",
    "social_worker": "社工",
    "expert": "评委",
    "taker": "接单人",
    "co_writer": "申报协作人",
    "sponsor": "认领（捐赠）单位",
    "auditor": "审计",
    "urgent_reader": "专办人",
    "clock": "系统（到期自动办理）",
    "admin": "系统管理员",
    "security": "安全管理员",
    "log_auditor": "审计管理员",
}

CLOCK = ("clock",)
RESIDENT = ("resident",)
COMMUNITY = ("community", "party_lead")
INTAKE = ("community", "party_lead", "grid_worker")
STREET = ("street",)
OFFICER = ("bureau", "bureau_head")
ORGANISER = ("bureau", "bureau_head", "street")
APPROVER = ("bureau_lead", "street")
CHECKER = ("bureau", "bureau_head", "operator", "street")
ORGANISATION = ("org_member", "org_lead", "social_worker")
ORG_LEAD = ("org_lead",)
APPLICANT = ("org_lead", "org_member")
EXPERT = ("expert",)
EVALUATOR = ("evaluator",)

READER = ("urgent_reader",)

URGENT = Workflow(
    "urgent",
    "专办报告",
    {"received": "待上报", "reported": "已上报", "closed": "已办结", "returned": "已转普通渠道"},
    (
        step("report", "上报", "received", "reported", READER, "urgent", todo="紧急上报"),
        step("close", "办结", ("received", "reported"), "closed", READER, "urgent", note="处理结果", kind="plain"),
        step("return", "不属于此类", "received", "returned", READER, "needs", confirm="会作为普通需求转给社区办理，社区工作人员能看到原话。", kind="plain"),
    ),
    ("received", "reported", "closed"),
)  # fmt: skip

NEED = Workflow(
    "need",
    "需求",
    {
        "collected": "已收集", "accepted": "已受理", "returned": "已退回", "merged": "已合并", "referred": "已转办",
        "ordered": "已接单", "deliberated": "议事中", "balloted": "评议中", "pledged": "认领中", "listed": "列入需求清单",
        "called": "列入征集", "delivering": "实施中", "resolved": "已办结", "rated": "已回访", "withdrawn": "已撤回",
    },
    (
        step("accept", "受理", "collected", "accepted", COMMUNITY, "needs", todo="待受理"),
        step("return", "不予受理", ("collected", "accepted"), "returned", COMMUNITY, "needs", note="不予受理的理由", kind="plain"),
        step("merge", "合并", ("collected", "accepted"), "merged", COMMUNITY, "needs", kind="plain"),
        step("hand_off", "不属于本渠道", ("collected", "accepted"), "returned", INTAKE, "needs", confirm="警情、家暴、侵害未成年人、轻生、信访、涉法涉诉用这一项。原话会封存，只有专办人能看到。", kind="plain"),
        step("unmerge", "撤销合并", "merged", "accepted", COMMUNITY, "needs", kind="plain"),
        step("refer", "转办", "accepted", "referred", (*COMMUNITY, "street"), "handling", note="要办什么", kind="plain"),
        step("answer", "部门答复", "referred", "resolved", ("department",), "handling", todo="待部门答复", note="答复内容"),
        step("send_back", "退回社区", "referred", "accepted", ("department",), "handling", note="退回理由", kind="plain"),
        step("recall", "收回转办", "referred", "accepted", (*COMMUNITY, "street"), "handling", note="收回的理由", kind="plain"),
        step("order", "点单", "accepted", "ordered", COMMUNITY, "handling", kind="plain"),
        step("unorder", "撤单", "ordered", "accepted", COMMUNITY, "handling", note="撤单原因", kind="plain"),
        step("finish", "办好了", "ordered", "resolved", ("taker",), "handling", note="怎样办好的"),
        step("deliberate", "提交议事", "accepted", "deliberated", COMMUNITY, "needs", kind="plain"),
        step("conclude", "议事有结果", "deliberated", "accepted", COMMUNITY, "needs", todo="议事待结论", note="议事结论"),
        step("offer", "公开认领", "accepted", "pledged", COMMUNITY, "handling", kind="plain"),
        step("unoffer", "结束认领", "pledged", "accepted", COMMUNITY, "handling", note="认领情况", kind="plain"),
        step("ballot", "提交评议", "accepted", "balloted", COMMUNITY, "needs", kind="plain"),
        step("unballot", "评议取消", "balloted", "accepted", (*COMMUNITY, "clock"), "needs", kind="plain"),
        step("list", "列入需求清单", ("accepted", "balloted"), "listed", (*COMMUNITY, "clock"), "needs", kind="plain"),
        step("leave_out", "未列入清单", "balloted", "accepted", (*COMMUNITY, "clock"), "needs", kind="plain"),
        step("call", "列入征集", "listed", "called", APPROVER, "calls"),
        step("release", "退出征集", "called", "listed", (*APPROVER, *ORGANISER), "calls", kind="plain"),
        step("deliver", "开始实施", ("called", "listed"), "delivering", ORGANISER, "projects"),
        step("relist", "终止后重列", "delivering", "listed", OFFICER, "projects", note="终止原因", kind="plain"),
        step("resolve", "办结", "delivering", "resolved", ORGANISER, "projects"),
        step("rate", "评价", "resolved", "rated", RESIDENT, "needs", todo="请您评价"),
        step("call_back", "回访", "resolved", "rated", (*INTAKE, "street"), "handling", note="居民怎么说", kind="plain"),
        step("reopen", "我不满意，重新办", ("resolved", "rated", "returned"), "accepted", RESIDENT, "needs", note="哪里没办好", kind="plain"),
        step("withdraw", "撤回", ("collected", "accepted"), "withdrawn", (*RESIDENT, "org_member", "org_lead"), "needs", confirm="撤回后不再办理，确定吗？", kind="danger"),
    ),
    ("collected", "accepted", "balloted", "listed", "called", "delivering", "resolved", "rated"),
)  # fmt: skip

WORDING = Workflow(
    "wording",
    "公开表述",
    {"drafted": "待发布", "released": "已公开", "taken_down": "已撤下"},
    (
        step("release", "发布", "drafted", "released", (*COMMUNITY, "street"), "needs", todo="公开表述待发布", confirm="发布后人人可见。请再看一遍：没有姓名、门牌、病情和孩子的信息。"),
        step("take_down", "撤下", ("drafted", "released"), "taken_down", (*COMMUNITY, "street"), "needs", note="撤下原因", kind="danger"),
    ),
    ("drafted", "released"),
)  # fmt: skip

TICKET_LIST = Workflow(
    "ticket_list",
    "工单清单",
    {"read": "待登记", "taken": "已登记", "dropped": "未登记"},
    (
        step("take", "登记", "read", "taken", (*INTAKE, "street"), "tickets", todo="工单清单待登记", confirm="每张工单登记为一件需求，马上开始计时。"),
        step("drop", "不登记", "read", "dropped", (*INTAKE, "street", "clock"), "tickets", kind="plain"),
    ),
    ("read", "taken"),
)  # fmt: skip

ESCALATION = Workflow(
    "escalation",
    "督办",
    {"street": "街道督办", "district": "区级督办", "answered": "已答复", "ended": "已办理"},
    (
        step("answer", "答复督办", "street", "answered", STREET, "handling", todo="督办待答复", note="怎样督办、办到哪一步"),
        step("reply", "答复督办", "district", "answered", OFFICER, "handling", todo="督办待答复", note="怎样督办、办到哪一步"),
        step("end", "需求已办理", ("street", "district"), "ended", CLOCK, "handling"),
    ),
    ("street", "answered"),
)

ORDER = Workflow(
    "order",
    "接单",
    {
        "placed": "待派单", "assigned": "待接单", "open": "待抢单", "taken": "办理中", "done": "已办好", "rated": "已评价",
        "failed": "没办好", "cancelled": "已撤单",
    },
    (
        step("assign", "派单", ("placed", "open", "assigned"), "assigned", ("party_lead",), "handling", todo="待派单"),
        step("publish", "公开抢单", "placed", "open", ("party_lead",), "handling", kind="plain"),
        step("accept", "接单", "assigned", "taken", ("taker",), "handling", todo="派给您的单"),
        step("decline", "不能接", "assigned", "placed", ("taker",), "handling", note="不能接的原因", kind="plain"),
        step("grab", "我来办", "open", "taken", (*INTAKE, "party_member"), "handling", todo="可以抢的单"),
        step("give_up", "退单", "taken", "placed", ("taker",), "handling", note="退单原因", kind="plain"),
        step("finish", "办好了", "taken", "done", ("taker",), "handling", todo="接单待办", note="怎样办好的"),
        step("rate", "已评价", "done", "rated", (*RESIDENT, *INTAKE, "street"), "handling"),
        step("fail", "居民要求重办", "done", "failed", RESIDENT, "handling", kind="plain"),
        step("cancel", "撤单", ("placed", "open", "assigned"), "cancelled", (*COMMUNITY, "resident"), "handling", note="撤单原因", kind="danger"),
    ),
    ("placed", "assigned", "taken", "done", "rated"),
)  # fmt: skip

PLEDGE = Workflow(
    "pledge",
    "认领",
    {"made": "认领意向", "confirmed": "社区已确认", "signed": "已签捐赠协议", "used": "已使用", "lapsed": "未成", "withdrawn": "已撤回"},
    (
        step("confirm", "确认认领", "made", "confirmed", COMMUNITY, "handling", todo="认领待确认"),
        step("sign", "登记捐赠协议", "confirmed", "signed", COMMUNITY, "handling", todo="待签捐赠协议"),
        step("use", "使用完毕", "signed", "used", STREET, "handling", note="用在哪里、结果怎样", confirm="登记后不能再记到账。", kind="plain"),
        step("lapse", "认领未成", ("made", "confirmed"), "lapsed", (*COMMUNITY, "clock"), "handling", note="未成的原因", kind="plain"),
        step("withdraw", "撤回认领", ("made", "confirmed"), "withdrawn", ("sponsor",), "handling", note="撤回原因", kind="danger"),
    ),
    ("made", "confirmed", "signed", "used"),
)

GIFT = Workflow(
    "gift",
    "捐赠到账",
    {"recorded": "待复核", "confirmed": "已入账", "void": "已作废"},
    (
        step("confirm", "复核入账", "recorded", "confirmed", STREET, "handling", todo="捐赠到账待复核", confirm="请对照受赠单位的收据核对。入账后只能冲销，不能修改。"),
        step("void", "作废", "recorded", "void", STREET, "handling", note="作废原因", kind="danger"),
    ),
    ("recorded", "confirmed"),
)

BALLOT = Workflow(
    "ballot",
    "评议",
    {"draft": "准备中", "open": "进行中", "closed": "已截止", "counted": "已计票", "cancelled": "已取消"},
    (
        step("open", "开始评议", "draft", "open", (*COMMUNITY, *ORGANISER, "clock"), "ballots", todo="评议待开始", confirm="开始后选项和参加范围不能再改。"),
        step("close", "截止", "open", "closed", (*COMMUNITY, *ORGANISER, "clock"), "ballots", confirm="截止后不能再参加，计票密钥随即销毁。", kind="plain"),
        step("count", "计票", "closed", "counted", (*COMMUNITY, *ORGANISER, "clock"), "ballots", todo="待计票"),
        step("settle_ties", "确定并列的先后", "counted", "counted", (*COMMUNITY, *ORGANISER), "ballots", note="依据什么、怎样确定的", kind="plain"),
        step("cancel", "取消", ("draft", "open"), "cancelled", (*COMMUNITY, *ORGANISER), "ballots", note="取消原因", kind="danger"),
    ),
    ("draft", "open", "closed", "counted"),
)  # fmt: skip

SCORECARD = Workflow(
    "scorecard",
    "评分表",
    {"draft": "待评分", "submitted": "已提交", "locked": "已锁定", "void": "作废"},
    (
        step("submit", "提交评分", "draft", "submitted", (*EXPERT, *COMMUNITY, *STREET, *EVALUATOR, *ORGANISATION, *OFFICER), "scoring"),
        step("reopen", "退回修改", "submitted", "draft", (*OFFICER, "operator"), "scoring", note="退回原因", kind="plain"),
        step("lock", "锁定", "submitted", "locked", (*OFFICER, "operator", "clock"), "scoring"),
        step("void", "作废", ("draft", "submitted"), "void", (*OFFICER, *EXPERT, "operator"), "scoring", note="作废原因", kind="danger"),
    ),
)  # fmt: skip

CALL = Workflow(
    "call",
    "征集公告",
    {
        "draft": "起草", "proposed": "待发布", "published": "已发布", "open": "申报中", "closed": "申报截止", "reviewing": "评审中",
        "ranked": "已排名", "decided": "集体研究通过", "announced": "公示中", "awarded": "已立项", "cancelled": "已取消",
    },
    (
        step("propose", "报请发布", "draft", "proposed", ORGANISER, "calls"),
        step("send_back", "退回修改", "proposed", "draft", APPROVER, "calls", note="退回意见", kind="plain"),
        step("publish", "发布", "proposed", "published", APPROVER, "calls", todo="公告待发布", confirm="发布后规则冻结，更改须另发新版并告知所有申报单位。"),
        step("open", "开始申报", "published", "open", (*ORGANISER, "clock"), "calls", kind="plain"),
        step("close", "截止申报", "open", "closed", (*ORGANISER, "clock"), "calls", kind="plain"),
        step("review", "进入评审", "closed", "reviewing", (*CHECKER, "clock"), "reviews", todo="申报已截止，待进入评审"),
        step("rank", "综合排名", "reviewing", "ranked", ORGANISER, "reviews", todo="待综合排名"),
        step("decide", "集体研究", "ranked", "decided", ("bureau_head", "bureau_lead", "street"), "reviews", todo="拟立项名单待集体研究"),
        step("announce", "发布公示", "decided", "announced", ORGANISER, "reviews", todo="待发布拟立项公示", confirm="结果、通知和公示同时发布，公示内容随即冻结。"),
        step("award", "公示期满，立项", "announced", "awarded", ORGANISER, "projects", todo="公示期满待立项", confirm="立项后为每个项目预留资金，并通知各申报单位。"),
        step("cancel", "取消征集", ("draft", "proposed", "published", "open", "closed"), "cancelled", APPROVER, "calls", note="取消原因", kind="danger"),
    ),
    ("draft", "published", "open", "closed", "reviewing", "ranked", "decided", "announced", "awarded"),
)  # fmt: skip

CARRY = Workflow(
    "carry",
    "资金结转",
    {"prepared": "待复核", "carried": "已结转", "refused": "不予结转"},
    (
        step("confirm", "确认结转", "prepared", "carried", ("finance", "bureau_lead"), "calls", todo="资金结转待复核", confirm="确认后，这笔钱记入下一年度，不能再改。"),
        step("refuse", "不予结转", "prepared", "refused", ("finance", "bureau_lead"), "calls", note="理由", kind="plain"),
    ),
    ("prepared", "carried"),
)  # fmt: skip

INQUIRY = Workflow(
    "inquiry",
    "答疑",
    {"asked": "待答复", "answered": "已答复", "declined": "不公开答复", "withdrawn": "已撤回"},
    (
        step("answer", "答复并公开", "asked", "answered", CHECKER, "calls", todo="提问待答复"),
        step("correct", "更正答复", "answered", "answered", CHECKER, "calls", note="更正的原因", kind="plain"),
        step("decline", "不公开答复", "asked", "declined", CHECKER, "calls", note="理由（会告诉提问人）", kind="plain"),
        step("withdraw", "撤回提问", "asked", "withdrawn", RESIDENT, "calls", confirm="撤回后不再答复，确定吗？", kind="plain"),
    ),
    ("asked", "answered"),
)

WORKER = Workflow(
    "worker",
    "社工",
    {"entered": "待核实", "registered": "在册", "refused": "未通过", "left": "已离职"},
    (
        step("register", "核实登记", "entered", "registered", (*STREET, *OFFICER), "workers", todo="社工登记待核实", confirm="已与证书原件或扫描件核对无误。登记后按月计发津贴。"),
        step("refuse", "不予登记", "entered", "refused", (*STREET, *OFFICER), "workers", note="不予登记的原因", kind="plain"),
        step("leave", "登记离职", "registered", "left", (*ORG_LEAD, *STREET, *OFFICER), "workers", kind="plain"),
    ),
    ("entered", "registered"),
)  # fmt: skip

ALLOWANCE = Workflow(
    "allowance",
    "津贴发放表",
    {"prepared": "待财务审核", "checked": "待批准", "approved": "待发放", "paid": "已发放", "withdrawn": "已撤回"},
    (
        step("check", "财务审核", "prepared", "checked", ("finance",), "workers", todo="津贴发放待审核"),
        step("approve", "批准", "checked", "approved", ("bureau_lead",), "workers", todo="津贴发放待批准", confirm="批准后从资金预留，财务据此付款。"),
        step("pay", "登记已发放", "approved", "paid", ("finance",), "workers", todo="津贴待发放"),
        step("withdraw", "撤回", ("prepared", "checked"), "withdrawn", (*STREET, *OFFICER), "workers", note="撤回原因", kind="danger"),
    ),
    ("prepared", "checked", "approved", "paid"),
)  # fmt: skip

APPLICATION = Workflow(
    "application",
    "申报",
    {
        "draft": "填报中", "submitted": "已提交", "returned": "退回补正", "eligible": "资格初审通过", "ineligible": "资格初审未通过",
        "coreviewed": "协同审核完成", "heard": "街道意见完成", "scored": "专家评审完成", "elected": "居民评选完成", "ranked": "已排名",
        "proposed": "拟立项", "reserved": "候补", "awarded": "立项", "declined": "未立项", "withdrawn": "已撤回",
    },
    (
        step("submit", "提交", ("draft", "returned"), "submitted", APPLICANT, "applications", todo="待提交", confirm="提交后内容定格，评审以此为准。"),
        step("return", "退回补正", "submitted", "returned", CHECKER, "applications", note="需要补正的内容", kind="plain"),
        step("pass", "资格初审通过", "submitted", "eligible", CHECKER, "applications", todo="待资格初审"),
        step("fail", "资格初审不通过", "submitted", "ineligible", CHECKER, "applications", note="不通过的理由", kind="danger"),
        step("coreview", "协同审核完成", "eligible", "coreviewed", (*COMMUNITY, *CHECKER, "clock"), "reviews", stage="coreview"),
        step("hear", "街道意见完成", "coreviewed", "heard", (*STREET, *CHECKER, "clock"), "reviews", stage="street"),
        step("score", "专家评审完成", "heard", "scored", (*CHECKER, "clock"), "reviews", stage="panel"),
        step("elect", "居民评选完成", "scored", "elected", (*CHECKER, "clock"), "reviews", stage="residents"),
        step("rank", "列入排名", "elected", "ranked", ORGANISER, "reviews"),
        step("propose", "拟立项", ("ranked", "reserved"), "proposed", ORGANISER, "reviews"),
        step("reserve", "列为候补", "ranked", "reserved", ORGANISER, "reviews"),
        step("decline", "未立项", ("ranked", "reserved", "proposed"), "declined", ORGANISER, "reviews", note="理由"),
        step("award", "立项", "proposed", "awarded", ORGANISER, "projects"),
        step("renounce", "放弃立项", "proposed", "withdrawn", ORG_LEAD, "reviews", note="放弃的原因", confirm="放弃后名额由候补项目依次递补，不能恢复，确定吗？", kind="danger"),
        step("withdraw", "撤回申报", ("draft", "submitted", "returned", "eligible"), "withdrawn", ORG_LEAD, "applications", confirm="撤回后不能再提交本次申报，确定吗？", kind="danger"),
    ),
    ("draft", "submitted", "eligible", "coreviewed", "heard", "scored", "elected", "ranked", "proposed", "awarded"),
)  # fmt: skip

LANDING = Workflow(
    "landing",
    "落地社区确认",
    {"asked": "待确认", "agreed": "同意", "changes": "建议修改", "refused": "不同意", "lapsed": "逾期未答"},
    (
        step("agree", "同意落地", ("asked", "changes", "lapsed"), "agreed", COMMUNITY, "applications", todo="落地确认待答复", waits=("asked",)),
        step("suggest", "建议修改", "asked", "changes", COMMUNITY, "applications", note="修改建议", kind="plain"),
        step("refuse", "不同意", ("asked", "changes"), "refused", COMMUNITY, "applications", note="不同意的理由", kind="danger"),
        step("lapse", "逾期", "asked", "lapsed", CLOCK, "applications"),
    ),
    ("asked", "agreed"),
)

CERTIFICATION = Workflow(
    "certification",
    "送审确认",
    {"asked": "待确认", "confirmed": "已确认", "returned": "退回修改"},
    (
        step("confirm", "核对无误", "asked", "confirmed", APPLICANT, "applications", todo="申报送审待确认", confirm="确认后内容再有改动，须重新送审。"),
        step("return", "退回修改", "asked", "returned", APPLICANT, "applications", note="要改什么", kind="plain"),
    ),
    ("asked", "confirmed"),
)

COACHING = Workflow(
    "coaching",
    "项目优化",
    {"asked": "待建议", "given": "已提建议", "withdrawn": "已撤回"},
    (
        step("give", "已提建议", "asked", "given", ("operator",), "applications", todo="项目优化待建议"),
        step("withdraw", "撤回请求", "asked", "withdrawn", (*ORG_LEAD, "clock"), "applications", confirm="撤回后承办机构不能再看这份草稿，确定吗？", kind="plain"),
    ),
    ("asked", "given"),
)  # fmt: skip

FINDING = Workflow(
    "finding",
    "比对提示",
    {"found": "待核对", "different": "已核对：不相同", "near": "相近但不同", "asked": "需说明", "gone": "已不再相近"},
    (
        step("differ", "已核对：不相同", ("found", "near", "asked"), "different", CHECKER, "findings", note="理由", kind="plain"),
        step("near", "相近但不同", ("found", "different", "asked"), "near", CHECKER, "findings", note="理由", kind="plain"),
        step("ask", "需说明", ("found", "different", "near"), "asked", CHECKER, "findings", note="要申报单位说明什么", kind="plain"),
        step("reopen", "内容改变，重新核对", ("different", "near", "asked", "gone"), "found", CLOCK, "findings"),
        step("vanish", "修改后不再相近", ("found", "different", "near", "asked"), "gone", CLOCK, "findings"),
    ),
    ("found", "different"),
)  # fmt: skip

OPINION = Workflow(
    "opinion",
    "协同审核意见",
    {"asked": "待填写", "given": "已填写", "lapsed": "逾期未填"},
    (
        step("give", "提交意见", "asked", "given", (*COMMUNITY, *STREET), "reviews", todo="协同审核待填写"),
        step("stand_aside", "有利害关系，本人回避", "asked", "asked", (*COMMUNITY, *STREET), "reviews", note="与申报单位是什么关系", confirm="申明后本人不能再填写这份意见，由同事填写；没有别人的，转街道。", kind="plain"),
        step("hand_up", "转街道填写", "asked", "asked", (*COMMUNITY, "clock"), "reviews", note="为什么由街道填写", kind="plain"),
        step("extend", "延期一次", "asked", "asked", CLOCK, "reviews"),
        step("lapse", "逾期", "asked", "lapsed", CLOCK, "reviews"),
        step("witness", "见证", "given", "given", ("supervisor",), "reviews", confirm="见证：这份意见经居民委员会研究，程序没有异议。见证不是表决。"),
        step("dissent", "提出异议", "given", "given", ("supervisor",), "reviews", note="对什么有异议", kind="plain"),
        step("answer", "答复意见", "given", "given", ("org_lead", "org_member"), "reviews", note="怎样修改，或者为什么不改"),
    ),
    ("asked", "given"),
)  # fmt: skip

PANEL = Workflow(
    "panel",
    "评审组",
    {"forming": "组建中", "drawn": "已抽取", "scoring": "评分中", "closed": "已收齐", "confirmed": "已确认", "dissolved": "已解散"},
    (
        step("draw", "随机抽取", "forming", "drawn", CHECKER, "reviews", todo="评审组待抽取", confirm="抽取按公布的种子进行，不能重来。"),
        step("start", "分派并开始评分", "drawn", "scoring", CHECKER, "reviews", todo="评审待分派"),
        step("close", "收齐评分", "scoring", "closed", (*CHECKER, "clock"), "reviews", todo="评分待收齐"),
        step("resume", "退回继续评分", "closed", "scoring", CHECKER, "reviews", kind="plain"),
        step("confirm", "确认评审结果", "closed", "confirmed", (*OFFICER, "street"), "reviews", todo="评审结果待确认"),
        step("dissolve", "解散", ("forming", "drawn"), "dissolved", CHECKER, "reviews", note="解散原因", kind="danger"),
    ),
    ("forming", "drawn", "scoring", "closed", "confirmed"),
)  # fmt: skip

PANEL_REPORT = Workflow(
    "panel_report",
    "评审报告",
    {"signing": "签署中", "settled": "已定稿", "void": "已作废"},
    (
        step("settle", "定稿", "signing", "settled", (*CHECKER, "clock"), "reviews", todo="评审报告待定稿"),
        step("void", "作废，重新锁定", ("signing", "settled"), "void", CHECKER, "reviews", note="作废原因", kind="danger"),
    ),
    ("signing", "settled"),
)

MEETING = Workflow(
    "meeting",
    "路演",
    {"planned": "待抽签", "drawn": "已抽签", "running": "进行中", "ended": "已结束", "cancelled": "已取消"},
    (
        step("draw", "抽签排序", "planned", "drawn", CHECKER, "reviews", todo="路演待抽签", confirm="顺序按公布的种子抽取，不能重来。"),
        step("open", "开始路演", "drawn", "running", CHECKER, "reviews"),
        step("end", "结束路演", "running", "ended", CHECKER, "reviews", confirm="结束后评委页面不再跟随，确定吗？"),
        step("cancel", "取消路演", ("planned", "drawn"), "cancelled", CHECKER, "reviews", note="取消原因", kind="danger"),
    ),
    ("planned", "drawn", "running", "ended"),
)  # fmt: skip

SEAT = Workflow(
    "seat",
    "评委席位",
    {"drawn": "待应邀", "pledged": "已承诺", "declined": "不能参加", "replaced": "已替换"},
    (
        step("pledge", "签署承诺书", "drawn", "pledged", EXPERT, "reviews", todo="评审邀请待确认", confirm="本人遵守廉洁、保密、回避规定，并已如实申报利害关系。"),
        step("decline", "不能参加", "drawn", "declined", EXPERT, "reviews", note="原因", kind="plain"),
        step("replace", "替换", ("drawn", "declined"), "replaced", CHECKER, "reviews", kind="plain"),
    ),
)  # fmt: skip

ASSIGNMENT = Workflow(
    "assignment",
    "评审分派",
    {"assigned": "待评", "done": "已评", "recused": "已回避"},
    (
        step("finish", "评完", "assigned", "done", EXPERT, "reviews", todo="待评分"),
        step("recuse", "申请回避", "assigned", "recused", (*EXPERT, *CHECKER), "reviews", note="回避原因", kind="plain"),
        step("reopen", "退回复评", "done", "assigned", CHECKER, "reviews", note="复评原因", kind="plain"),
    ),
    ("assigned", "done"),
)

NOTICE = Workflow(
    "notice",
    "公示",
    {"running": "公示中", "ended": "已期满", "extended": "延期中", "replaced": "已更正"},
    (
        step("replace", "更正", ("running", "extended", "ended"), "replaced", ORGANISER, "reviews", note="更正原因", kind="plain"),
        step("extend", "延期", ("running", "extended"), "extended", ORGANISER, "reviews", note="延期原因", kind="plain"),
        step("end", "期满", ("running", "extended"), "ended", (*ORGANISER, "clock"), "reviews"),
    ),
    ("running", "ended"),
)

OBJECTION = Workflow(
    "objection",
    "异议",
    {"raised": "待答复", "answered": "已答复", "appealed": "待复核", "settled": "已复核", "withdrawn": "已撤回"},
    (
        step("answer", "答复", "raised", "answered", ORGANISER, "reviews", todo="异议待答复", note="答复意见"),
        step("appeal", "申请复核", "answered", "appealed", RESIDENT, "reviews", note="申请复核的理由", kind="plain"),
        step("settle", "复核答复", "appealed", "settled", (*ORGANISER, "bureau_lead"), "reviews", todo="异议待复核", note="复核意见"),
        step("withdraw", "撤回异议", ("raised", "appealed"), "withdrawn", RESIDENT, "reviews", kind="plain"),
    ),
    ("raised", "answered", "appealed", "settled"),
)

RESULT_QUESTION = Workflow(
    "result_question",
    "结果咨询",
    {"asked": "待答复", "answered": "已答复"},
    (step("answer", "答复", "asked", "answered", ORGANISER, "reviews", todo="结果咨询待答复", note="答复"),),
    ("asked", "answered"),
)

PROJECT = Workflow(
    "project",
    "项目",
    {
        "opened": "待签约", "delivering": "实施中", "rectifying": "整改中", "passed": "中期合格", "closing": "结项中", "accepted": "已验收",
        "evaluated": "已评价", "archived": "已归档", "suspended": "已暂停", "terminated": "已终止",
    },
    (
        step("start", "签约生效", "opened", "delivering", (*OFFICER, "bureau_lead", "street"), "projects"),
        step("suspend", "暂停", ("delivering", "passed"), "suspended", ORGANISER, "projects", note="暂停原因", confirm="暂停期间不请款、不拨付，不登记活动、支出和变更；已送银行的等银行回音。", kind="plain"),
        step("resume", "恢复", "suspended", "delivering", ORGANISER, "projects", note="恢复说明", confirm="恢复后可以继续请款、拨付和登记；结束日期不变，需要延期的由承接单位申请变更。"),
        step("resume_passed", "恢复", "suspended", "passed", ORGANISER, "projects", note="恢复说明", confirm="恢复后可以继续请款、拨付和登记，中期评估合格仍然有效；结束日期不变，需要延期的由承接单位申请变更。"),
        step("pass", "中期评估合格", ("delivering", "rectifying"), "passed", ORGANISER, "evaluation"),
        step("rectify", "责令整改", "delivering", "rectifying", ORGANISER, "evaluation", note="整改要求", kind="plain"),
        step("close", "申请结项", "passed", "closing", ORG_LEAD, "evaluation", todo="可申请结项", confirm="申请后随即开始末期评估，不能撤回。请先看一遍：指标、活动和支出都已登记。"),
        step("accept", "验收", "closing", "accepted", ORGANISER, "evaluation", todo="待验收"),
        step("evaluate", "确认绩效等级", "accepted", "evaluated", ORGANISER, "evaluation", todo="绩效等级待确认", confirm="确认后等级和后果记入单位档案，不能再改，承接单位会收到结果。"),
        step("archive", "归档", "evaluated", "archived", ORGANISER, "funding", todo="待归档", confirm="归档后一项目一档定卷。"),
        step("terminate", "终止", ("opened", "delivering", "rectifying", "passed", "suspended"), "terminated", ORGANISER, "funding", note="终止原因", confirm="终止后按协议收回未用资金。", kind="danger"),
    ),
    ("opened", "delivering", "passed", "closing", "accepted", "evaluated", "archived"),
)  # fmt: skip

AGREEMENT = Workflow(
    "agreement",
    "项目协议",
    {"drafted": "待社会组织签署", "org_signed": "待主办单位签署", "signed": "已签署", "void": "作废"},
    (
        step("sign_org", "社会组织签署", "drafted", "org_signed", ORG_LEAD, "projects", todo="协议待签署", confirm="签署后协议内容不能再改。"),
        step("sign", "主办单位签署", "org_signed", "signed", ("bureau_lead", "bureau_head", "street"), "projects", todo="协议待主办单位签署", confirm="双方签署后项目开始，首期资金可以申请。"),
        step("void", "作废", ("drafted", "org_signed"), "void", ORGANISER, "projects", note="作废原因", kind="danger"),
    ),
    ("drafted", "org_signed", "signed"),
)  # fmt: skip

AGREEMENT_TEMPLATE = Workflow(
    "agreement_template",
    "协议模板",
    {"draft": "草稿", "in_force": "使用中", "retired": "已停用"},
    (
        step("put_in_force", "启用", "draft", "in_force", ("bureau_head", "bureau_lead", "street"), "projects", confirm="启用后起草的协议用这一版，同类的上一版停用；已经起草的协议不变。"),
        step("retire", "停用", ("draft", "in_force"), "retired", ORGANISER, "projects", confirm="停用后不再用它起草，改用上级的或平台自带的模板；版本保留。", kind="plain"),
    ),
    ("draft", "in_force"),
)

CHARGE = Workflow(
    "charge",
    "项目责任书",
    {"drafted": "分解任务中", "submitted": "待主办单位确认", "agreed": "已确认"},
    (
        step("submit", "提交责任书", "drafted", "submitted", ORG_LEAD, "projects", todo="责任书待提交", confirm="提交后任务、责任人和数量不能再改，由主办单位确认。"),
        step("agree", "确认责任书", "submitted", "agreed", ORGANISER, "projects", todo="责任书待确认", confirm="确认后每项任务按责任书督导。"),
        step("return", "退回修改", "submitted", "drafted", ORGANISER, "projects", note="怎样修改", kind="plain"),
    ),
    ("drafted", "submitted", "agreed"),
)

TASK = Workflow(
    "task",
    "任务",
    {"open": "进行中", "done": "已办结"},
    (step("finish", "办结任务", "open", "done", ORGANISATION, "projects", todo="任务待完成", note="完成情况"),),
    ("open", "done"),
)

CONFIRMATION = Workflow(
    "confirmation",
    "立项版本确认",
    {"asked": "待确认", "confirmed": "已确认", "objected": "有异议", "handed": "待街道确认", "lapsed": "逾期视为确认"},
    (
        step("confirm", "同意立项版本", "asked", "confirmed", COMMUNITY, "projects", todo="立项版本待确认", confirm="同意后按立项版本签协议、在本社区实施。"),
        step("object", "有异议", "asked", "objected", COMMUNITY, "projects", note="有什么异议，希望怎样改", kind="plain"),
        step("explain", "答复异议", "objected", "asked", ORGANISER, "projects", todo="立项版本有异议", note="怎样调整，或者为什么这样定"),
        step("settle", "街道协调确认", ("objected", "handed"), "confirmed", STREET, "projects", todo="立项版本待街道确认", note="协调的结果"),
        step("hand_up", "转街道确认", "asked", "handed", CLOCK, "projects"),
        step("lapse", "逾期视为确认", "asked", "lapsed", CLOCK, "projects"),
    ),
    ("asked", "confirmed"),
)  # fmt: skip

ACTIVITY = Workflow(
    "activity",
    "活动",
    {"planned": "已计划", "held": "已记录", "cancelled": "已取消"},
    (
        step("record", "记录活动", "planned", "held", ORGANISATION, "projects", todo="活动待记录"),
        step("cancel", "取消活动", "planned", "cancelled", ORGANISATION, "projects", note="取消原因", kind="plain"),
    ),
    ("planned", "held"),
)

PROGRESS = Workflow(
    "progress",
    "进展报告",
    {"draft": "填写中", "submitted": "待审阅", "accepted": "已审阅", "returned": "退回补充"},
    (
        step("submit", "提交", ("draft", "returned"), "submitted", ORGANISATION, "projects", todo="进展报告待提交"),
        step("accept", "审阅通过", "submitted", "accepted", (*CHECKER, "evaluator"), "projects", todo="进展报告待审阅"),
        step("return", "退回补充", "submitted", "returned", (*CHECKER, "evaluator"), "projects", note="补充要求", kind="plain"),
    ),
    ("draft", "submitted", "accepted"),
)

RECTIFICATION = Workflow(
    "rectification",
    "整改",
    {"ordered": "待整改", "answered": "待复核", "closed": "已销号"},
    (
        step("answer", "报告整改", "ordered", "answered", ORGANISATION, "projects", todo="整改、督办待完成", note="整改情况"),
        step("close", "复核销号", "answered", "closed", (*COMMUNITY, *CHECKER), "projects", todo="整改、督办待复核"),
        step("insist", "继续整改", "answered", "ordered", (*COMMUNITY, *CHECKER), "projects", note="还差什么", kind="plain"),
    ),
    ("ordered", "answered", "closed"),
)

CHANGE = Workflow(
    "change",
    "变更",
    {"requested": "待审批", "approved": "已同意", "refused": "未同意", "withdrawn": "已撤回", "applied": "幅度内已调整"},
    (
        step("approve", "同意变更", "requested", "approved", ORGANISER, "projects", todo="变更待审批"),
        step("refuse", "不同意", "requested", "refused", ORGANISER, "projects", note="理由", kind="plain"),
        step("reopen", "补充协议作废，退回待审批", "approved", "requested", ORGANISER, "projects"),
        step("withdraw", "撤回申请", "requested", "withdrawn", ORG_LEAD, "projects", kind="plain"),
        step("apply", "幅度内调整", "requested", "applied", ORG_LEAD, "projects"),
    ),
    ("requested", "approved"),
)

EVALUATION = Workflow(
    "evaluation",
    "评估",
    {"opened": "待自评", "self_assessed": "待评估", "judged": "待确认", "confirmed": "已确认"},
    (
        step("self_assess", "提交自评", "opened", "self_assessed", ORGANISATION, "evaluation", todo="自评待提交"),
        step("judge", "提交评估", "self_assessed", "judged", (*EVALUATOR, *OFFICER, "street"), "evaluation", todo="评估待完成"),
        step("confirm", "确认评估结果", "judged", "confirmed", ORGANISER, "evaluation", todo="评估结果待确认", confirm="确认后总分和等级不能再改，承接单位会收到结果。"),
        step("return", "退回重评", "judged", "self_assessed", ORGANISER, "evaluation", note="退回原因", kind="plain"),
    ),
    ("opened", "self_assessed", "judged", "confirmed"),
)

SURVEY = Workflow(
    "survey",
    "满意度问卷",
    {"open": "进行中", "closed": "已截止"},
    (
        step("close", "截止并统计", "open", "closed", (*ORGANISER, *EVALUATOR, "clock"), "evaluation", kind="plain"),
    ),
    ("open", "closed"),
)  # fmt: skip

FUND_PERFORMANCE = Workflow(
    "fund_performance",
    "资金绩效",
    {"draft": "编制目标", "set": "目标已下达", "monitored": "已监控", "assessed": "已自评", "applied": "结果已应用"},
    (
        step("set", "审核下达目标", "draft", "set", ("bureau_head", "bureau_lead", "street", "finance"), "evaluation", todo="绩效目标待下达", confirm="下达后绩效目标不能再改。"),
        step("monitor", "登记运行监控", ("set", "monitored"), "monitored", (*ORGANISER, "finance"), "evaluation"),
        step("assess", "填报自评", ("set", "monitored"), "assessed", (*ORGANISER, "finance"), "evaluation"),
        step("apply", "登记结果应用", "assessed", "applied", ("bureau_head", "bureau_lead", "street", "finance"), "evaluation", todo="绩效结果待应用", confirm="登记后不能再改。"),
    ),
    ("draft", "set", "monitored", "assessed", "applied"),
)  # fmt: skip

OBSERVATION = Workflow(
    "observation",
    "核查问题",
    {"raised": "待申辩", "answered": "已申辩", "upheld": "已认定", "partly": "部分认定", "dropped": "不认定"},
    (
        step("answer", "申辩", "raised", "answered", APPLICANT, "evaluation", todo="核查问题待申辩"),
        step("uphold", "认定", ("raised", "answered"), "upheld", (*EVALUATOR, *OFFICER, "street"), "evaluation", todo="核查问题待认定", confirm="认定后不能再改，承接单位会收到结论和理由。"),
        step("partly", "部分认定", ("raised", "answered"), "partly", (*EVALUATOR, *OFFICER, "street"), "evaluation", confirm="认定后不能再改，承接单位会收到结论和理由。", kind="plain"),
        step("drop", "不认定", ("raised", "answered"), "dropped", (*EVALUATOR, *OFFICER, "street"), "evaluation", confirm="认定后不能再改，承接单位会收到结论和理由。", kind="plain"),
    ),
    ("raised", "answered", "upheld"),
)  # fmt: skip

TRANCHE = Workflow(
    "tranche",
    "拨款",
    {
        "planned": "未请款", "requested": "已请款", "prepared": "已拟办", "reviewed": "科室已审核", "checked": "财务已审核", "discussed": "已集体研究",
        "approved": "待送支付",
        "sent": "支付中", "paid": "已到账", "bounced": "银行退回", "cancelled": "不再拨付",
    },
    (
        step("request", "请款", "planned", "requested", ("org_lead", "org_member"), "funding", todo="可请款"),
        step("prepare", "经办拟办", "requested", "prepared", ("bureau", "street"), "funding", todo="请款待拟办"),
        step("return", "退回单位", ("requested", "prepared", "reviewed", "checked", "discussed"), "planned", ("bureau", "bureau_head", "street", "finance", "bureau_lead"), "funding", note="退回原因", kind="plain"),
        step("review", "科室负责人审核", "prepared", "reviewed", ("bureau_head",), "funding", todo="拨款待科室负责人审核", stage="head"),
        step("check", "财务审核", "reviewed", "checked", ("finance",), "funding", todo="拨款待财务审核"),
        step("discuss", "登记集体研究", "checked", "discussed", ("bureau", "bureau_head", "street"), "funding", todo="拨款待集体研究", stage="meeting"),
        step("approve", "批准", "discussed", "approved", ("bureau_lead",), "funding", todo="拨款待批准", confirm="批准后列入支付申请。"),
        step("send", "送支付", "approved", "sent", ("finance",), "funding", todo="待送支付"),
        step("pay", "银行已付", "sent", "paid", ("finance",), "funding"),
        step("bounce", "银行退回", "sent", "bounced", ("finance",), "funding", note="退回原因"),
        step("receipt", "补交收款票据", "paid", "paid", ("org_lead", "org_member"), "funding", todo="待补交收款票据"),
        step("unpay", "到账登记冲销", "paid", "bounced", CLOCK, "funding", kind="plain"),
        step("resend", "重新送支付", "bounced", "approved", ("finance",), "funding", todo="退汇待处理", note="更正情况"),
        step("cancel", "不再拨付", ("planned", "requested", "bounced"), "cancelled", ("bureau", "bureau_lead", "street"), "funding", note="原因", kind="danger"),
    ),
    ("planned", "requested", "prepared", "reviewed", "checked", "discussed", "approved", "sent", "paid"),
)  # fmt: skip

SPENDING = Workflow(
    "spending",
    "支出凭证",
    {"claimed": "待审核", "accepted": "已认可", "rejected": "不予认可", "voided": "已作废"},
    (
        step("accept", "认可", "claimed", "accepted", (*CHECKER, "finance", "evaluator"), "funding", todo="支出凭证待审核"),
        step("reject", "不予认可", "claimed", "rejected", (*CHECKER, "finance", "evaluator"), "funding", note="不认可的理由", kind="plain"),
        step("void", "作废", ("claimed", "accepted", "rejected"), "voided", ("org_lead", "finance"), "funding", note="作废原因", kind="danger"),
    ),
    ("claimed", "accepted"),
)

PAY_SHEET = Workflow(
    "pay_sheet",
    "发放表",
    {"drafted": "填写中", "claimed": "已报销", "dropped": "已作废"},
    (
        step("claim", "上传签字表并报销", "drafted", "claimed", APPLICANT, "funding"),
        step("reopen", "退回修改", "claimed", "drafted", APPLICANT, "funding", kind="plain"),
        step("drop", "作废", "drafted", "dropped", APPLICANT, "funding", confirm="作废后不能恢复，确定吗？", kind="danger"),
    ),
    ("drafted", "claimed"),
)  # fmt: skip

RECOVERY = Workflow(
    "recovery",
    "结余收回",
    {"demanded": "待缴回", "received": "已收回", "waived": "免予收回", "due": "到期未用完", "kept": "暂不收回"},
    (
        step("demand", "发起收回", "due", "demanded", ORGANISER, "funding", todo="到期资金待收回", confirm="按现在还没有用完的数收回，承接单位会收到通知。"),
        step("keep", "暂不收回", "due", "kept", ORGANISER, "funding", note="理由", kind="plain"),
        step("receive", "确认到账", "demanded", "received", ("finance",), "funding", todo="结余待收回"),
        step("waive", "免予收回", "demanded", "waived", ("bureau_lead",), "funding", note="依据", kind="danger"),
    ),
    ("demanded", "received"),
)

TRANSFER = Workflow(
    "transfer",
    "资金转移",
    {"prepared": "待复核", "moved": "已转移", "refused": "不予转移"},
    (
        step("confirm", "确认转移", "prepared", "moved", ("finance", "bureau_lead"), "funding", todo="资金转移待复核", confirm="确认后，这笔钱从转出资金记到转入资金，不能再改。"),
        step("refuse", "不予转移", "prepared", "refused", ("finance", "bureau_lead"), "funding", note="理由", kind="plain"),
    ),
    ("prepared", "moved"),
)  # fmt: skip

CORRECTION = Workflow(
    "correction",
    "冲销",
    {"asked": "待复核", "reversed": "已冲销", "refused": "不予冲销"},
    (
        step("confirm", "确认冲销", "asked", "reversed", ("finance", "bureau_lead"), "funding", todo="冲销待复核", confirm="确认后记一笔相反的账，原来的账仍然保留。"),
        step("refuse", "不予冲销", "asked", "refused", ("finance", "bureau_lead"), "funding", note="理由", kind="plain"),
    ),
    ("asked", "reversed"),
)  # fmt: skip

DOUBT = Workflow(
    "doubt",
    "疑点",
    {"found": "待核实", "asked": "待单位说明", "answered": "单位已说明", "explained": "已说明", "rectify": "已要求整改", "referred": "已移送", "gone": "不再出现"},
    (
        step("ask", "请单位说明", "found", "asked", (*ORGANISER, "finance"), "doubts", note="要单位说明什么", kind="plain"),
        step("answer", "说明情况", "asked", "answered", ORG_LEAD, "doubts", todo="疑点待说明", note="情况说明"),
        step("explain", "情况已说明", ("found", "asked", "answered"), "explained", (*ORGANISER, "finance"), "doubts", todo="疑点待核实", waits=("found", "answered"), note="核实的情况"),
        step("rectify", "要求整改", ("found", "answered"), "rectify", ORGANISER, "doubts", kind="plain"),
        step("refer", "移送", ("found", "answered"), "referred", ORGANISER, "doubts", note="移送哪个单位、依据", confirm="移送后由接收单位处理，确定吗？", kind="danger"),
        step("reopen", "情况变化，重新核实", ("explained", "gone"), "found", CLOCK, "doubts"),
        step("vanish", "不再出现", ("found", "asked", "answered"), "gone", CLOCK, "doubts"),
    ),
    ("found", "asked", "answered", "explained"),
)  # fmt: skip

ALL = (
    URGENT, NEED, WORDING, TICKET_LIST, ESCALATION, ORDER, PLEDGE, GIFT, BALLOT, SCORECARD, CARRY, CALL, INQUIRY, WORKER, ALLOWANCE, APPLICATION, LANDING, CERTIFICATION, COACHING, FINDING, OPINION, PANEL, PANEL_REPORT, MEETING, SEAT, ASSIGNMENT, NOTICE, OBJECTION, RESULT_QUESTION,
    PROJECT, AGREEMENT_TEMPLATE, AGREEMENT, CHARGE, TASK, CONFIRMATION, ACTIVITY, PROGRESS, RECTIFICATION, CHANGE, EVALUATION, SURVEY, OBSERVATION, FUND_PERFORMANCE, TRANCHE, SPENDING, PAY_SHEET, RECOVERY,
    TRANSFER, CORRECTION, DOUBT,
)  # fmt: skip
BY_NAME = {workflow.name: workflow for workflow in ALL}
CHAIN = {"head": "科室负责人审核", "meeting": "集体研究"}
"""Stages of a payment that the approval chain of its area asks for from an amount on."""
STAGES = {"coreview": "协同审核", "street": "街道意见", "panel": "专家评审", "residents": "居民评选"}
