ASKER, OUTSIDER = "officer", "lead"
WORDS = ("资金使用情况报告",)


def subject(session, cast):
    return None
