"""Rules of the second schema: old JSON, legal forms, answers to every kind of question, packages and children, and what asks a person."""

import dataclasses
import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from reports.money import Money
from tests.reviews.rankings import entry, ranked
from webapp.calls.rules import (
    LEGAL,
    Bonus,
    CallRules,
    Category,
    Column,
    OrganisationFacts,
    Question,
    Rule,
    RulesError,
    Section,
    Shown,
    Span,
    TranchePlan,
    Weights,
    answer,
    check_sections,
    judge,
    kind_refusal,
    legal_form_refusals,
    read_section,
    shown,
    template,
    terms,
    told,
    tranche,
    until,
    upgrade,
)

OLD = json.loads((Path(__file__).parents[1] / "data" / "rules_schema_1.json").read_text(encoding="utf-8"))
TODAY = date(2026, 3, 2)


def test_rules_frozen_under_the_first_schema_still_read():
    before = json.dumps(OLD)
    rules = CallRules.from_json(OLD)
    assert json.dumps(OLD) == before, "what was frozen is not rewritten"
    assert rules.notice.span == Span(5, "workday")
    assert (rules.panel.blind.applicant, rules.panel.size) == ("scored", 5)
    assert [one.kind for one in rules.eligibility] == [one["kind"] for one in OLD["eligibility"]]
    assert next(one for one in rules.eligibility if one.kind == "located_in").params == {"areas": ["3205"]}
    assert next(one for one in rules.eligibility if one.kind == "annual_check").params == {"accepted": ["合格"], "years": 1}
    assert rules.weights == Weights(60, 20, 20)
    assert CallRules.from_json(rules.to_json()) == rules


def test_an_open_review_of_the_first_schema_stays_open():
    assert CallRules.from_json({**OLD, "panel": {**OLD["panel"], "blind": False}}).panel.blind.applicant == "open"


@pytest.mark.parametrize("schema", [None, 0, 3, "2"])
def test_a_schema_nobody_knows_is_refused(schema):
    with pytest.raises(RulesError, match=r"规则\.schema"):
        upgrade({**OLD, "schema": schema})


BASE = template()


@pytest.mark.parametrize(
    ("legal_form", "more", "places"),
    [
        ("procurement", {"weights": Weights(80, 20, 0)}, []),
        ("procurement", {"weights": Weights(60, 20, 20)}, ["weight_residents"]),
        ("procurement", {"weights": Weights(70, 10, 0, donation=20)}, ["weight_donation"]),
        ("procurement", {"weights": Weights(70, 10, 0, jury=20)}, ["weight_jury"]),
        ("procurement", {"weights": Weights(80, 20, 0), "donation": dataclasses.replace(BASE.donation, bonus=5000)}, ["weight_donation"]),
        ("procurement", {"weights": Weights(80, 20, 0), "bonuses": (Bonus("b", "特别观察加分", 2000),)}, ["bonuses"]),
        ("procurement", {"weights": Weights(0, 100, 0), "stages": ("coreview",)}, ["stages"]),
        ("grant", {"weights": Weights(40, 20, 20, donation=20)}, []),
        ("reward", {}, ["tranche_signed"]),
        ("reward", {"tranches": (TranchePlan(80, "accepted"), TranchePlan(20, "audit"))}, []),
        ("donation", {}, []),
    ],
)
def test_a_legal_form_fixes_channels_stages_and_tranches(legal_form, more, places):
    found = legal_form_refusals(legal_form, dataclasses.replace(BASE, **more))
    assert [one.place for one in found] == places
    assert all("政府采购法实施条例第四十一条" in one.sentence for one in found if legal_form == "procurement")


def test_papers_and_receipts_are_named_by_legal_form():
    assert [LEGAL[one].agreement for one in ("procurement", "grant", "reward", "donation")] == [
        "政府采购合同", "项目资助协议书", "以奖代补项目协议书", "捐赠协议书",
    ]  # fmt: skip
    assert [LEGAL[one].receipts[0] for one in ("procurement", "donation")] == ["invoice", "donation"]


