"""Reading what was typed, and what submitting requires."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.applications import forms
from webapp.applications.rules import (
    REQUIRED,
    Asked,
    CheckFacts,
    Editing,
    LandingState,
    Sheet,
    SubmitFacts,
    editable,
    landing_area,
    read,
    read_files,
    unsaved,
)
from webapp.calls.rules import Outcome, Question, Rule, answer, template
from webapp.core.workflow import Refusal

RULES = template()
ASKED = Asked("320508", {1, 2})
AT = datetime(2026, 3, 2, 1, tzinfo=UTC)


def question(kind: str, **more) -> Question:
    return Question("q", "问题", kind, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("asked", "typed", "value", "said"),
    [
        (question("text", longest=4), "四个汉字", "四个汉字", ""),
        (question("text", longest=4), "五个汉字了", "五个汉字了", "有 5 字，最多 4 字"),
        (question("text"), "  ", None, "请填写“问题”"),
        (question("text", required=False), "", None, ""),
        (question("number"), "1,200", 1200, ""),
        (question("number"), "１２０", 120, ""),
        (question("number"), "一百", None, "请填写整数"),
        (question("number"), "-3", None, "请填写整数"),
        (question("number"), "3.5", None, "请填写整数"),
        (question("number"), "9" * 400, None, "请填写整数"),
        (question("money"), "１，２３４.５", 123_450, ""),
        (question("money"), "12.345", None, "最小到分"),
        (question("money"), "-1", None, "不能是负数"),
        (question("money"), "=1+1", None, "不是金额"),
        (question("date"), "2026-02-28", "2026-02-28", ""),
        (question("date"), "2026-02-30", None, "请填写日期"),
        (question("date"), "下周", None, "请填写日期"),
        (question("choice", options=("甲", "乙")), "甲", "甲", ""),
        (question("choice", options=("甲", "乙")), "丙", None, "从所列选项中选择"),
    ],
)
def test_one_answer(asked, typed, value, said):
    found, wrong = answer(asked, typed)
    assert found == value
    assert (said in wrong) if said else wrong == ""


def codes(key: str, raw: dict, **more) -> list[str]:
    return [one.code for one in read(RULES, key, raw, ASKED, **more).remarks]


def test_basics_hold_only_what_the_call_offers():
    raw = forms.basics(None, [1, 9], ("320508019036", "320303001001", "320508019"))  # type: ignore[arg-type]
    sheet = read(RULES, "basics", raw, ASKED)
    assert sheet.remarks == ()
    assert sheet.values["communities"] == ["320508019036"]
    assert sheet.values["needs"] == [1]
    assert codes("basics", {}) == ["basics.title", "basics.category", "basics.starts_on", "basics.ends_on", "communities", "needs"]
    assert codes("basics", {**raw, "category": "yachts"}) == ["category"]
    assert codes("basics", {**raw, "ends_on": "2026-05-01"}) == ["period"]


def test_a_call_without_needs_asks_for_none():
    raw = forms.basics(None, [])  # type: ignore[arg-type]
    assert read(RULES, "basics", raw, Asked("320508", ())).remarks == ()


def test_a_budget_is_read_to_the_fen_and_judged_by_the_calls_rules():
    sheet = read(RULES, "budget", forms.BUDGET, ASKED)
    assert sheet.remarks == ()
    assert sheet.values["requested_fen"] == 5_000_000
    assert [line["grant_fen"] for line in sheet.values["rows"]] == [2_500_000, 2_500_000]
    more = {**forms.BUDGET, "requested": "90000"}
    assert codes("budget", more) == ["requested", "ceiling"]
    wrong = {
        "requested": "",
        "rows": [{"line": "activity", "item": "", "unit": "abc", "quantity": "二", "grant": "-5", "own": ""}, {"line": ""}],
    }
    places = [one.place for one in read(RULES, "budget", wrong, ASKED).remarks]
    assert places == ["requested", "rows-0-quantity", "rows-0-unit", "rows-0-grant", "rows-0-item"]


def test_indicators_need_one_complete_row():
    assert codes("indicators", {"rows": []}) == ["indicators"]
    assert codes("indicators", forms.INDICATORS) == []
    assert [one.place for one in read(RULES, "indicators", {"rows": [{"title": "陪诊", "target": "很多"}]}, ASKED).remarks] == [
        "rows-0-unit", "rows-0-target", "rows-0-due_on",
    ]  # fmt: skip


def test_attachments_that_are_missing_are_named():
    assert [one.place for one in read_files(RULES, ()).remarks] == ["paper_certificate", "paper_accounts"]
    assert read_files(RULES, {"certificate", "accounts"}).remarks == ()


@pytest.mark.parametrize(
    ("codes", "area"),
    [
        (["320508019036"], "320508019036"), (["320508019036", "320508019037"], "320508019"),
        (["320508019036", "320508018001"], "320508"), ([], "320508"),
    ],
)  # fmt: skip
def test_where_an_application_lands(codes, area):
    assert landing_area(codes, "320508") == area


def editing(**more) -> Editing:
    return Editing(**({"state": "draft", "call_state": "open", "closes_at": AT + timedelta(days=1), "due_at": None, "at": AT} | more))


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({}, None),
        ({"at": AT + timedelta(days=1)}, "closed"),
        ({"at": AT + timedelta(hours=23, minutes=59, seconds=59)}, None),
        ({"call_state": "closed"}, "closed"),
        ({"call_state": "cancelled"}, "closed"),
        ({"state": "returned", "call_state": "closed", "due_at": AT + timedelta(hours=1)}, None),
        ({"state": "returned", "call_state": "closed", "due_at": AT}, "correction_over"),
        ({"state": "submitted"}, "submitted"),
        ({"state": "withdrawn"}, "submitted"),
    ],
)
def test_when_an_application_may_be_changed(more, code):
    found = editable(editing(**more))
    assert (found.code if found else None) == code


def test_the_deadline_sentence_says_what_was_kept_and_by_which_clock():
    found = editable(editing(at=AT + timedelta(days=2)))
    assert found is not None
    assert "截止前保存的内容都在" in found.sentence
    assert "以服务器时间为准" in found.sentence
    assert "没有保存" not in found.sentence, "who only looks has written nothing"
    assert unsaved(found).sentence == f"{found.sentence}这一次填写的没有保存。"


def refused(step: str, facts) -> list[tuple[str, str]]:
    found: list[Refusal] = []
    for rule in REQUIRED[f"application.{step}"]:
        one = rule(facts)
        found += [one] if isinstance(one, Refusal) else one or ()
    return [(one.code, one.place) for one in found]


def submitting(**more) -> SubmitFacts:
    landed = (LandingState(1, forms.TAO, "桃花坞社区", "agreed"),)
    base = {
        "application_id": 7, "editing": editing(), "sheets": (), "title_taken": False, "landings": landed, "silence": "refuse", "outcomes": (),
    }  # fmt: skip
    return SubmitFacts(**(base | more))


LAPSED = (LandingState(1, forms.TAO, "桃花坞社区", "lapsed"),)
RULE = Rule("min_age_years", {"years": 1}, "登记满 1 年")


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, []),
        (
            {"sheets": (Sheet("plan", "实施方案", {}, (Refusal("plan.plan", "请填写。", "q_plan"),), 1),)},
            [("plan.plan", "/applications/7/sections/plan#q_plan")],
        ),
        (
            {"sheets": (Sheet("plan", "实施方案", {}, (Refusal("plan.plan", "请填写。", "q_plan"),)),)},
            [("empty", "/applications/7/sections/plan")],
        ),
        ({"landings": (LandingState(None, forms.TAO, "桃花坞社区", ""),)}, [("landing", "landing")]),
        ({"landings": (LandingState(1, forms.TAO, "桃花坞社区", "changes"),)}, [("landing", "landing")]),
        ({"landings": LAPSED}, [("landing", "landing")]),
        ({"landings": LAPSED, "silence": "agree"}, []),
        ({"title_taken": True}, [("title_taken", "/applications/7/sections/basics#title")]),
        ({"outcomes": (Outcome(RULE, "fail", "去年登记。"),)}, [("eligibility", "")]),
        ({"outcomes": (Outcome(RULE, "manual", "没有日期。"),)}, []),
        ({"editing": editing(at=AT + timedelta(days=9))}, [("closed", "")]),
    ],
)
def test_what_submitting_requires(more, expected):
    assert refused("submit", submitting(**more)) == expected


@pytest.mark.parametrize(
    ("step", "facts", "expected"),
    [
        ("pass", CheckFacts(7, True, 0, 2, ("pass", "pass")), []),
        ("pass", CheckFacts(7, True, 0, 2, ("pass",)), ["unchecked"]),
        ("pass", CheckFacts(7, True, 0, 2, ("pass", "manual")), ["manual"]),
        ("pass", CheckFacts(7, True, 0, 2, ("pass", "fail")), ["fails"]),
        ("pass", CheckFacts(7, False, 0, 2, ("pass", "pass")), ["not_yours"]),
        ("fail", CheckFacts(7, True, 0, 2, ("pass", "fail")), []),
        ("fail", CheckFacts(7, True, 0, 2, ("pass", "pass")), ["no_fail"]),
        ("fail", CheckFacts(7, True, 0, 2, ()), ["unchecked"]),
        ("return", CheckFacts(7, True, 0, 2, ()), []),
        ("return", CheckFacts(7, True, 1, 2, ()), ["returned"]),
        ("return", CheckFacts(7, False, 0, 2, ()), ["not_yours"]),
    ],
)
def test_what_the_formal_check_requires(step, facts, expected):
    assert [code for code, _ in refused(step, facts)] == expected
