"""Words of the journal for what is not a step."""

WORDS = {
    "call.elect": "发起居民评选",
    "call.adjust": "调整拟立项名单",
    "call.try": "保存试排",
    "call.adopt": "采用试排的名单",
    "call.result": "发布立项公告",
    "opinion.create": "请填写意见",
    "panel.create": "组建评审组，公布种子摘要",
    "panel.reassign": "补派评委",
    "seat.create": "抽中",
    "seat.promote": "候补递补",
    "assignment.create": "分派",
    "notice.create": "发布",
    "objection.create": "提出异议",
    "objection.assign": "指定承办人",
    "call.promote": "候补递补",
    "call.letters": "修改通知文本",
}
