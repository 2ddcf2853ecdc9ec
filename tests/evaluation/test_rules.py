"""Totals, grades and requirements of evaluation, without a database."""

from dataclasses import replace

import pytest

from webapp.evaluation import rules
from webapp.evaluation.rules import EvaluationFacts, Part, ProjectFacts

EVALUATION = EvaluationFacts("final", "closing", True, "自评", 9000, (), 8800, "好", 8000, 20, "counted", 30, 7, 8, None)
PROJECT = ProjectFacts(True, 6000, "confirmed", 7000, "confirmed", 9100, "优", 8800, 0, 0, 0, "同意验收", ("甲", "乙"))


def codes(step, facts):
    return [refusal.code for rule in rules.REQUIRED[step] if (refusal := rule(facts))]


@pytest.mark.parametrize(
    ("scores", "total"),
    [
        ((9000, 8000, 7000, 6000), 6900),  # 10·90 + 20·80 + 20·70 + 50·60
        ((None, 8000, 7000, 6000), 6667),  # the others share the missing weight
        ((None, None, None, 8333), 8333),
        ((None, None, None, None), None),
        ((0, 0, 0, 0), 0),
    ],
)
def test_the_total_is_weighted_over_the_parties_that_scored(scores, total):
    weights = (10, 20, 20, 50)
    assert rules.combine(tuple(Part(p, s, w) for p, s, w in zip(rules.PARTIES, scores, weights, strict=True))) == total


def test_half_a_hundredth_is_rounded_up():
    assert rules.combine((Part("community", 8001, 50), Part("evaluator", 8000, 50))) == 8001
    assert rules.to_hundred(1, 3) == 3333
    assert rules.to_hundred(2, 3) == 6667


@pytest.mark.parametrize(
    ("total", "grade"), [(10000, "优"), (9000, "优"), (8999, "良"), (8000, "良"), (7999, "中"), (6000, "中"), (5999, "差"), (0, "差")]
)
def test_grades_by_the_bands_of_the_ministry(total, grade):
    assert rules.grade_of(total) == grade


def test_stars_become_points():
    assert [rules.of_stars(stars) for stars in (500, 450, 333, 100)] == [10000, 9000, 6660, 2000]


@pytest.mark.parametrize(
    ("codes_", "area"),
    [
        (["320508019036"], "320508019036"), (["320508019036", "320508019037"], "320508019"), (["320508019036", "320508018001"], "320508"),
        (["320508019036", "320303001001"], "32"),
    ],
)  # fmt: skip
def test_the_smallest_area_that_holds_all(codes_, area):
    assert rules.common_area(codes_) == area


@pytest.mark.parametrize(
    ("step", "change", "code"),
    [
        ("self_assess", {}, None), ("self_assess", {"self_text": " "}, "self_text"), ("self_assess", {"self_score": None}, "self_score"),
        ("self_assess", {"self_score": 10001}, "self_score"), ("self_assess", {"missing_actuals": ("场次",)}, "actuals"),
        ("self_assess", {"project": "delivering"}, "project"), ("judge", {}, None), ("judge", {"evaluator_score": None}, "points"),
        ("judge", {"opinion": ""}, "opinion"), ("judge", {"acts_for": False}, "organiser"), ("confirm", {}, None),
        ("confirm", {"actor_id": 7}, "two_people"), ("confirm", {"ballot": "open"}, "residents"), ("confirm", {"ballot": "closed"}, "residents"),
        ("confirm", {"ballot": "open", "residents_weight": 0}, None), ("confirm", {"ballot": None}, None),
        ("confirm", {"missing": ("社区协同评估（桃花坞社区居委会）",)}, "parties"),
    ],
)  # fmt: skip
def test_what_an_evaluation_needs(step, change, code):
    assert codes(f"evaluation.{step}", replace(EVALUATION, **change)) == ([code] if code else [])


@pytest.mark.parametrize(
    ("step", "change", "code"),
    [
        ("pass", {}, None), ("pass", {"midterm": "judged"}, "midterm"), ("pass", {"midterm_total": 5999}, None),
        ("pass", {"midterm_total": 5999, "open_rectifications": 1}, "rectification"), ("rectify", {"midterm_total": 5999}, None),
        ("rectify", {}, "passed"), ("close", {}, None), ("close", {"planned_activities": 1}, "activities"),
        ("close", {"open_rectifications": 1}, "rectification"), ("close", {"open_changes": 1}, "changes"), ("accept", {}, None),
        ("accept", {"final": "self_assessed"}, "final"), ("accept", {"final": "judged"}, None), ("accept", {"community_score": None}, "community"),
        ("accept", {"opinion": ""}, "opinion"), ("accept", {"members": ("甲",)}, "members"), ("evaluate", {}, None),
        ("evaluate", {"final": "judged"}, "final"), ("evaluate", {"acts_for": False}, "organiser"),
    ],
)  # fmt: skip
def test_what_the_project_needs(step, change, code):
    assert codes(f"project.{step}", replace(PROJECT, **change)) == ([code] if code else [])
