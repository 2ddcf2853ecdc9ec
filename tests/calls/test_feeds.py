"""What can be subscribed to: news and dates of published calls, and nothing that is not public."""

from datetime import timedelta
from xml.etree import ElementTree

import pytest

from reports.atom import NAMESPACE
from tests import make
from tests.conftest import START
from webapp.calls import actions
from webapp.calls.actions import inquiries
from webapp.calls.models import Call, Fund
from webapp.calls.queries import rules_of
from webapp.calls.rules import template
from webapp.core.db import transaction
from webapp.core.workflow import take_step


@pytest.fixture
def call(engine, cast):
    """An open call with an answer and a second version; beside it a draft."""
    with transaction(engine) as session:
        found = make.call(session, cast, START, rules=template().to_json(), title="2026 年公益创投，一期", without_needs="试点")
        money = session.get_one(Fund, found.fund_id)
        make.call(session, cast, START, rules=template().to_json(), state="draft", title="还没公布", version=0, money=money)
        by = cast.officer.viewer(session, START)
        asked = inquiries.ask(session, found, text="我是华居民，问补贴", by=cast.resident.viewer(session, START), at=START)
        inquiries.answer(session, asked, wording="能列补贴吗？", answer="可以。", by=by, at=START)
        later = found.closes_at + timedelta(days=7)
        actions.amend(session, found, rules_of(found), "应各单位要求延期", by=by, at=START + timedelta(hours=1), closes_at=later)
    return found


def test_the_feed_tells_calls_versions_and_answers_and_nothing_else(site, call):
    answer = site.as_(None).client.get("/p/calls/feed")
    assert answer.content_type == "application/atom+xml; charset=utf-8"
    root = ElementTree.fromstring(answer.data)
    titles = [one.findtext(f"{{{NAMESPACE}}}title") for one in root.iter(f"{{{NAMESPACE}}}entry")]
    assert [title.split()[0] for title in titles] == ["第", "答疑", "征集公告"] or [t.split()[0] for t in titles] == [
        "第",
        "征集公告",
        "答疑",
    ]
    text = answer.data.decode()
    assert "应各单位要求延期" in text
    assert "能列补贴吗？" in text
    assert "华居民" not in text
    assert "还没公布" not in text
    again = site.as_(None).client.get("/p/calls/feed", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_the_calendar_moves_with_the_deadline_and_keeps_its_names(site, call, engine, cast):
    before = site.as_(None).client.get(f"/p/calls/{call.id}/calendar.ics")
    assert before.content_type == "text/calendar; charset=utf-8"
    text = before.data.decode().replace("\r\n ", "")
    closes = (START + timedelta(days=27)).strftime("%Y%m%dT%H%M%SZ")
    assert f"DTSTART:{closes}" in text
    assert "SUMMARY:申报截止：2026 年公益创投，一期" in text
    assert text.count("BEGIN:VEVENT") == 2
    names = [line for line in text.splitlines() if line.startswith("UID:")]
    with transaction(engine) as session:
        thing = session.get_one(Call, call.id)
        take_step(session, thing, "cancel", by=cast.leader.viewer(session, START), at=START + timedelta(days=1), note="不办了")
    after = site.as_(None).client.get(f"/p/calls/{call.id}/calendar.ics").data.decode().replace("\r\n ", "")
    assert [line for line in after.splitlines() if line.startswith("UID:")] == names
    assert after.count("STATUS:CANCELLED") == 2
    whole = site.as_(None).client.get("/p/calls/calendar.ics").data.decode()
    assert whole.count("BEGIN:VEVENT") == 2


def test_a_draft_has_no_calendar(site, call, engine):
    with transaction(engine) as session:
        draft = session.query(Call).filter_by(state="draft").one().id
    assert site.as_(None).get(f"/p/calls/{draft}/calendar.ics").status == 404


def test_the_pages_name_what_can_be_subscribed_to(site, call):
    for path in ("/", "/p/calls", f"/calls/{call.id}"):
        page = site.as_(None).get(path)
        assert page.tree.xpath('//head/link[@rel="alternate"]/@type') == ["application/atom+xml", "text/calendar"]
    assert "日历文件" in page
