from tests.reporting.cases import project_progress

ASKER, OUTSIDER, CHOICE = "officer", "lead", "2026-Q1"
WORDS = ("公益创投工作专报", "2026年第一季度", "n=1", "没有资金记录", "本期没有立项")


def subject(session, cast):
    project_progress.subject(session, cast)
