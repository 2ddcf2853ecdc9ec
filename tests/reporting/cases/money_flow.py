from tests.boards.town import post, settle

ASKER, OUTSIDER = "officer", "lead"
WORDS = ("2026 年资金流向", "n=1", "福彩公益金", "业务活动费", "未支出（含已退回）", '"flow"')


def subject(session, cast):
    post(session, cast, settle(session, cast))
