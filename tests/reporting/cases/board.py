from tests.boards.town import settle

ASKER, OUTSIDER = "officer", "lead"
WORDS = ("看板", "风险项目", "安居扶手", "待拨付", "预算执行率", "n=")


def subject(session, cast):
    settle(session, cast)
