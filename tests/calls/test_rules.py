"""The shape of a call's rules and their kinds, on figures that were really published (design/rules.md §4–§7)."""

import dataclasses
import json
from datetime import UTC, date, datetime

import pytest

from reports.money import Money
from webapp.calls.rules import (
    OUTSIDE,
    REQUIRED,
    Budget,
    BudgetRow,
    CallFacts,
    CallRules,
    NoticePlan,
    OrganisationFacts,
    RecordFact,
    Rule,
    RulesError,
    Span,
    Weights,
    check_budget,
    check_eligibility,
    legal_form_refusals,
    most_of,
    template,
    weights_refusal,
)
from webapp.core.workflow import Refusal

TODAY = date(2026, 3, 2)


def changed(path: str, value: object) -> dict:
    """The template's JSON with one value changed; the path's parts are keys or places."""
    data = json.loads(json.dumps(template().to_json()))
    *way, last = path.split(".")
    at = data
    for part in way:
        at = at[int(part)] if part.isdigit() else at[part]
    if value is None:
        del at[last]
    else:
        at[last] = value
    return data


def test_rules_survive_the_way_through_json():
    rules = template()
    assert CallRules.from_json(json.loads(json.dumps(rules.to_json()))) == rules
    assert rules.to_json()["schema"] == 2


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("schema", 3, "规则.schema"),
        ("surprise", 1, "不认识的项 surprise"),
        ("rubric", None, "缺少 rubric"),
        ("pool", -1, "规则.pool: 金额"),
        ("pool", 1.5, "规则.pool: 金额"),
        ("weights.panel", "60", "规则.weights.panel: 应为整数"),
        ("stages", ["panel", "lottery"], "规则.stages[2]"),
        ("silence", "maybe", "规则.silence"),
        ("form.0.questions.0.kind", "essay", "规则.form[1].questions[1].kind"),
        ("form.2.key", "summary", "重复的 key summary"),
        ("form.0.key", "budget", "重复的 key budget"),
        ("eligibility.0.kind", "likes", "规则.eligibility[1].kind: 不认识“likes”"),
        ("eligibility.0.params", {"record": "ban"}, "规则.eligibility[1].params"),
        ("eligibility.0.params.years", -1, "规则.eligibility[1].params.years"),
        ("budget.rules.0.params.lines", ["yacht"], "预算科目中没有 yacht"),
        ("budget.rules.0.params.of", "moon", "规则.budget.rules[1].params.of"),
        ("rubric.items", [], "规则.rubric.items"),
        ("rubric.items.0.most", 0, "规则.rubric.items[1].most"),
        ("evaluation.final_rubric.items.0.title", "", "规则.evaluation.final_rubric.items[1]"),
        ("panel.blind.scores", "maybe", "规则.panel.blind.scores: “maybe”不在可选范围"),
    ],
)
def test_a_wrong_shape_is_named_by_its_path(path, value, said):
    with pytest.raises(RulesError, match=__import__("re").escape(said)):
        CallRules.from_json(changed(path, value))


def test_the_template_says_that_it_is_an_example_and_adds_up():
    rules = template()
    assert "示例" in rules.note
    assert len(rules.sources) >= 8
    assert most_of(rules.rubric) == most_of(rules.community_rubric) == 10_000
    assert most_of(rules.evaluation.midterm_rubric) == most_of(rules.evaluation.final_rubric) == 10_000
    assert weights_refusal(rules) is None
    assert sum(one.percent for one in rules.tranches) == 100


def outcome(rule: Rule, **facts) -> str:
    rules = dataclasses.replace(template(), eligibility=(rule,))
    return check_eligibility(rules, OrganisationFacts(today=TODAY, lists=OUTSIDE, **facts))[0].outcome


def record(kind, start, end=None) -> dict:
    return {"records": (RecordFact(kind, start, end),)}


