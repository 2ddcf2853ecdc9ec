from tests.reporting.cases.fund_aims import subject as aimed

ASKER, OUTSIDER = "accountant", "lead"
CHOICE = "1"
WORDS = ("2026年度绩效运行监控表", "2026-07-31", "10 个", "25.0%", "立项推迟一个月", "较高", "200000000")
MONEY = {"budget": 500_000_000, "committed": 200_000_000, "paid": 200_000_000, "spent": 50_000_000}
LINE = {
    "key": "projects", "title": "资助项目", "unit": "个", "target": 4000, "actual": 1000, "source": "项目台账", "why": "立项推迟一个月", "risk": "high",
    "ask": "慢于序时进度",
}  # fmt: skip


def subject(session, cast):
    return aimed(session, cast, "monitored", monitorings=[{"on": "2026-07-31", "money": MONEY, "lines": [LINE]}])
