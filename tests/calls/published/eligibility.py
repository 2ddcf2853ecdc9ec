"""Cases of tests/data/published/eligibility_rules.csv."""

from datetime import UTC, date, datetime

from tests.calls.published import TODAY, Case, NoRule, awarded, passes, record, rule_of
from tests.reviews.rankings import entry, ranked
from webapp.applications.rules import Editing, editable
from webapp.calls.rules import RecordFact, Rule, template

FILE = "eligibility_rules"
ANY_OF = rule_of("haishu", "any_of")
SCOPE = rule_of("guangzhou", "lands_in")
BEIJING = Rule("no_record", {"record": "penalty", "years": 2}, "2 年内没有行政处罚")
STAFF = Rule("full_time_staff", {"least": 3, "question": "team.full_time"}, "专职 ≥ 3 人")
OFFICE = Rule("office_area", {"least": 20, "question": "team.office"}, "固定办公 ≥ 20 ㎡")
AGE = Rule("team_age", {"most": 40, "question": "team.age"}, "团队平均年龄 ≤ 40")
DELTA = Rule("located_in", {"areas": ["31", "32", "33", "34"]}, "长三角社会组织")
TWICE = rule_of("haishu", "double_funding")


def in_window(at: datetime) -> bool:
    """Whether a draft may still be changed, where the window is 12 月 1–20 日."""
    return editable(Editing("draft", "open", datetime(2023, 12, 20, 16, tzinfo=UTC), None, at)) is None


def grades(*facts: RecordFact) -> dict:
    return {"grade": "3A", "registered_on": date(2015, 1, 1), "records": facts}


def declared(rule: Rule, key: str):
    fine = passes(rule)
    return lambda value: fine({"answers": {key: value}})


def enough(count: int) -> bool:
    """Whether any of so many applicants is proposed, by the rule of 成都2025."""
    rules = template("micro")
    out = ranked(rules, [entry(n, panel=[9000 - n], community=[9000], organisation=n) for n in range(1, count + 1)])
    return any(one["outcome"] == "propose" for one in out["rows"])


CASES = (
    Case(FILE, 2, "1年", passes(rule_of("guangzhou", "no_record", record="abnormal_list"), "records"),
         record("abnormal_list", date(2025, 3, 1)), record("abnormal_list", date(2025, 3, 2))),
    Case(FILE, 3, "2年", passes(rule_of("guangzhou", "no_record", record="dishonest_list"), "records"),
         record("dishonest_list", date(2024, 3, 1)), record("dishonest_list", date(2024, 3, 2))),
    Case(FILE, 4, "3年", passes(rule_of("guangzhou", "no_record", record="penalty"), "records"),
         record("penalty", date(2023, 3, 1)), record("penalty", date(2023, 3, 2))),
    Case(FILE, 5, "实施地", passes(SCOPE, "landing"), ("440103001001", "440106002003"), ("440103001001", "440605001001")),
    Case(FILE, 5, "20日", in_window, datetime(2023, 12, 20, 15, 59, tzinfo=UTC), datetime(2023, 12, 20, 16, tzinfo=UTC)),
    Case(FILE, 6, "2021-01-01", passes(ANY_OF), {"registered_on": date(2021, 1, 1), "registered": False},
         {"registered_on": date(2020, 12, 31), "registered": False}),
    Case(FILE, 6, "年检合格", passes(ANY_OF),
         {"annual_check": "合格", "registered": False, "records": (RecordFact("midterm", date(2025, 9, 1), None, {"grade": "合格"}),)},
         {"annual_check": "基本合格", "registered": False, "records": (RecordFact("midterm", date(2025, 9, 1), None, {"grade": "合格"}),)}),
    Case(FILE, 6, "3A", passes(ANY_OF),
         {"grade": "3A", "registered": False, "records": (RecordFact("grade", date(2025, 1, 1), None, {"grade": "合格"}),)},
         {"grade": "2A", "registered": False, "records": (RecordFact("grade", date(2025, 1, 1), None, {"grade": "合格"}),)}),
    Case(FILE, 6, "挂靠", passes(ANY_OF), {"registered": False, "hosted": True}, {"registered": False, "hosted": False}),
    Case(FILE, 7, "6个月", passes(rule_of("haishu", "min_months")), {"starts_on": date(2026, 4, 1), "ends_on": date(2026, 9, 30)},
         {"starts_on": date(2026, 4, 1), "ends_on": date(2026, 9, 29)}),
    Case(FILE, 8, "2年", passes(BEIJING, "records"), record("penalty", date(2024, 3, 1)), record("penalty", date(2024, 3, 2))),
    Case(FILE, 8, "2项", passes(rule_of("example", "most_applications"), "applications"), 2, 3),
    Case(FILE, 8, "年检合格", passes(rule_of("example", "annual_check"), "annual_check"), "合格", "基本合格"),
    Case(FILE, 9, "1年", passes(rule_of("example", "min_age_years"), "registered_on"), date(2025, 3, 2), date(2025, 3, 3)),
    Case(FILE, 9, "3年", passes(rule_of("example", "no_record", record="penalty"), "records"),
         record("penalty", date(2023, 3, 1)), record("penalty", date(2023, 3, 2))),
    Case(FILE, 10, "3人", declared(STAFF, "team.full_time"), 3, 2),
    Case(FILE, 10, "20㎡", declared(OFFICE, "team.office"), 20, 19),
    Case(FILE, 10, "1年", passes(rule_of("example", "min_age_years"), "registered_on"), date(2025, 3, 2), date(2025, 3, 3)),
    Case(FILE, 11, "严重违法失信名单", passes(rule_of("example", "no_record", record="dishonest_list"), "records"),
         (), (RecordFact("dishonest_list", date(2026, 1, 1), None),)),
    Case(FILE, 12, "基本合格", passes(Rule("annual_check", {"accepted": ["合格", "基本合格"], "years": 1}, "基本合格及以上"), "annual_check"),
         "基本合格", "不合格"),
    Case(FILE, 13, "上年入选", passes(Rule("not_last_winner", {"years": 1}, "上年入选的不重复支持"), "records"),
         awarded(date(2024, 12, 31)), awarded(date(2025, 1, 1))),
    Case(FILE, 13, "不重复", declared(TWICE, "funding.other_funding"), "否", "是"),
    Case(FILE, 14, "不重复", declared(TWICE, "funding.other_funding"), "否", "是"),
    Case(FILE, 14, "优先", lambda first: ranked(template("haishu"), [
        entry(1, panel=[8000], community=[8000], votes=8), entry(2, panel=[8000], community=[8000], votes=8, winner=True),
    ])["rows"][0]["id"] == first, 2, 1),
    Case(FILE, 16, "3家", enough, 3, 2),
    Case(FILE, 17, "长三角", passes(DELTA, "area_code"), "330203", "360102"),
    Case(FILE, 18, "1项", passes(Rule("most_applications", {"most": 1}, "每组织限报 1 项"), "applications"), 1, 2),
    Case(FILE, 18, "40", declared(AGE, "team.age"), 40, 41),
)  # fmt: skip
NO_RULES = (
    NoRule(FILE, 15, "报名两处、纸质一式三份由人核对：papers_handed_in 总是“人工核对”，另有用例"),
    NoRule(FILE, 19, "登记机关录入信用信息的时限，征集只读名录"),
)
assert TODAY.year == 2026
