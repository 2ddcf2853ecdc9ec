"""社工 in delivery, through pages alone: registered with their certificates, paid their 津贴, at work beside volunteers."""

from __future__ import annotations

from typing import Any

from tests.conftest import START
from tests.journeys.conftest import picture
from tests.journeys.mechanisms import prove
from tests.journeys.test_delivery import an_activity
from tests.journeys.test_story import Story
from tests.projects import stage
from webapp.calls.models import Call


def social_workers_are_registered(story: Story) -> None:
    """Entered by their organisation, compared with the certificate by the street; counted by grade."""
    for number, (name, level) in enumerate((("周宁", "worker"), ("沈洁", "assistant")), 1):
        page = story.as_("lead").open("workers.index").click("登记社工")
        page = page.submit(
            "登记", name=name, level=level, certificate=f"2021 0001 000{number}", certified_on="2021-06-01", area_code="320508019",
            from_day="2024-01-01", bank_account=f"6222 0000 0000 000{number}", papers=picture("证书.jpg"),
        )  # fmt: skip
        assert page.status == 200, page.errors
        page = story.as_("street").open("desk.home").click(name).take("核实登记")
        assert "在册" in page
    story.places["workers"] = "/workers"


def their_allowance_is_listed_and_paid(story: Story, fund: int) -> None:
    """200 and 300 元 a month by grade: listed by the officer, checked, approved and paid by three others."""
    page = story.as_("officer").open("workers.allowances").click("编制津贴发放表").submit("编制", month="2026-02", fund_id=str(fund))
    sheet = page.path
    story.as_("accountant").get(sheet).take("财务审核")
    story.as_("leader").get(sheet).take("批准")
    page = story.as_("accountant").get(sheet).take("登记已发放", bank_reference="JT001", paid_on=story.day(0))
    assert "已发放" in page, page.text
    story.places["allowance"] = sheet


def test_social_workers_in_delivery(site, cast, clock, engine, days_pass, saved):
    story = Story(site, cast, clock, days_pass)

    def scene(session: Any) -> tuple[int, int]:
        project = stage.delivering(session, cast, START)
        return project.id, session.get_one(Call, project.call_id).fund_id

    project, fund = saved(scene)
    story.places["project"] = f"/projects/{project}"
    social_workers_are_registered(story)
    their_allowance_is_listed_and_paid(story, fund)
    an_activity(story)
    prove(story, engine, test_social_workers_in_delivery)