@pytest.mark.parametrize(
    ("kind", "params", "facts", "expected"),
    [
        # 广州2023: not on the list of abnormal activity within 1 year, of dishonesty within 2, no violation within 3
        ("no_record", {"record": "abnormal_list", "years": 1}, record("abnormal_list", date(2023, 1, 1), date(2025, 3, 1)), "pass"),
        ("no_record", {"record": "abnormal_list", "years": 1}, record("abnormal_list", date(2023, 1, 1), date(2025, 3, 2)), "fail"),
        ("no_record", {"record": "abnormal_list", "years": 1}, record("abnormal_list", date(2020, 1, 1)), "fail"),
        ("no_record", {"record": "dishonest_list", "years": 2}, record("dishonest_list", date(2022, 1, 1), date(2024, 3, 1)), "pass"),
        ("no_record", {"record": "penalty", "years": 3}, record("penalty", date(2023, 3, 1)), "pass"),
        ("no_record", {"record": "penalty", "years": 3}, record("penalty", date(2023, 3, 2)), "fail"),
        ("no_record", {"record": "penalty", "years": 3}, {}, "pass"),
        ("no_record", {"record": "ban", "years": 0}, record("ban", date(2025, 1, 1), date(2026, 3, 1)), "pass"),
        ("no_record", {"record": "ban", "years": 0}, record("ban", date(2025, 1, 1), date(2026, 3, 2)), "fail"),
        # 深圳2024: registered at least a year; 海曙2023 初创: registered lately
        ("min_age_years", {"years": 1}, {"registered_on": date(2025, 3, 2)}, "pass"),
        ("min_age_years", {"years": 1}, {"registered_on": date(2025, 3, 3)}, "fail"),
        ("min_age_years", {"years": 1}, {}, "manual"),
        ("max_age_years", {"years": 2}, {"registered_on": date(2024, 3, 2)}, "pass"),
        ("max_age_years", {"years": 2}, {"registered_on": date(2024, 3, 1)}, "fail"),
        # 北京: 年检合格; 锦江2018: 基本合格及以上
        ("annual_check", {"accepted": ["合格"], "years": 1}, {"annual_check": "基本合格"}, "fail"),
        ("annual_check", {"accepted": ["合格", "基本合格"], "years": 1}, {"annual_check": "基本合格"}, "pass"),
        ("annual_check", {"accepted": ["合格"], "years": 1}, {}, "manual"),
        # 海曙2023 track 3: 3A or better
        ("min_grade", {"grade": "3A"}, {"grade": "4A"}, "pass"),
        ("min_grade", {"grade": "3A"}, {"grade": "2A"}, "fail"),
        ("min_grade", {"grade": "3A"}, {}, "fail"),
        # 北京 ≤2, 常州青年 1
        ("most_applications", {"most": 2}, {"applications": 2}, "pass"),
        ("most_applications", {"most": 1}, {"applications": 2}, "fail"),
        ("no_running_award", {}, {"running": 1}, "fail"),
        ("no_running_award", {}, {}, "pass"),
        ("located_in", {"areas": ["3205"]}, {"area_code": "320508"}, "pass"),
        ("located_in", {"areas": ["3205"]}, {"area_code": "320303"}, "fail"),
    ],
)
def test_eligibility(kind, params, facts, expected):
    assert outcome(Rule(kind, params, "条件"), **facts) == expected


def row(line: str, grant: str, own: str = "0", unit: str | None = None, quantity: int = 1) -> BudgetRow:
    given, matched = Money.parse(grant), Money.parse(own)
    price = Money.parse(unit) if unit else given + matched
    return BudgetRow(line, line, price, quantity, given, matched)


def judged(rule: Rule | None, rows, *, requested=None, ceiling="60", floor="0") -> list[str]:
    base = template()
    budget = Budget(Money.parse(ceiling, "万元"), Money.parse(floor, "万元"), base.budget.lines, (rule,) if rule else ())
    rules = dataclasses.replace(base, budget=budget)
    asked = sum((one.grant for one in rows), Money(0)) if requested is None else Money.parse(requested)
    return [found.code for found in check_budget(rules, rows, asked)]


