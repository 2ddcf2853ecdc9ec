"""The rules of delivery, without a database."""

from dataclasses import replace
from datetime import date

import pytest

from reports.money import Money
from webapp.core.workflow import Refusal
from webapp.projects import rules
from webapp.projects.rules.agreements import AgreementFacts
from webapp.projects.rules.award import AwardFacts
from webapp.projects.rules.delivery import ActivityFacts
from webapp.projects.rules.project import NeedFacts, ProjectFacts

AWARD = AwardFacts(True, "ended", 0, 2, (), Money(500), Money(500))
ACTIVITY = ActivityFacts("delivering", date(2026, 3, 1), date(2026, 5, 1), date(2026, 4, 30), 20, 30, 5, 1, 1)


def codes(step, facts):
    told = (rule(facts) for rule in rules.REQUIRED[step])
    return [one.code for found in told for one in ([found] if isinstance(found, Refusal) else found or ())]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({}, None), ({"acts_for": False}, "organiser"), ({"notice": None}, "notice"), ({"notice": "running"}, "notice"), ({"notice": "extended"}, "notice"),
        ({"objections": 1}, "objections"), ({"proposed": 0}, "proposed"), ({"without_amount": ("甲",)}, "amount"), ({"free": Money(499)}, "money"),
    ],
)  # fmt: skip
def test_what_an_award_needs(change, code):
    assert codes("call.award", replace(AWARD, **change)) == ([code] if code else [])


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({}, None), ({"project": "suspended"}, "project"), ({"held_on": None}, "held_on"), ({"held_on": date(2026, 5, 2)}, "held_on"),
        ({"held_on": date(2026, 2, 28)}, "held_on"), ({"persons": 0}, "persons"), ({"visits": 19}, "visits"), ({"named": 21}, "named"), ({"sign_in": 0}, "sign_in"),
        ({"photos": 0}, "photos"), ({"held_on": date(2026, 5, 1)}, None),
        ({"worker_minutes": 60}, "workers"), ({"worker_minutes": 60, "workers": 1}, None), ({"volunteer_minutes": 60}, "volunteers"),
        ({"volunteers": 3}, None),
    ],
)  # fmt: skip
def test_what_a_recorded_activity_needs(change, code):
    assert codes("activity.record", replace(ACTIVITY, **change)) == ([code] if code else [])


def test_a_need_is_resolved_when_its_last_project_is_accepted():
    assert codes("need.resolve", NeedFacts(running=1, finished=1)) == ["project"]
    assert codes("need.resolve", NeedFacts(running=0, finished=0)) == ["project"]
    assert codes("need.resolve", NeedFacts(running=0, finished=1)) == []


def test_one_person_does_not_sign_for_both_sides():
    facts = AgreementFacts(True, "opened", 7, 7)
    assert codes("agreement.sign", facts) == ["two_people"]
    assert codes("agreement.sign", replace(facts, actor_id=8)) == []


def test_a_suspended_project_goes_on_where_it_stood():
    assert codes("project.resume", ProjectFacts(True, "suspended", None, "delivering")) == []
    assert codes("project.resume_passed", ProjectFacts(True, "suspended", None, "delivering")) == ["way"]
    assert codes("project.resume", ProjectFacts(True, "suspended", None, "passed")) == ["way"]
    assert codes("project.resume_passed", ProjectFacts(True, "suspended", None, "passed")) == []