def test_a_package_needs_parts_and_a_mother_needs_children():
    assert kind_refusal("venture", BASE) is None
    assert kind_refusal("package", BASE).place == "kind"
    assert kind_refusal("family", BASE).place == "kind"
    assert kind_refusal("package", template("package")) is None
    assert kind_refusal("family", template("family")) is None


TICKS = Question("q", "方式", "choices", options=("上门", "小组", "热线"), least=1, most=2)


@pytest.mark.parametrize(
    ("question", "typed", "value", "said"),
    [
        (TICKS, ["小组", "上门"], ["上门", "小组"], ""),
        (TICKS, [], None, "请填写"),
        (TICKS, ["上门", "小组", "热线"], ["上门", "小组", "热线"], "最多选 2 项"),
        (TICKS, ["飞行"], None, "没有“飞行”这一项"),
        (Question("q", "合作", "yesno"), "是", "是", ""),
        (Question("q", "合作", "yesno"), "也许", None, "从所列选项中选择"),
        (Question("q", "人数", "number", least=3), "2", 2, "不能少于 3"),
        (Question("q", "人数", "number", most=3), "4", 4, "不能超过 3"),
        (Question("q", "说明", "long", shortest=5), "四个字呀", "四个字呀", "至少 5 字"),
        (Question("q", "说明", "long", longest=3), "四个字呀", "四个字呀", "最多 3 字"),
        (Question("q", "金额", "money"), "1,234.5", 123_450, ""),
    ],
)
def test_each_kind_of_question_reads_its_answer(question, typed, value, said):
    found, wrong = answer(question, typed)
    assert found == value
    assert said in wrong
    assert bool(said) == bool(wrong)


TABLE = Question(
    "past", "做过的项目", "table", least=1, most=2,
    columns=(Column("title", "名称", longest=5), Column("amount", "金额", "money"), Column("own", "独立承办", "yesno", required=False)),
)  # fmt: skip


def test_a_table_says_each_error_at_its_cell():
    raw = {
        "past": [
            {"title": "老人探访", "amount": "100"},
            {"title": "", "amount": "", "own": ""},
            {"title": "太长太长太长", "amount": "x", "own": "否"},
        ]
    }
    values, remarks = read_section(Section("s", "栏目", (TABLE,)), raw)
    assert values["past"] == [
        {"title": "老人探访", "amount": 10_000, "own": None}, {"title": "太长太长太长", "amount": None, "own": "否"},
    ]  # fmt: skip
    assert [(one.code, one.place) for one in remarks] == [("s.past", "q_past-1-title"), ("s.past", "q_past-1-amount")]
    assert told(TABLE, values["past"]).splitlines()[0] == "名称：老人探访；金额：100.00 元"
    assert [one.place for one in read_section(Section("s", "", (TABLE,)), {})[1]] == ["q_past"]
    many = {"past": [{"title": "甲", "amount": "1"}] * 3}
    assert "最多填 2 行" in read_section(Section("s", "", (TABLE,)), many)[1][0].sentence


def test_a_question_under_a_condition_is_neither_asked_nor_kept_when_it_does_not_apply():
    partner = Question("who", "合作单位", "text", shown_if=Shown("with", ("是",)))
    section = Section("s", "", (Question("with", "是否合作", "yesno"), partner))
    assert read_section(section, {"with": "否", "who": "旧的"}) == ({"with": "否"}, [])
    assert [one.place for one in read_section(section, {"with": "是", "who": ""})[1]] == ["q_who"]
    assert not shown(partner, {})
    assert shown(dataclasses.replace(partner, shown_if=Shown("with", ("上门",))), {"with": ["上门", "热线"]})


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ({"shown_if": {"question": "later", "answers": ["是"]}}, "没有“later”"),
        ({"shown_if": {"question": "first", "answers": ["也许"]}}, "没有选项 也许"),
        ({"kind": "table"}, "表格要有 columns"),
        ({"kind": "choices"}, "多选题要有 options"),
        ({"kind": "number", "least": 3, "most": 2}, "least 不能大于 most"),
    ],
)
def test_a_question_that_cannot_work_is_named(question, said):
    data = BASE.to_json()
    first = {"key": "first", "title": "一", "kind": "yesno"}
    data["form"] = [{"key": "s", "title": "栏目", "questions": [first, {"key": "q", "title": "二", "kind": "text", **question}]}]
    with pytest.raises(RulesError, match=said):
        CallRules.from_json(data)


