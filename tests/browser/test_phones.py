"""What a person of 70 meets on a cheap phone: how heavy pages are, whether they can be read, reached and used without scripts."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, Page
from playwright.sync_api import Error as BrowserError

from tests import make
from tests.browser.conftest import serving
from tests.browser.town import AXE_RULES, DESK_SIZE, PHONE_SIZE, RESIDENT, SMALLEST, Town
from tests.browser.window import STUCK_OUT, WIDE, fill, until
from tests.conftest import START
from tests.walks.conftest import walked
from tests.walks.walk import Walked
from webapp.accounts.actions import add_dataset
from webapp.accounts.models import Person
from webapp.ballots.queries import choices_of
from webapp.core.db import reading, transaction
from webapp.needs.models import Need

__all__ = ["walked"]
pytestmark = [pytest.mark.browser, pytest.mark.only("sqlite")]

MOST = 150_000
"""Bytes on the wire with an empty cache: the page, its styles, scripts, pictures and all headers."""
AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text()
LINE = {"offline": False, "latency": 400, "downloadThroughput": 400_000 / 8, "uploadThroughput": 400_000 / 8}
"""A slow line: 400 kbit/s, 400 ms."""
SMALL = """() => [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")].filter(e => {
    const words = [...e.parentElement.childNodes].some(one => one.nodeType === 3 && one.data.trim().length > 1);
    const inSentence = e.tagName === "A" && words && getComputedStyle(e).display === "inline";  // as high as its line, as WCAG allows
    const touched = e.matches("[type=checkbox], [type=radio]") ? e.closest("label, .form-check") ?? e : e;
    const shown = e.checkVisibility({visibilityProperty: true}) && !e.closest(".visually-hidden") && e.className !== "skip";
    return shown && !inSentence && touched.getBoundingClientRect().height < 43.5;
}).map(e => `${e.outerHTML.slice(0, 120)} ${Math.round(e.getBoundingClientRect().height)}`)"""

FOCUSED = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']"
REACHABLE = f"[...document.querySelectorAll(`{FOCUSED}`)].filter(e => e.checkVisibility({{visibilityProperty: true}})).length"
HERE = f"""() => {{
    const at = document.activeElement, box = at.getClientRects()[0], look = getComputedStyle(at);
    const there = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
    const shown = at.contains(there) && look.outlineStyle !== "none" && parseFloat(look.outlineWidth) >= 2;
    return {{order: [...document.querySelectorAll(`{FOCUSED}`)].indexOf(at), shown, html: at.outerHTML.slice(0, 120)}};
}}"""
SOAK = bool(os.environ.get("SANSHE_SOAK"))
LOOKS = [(DESK_SIZE, True), *([(PHONE_SIZE, True), (DESK_SIZE, False)] if SOAK else [])]


@pytest.fixture(scope="module")
def town(browser: Browser, walked: Walked) -> Iterator[Town]:
    with serving(walked.app) as address:
        yield Town(walked, browser, address)


def opened(town: Town, pages: list[str], **window: Any) -> Iterator[tuple[str, Page]]:
    """Each page in turn, in one window."""
    context = town.window(**window)
    tab = context.new_page()
    for path in pages:
        answer = tab.goto(path, wait_until="load")
        assert answer is not None
        assert answer.status == 200, path
        yield path, tab
    context.close()


def violations(tab: Page) -> list[str]:
    """What axe finds on the page that is open."""
    tab.evaluate(AXE)
    found = tab.evaluate("rules => axe.run(document, rules)", AXE_RULES)["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html'][:160]} ({len(one['nodes'])})" for one in found]


@dataclass
class Seen:
    """One page on a phone that has kept nothing: bytes on the wire, what is too small to touch, what axe finds."""

    weight: int
    small: list[str]
    faults: list[str]


@pytest.fixture(scope="module")
def seen(town: Town) -> dict[str, Seen]:
    """Every page that anybody may open, and every page of a resident, seen once on a phone."""
    found: dict[str, Seen] = {}
    for persona, pages in ((None, town.public), (RESIDENT, town.residents)):
        context = town.window(persona=persona, bypass_csp=True)
        tab = context.new_page()
        wire = context.new_cdp_session(tab)
        wire.send("Network.enable")
        arrived: list[float] = []
        wire.on("Network.loadingFinished", lambda told, into=arrived: into.append(told["encodedDataLength"]))
        for path in pages:
            wire.send("Network.clearBrowserCache")
            arrived.clear()
            tab.goto(path, wait_until="load")
            small = tab.evaluate(SMALL)  # what was told of the wire before this answer has arrived with it
            found[path] = Seen(int(sum(arrived)), small, violations(tab))
        context.close()
    assert len(found) > 30
    return found


def test_no_page_is_heavy(seen: dict[str, Seen]) -> None:
    heaviest = sorted(seen.items(), key=lambda one: -one[1].weight)[:3]
    print("最重", ", ".join(f"{path} {page.weight / 1000:.1f} kB" for path, page in heaviest))
    assert all(page.weight > 10_000 for page in seen.values()), "nothing came from a cache"
    assert not {path: page.weight for path, page in seen.items() if page.weight > MOST}


def test_whatever_is_touched_is_44_pixels_high(seen: dict[str, Seen]) -> None:
    wrong = [f"{path} {one}" for path, page in seen.items() for one in page.small]
    assert not wrong, "\n".join(wrong)


def test_axe_is_awake(town: Town) -> None:
    context = town.window(bypass_csp=True)
    tab = context.new_page()
    tab.set_content("<p style='color:#bbb'>看不清</p><img src='data:,'>")
    assert {one.split(":")[0] for one in violations(tab)} >= {"color-contrast", "image-alt", "html-has-lang"}
    context.close()


def test_axe_finds_nothing_on_a_phone(seen: dict[str, Seen]) -> None:
    wrong = [f"{path} {one}" for path, page in seen.items() for one in page.faults]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(("size", "large"), LOOKS)
def test_axe_finds_nothing(town: Town, size: tuple[int, int], large: bool) -> None:
    wrong = []
    for persona, pages in ((None, town.public), *([(RESIDENT, town.residents)] if SOAK else [])):
        for path, tab in opened(town, pages, size=size, large=large, persona=persona, bypass_csp=True):
            wrong += [f"{path} {one}" for one in violations(tab)]
    assert not wrong, "\n".join(wrong)


def test_first_words_on_a_slow_line(town: Town) -> None:
    told = []
    for path in ("/", town.public[-1]):
        context = town.window()
        tab = context.new_page()
        wire = context.new_cdp_session(tab)
        wire.send("Network.enable")
        wire.send("Network.emulateNetworkConditions", LINE)
        began = time.monotonic()
        tab.goto(path, wait_until="load")
        whole = time.monotonic() - began
        painted = until(tab, "performance.getEntriesByName('first-contentful-paint')[0]?.startTime") / 1000
        told.append(f"{path} {painted:.1f} s, whole {whole:.1f} s")
        assert painted < 5, path
        context.close()
    print("首屏文字", "; ".join(told))


def test_what_was_fetched_once_is_kept(town: Town) -> None:
    """The second page brings only itself: its look has names that stand for their content."""
    context = town.window()
    tab = context.new_page()
    tab.goto("/", wait_until="load")
    wire = context.new_cdp_session(tab)
    wire.send("Network.enable")
    arrived: list[float] = []
    wire.on("Network.loadingFinished", lambda told: arrived.append(told["encodedDataLength"]))
    tab.goto("/p/needs", wait_until="load")
    tab.evaluate("0")
    context.close()
    assert 0 < sum(arrived) < 12_000


@pytest.mark.parametrize("size", [SMALLEST, *([PHONE_SIZE] if SOAK else [])])
def test_the_large_mode_needs_no_sideways_scroll(town: Town, size: tuple[int, int]) -> None:
    wrong = []
    for persona, pages in ((None, town.public), (RESIDENT, town.residents)):
        for path, tab in opened(town, pages, size=size, large=True, persona=persona):
            tab.evaluate("document.querySelectorAll('.copyable .code').forEach(e => e.textContent = 'WWWW-MMMM-WWWW')")  # the widest
            if tab.evaluate(WIDE):
                wrong.append(f"{path} {tab.evaluate(STUCK_OUT)}")
    assert not wrong, "\n".join(wrong)


def test_the_large_mode_stays_without_an_account(town: Town) -> None:
    context = town.window()
    tab = context.new_page()
    tab.goto("/p/needs")
    tab.get_by_role("link", name="大字版").first.click()
    assert tab.url.endswith("/p/needs")
    for path in ("/p/needs", "/", "/sign-in"):
        tab.goto(path)
        assert tab.evaluate("getComputedStyle(document.documentElement).fontSize") == "20px", path
    kept = next(one for one in context.cookies() if one["name"] == "elder")
    assert kept["expires"] - time.time() > 300 * 24 * 3600
    context.close()


def test_the_keyboard_reaches_everything(town: Town) -> None:
    """The skip link comes first and leads to the text; each stop is in the page's order, seen, and shows where one is."""
    wrong = []
    for path, tab in opened(town, ["/", "/sign-in", "/p/needs"], reduced_motion="reduce"):
        tab.keyboard.press("Tab")
        assert tab.evaluate("document.activeElement.className") == "skip"
        tab.keyboard.press("Enter")
        assert tab.evaluate("document.activeElement.id") == "main", path
        tab.goto(path)
        wanted = tab.evaluate(REACHABLE)
        walked = []
        for _ in range(wanted):
            tab.keyboard.press("Tab")
            stop = tab.evaluate(HERE)
            walked.append(stop["order"])
            if not stop["shown"]:
                wrong.append(f"{path} {stop['html']}")
        assert walked == sorted(walked), path
        assert len(set(walked)) == wanted, path
    assert not wrong, "\n".join(wrong)


