"""The boards in a real browser: a figure leads to its list, and a number that is typed to the sentence a resident said."""

from __future__ import annotations

import io

import pikepdf
import pytest
from playwright.sync_api import expect

from tests.boards.town import SAID, town
from tests.browser.conftest import PHONE

__all__ = ["town"]
pytestmark = [pytest.mark.browser, pytest.mark.only("sqlite")]


def test_a_figure_leads_to_its_list_and_a_payment_to_the_sentence(visit, cast, town):
    tab = visit(cast.officer)
    tab.goto("/desk")
    tab.get_by_role("navigation", name="主菜单").get_by_role("link", name="看板").click()
    risk = tab.locator(".fig", has=tab.get_by_role("link", name="超预算科目"))
    counted = int(risk.locator(".figure").inner_text().removesuffix("个"))
    risk.get_by_role("link").click()
    expect(tab.locator("tbody tr")).to_have_count(counted)
    expect(tab.locator("tbody")).to_contain_text("安居扶手")
    tab.get_by_role("link", name="追溯一分钱").click()
    tab.get_by_label("编号、名称或金额", exact=True).fill(f"{town.number}-1")
    tab.get_by_role("button", name="追溯").click()
    tab.get_by_role("link", name="业务活动费 900.00 元").click()
    expect(tab.locator("blockquote")).to_have_text(SAID)
    expect(tab.locator(".way")).to_contain_text("上门装扶手")
    assert len(pikepdf.open(io.BytesIO(tab.pdf(prefer_css_page_size=True))).pages) == 1

    phone = visit(None, PHONE)
    phone.goto(tab.url)
    expect(phone.locator("blockquote")).to_have_text(SAID)
    assert phone.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    for board in ("", "/risks", "/gaps", "/costs", "/flow", "/areas"):
        tab.set_viewport_size(PHONE)
        tab.goto(f"/boards{board}")
        assert tab.evaluate("document.documentElement.scrollWidth") == PHONE["width"], board