def parts(*quantities: int) -> list[dict]:
    return [{"quantity": quantity, "amount": 100_00, "how": "做"} for quantity in quantities]


WORKER = {"name": "甲", "community": "杨枝", "certificate": "是", "days": 5}


def test_a_package_asks_for_its_parts_and_its_workers():
    rules = template("package")
    section = next(one for one in rules.sections if one.key == "package")
    assert [one.key for one in section.questions] == ["parts", "workers"]
    assert section.questions[1].names, "the workers tell who applies"
    fine = {"parts": parts(1200, 48, 24, 6, 0), "workers": [WORKER, WORKER, {**WORKER, "certificate": "否"}]}
    assert check_sections(rules, "package", fine) == []
    few = check_sections(rules, "package", {**fine, "parts": parts(1199, 48, 24, 6, 0)})
    assert [one.place for one in few] == ["q_parts-0-quantity"]
    dear = [*parts(1200, 48, 24, 6), {"quantity": 1, "amount": 3_000_001, "how": "做"}]
    assert [one.code for one in check_sections(rules, "package", {**fine, "parts": dear})] == ["part_most"]
    idle = check_sections(
        rules, "package", {**fine, "workers": [WORKER, {**WORKER, "certificate": "否"}, {**WORKER, "certificate": "否", "days": 4}]}
    )
    assert [one.place for one in idle] == ["q_workers", "q_workers-2-days"]


def test_children_share_the_grant_and_keep_their_ceiling():
    rules = template("family")
    child = {"title": "楼道花园", "group": "花友会", "amount": 1_000_000, "people": 30}
    asked = Money.parse("50000")
    assert check_sections(rules, "children", {"children": [child] * 3}, asked) == []
    assert [one.code for one in check_sections(rules, "children", {"children": [child] * 2}, asked)] == ["children_share"]
    dear = {**child, "amount": 1_000_001}
    assert [one.place for one in check_sections(rules, "children", {"children": [dear, child, child]}, asked)] == ["q_children-0-amount"]
    assert [one.code for one in check_sections(rules, "children", {"children": [child] * 6}, asked)] == ["children_total"]
    section = next(one for one in rules.sections if one.key == "children")
    assert "至少填 3 行" in read_section(section, {"children": [{"title": "甲"}]})[1][0].sentence


@pytest.mark.parametrize(
    ("kind", "params"),
    [
        ("no_record", {"record": "abnormal_list", "years": 1}), ("no_record", {"record": "penalty", "years": 3}), ("chartered_scope", {}), ("beneficiaries_in", {"areas": ["4401"]}), ("confirm", {}), ("papers_handed_in", {"copies": 3}),
        ("min_age_years", {"years": 1}), ("registered_since", {"day": "2021-01-01"}), ("annual_check", {"accepted": ["合格"], "years": 2}),
        ("past_grade", {"stage": "final", "years": 2, "accepted": ["优"]}), ("full_time_staff", {"least": 3, "question": ""}),
        ("hosted", {"allowed": True}), ("double_funding", {"question": ""}), ("answered", {"question": "a.b", "accepted": ["是"]}),
        ("min_months", {"months": 6}), ("lands_in", {"areas": ["4401"]}), ("located_in", {"areas": ["4401"]}),
    ],
)  # fmt: skip
def test_where_the_record_cannot_tell_a_person_looks(kind, params):
    found = judge(Rule(kind, params, "条件"), OrganisationFacts(today=TODAY))
    assert found.outcome == "manual"
    assert found.reason.endswith("。")


