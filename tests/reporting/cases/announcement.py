from tests.reporting.cases import notice

ASKER, OUTSIDER = "officer", "lead"
WORDS = ("立项公告", "银龄陪伴1", "局长办公会", "特此公告", "合计")


def subject(session, cast):
    return notice.subject(session, cast, kind="result", what="立项公告")
