from tests import make
from tests.conftest import START
from webapp.evaluation.models import FundPerformance

ASKER, OUTSIDER = "accountant", "lead"
WORDS = ("2026年度绩效目标申报表", "为老服务", "≥ 40 个", "50.00", "500000000", "财政部门审核意见")
AIMS = [{"key": "projects", "title": "资助项目", "unit": "个", "target": 4000}]


def subject(session, cast, state="set", **more):
    found = FundPerformance(
        fund_id=make.fund(session, cast).id, year=2026, title="福彩公益金 2026 年度绩效", goal="为老服务", aims=AIMS, prepared_by_id=cast.officer.id,
        budget_fen=500_000_000, changed_at=START, **more,
    )  # fmt: skip
    return make.at_state(session, found, state, START)