HALF = Rule("cap_share", {"lines": ["staff", "volunteer"], "percent": 50, "of": "total"}, "不超过 50%")
TENTH = Rule("cap_share", {"lines": ["manage"], "percent": 10, "of": "total"}, "不超过 10%")
OWN10 = Rule("own_share_min", {"percent": 10}, "自筹不少于 10%")
OWN40 = Rule("own_share_min", {"percent": 40}, "自筹不少于 40%")
EXPERT = Rule("unit_standard", {"line": "expert", "most_fen": 50_000}, "不超过 500 元")
NOT_BOTH = Rule("excludes", {"a": "volunteer", "b": "transport"}, "不重复")


@pytest.mark.parametrize(
    ("rule", "rows", "expected"),
    [
        # provincial form: 劳务 + 志愿者补贴 ≤ 50% of the whole; exactly half is allowed, one fen more is not
        (HALF, [row("staff", "300"), row("volunteer", "200"), row("activity", "500")], []),
        (HALF, [row("staff", "300.01"), row("volunteer", "200"), row("activity", "500")], ["cap_share"]),
        # the figures of the drawing: 32,000 + 8,000 of 47,200 granted is 84.7%
        (
            Rule("cap_share", {"lines": ["staff", "volunteer"], "percent": 50, "of": "grant"}, ""),
            [row("activity", "7200"), row("staff", "32000"), row("volunteer", "8000", "4000")],
            ["cap_share"],
        ),
        # 锦基金2023: 600 of 16,050 is 3.74%
        (TENTH, [row("manage", "600"), row("activity", "15450")], []),
        # 成都2025: a project of 6.6 万 needs 0.66 万 of its own, one of 4.9 万 needs 0.49 万
        (OWN10, [row("activity", "59400", "6600")], []),
        (OWN10, [row("activity", "59400.01", "6599.99")], ["own_share_min"]),
        (OWN10, [row("activity", "44100", "4900")], []),
        # 广州2019: at most 60% from the purse (6:4)
        (OWN40, [row("activity", "60", "40")], []),
        (OWN40, [row("activity", "61", "39")], ["own_share_min"]),
        # experts 500 a day
        (EXPERT, [row("expert", "1000", unit="500", quantity=2)], []),
        (EXPERT, [row("expert", "1000.02", unit="500.01", quantity=2)], ["unit_standard"]),
        (EXPERT, [row("training", "600")], []),
        # 中央财政2023: who draws 志愿者补贴 has no 市内交通 as well
        (NOT_BOTH, [row("volunteer", "100"), row("transport", "50")], ["excludes"]),
        (NOT_BOTH, [row("volunteer", "100"), row("transport", "0")], []),
        # 昆山 project 79, as published: five lines
        (
            None,
            [row("publicity", "9750"), row("activity", "32000"), row("transport", "10100"), row("meeting", "3900"), row("expert", "20200")],
            [],
        ),
    ],
)
def test_budget_rules(rule, rows, expected):
    assert judged(rule, rows) == expected


def test_a_budget_adds_up_row_by_row_and_to_what_is_asked():
    assert judged(None, [row("activity", "100")], requested="99.99") == ["requested"]
    assert judged(None, [row("activity", "100", unit="30", quantity=3)]) == ["row_sum"]
    assert judged(None, [row("yacht", "100")]) == ["line"]
    assert judged(None, [], requested="0") == ["no_rows"]
    # 芜湖 8 万, 镇江 6 万: one fen over the ceiling is over
    assert judged(None, [row("activity", "80000.01")], ceiling="8") == ["ceiling"]
    assert judged(None, [row("activity", "80000")], ceiling="8") == []
    assert judged(None, [row("activity", "9999.99")], floor="1") == ["floor"]


def test_the_sentence_of_a_budget_rule_has_its_figures():
    base = template()
    rules = dataclasses.replace(base, budget=dataclasses.replace(base.budget, rules=(HALF,)))
    rows = [row("staff", "32000"), row("volunteer", "8000"), row("activity", "7200")]
    found = next(one for one in check_budget(rules, rows, Money.parse("47200")) if one.code == "cap_share")
    assert found == Refusal("cap_share", "人员补贴、志愿者补贴合计 40,000.00 元，占项目总额 84.7%，上限 50%。", "budget")


