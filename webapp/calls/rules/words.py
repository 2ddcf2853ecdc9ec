"""The closed sets a call's rules choose from, each with the words people read."""

TRIGGERS = {
    "signed": "协议签署",
    "announced": "公示期满",
    "midterm": "中期评估合格",
    "accepted": "验收合格",
    "graded": "绩效等级确认",
    "audit": "财务审计通过",
}
"""What a tranche waits for."""
AGGREGATIONS = {"mean": "平均分", "trimmed": "去掉最高最低后平均", "median": "中位数", "standard": "标准分平均"}
ROUNDINGS = {"half_up": "四舍五入", "down": "舍去尾数"}
SILENCES = {"agree": "逾期未答视为同意", "refuse": "逾期未答视为不同意"}
OPINION_SILENCES = {
    "none": "逾期未答视为没有意见",
    "support": "逾期未答视为支持（不计分）",
    "oppose": "逾期未答视为不支持",
    "extend": "逾期未答延期一次，再逾期由街道填写",
}
VETOES = {"any": "任何一个落地社区不支持就算", "all": "所有落地社区都不支持才算"}
OPINIONS_SHOWN = {"at_once": "填写后申报单位马上看到", "released": "结果发布后申报单位看到"}
CONFIRM_SILENCES = {"agree": "逾期未答视为确认", "street": "逾期未答由街道确认"}
MISSING_PARTIES = {"share": "由其余各方按权重折算", "wait": "不合成总分，等各方评完"}
TOO_FEW = {"share": "居民得分不计，由其余各方按权重折算", "zero": "居民得分按零分计"}
CHANNELS = {
    "panel": "专家评审",
    "community": "社区协同审核",
    "residents": "居民评选",
    "jury": "大众评审",
    "donation": "定向捐助",
}
"""Where points come from, in the order of `Weights`."""
STAGE_OF = {"panel": "panel", "community": "coreview", "residents": "residents"}
"""Channels that have a stage of their own; the others' figures are registered by the organiser."""
TIE_BREAKS = {
    "panel": "专家得分高者在前",
    "residents": "居民得票多者在前",
    "community": "社区评分高者在前",
    "jury": "大众评审得分高者在前",
    "donation": "定向捐助多者在前",
    "winner": "上年入选单位在前",
    "requested": "申请资金少者在前",
    "draw": "抽签",
}
QUESTION_KINDS = {
    "text": "单行文字",
    "long": "多行文字",
    "number": "整数",
    "money": "金额",
    "date": "日期",
    "choice": "单选",
    "choices": "多选",
    "yesno": "是或否",
    "table": "表格",
}
YES, NO = "是", "否"
OWN_SECTIONS = ("basics", "budget", "indicators", "files", "package", "children")
"""Sections the house itself makes; a form's section cannot take their keys."""
UNITS = {"workday": "个工作日", "day": "日", "month": "个月"}
SOURCES = {"own": "自有资金", "fiscal": "其他财政资金", "donated": "已接受的社会捐赠", "expected": "预期能接受的社会捐赠"}
"""Where matching money (配套) may come from: 南京江北新区 asks for the last three with proof, 福建2018 counts other fiscal money too."""
HIDDEN_UNTIL = {"open": "不隐去", "scored": "评分结束", "decided": "集体研究", "released": "结果公布", "always": "始终隐去"}
"""Until when a thing stays hidden, in the order of the phases."""
GROUPS = {"call": "整个征集", "category": "每个类别", "need": "每件需求"}
BELOW = {"stop": "不足家数的不评", "necessity": "只评必要性和可行性，须达到及格线"}
MEASURES = {"largest": "与本次最高捐助额相比", "target": "与规定的捐助额相比", "requested": "与申请资助额相比"}
DIVERGENCES = {"reason": "书面说明理由", "rescore": "重新评分"}
