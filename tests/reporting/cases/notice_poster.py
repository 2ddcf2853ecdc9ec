from tests.reporting.cases import notice

ASKER, OUTSIDER = "worker", None
WORDS = ("银龄陪伴1", "实名提出", "公示期", "扫一扫，看公示全文", "/notices/1", "0512-60000001", "编号：GS2026-001")


def subject(session, cast):
    return notice.subject(session, cast)
