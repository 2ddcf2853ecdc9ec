ASKER, OUTSIDER = "officer", "lead"
WORDS = ("资金情况报告",)


def subject(session, cast):
    return None
