ASKER, OUTSIDER = "officer", "lead"
WORDS = ("项目进展情况报告",)


def subject(session, cast):
    return None
