"""Without a network an activity is written with two photos, the page is closed and opened again, and it goes once when there is one."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa

from tests.browser.conftest import PHONE
from tests.browser.window import WIDE, until
from tests.conftest import START
from tests.projects import stage
from webapp.core import journal
from webapp.core.db import reading, transaction
from webapp.core.files import Attachment
from webapp.projects import actions
from webapp.projects.models import Activity, Project
from webapp.projects.queries import one
from webapp.projects.rules.register import Told

pytestmark = [pytest.mark.browser, pytest.mark.only("sqlite")]
DAY = date(2026, 3, 2)
DRAFTS = """() => new Promise((go) => { const asked = indexedDB.open("field"); asked.onsuccess = () => {
    const base = asked.result; if (!base.objectStoreNames.contains("drafts")) { base.close(); return go([]); }
    const all = base.transaction("drafts").objectStore("drafts").getAll();
    all.onsuccess = () => { base.close(); go(all.result.map((one) => [one.path, one.ready, one.files.length])); }; }; })"""
KEPT = """async () => { const found = []; for (const name of await caches.keys()) for (const one of await (await caches.open(name)).keys())
    found.push(new URL(one.url).pathname); return found.filter((path) => !path.startsWith("/static/")); }"""


@pytest.fixture
def planned(engine, cast):
    """A planned activity of a project with somebody in its register; gives the address of its record."""
    with transaction(engine) as session:
        project, by = stage.delivering(session, cast, START), cast.member.viewer(session, START)
        actions.register(session, project, Told("沈秘娘", "13788889999"), signed_on=DAY, papers=[stage.picture()], by=by, at=START)
        key = actions.plan_activity(session, project, title="重阳陪伴", place="活动室", planned_on=DAY, by=by, at=START).id
    return f"/activity/{key}/record"


def test_an_activity_written_offline_with_two_photos_goes_once(visit, cast, engine, planned, tmp_path):
    path = planned
    pictures = []
    for n, name in enumerate(("签到.jpg", "一.jpg", "二.jpg")):
        pictures.append(tmp_path / name)
        pictures[-1].write_bytes(stage.picture(name, 40 + n).content)
    sign_in, first, second = map(str, pictures)
    page = visit(cast.member, size=PHONE)
    page.goto(path)
    page.get_by_text("这一页已存在这台设备上，没有网络也能打开和填写。").wait_for()
    assert not page.evaluate(WIDE)
    kept = page.evaluate(
        "async (path) => (await (await caches.open((await caches.keys())[0])).match(path, {ignoreVary: true})).text()", path
    )
    assert "重阳陪伴" in kept
    assert "沈秘娘" not in kept
    context = page.context
    context.set_offline(True)
    page.get_by_label("人数", exact=False).first.fill("20")
    page.locator('[name="visits"]').fill("30")
    page.locator('[name="reflection"]').fill("老人们很高兴")
    page.locator('[name="sign_in"][type=file]').set_input_files(sign_in)
    page.locator('[name="photos"][type=file]').set_input_files([first, second])
    page.get_by_role("button", name="记录活动", exact=True).click()
    page.get_by_text("没有网络。已存在这台设备上").wait_for()
    assert page.evaluate(DRAFTS) == [[path, True, 3]]
    page.close()
    # opened again, still without a network: another page says where to go, and what was written stands there
    page = context.new_page()
    page.goto("/desk")
    page.get_by_role("link", name="重阳陪伴").click()
    page.get_by_text("没有网络。已存在这台设备上").wait_for()
    assert page.locator('[name="reflection"]').input_value() == "老人们很高兴"
    assert page.get_by_text("存在这台设备上", exact=True).count() == 3
    page.close()
    # with a network the page sends it by itself; the answer to the first sending is lost
    page = context.new_page()
    lost = []

    def lose(route):
        if route.request.method != "POST" or lost:
            return route.continue_()
        lost.append(route.fetch().status)  # the platform has it, and nobody hears
        return route.abort("internetdisconnected")

    page.route(f"**{path}", lose)
    context.set_offline(False)
    with page.expect_event("requestfailed", lambda request: request.method == "POST"):
        page.goto(path)
    assert lost == [302] or lost == [200]
    page.close()
    page = context.new_page()
    page.goto(path)
    until(page, "location.pathname.endsWith('/record') && !document.querySelector('[data-field]')")
    until(page, f"({DRAFTS})().then((found) => found.length === 0)")
    with reading(engine) as session:
        (activity,) = session.scalars(sa.select(Activity))
        assert (activity.state, activity.persons, activity.visits, activity.reflection) == ("held", 20, 30, "老人们很高兴")
        kinds = session.scalars(sa.select(Attachment.kind).where(Attachment.subject == activity.ref)).all()
        assert sorted(kinds) == ["photo", "photo", "sign_in"]
        steps = session.scalars(sa.select(journal.Entry.step).where(journal.Entry.subject == activity.ref)).all()
        assert steps.count("record") == 1
        assert session.scalars(sa.select(Project.visits)).one() == 30
    assert page.evaluate(KEPT) == []


def test_the_usual_way_and_signing_out(visit, cast, engine, planned, tmp_path):
    """With a network it goes at once and nothing stays; what was not sent is asked about before it is removed by signing out."""
    path = planned
    photo = tmp_path / "一.jpg"
    photo.write_bytes(stage.picture().content)
    page = visit(cast.member, size=PHONE)
    page.goto(path)
    page.get_by_text("这一页已存在这台设备上").wait_for()
    page.locator('[name="persons"]').fill("20")
    page.locator('[name="visits"]').fill("19")
    for name in ("sign_in", "photos"):
        page.locator(f'[name="{name}"][type=file]').set_input_files(str(photo))
    page.context.set_offline(True)
    page.get_by_role("button", name="记录活动", exact=True).click()
    page.get_by_text("没有网络。已存在这台设备上").wait_for()
    page.context.set_offline(False)  # now it goes by itself, and comes back with what is wrong
    page.locator("#form-errors").wait_for()
    assert "人次不能少于人数" in page.inner_text("#form-errors")
    assert page.get_by_text("存在这台设备上", exact=True).count() == 0
    page.locator('[name="visits"]').fill("21")
    page.context.set_offline(True)
    page.get_by_role("button", name="记录活动", exact=True).click()
    page.get_by_text("没有网络。已存在这台设备上").wait_for()
    page.evaluate("document.querySelector('[data-forget]').closest('details').open = true")
    page.get_by_role("button", name="退出", exact=True).click()
    page.get_by_text("这台设备上还有 1 项活动记录没有发送").wait_for()
    page.context.set_offline(False)
    page.get_by_text("活动已记录").wait_for()
    until(page, f"({DRAFTS})().then((found) => found.length === 0)")
    with reading(engine) as session:
        (activity,) = session.scalars(sa.select(Activity))
        assert (activity.visits, [file.kind or file.name for file in one.files_of(session, activity.ref)]) == (21, ["签到表", "照片"])
    page.evaluate("document.querySelector('[data-forget]').closest('details').open = true")
    page.get_by_role("button", name="退出", exact=True).click()
    page.get_by_text("已退出").wait_for()
    until(page, f"({KEPT})().then((found) => found.length === 0)")
