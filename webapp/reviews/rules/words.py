"""Words of the journal for what is not a step."""

WORDS = {
    "call.elect": "发起居民评选",
    "call.adjust": "调整拟立项名单",
    "call.result": "发布立项公告",
    "opinion.create": "请填写意见",
    "expert.create": "入库",
    "expert.edit": "修改评委信息",
    "expert.tie": "登记应当回避的关系",
    "panel.witness": "监督人签字",
    "expert.account": "更新收款账号",
    "panel.fee": "登记评审费",
    "panel.accounts": "导出含账号的评审费发放表",
    "panel.plan": "试排分派",
    "panel.create": "组建评审组，公布种子摘要",
    "panel.reassign": "补派评委",
    "seat.create": "抽中",
    "seat.promote": "候补递补",
    "assignment.create": "分派",
    "notice.create": "发布",
    "objection.create": "提出异议",
}