def test_a_call_where_nobody_stands_beside_one_says_so():
    rules = template("shanghai")
    alone = ranked(
        rules,
        [entry(1, panel=[7000], groups=["need:1"]), entry(2, panel=[8000], groups=["need:2"]), entry(3, panel=[9000], groups=["need:2"])],
    )
    found = {one["id"]: (one["outcome"], one["reason"]) for one in alone["rows"]}
    assert found[1][0] == "propose"
    assert "必要性和可行性" in found[1][1]
    assert found[2] == ("reserve", "同组已有得分更高的项目。")
    assert found[3] == ("propose", "")


def test_caps_by_category_pool_organisation_and_panel_score():
    tracks = (Category("elderly", "为老", most=2, pool=Money(1_500_000)), Category("other", "其他"))
    rules = dataclasses.replace(BASE, categories=tracks, most_per_organisation=1, panel_line=7000)
    out = ranked(rules, [
        entry(1, panel=[9900], organisation=1), entry(2, panel=[9800], organisation=1), entry(3, panel=[9700]),
        entry(4, panel=[9600]), entry(5, panel=[6999], community=[10_000], votes=10, category="other"),
    ])["rows"]  # fmt: skip
    found = {one["id"]: (one["outcome"], one["reason"]) for one in out}
    assert found == {
        1: ("propose", ""), 2: ("reserve", "本单位立项名额已满。"), 3: ("reserve", "本类别资金已安排完。"), 4: ("decline", "本类别资金已安排完。"),
        5: ("decline", "专家评审得分低于最低分。"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("start", "span", "last"),
    [
        (datetime(2026, 1, 31, 1, tzinfo=UTC), Span(1, "month"), date(2026, 2, 28)),
        (datetime(2026, 12, 31, 1, tzinfo=UTC), Span(2, "month"), date(2027, 2, 28)),
        (datetime(2026, 3, 2, 1, tzinfo=UTC), Span(15, "day"), date(2026, 3, 17)),
        (datetime(2026, 2, 12, 1, tzinfo=UTC), Span(5), date(2026, 2, 26)),
    ],
)
def test_a_span_ends_with_its_last_day(start, span, last):
    assert until(start, span).astimezone(UTC).date() == last


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("shanghai", ("申报家数", "每件需求的申报主体不少于 2 家；只评必要性和可行性，须达到及格线。每组只取得分最高的一项。")),
        ("shanghai", ("完成评审", "申报截止后 60 日内。")),
        ("shanghai", ("批复", "20 日内。")),
        ("zhongshan", ("特别观察加分", "5 到 20 分，加在综合得分上。")),
        ("zhongshan", ("总分", "可以超过 100 分。")),
        ("zhongshan", ("违约和不合格", "违约、不合格的，责令改正、停止拨付，并可要求返还已拨资金。违约的，3 年内不得申报。")),
        ("guangzhou", ("违约和不合格", "资金 24 个月内没有用完的，收回。执行期结束后 1 个月内提交总结报告。")),
        ("dongguan", ("算作配套的", "自有资金、已接受的社会捐赠（附证明）、预期能接受的社会捐赠（附证明）。")),
        ("dongguan", ("定向捐助", "与本次最高捐助额相比，按比例计分。")),
        ("package", ("驻点社工", "全职不少于 3 人，其中持证不少于 2 人，每周在岗不少于 5 天。")),
        ("family", ("子项目", "3 到 10 个，每个不超过 10,000.00 元，合计不少于资助的 60%。")),
    ],
)
def test_what_a_call_says_beyond_its_figures_is_told_in_sentences(key, said):
    assert said in terms(template(key))


def test_a_tranche_is_told_with_its_time_and_its_part():
    assert [tranche(one) for one in template("binhai").tranches] == [
        "协议签署后 1 个月内拨付 50%", "中期评估合格后拨付 40%", "验收合格后拨付 10%",
    ]  # fmt: skip
    assert tranche(TranchePlan(0, "signed", "fixed", Money.parse("20000"))) == "协议签署后拨付 20,000.00 元"
    assert tranche(TranchePlan(0, "audit", "rest")) == "财务审计通过后拨付余额"