def test_procurement_cannot_count_residents_votes():
    rules = template()
    assert ["实施条例第四十一条" in one.sentence for one in legal_form_refusals("procurement", rules)] == [True]
    assert legal_form_refusals("grant", rules) == []
    assert legal_form_refusals("procurement", dataclasses.replace(rules, weights=Weights(80, 20, 0))) == []


@pytest.mark.parametrize(
    ("weights", "stages", "fine"),
    [
        ((60, 20, 20), ("coreview", "street", "panel", "residents"), True),
        ((60, 20, 19), ("coreview", "street", "panel", "residents"), False),
        ((60, 20, 20), ("coreview", "panel"), False),
        ((80, 20, 0), ("coreview", "panel"), True),
        ((100, 0, 0), ("panel",), True),
        ((0, 0, 0), (), False),
    ],
)
def test_weights_add_up_over_the_stages_that_are_on(weights, stages, fine):
    rules = dataclasses.replace(template(), weights=Weights(*weights), stages=stages)
    assert (weights_refusal(rules) is None) is fine


AT = datetime(2026, 3, 2, 1, tzinfo=UTC)


def facts(**more) -> CallFacts:
    base = {
        "legal_form": "grant", "rules": template(), "trouble": "", "needs": 1, "taken": (), "without_needs": "",
        "opens_at": datetime(2026, 3, 3, tzinfo=UTC), "closes_at": datetime(2026, 3, 23, tzinfo=UTC),
        "free": Money.parse("100", "万元"), "prepared_by_id": 1, "by_id": 2, "mine": True, "at": AT,
    }  # fmt: skip
    return CallFacts(**(base | more))


def refused(step: str, one: CallFacts) -> list[str]:
    found = [rule(one) for rule in REQUIRED[f"call.{step}"]]
    return [refusal.code for answer in found for refusal in ([answer] if isinstance(answer, Refusal) else answer or ())]


@pytest.mark.parametrize(
    ("more", "codes"),
    [
        ({}, []),
        ({"by_id": 1}, ["two_people"]),
        ({"free": Money.parse("99.99", "万元")}, ["money"]),
        ({"needs": 0}, ["needs"]),
        ({"needs": 0, "without_needs": "首次试点"}, []),
        ({"closes_at": datetime(2026, 3, 3, tzinfo=UTC)}, ["dates"]),
        ({"opens_at": datetime(2026, 2, 1, tzinfo=UTC), "closes_at": datetime(2026, 3, 1, tzinfo=UTC)}, ["past"]),
        ({"legal_form": "procurement"}, ["legal_form"]),
        ({"rules": None, "trouble": "规则.pool: 缺少"}, ["rules"]),
        ({"mine": False}, ["not_yours"]),
        ({"rules": dataclasses.replace(template(), tranches=template().tranches[:2])}, ["tranches"]),
        ({"rules": dataclasses.replace(template(), notice=NoticePlan(Span(4)))}, ["notice"]),
        ({"rules": dataclasses.replace(template(), categories=())}, ["categories"]),
        ({"rules": dataclasses.replace(template(), rubric={"items": [{"key": "a", "title": "甲", "most": 9900}]})}, ["rubric"]),
        ({"rules": dataclasses.replace(template(), pool=Money.parse("7", "万元"))}, ["pool"]),
    ],
)
def test_what_publishing_requires(more, codes):
    assert refused("publish", facts(**more)) == codes


def test_opening_and_closing_wait_for_their_time():
    assert refused("open", facts()) == ["early"]
    assert refused("open", facts(at=datetime(2026, 3, 3, tzinfo=UTC))) == []
    assert refused("close", facts(at=datetime(2026, 3, 22, tzinfo=UTC))) == ["early"]
    assert refused("close", facts(at=datetime(2026, 3, 23, tzinfo=UTC))) == []
