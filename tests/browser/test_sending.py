"""A file goes piece by piece: the network is lost and comes back, the page is loaded anew, one that is too large is told at once."""

from __future__ import annotations

import random

import pytest
import sqlalchemy as sa

from tests import papers
from tests.applications import forms
from tests.browser.conftest import DESK, PHONE
from tests.browser.window import until
from tests.conftest import START
from webapp.applications import actions
from webapp.core import files
from webapp.core.db import reading, transaction
from webapp.core.files import Attachment
from webapp.core.uploads import PIECE

pytestmark = [pytest.mark.browser, pytest.mark.only("sqlite")]


def test_a_file_survives_a_lost_network_and_a_reload(visit, cast, engine, tmp_path):
    with transaction(engine) as session:
        on = forms.call(session, cast, START)
        key = actions.create(session, on, title="银龄陪伴", category="elderly", by=cast.member.viewer(session, START), at=START).id
    content = papers.pdf() + b"\n%" + random.Random(1).randbytes(PIECE * 4)
    report, huge, locked = tmp_path / "报告.pdf", tmp_path / "录像.pdf", tmp_path / "章程.pdf"
    report.write_bytes(content)
    locked.write_bytes(papers.pdf("secret"))
    with huge.open("wb") as file:
        file.truncate(200 * 1024 * 1024)
    page = visit(cast.member, size={"width": 390, "height": 844})
    page.goto(f"/applications/{key}/sections/files")
    box = page.locator('[name="paper_certificate"][type=file]')
    box.set_input_files(str(huge))
    page.get_by_text("有 200 MB，超过 20 MB 的上限，没有上传。请压缩后再传").wait_for()
    box.set_input_files(str(locked))
    page.get_by_text("文件“章程.pdf”有密码，请去掉密码后重传").wait_for()
    # the third piece meets no network
    sent = []

    def third(route):
        sent.append(route.request.url)
        if len(sent) == 3:
            page.context.set_offline(True)
            return route.abort("internetdisconnected")
        return route.continue_()

    page.route("**/uploads/*offset=*", third)
    box.set_input_files(str(report))
    page.get_by_text("网络断了，恢复后接着传").wait_for()
    page.on("dialog", lambda dialog: dialog.accept())
    page.route("**/uploads/*offset=*", lambda route: route.abort())  # before the network is back, or the page sends the third at once
    page.context.set_offline(False)
    page.reload()
    page.get_by_text("“报告.pdf”已传").wait_for()
    page.unroute("**/uploads/*offset=*")
    again = []
    page.on("request", lambda request: again.append(request.url) if "offset=" in request.url else None)
    box.set_input_files(str(report))
    page.get_by_text("已传好 4.0 MB").wait_for()
    assert f"offset={2 * PIECE}" in again[0]  # what had come was not sent again
    page.reload()
    page.get_by_text("已传好 4.0 MB").wait_for()
    page.get_by_role("button", name="上传", exact=True).click()
    page.get_by_text("已上传 1 个文件").wait_for()
    with reading(engine) as session:
        (found,) = session.scalars(sa.select(Attachment))
        assert (found.name, files.get(found.digest)) == ("报告.pdf", content)
    until(page, "Object.keys(localStorage).every((key) => !key.startsWith('draft:files:'))")


WATCH = """button => {
  const places = window.places = new Set();
  const look = () => { places.add(button.getBoundingClientRect().top + scrollY); requestAnimationFrame(look); };
  look();
}"""


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_nothing_moves_under_the_finger_while_a_file_travels(visit, cast, engine, tmp_path, size):
    """A button that leaves its place between a press and its end is not pressed."""
    with transaction(engine) as session:
        on = forms.call(session, cast, START)
        key = actions.create(session, on, title="银龄陪伴", category="elderly", by=cast.member.viewer(session, START), at=START).id
    paper = tmp_path / "苏州市姑苏区社会组织公益创投项目服务协议书及补充协议.pdf"
    paper.write_bytes(papers.pdf() + b"\n%" + random.Random(1).randbytes(PIECE))
    page = visit(cast.member, size)
    page.goto(f"/applications/{key}/sections/files")
    page.locator('[name="paper_certificate"][type=file]').set_input_files(str(paper))
    page.locator("form button", has_text="上传").last.evaluate(WATCH)
    page.get_by_text("已传好 1.0 MB").wait_for()
    until(page, "new Promise(go => requestAnimationFrame(() => requestAnimationFrame(() => go(true))))")
    assert page.evaluate("window.places.size") == 1, page.evaluate("[...window.places]")
