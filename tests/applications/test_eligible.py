"""What the rules of eligibility are told about an applicant and its application, from the register, the record and the snapshot."""

from dataclasses import replace
from datetime import date

import sqlalchemy as sa

from tests import make
from tests.conftest import START
from webapp.accounts.actions.registry import note_record
from webapp.accounts.models import Organisation
from webapp.applications import queries
from webapp.calls.rules import Rule, template
from webapp.core.db import transaction

RULES = (
    Rule("lands_in", {"areas": ["320508"]}, "实施地在姑苏区"),
    Rule("lands_in", {"areas": ["4401"]}, "实施地在广州市"),
    Rule("min_months", {"months": 12}, "不少于 12 个月"),
    Rule("max_months", {"months": 11}, "不超过 11 个月"),
    Rule("double_funding", {"question": "funding.other_funding"}, "不重复资助"),
    Rule("answered", {"question": "team.licence", "accepted": ["社会工作师"]}, "负责人持证"),
    Rule("annual_check", {"accepted": ["合格"], "years": 2}, "近 2 年年检合格"),
    Rule("not_last_winner", {"years": 1}, "上年入选的不再支持"),
    Rule("past_grade", {"stage": "final", "years": 2, "accepted": ["优", "良"]}, "往期良好以上"),
    Rule("no_record", {"record": "penalty", "years": 3}, "没有重大违法记录"),
    Rule("hosted", {"allowed": False}, "不接受挂靠"),
)
CONTENT = {
    "communities": ["320508001001"], "starts_on": "2026-04-01", "ends_on": "2027-03-31",
    "sections": {"funding": {"other_funding": "是"}, "team": {"licence": "社会工作师"}},
}  # fmt: skip


def test_the_record_and_the_snapshot_answer_the_rules(engine, cast):
    rules = replace(template(), eligibility=RULES)
    with transaction(engine) as session:
        call = make.call(session, cast, START, rules=rules.to_json(), state="closed")
        made = make.application(session, cast, START, call, state="submitted", content=CONTENT)
        own = cast.offices["chenguang"]
        session.get_one(Organisation, own).credit_code = "52320508MJ00000000"
        for kind, value, day in (
            ("annual_check", {"year": 2024, "result": "合格"}, date(2025, 6, 1)),
            ("annual_check", {"year": 2023, "result": "基本合格"}, date(2024, 6, 1)),
            ("award", {}, date(2025, 3, 1)), ("grade", {"grade": "中"}, date(2025, 12, 1)),
        ):  # fmt: skip
            note_record(session, own, kind, "project:1", value, from_day=day, source="试", at=START)
        session.flush()
        found = [one.outcome for one in queries.outcomes(session, made, START)]
        assert found == ["pass", "fail", "pass", "fail", "fail", "pass", "fail", "fail", "fail", "pass", "pass"]
        community_group = session.get_one(Organisation, own)
        community_group.credit_code, community_group.host_id = None, cast.offices["qingmiao"]
        session.flush()
        assert queries.outcomes(session, made, START)[-1].reason == "没有登记；本次征集不接受挂靠申报。"
        community_group.host_id = None
        session.execute(sa.text("DELETE FROM records WHERE kind <> 'award'"))
        session.expire_all()
        assert [one.outcome for one in queries.outcomes(session, made, START)][-5:] == ["manual", "fail", "manual", "pass", "manual"]
        session.execute(sa.text("DELETE FROM datasets WHERE name = 'penalty'"))
        assert queries.outcomes(session, made, START)[-2].reason.startswith("平台没有载入这类名录")
