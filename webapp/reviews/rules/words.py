"""Words of the journal for what is not a step, and titles in a sentence."""

from collections.abc import Iterable

WORDS = {
    "call.elect": "发起居民评选",
    "call.adjust": "调整名单的结果",
    "call.amount": "调整名单的金额",
    "call.try": "保存试排",
    "call.run": "排名的输入和规则版本已留存",
    "call.adopt": "采用试排的名单",
    "call.register": "登记其他渠道得分",
    "call.result": "发布立项公告",
    "opinion.create": "请填写意见",
    "expert.create": "入库",
    "expert.edit": "修改评委信息",
    "expert.tie": "登记应当回避的关系",
    "expert.untie": "解除回避",
    "expert.clear": "核实没有回避关系",
    "person.tie": "登记应当回避的关系",
    "person.untie": "解除回避",
    "person.clear": "核实没有回避关系",
    "panel.witness": "监督人签字",
    "expert.account": "更新收款账号",
    "panel.fee": "登记评审费",
    "panel.accounts": "导出含账号的评审费发放表",
    "panel.plan": "试分派",
    "panel.create": "组建评审组，公布种子摘要",
    "panel.reassign": "补派评委",
    "panel.reschedule": "改评分截止日",
    "panel.diverge": "评分分差过大，请评委说明或复评",
    "panel.chair": "产生组长",
    "panel.comments": "整理给申报单位看的意见",
    "result_question.ask": "就结果提问",
    "panel.open_sealed": "提前查看密封的评分",
    "assignment.explain": "书面说明分差",
    "meeting.create": "安排路演，公布种子摘要",
    "meeting.show": "换到下一个环节",
    "meeting.sign_in": "评委签到",
    "panel_report.create": "组长锁定总分",
    "panel_report.sign": "签署评审报告",
    "seat.create": "抽中",
    "seat.promote": "候补递补",
    "assignment.create": "分派",
    "notice.create": "发布",
    "objection.create": "提出异议",
    "objection.assign": "指定承办人",
    "call.free": "协议终止，资金空出",
    "call.promote": "候补递补",
    "call.letters": "修改通知文本",
}


def named(titles: Iterable[str], most: int = 3) -> str:
    """Titles in a sentence: 《甲》《乙》《丙》等 5 份."""
    found = [f"《{title}》" for title in titles]
    return "".join(found[:most]) + (f"等 {len(found)} 份" if len(found) > most else "")
