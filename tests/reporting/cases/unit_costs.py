from tests.boards.town import settle

ASKER, OUTSIDER = "officer", "lead"
WORDS = ("同类项目的成本", "每人次成本", "助浴 3", "n=3")


def subject(session, cast):
    settle(session, cast)
