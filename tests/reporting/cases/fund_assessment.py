from tests.reporting.cases.fund_aims import subject as aimed
from tests.reporting.cases.fund_monitoring import LINE, MONEY

ASKER, OUTSIDER = "accountant", "lead"
WORDS = ("2026年度绩效自评表", "立项推迟一个月", "12.50", "27.50", "差", "明年提前征集")


def subject(session, cast):
    line = LINE | {"most": 5000, "points": 1250}
    kept = {"on": "2026-12-31", "money": MONEY, "lines": [line], "text": "明年提前征集。"}
    return aimed(session, cast, "assessed", assessment=kept, score=2750, grade="差", assessed_by_id=cast.accountant.id)
