"""Two people of an organisation write at once, one loses the network and comes back; they hand in before the deadline, with a receipt."""

from __future__ import annotations

import subprocess
from datetime import timedelta

import pytest

from tests.applications import forms
from tests.conftest import START
from webapp.applications.models import Application, SectionDraft, Snapshot
from webapp.calls.models import Call
from webapp.core import jobs
from webapp.core.db import reading, transaction

pytestmark = [pytest.mark.browser, pytest.mark.only("sqlite")]


def test_two_people_write_one_without_network_and_hand_in_in_time(visit, cast, engine, clock):
    with transaction(engine) as session:
        key = forms.filled(session, cast, START, forms.call(session, cast, START)).id
        closes = session.get_one(Call, 1).closes_at
        assert session.get_one(Application, key).due_at == closes
    clock.move_to(closes - timedelta(minutes=8))
    plan = f"/applications/{key}/sections/plan"
    one, two = visit(cast.member), visit(cast.lead)
    one.goto(plan)
    assert "stop" in (one.locator("[data-closes]").get_attribute("class") or "")
    one.locator('[name="q_risks"]').fill("有网时写的")
    one.get_by_text("第 2 版").wait_for()
    two.goto(plan)
    assert f"{cast.member.name}正在填写这一部分" in two.locator("[data-writing]").inner_text()
    one.context.set_offline(True)
    one.locator('[name="q_risks"]').fill("断网时写的")
    one.get_by_text("内容暂存在本机").wait_for()
    assert one.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('draft:')).length") == 1
    two.goto(f"/applications/{key}/sections/team")
    two.locator('[name="q_members-0-duty"]').fill("总协调")
    two.get_by_text("第 2 版").wait_for()
    one.context.set_offline(False)
    one.get_by_text("第 3 版").wait_for()
    one.wait_for_function("Object.keys(localStorage).every((key) => !key.startsWith('draft:'))")
    with reading(engine) as session:
        assert [d.answers["risks"] for d in session.query(SectionDraft).filter_by(section="plan").order_by("version")][-1] == "断网时写的"
    two.goto(f"/applications/{key}")
    two.locator("summary", has_text="提交").click()
    two.get_by_role("button", name="确认提交").click()
    two.get_by_text("回执 R-").wait_for()
    two.get_by_role("button", name="申报回执（PDF）").click()
    two.get_by_text("已开始编制").wait_for()
    while jobs.run_next(engine, at=closes - timedelta(minutes=7)):
        pass
    two.goto("/reports/1")
    with two.expect_download() as kept:
        two.locator("main a[download]").first.click()
    text = subprocess.run(["pdftotext", "-raw", str(kept.value.path()), "-"], capture_output=True, check=True).stdout.decode()
    with reading(engine) as session:
        frozen = session.query(Snapshot).one()
        assert frozen.digest in "".join(text.split())
        assert frozen.content["sections"]["plan"]["risks"] == "断网时写的"
        assert frozen.content["sections"]["team"]["members"][0]["duty"] == "总协调"
