"""An officer sets up a call from each template through the pages, another publishes it; then applications meet its rules as published."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from reports.money import Money
from tests import make
from tests.browser.test_calls import picture, press
from tests.calls.published import rows
from tests.conftest import START
from webapp.accounts.models import Organisation, Record
from webapp.applications import actions as applying
from webapp.applications.models import Application
from webapp.calls import actions
from webapp.calls.models import Call
from webapp.calls.queries import rules_of
from webapp.calls.rules import templates
from webapp.core.db import transaction
from webapp.core.workflow import refusals

pytestmark = [pytest.mark.browser, pytest.mark.only("sqlite")]
ELIGIBILITY, FUNDING = "eligibility_rules", "funding_and_budget_rules"


@dataclass(frozen=True)
class Story:
    """What one template says as published: the row of the figure, how an application keeps it and breaks it, the words of the refusal."""

    file: str
    line: int
    figure: str
    said: str
    at: dict[str, Any]
    beyond: dict[str, Any]


def on_record(kind: str, day: date) -> dict[str, Any]:
    """An entry of a list that ended on a day."""
    return {"record": (kind, day)}


def asks(grant: str, own: str) -> dict[str, Any]:
    return {"budget": (grant, own)}


STORIES = {
    "example": Story(ELIGIBILITY, 9, "3年", "重大违法", on_record("penalty", date(2023, 3, 1)), on_record("penalty", date(2023, 3, 2))),
    "guangzhou": Story(
        ELIGIBILITY, 2, "1年", "活动异常名录", on_record("abnormal_list", date(2025, 3, 1)), on_record("abnormal_list", date(2025, 3, 2))
    ),
    "dongguan": Story(FUNDING, 5, "≤30万", "捐助", asks("300000", "300000"), asks("300000.01", "300000")),
    "zhongshan": Story(FUNDING, 6, "10万", "100,000.00", asks("100000", "100000"), asks("100000.01", "100001")),
    "haishu": Story(
        ELIGIBILITY, 7, "6个月", "6 个月", {"days": ("2026-04-01", "2026-09-30")}, {"days": ("2026-04-01", "2026-09-29")}
    ),
    "binhai": Story(ELIGIBILITY, 9, "1年", "登记满 1 年", {"registered": date(2025, 3, 2)}, {"registered": date(2025, 3, 3)}),
    "shanghai": Story(ELIGIBILITY, 9, "3年", "重大违法", on_record("penalty", date(2023, 3, 1)), on_record("penalty", date(2023, 3, 2))),
    "micro": Story(FUNDING, 7, "10%", "不能少于 10%", asks("9000", "1000"), asks("9000.01", "999.99")),
    "package": Story(ELIGIBILITY, 9, "3年", "重大违法", on_record("penalty", date(2023, 3, 1)), on_record("penalty", date(2023, 3, 2))),
    "family": Story(ELIGIBILITY, 9, "1年", "登记满 1 年", {"registered": date(2025, 3, 2)}, {"registered": date(2025, 3, 3)}),
}  # fmt: skip


def test_each_template_is_set_up_through_pages_and_bites_as_published(visit: Any, engine: Any, cast: Any, site: Any) -> None:
    with transaction(engine) as session:
        fund, by = make.fund(session, cast), cast.accountant.viewer(session, START)
        actions.add_budget(session, fund, year=START.year, amount=Money.parse("9000", "万元"), document="1号", by=by, at=START)
    officer = visit(cast.officer)
    assert set(STORIES) == {one.key for one in templates()}
    for key, one in enumerate(templates(), 1):
        officer.goto("/calls/new")
        officer.locator(f'a[href*="template={one.key}"]').first.click()
        officer.get_by_label("公告名称").fill(f"{one.place}：{one.title}"[:60])
        officer.get_by_label("不选需求的理由").fill("试点")
        press(officer, "保存草稿")
        press(officer, "报请发布")
        officer.get_by_text("已报请发布").first.wait_for()
        assert "公告已发布" in site.as_(cast.leader).open("calls.show", id=key).submit("确认发布")
    picture(officer, "templates-1280")
    with transaction(engine) as session:
        actions.open_due(session, START)
        calls = {call.template: call.id for call in session.query(Call)}
        for one in templates():
            assert rules_of(session.get_one(Call, calls[one.key])) == one.make(), one.key
    wrong = []
    for key, story in STORIES.items():
        row = rows(story.file)[story.line]
        assert story.figure in ";".join(row.values()), key
        assert row["source"]
        if said := told(engine, cast, calls[key], story, story.at):
            wrong.append(f"{key}: 正好是公布的数，却被拒绝：{said}")
        if not told(engine, cast, calls[key], story, story.beyond):
            wrong.append(f"{key}: 超过公布的数，没有被拒绝")
    assert wrong == []
    page = site.as_(cast.lead).open("applications.show", id=last(engine))
    assert STORIES["family"].said in page


def last(engine: Any) -> int:
    with transaction(engine) as session:
        return int(session.scalar(sa.select(sa.func.max(Application.id))) or 0)


def told(engine: Any, cast: Any, call_id: int, story: Story, facts: dict[str, Any]) -> list[str]:
    """What of the story's rule stands in the way of handing in an application with these facts."""
    with transaction(engine) as session:
        call = session.get_one(Call, call_id)
        office = session.get_one(Organisation, cast.offices["chenguang"])
        session.execute(sa.delete(Record).where(Record.organisation_id == office.id))
        office.registered_on = facts.get("registered", date(2018, 5, 1))
        if "record" in facts:
            kind, until = facts["record"]
            session.add(
                Record(
                    organisation_id=office.id, kind=kind, subject=office.ref, value={}, from_day=date(2019, 1, 1), until_day=until, source="试",
                    at=START,
                )
            )  # fmt: skip
        rules, by = rules_of(call), cast.member.viewer(session, START)
        at = START + timedelta(minutes=1)
        made = applying.create(session, call, title=f"项目{last_title()}", category=rules.categories[0].key, by=by, at=at)
        starts, ends = facts.get("days", ("2026-04-01", "2027-03-31"))
        basics = {"title": made.title, "category": made.category, "starts_on": starts, "ends_on": ends, "communities": [], "needs": []}
        applying.save(session, made, "basics", basics, version=1, by=by, at=at)
        if "budget" in facts:
            grant, own = facts["budget"]
            whole = str(Money.parse(grant) + Money.parse(own)).replace(",", "")
            cells = {
                "line": rules.budget.lines[0].key,
                "item": "活动",
                "unit": whole,
                "quantity": "1",
                "grant": grant,
                "own": own,
                "need": "",
            }
            applying.save(session, made, "budget", {"requested": grant, "rows": [cells]}, version=0, by=by, at=at)
        found = refusals(session, made, "submit", by=cast.lead.viewer(session, at), at=at)
        return [one.sentence for one in found if story.said in one.sentence]


_titles = iter(range(1, 1000))


def last_title() -> int:
    return next(_titles)