def go_through(tab: Page, answers: dict[str, Any], leads_to: str) -> None:
    """Answer what is asked, screen after screen, until the address is the one wanted."""
    for _ in range(8):
        if re.search(leads_to, tab.url):
            return
        for name, value in answers.items():
            places = tab.locator(f"main [name='{name}']")
            if places.count():
                fill(places, value if isinstance(value, list) else [value])
        tab.locator("main form button[type=submit].btn-primary:visible").first.click()
    raise AssertionError(f"{tab.url}: {tab.locator('main').inner_text()[:500]}")


@pytest.fixture
def demonstration(town: Town) -> None:
    """A demo city, whose pages show the codes that no phone would get; and a need of hers that is done."""
    cast = town.walked.world.cast
    with transaction(town.walked.engine) as session:
        add_dataset(session, "demo", {}, at=START)
        make.need(session, START, state="resolved", person=cast.granny, title="楼道灯修好了")
    town.app.extensions.pop("demo", None)


def test_a_resident_needs_no_scripts(town: Town, demonstration: None) -> None:
    """Sign in by phone and code, say a need, have the same need, vote, change the vote, see the receipt, rate."""
    keys, cast = town.walked.world.ids, town.walked.world.cast
    with reading(town.walked.engine) as session:
        number = session.get_one(Person, cast.granny.id).phone
        resolved = session.scalars(sa.select(Need.id).where(Need.state == "resolved", Need.resident_id == cast.granny.id)).one()
        choices = [str(one.id) for one in choices_of(session, keys["ballot open"]["own"])]
    context = town.window(scripts=False)
    tab = context.new_page()
    tab.set_default_timeout(5000)
    tab.goto("/")
    tab.locator("a:visible", has_text="我要反映").first.click()
    tab.get_by_label("手机号").first.fill(number)
    tab.get_by_role("button", name="获取验证码").click()
    tab.locator("[name=code]").fill(tab.locator("[data-code]").inner_text())
    tab.locator("main button.btn-primary").click()
    assert tab.url.endswith("/needs/new")
    go_through(tab, {"words": "楼下的路灯不亮"}, r"/needs/\d+")
    assert "已收到，编号" in tab.inner_text("main")

    tab.goto(f"/n/{keys['public need']['own']}")
    tab.get_by_role("button", name="我也有同样需求").click()
    assert "same" not in tab.url
    assert "同样" in tab.inner_text("body")

    for chosen in (choices[:1], choices[1:2]):
        tab.goto(f"/ballots/{keys['ballot open']['own']}")
        go_through(tab, {"choices": chosen}, "/receipt")
        assert "回执" in tab.inner_text("main")
        tab.goto(f"/ballots/{keys['ballot open']['own']}")
        assert "截止前可以更改" in tab.inner_text("main")

    tab.goto(f"/need/{resolved}/rate")
    go_through(tab, {"rating": "5"}, r"/needs/\d+$")
    assert "谢谢您的评价" in tab.inner_text("main")
    context.close()


