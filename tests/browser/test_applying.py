"""Two people of an organisation write at once, one loses the network and comes back; they hand in before the deadline, with a receipt."""

from __future__ import annotations

import subprocess
from datetime import timedelta

import pytest

from tests.applications import forms
from tests.browser.window import until
from tests.conftest import START
from webapp.applications.models import Application, SectionDraft, Snapshot
from webapp.calls.models import Call
from webapp.core import jobs
from webapp.core.db import reading, transaction

pytestmark = [pytest.mark.browser, pytest.mark.only("sqlite")]


def newest(engine):
    with reading(engine) as session:
        one = session.query(SectionDraft).filter_by(section="plan").order_by(SectionDraft.version.desc()).first()
        return one.version, one.answers["risks"], one.answers["lasting"]


def receipt(engine):
    with reading(engine) as session:
        return f"R-{session.query(Snapshot).one().digest[:8].upper()}"


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
    # the colleague writes in the same section meanwhile: another answer, and then the same one
    two.locator('[name="q_lasting"]').fill("同事写的")
    two.get_by_text("第 3 版").wait_for()
    one.context.set_offline(False)
    one.get_by_text("同事刚刚改了“项目结束以后”，已和您填写的合在一起").wait_for()
    assert one.locator('[name="q_lasting"]').input_value() == "同事写的"
    until(one, "Object.keys(localStorage).every((key) => !key.startsWith('draft:'))")
    assert newest(engine) == (4, "断网时写的", "同事写的")
    one.context.set_offline(True)
    one.locator('[name="q_risks"]').fill("再断网时写的")
    one.get_by_text("内容暂存在本机").wait_for()
    one.get_by_role("button", name="保存", exact=True).click()  # no network: the page stays, and what was typed with it
    two.goto(plan)
    two.locator('[name="q_risks"]').fill("同事也改的")
    two.get_by_text("第 5 版").wait_for()
    one.context.set_offline(False)
    one.get_by_role("button", name="对照两份，逐处选择").click()
    assert "再断网时写的" in one.locator("#clashes").inner_text()
    assert "同事也改的" in one.locator("#clashes").inner_text()
    one.get_by_label("两段都留，一前一后").check()
    one.get_by_role("button", name="保存", exact=True).click()
    one.get_by_text("已保存，这一部分填写完整").wait_for()
    assert newest(engine) == (6, "同事也改的\n再断网时写的", "同事写的")
    # handed in twice in the last second, by a double press and from a window opened before
    again = two.context.new_page()
    for window in (two, again):
        window.goto(f"/applications/{key}")
        window.locator("summary", has_text="提交").click()
    clock.move_to(closes - timedelta(seconds=1))
    two.get_by_role("button", name="确认提交").dblclick()
    two.get_by_text("回执 R-").wait_for()
    again.get_by_role("button", name="确认提交").click()
    again.get_by_text("回执 R-").wait_for()
    assert {window.locator(".notice .code").first.inner_text() for window in (two, again)} == {receipt(engine)}
    two.locator("section.papers button[value=receipt]").click()
    two.get_by_text("已开始编制").wait_for()
    while jobs.run_next(engine, at=closes):
        pass
    two.goto("/reports/1")
    with two.expect_download() as kept:
        two.locator("main a[download]").first.click()
    text = subprocess.run(["pdftotext", "-raw", str(kept.value.path()), "-"], capture_output=True, check=True).stdout.decode()
    with reading(engine) as session:
        frozen = session.query(Snapshot).one()
        assert frozen.digest in "".join(text.split())
        assert frozen.at == closes - timedelta(seconds=1)
        assert frozen.content["sections"]["plan"]["risks"] == "同事也改的\n再断网时写的"


PASTE = """([place, text]) => { const data = new DataTransfer(); data.setData("text/plain", text);
  document.querySelector(place).dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true })); }"""


def test_what_is_wrong_is_said_anew_after_every_save_and_nothing_pasted_is_dropped_in_silence(visit, sign_in, cast, engine):
    """A remark goes when it no longer holds, comes where one has written, and leaves alone what nobody has touched."""
    with transaction(engine) as session:
        key = forms.filled(session, cast, START, forms.call(session, cast, START)).id
    one = visit(cast.lead)
    one.goto(f"/applications/{key}/sections/budget")
    requested = one.locator('[name="requested"]')
    right = requested.input_value()
    requested.fill("五万")
    one.get_by_text("“五万”不是金额").wait_for()
    assert requested.get_attribute("aria-invalid") == "true"
    one.get_by_role("button", name="保存", exact=True).click()
    assert "“五万”不是金额" in one.locator("#form-errors").inner_text()
    requested.fill(right)
    one.get_by_text("第 3 版").wait_for()
    assert one.locator(".error, #form-errors").count() == 0
    assert requested.get_attribute("aria-invalid") is None
    one.get_by_role("button", name="增加一行").click()
    first = '[data-row]:last-child [data-col="line"]'
    one.evaluate(PASTE, [first, "没有的科目\t内容\t一百\t1\t100\t0"])
    one.get_by_text("没有“没有的科目”这一项，请选择。").wait_for()
    one.get_by_text("“一百”不是金额").wait_for()
    one.locator(first).select_option(index=1)
    assert one.get_by_text("没有“没有的科目”这一项").count() == 0
    one.goto(f"/applications/{key}/sections/indicators")
    one.evaluate(PASTE, ['[data-row] [data-col="title"]', "上门\t次\t60\t2027/3/1\n讲座\t场\t6\t三月"])
    assert one.locator('[data-col="due_on"]').first.input_value() == "2027-03-01"
    assert one.get_by_text("“三月”不是日期，请填写。").count() == 1
    # signed out, and in again in another window: what is written here goes on being saved
    one.get_by_text("第 2 版").wait_for()
    sign_in(one, cast.lead)
    one.locator('[data-col="target"]').first.fill("61")
    one.get_by_text("第 3 版").wait_for()
