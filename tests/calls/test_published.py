"""A table of cases: each published figure holds at the figure and fails beyond it; every row has a case, or a reason why it is no rule."""

import re

import pytest

from tests.calls.published import eligibility, money, rows, scoring, times
from webapp.calls.rules import CallRules, RulesError, template, templates
from webapp.calls.rules.steps import SOUND
from webapp.core.workflow import Refusal

ROOMS = (eligibility, money, scoring, times)
CASES = [case for room in ROOMS for case in room.CASES]
NO_RULES = [one for room in ROOMS for one in room.NO_RULES]
FILES = ("eligibility_rules", "funding_and_budget_rules", "disbursement_rules", "scoring_rules", "publicity_and_time_limits")


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.file}-{case.line}-{case.figure}")
def test_a_published_figure_holds_and_one_beyond_it_fails(case):
    found = rows(case.file)[case.line]
    assert case.figure in ";".join(found.values()), "the row does not have this figure"
    assert found["source"].strip(), "the row has no source"
    assert case.fine(case.at)
    assert not case.fine(case.beyond)


@pytest.mark.parametrize("file", FILES)
def test_every_row_has_a_case_or_a_reason_why_it_is_no_rule_of_a_call(file):
    judged = {case.line for case in CASES if case.file == file}
    excused = {one.line: one.why for one in NO_RULES if one.file == file}
    assert judged | set(excused) == set(rows(file))
    assert not judged & set(excused)
    assert all(len(why) > 10 for why in excused.values())


@pytest.mark.parametrize("key", [one.key for one in templates()])
def test_a_template_says_where_its_figures_come_from_and_what_is_filled_in(key):
    rules = template(key)
    assert CallRules.from_json(rules.to_json()) == rules
    assert "示例" in rules.note
    assert all(rule.source for rule in (*rules.eligibility, *rules.budget.rules))
    assert rules.sources


def test_templates_are_named_once_and_cover_six_places_and_every_kind():
    found = templates()
    assert len({one.key for one in found}) == len(found)
    assert {"广州", "东莞", "中山", "宁波海曙", "天津滨海", "上海"} <= {one.place for one in found}
    assert {one.kind for one in found} >= {"venture", "purchase", "micro", "package", "family"}
    with pytest.raises(KeyError):
        template("nowhere")


@pytest.mark.parametrize("one", templates(), ids=lambda one: one.key)
def test_a_call_from_a_template_can_be_published_as_it_is(one):
    from tests.calls.test_rules import facts

    rules = one.make()
    call = facts(rules=rules, legal_form=one.legal_form, kind=one.kind, free=rules.pool)
    answers = [rule(call) for rule in SOUND]
    assert [refusal.code for answer in answers for refusal in ([answer] if isinstance(answer, Refusal) else answer or ())] == []


def test_a_damaged_template_is_named_by_its_path():
    data = template("haishu").to_json()
    data["eligibility"][0]["params"]["groups"][0]["rules"][0]["params"] = {"day": "gestern"}
    with pytest.raises(RulesError, match=re.escape("规则.eligibility[1].params.groups[1].rules[1].params.day")):
        CallRules.from_json(data)