def test_a_pot_says_what_is_left_while_one_chooses_and_keeps_no_choice(town: Town) -> None:
    context = town.window(persona="resident_two")
    tab = context.new_page()
    tab.goto(f"/ballots/{town.walked.world.ids['ballot by pot']['own']}")
    left = tab.locator("[data-pot-left]")
    assert left.inner_text() == "已选 0.00 元，还剩 1,000.00 元。"
    boxes = tab.locator("[name=choices][data-fen='60000']")
    boxes.nth(0).check()
    assert left.inner_text() == "已选 600.00 元，还剩 400.00 元。"
    boxes.nth(1).check()
    assert left.inner_text() == "已选 1,200.00 元，超过了 200.00 元，请去掉一些。"
    assert tab.evaluate("Object.keys(localStorage).length + Object.keys(sessionStorage).filter(key => key !== 'sent').length") == 0
    context.close()


def test_what_was_typed_outlives_a_dropped_line(town: Town) -> None:
    context = town.window(persona="resident")
    tab = context.new_page()
    tab.goto("/needs/new")
    words = tab.locator("[name=words]")
    words.fill("北门的台阶太高")
    context.set_offline(True)
    tab.locator("main form button[type=submit].btn-primary:visible").first.click()
    tab.get_by_text("现在没有网络").wait_for()
    assert words.input_value() == "北门的台阶太高"
    context.set_offline(False)
    tab.goto("/")
    tab.goto("/needs/new")
    tab.get_by_role("button", name="恢复这些内容").click()
    assert words.input_value() == "北门的台阶太高"
    # a line that drops on the way: the browser's own page of error, and back
    tab.route("**/needs/new", lambda route: route.abort("internetdisconnected") if route.request.method == "POST" else route.continue_())
    words.fill("北门的台阶太高，还很滑")
    with pytest.raises(BrowserError), tab.expect_navigation():
        tab.locator("main form button[type=submit].btn-primary:visible").first.click()
    tab.unroute("**/needs/new")
    tab.goto("/needs/new")
    tab.get_by_role("button", name="恢复这些内容").click()
    assert words.input_value() == "北门的台阶太高，还很滑"
    go_through(tab, {}, r"/needs/\d+$")
    tab.wait_for_load_state()
    tab.goto("/needs/new")
    assert not tab.get_by_role("button", name="恢复这些内容").count()
    context.close()


def test_a_chart_wider_than_the_phone_says_so(town: Town) -> None:
    context = town.window()
    tab = context.new_page()
    tab.goto(f"/ballots/{town.walked.world.ids['ballot counted']['own']}")
    chart = tab.locator(".chart .scroll").first
    assert chart.evaluate("e => e.scrollWidth > e.clientWidth")
    assert "左右滑动" in chart.evaluate("e => getComputedStyle(e, '::before').content")
    context.close()


def test_the_bar_names_the_role_in_full(town: Town) -> None:
    for persona in ("operator", "evaluator", "street"):
        context = town.window(DESK_SIZE, persona=persona)
        tab = context.new_page()
        tab.goto("/desk")
        assert tab.locator(".who-title.only-wide").evaluate("e => e.scrollWidth <= e.clientWidth"), persona
        context.close()
