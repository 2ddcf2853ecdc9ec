from tests.boards.town import settle

ASKER, OUTSIDER = "officer", "lead"
WORDS = ("供需缺口", "桃花坞", "助浴服务", "没有项目回应", "n=2")


def subject(session, cast):
    settle(session, cast)
