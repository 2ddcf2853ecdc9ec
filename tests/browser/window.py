"""The site as a person meets it on a screen: the verbs of `tests.site` done in a real Chromium, by clicking and typing.

A page is read as `tests.site.Page` reads it, from what the browser holds after its scripts have run; links, buttons and
fields are found in it and then really clicked, chosen and filled. So one story has two readers.
"""

from __future__ import annotations

import mimetypes
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, url_for
from playwright.sync_api import Error as BrowserError
from playwright.sync_api import Locator, Response
from playwright.sync_api import Page as Tab

from tests import site

WIDE = "document.documentElement.scrollWidth > innerWidth"
STUCK_OUT = """() => [...document.querySelectorAll("main *")].filter(e => e.getBoundingClientRect().right > innerWidth + 1
    && !e.closest(".scroll")).slice(0, 3).map(e => e.outerHTML.slice(0, 120))"""


TOLD = """() => [...document.querySelectorAll(".notice, .error, [role=status], [role=alert], [data-pressed], [data-sent], [data-busy]")]
    .map(e => e.outerHTML.slice(0, 400)).join("\\n")"""
"""What a page tells that did not go where it should."""

MARK = """button => {
  for (const one of document.querySelectorAll("[data-pressed]")) one.removeAttribute("data-pressed");
  button.setAttribute("data-pressed", "");
}"""


def until(tab: Tab, holds: str, seconds: float = 10) -> Any:
    """What a JavaScript expression gives once it is true of the page.

    Asked from outside: the browser's own waiting evaluates text inside the page, which our content policy forbids.
    """
    last = time.monotonic() + seconds
    while not (found := tab.evaluate(holds)):
        assert time.monotonic() < last, f"not within {seconds} s: {holds}"
        tab.wait_for_timeout(50)
    return found


@dataclass
class Windows:
    """Stands where `tests.site.Site` stands: one window for each person, kept while the story goes on."""

    app: Flask
    visit: Callable[..., Tab]
    sign_in: Callable[[Tab, Any], None]
    size_of: Callable[[Any], dict[str, int]]
    tabs: dict[int | None, Tab] = field(default_factory=dict)
    pages: int = 0
    everywhere: bool = False
    """Whether wide windows, too, may not scroll sideways."""

    def as_(self, person: Any = None) -> Window:
        """The person's window; signed in anew, for days may have passed."""
        key = person.id if person else None
        if key not in self.tabs:
            self.tabs[key] = self.visit(person, self.size_of(person))
        elif person is not None:
            self.sign_in(self.tabs[key], person)
        return Window(self, self.tabs[key])


class Window(site.Visitor):
    def __init__(self, windows: Windows, tab: Tab) -> None:
        self.windows, self.tab = windows, tab

    def open(self, endpoint: str, **args: Any) -> Sheet:
        with self.windows.app.test_request_context():
            return self.get(url_for(endpoint, **args))

    def get(self, path: str, **_: Any) -> Sheet:
        """Type an address; a file is fetched with the cookies of this window."""
        try:
            answer = self.tab.goto(path, wait_until="domcontentloaded")
        except BrowserError as error:
            if "Download is starting" not in str(error):
                raise
            got = self.tab.request.get(path)
            return Sheet(self, SimpleNamespace(status=got.status, url=got.url, body=got.body()), "")
        assert answer is not None
        return self.read(answer)

    def json(self, path: str) -> Any:
        return self.tab.request.get(path, headers={"Accept": "application/json"}).json()

    def press(self, target: Locator, stays: bool = False) -> Sheet:
        """Click what leads elsewhere: to a page, or, where one stays, to a file that the browser keeps."""
        unfold(target)
        if stays:
            with self.tab.expect_download() as kept:
                target.click(no_wait_after=True)
            return Sheet(self, SimpleNamespace(status=200, url=kept.value.url, body=Path(kept.value.path()).read_bytes()), "")
        try:
            with self.tab.expect_navigation(wait_until="domcontentloaded") as came:
                target.click(no_wait_after=True)
        except BrowserError as error:
            raise AssertionError(f"{self.tab.url}: {error}\n{self.tab.evaluate(TOLD)}") from error
        return self.read(came.value)

    def read(self, answer: Response) -> Sheet:
        self.windows.pages += 1
        if self.windows.everywhere or (self.tab.viewport_size or {}).get("width", 0) < 500:
            assert not self.tab.evaluate(WIDE), f"{self.tab.url}: 要左右滑动 {self.tab.evaluate(STUCK_OUT)}"
        return Sheet(self, answer, self.tab.content())


class Sheet(site.Page):
    """What the window shows. Acting on it brings it back when the window has gone elsewhere meanwhile."""

    def __init__(self, window: Window, answer: Any, content: str) -> None:
        self.window = window
        address = urlsplit(answer.url)
        where = f"{address.path}?{address.query}".rstrip("?")
        stand_in = SimpleNamespace(
            status_code=answer.status,
            request=SimpleNamespace(path=address.path, full_path=where),
            data=content.encode() if content else answer.body,
            mimetype="text/html" if content else "",
            get_data=lambda as_text=False: content if as_text else content.encode(),
        )
        super().__init__(window, stand_in, where)

    def _tab(self) -> Tab:
        if urlsplit(self.window.tab.url).path != self.path:
            self.window.get(self.address)
        return self.window.tab

    def _follow(self, link: Any) -> Sheet:
        assert self.tree is not None
        at = self.tree.xpath("//a[@href]").index(link)
        tab = self._tab()
        if link.get("target") == "_blank":
            return self.window.get(link.get("href"))
        return self.window.press(tab.locator("a[href]").nth(at), stays=link.get("download") is not None)

    def _send(self, form: Any, pressed: Any, values: dict[str, Any]) -> Sheet:
        assert self.tree is not None
        tab = self._tab()
        box = tab.locator("form").nth(self.tree.xpath("//form").index(form))
        names = {f.get("name") for f in form.xpath(".//input|.//select|.//textarea")}
        at = form.xpath(".//button|.//input[@type='submit']").index(pressed)
        box.locator("button, input[type=submit]").nth(at).evaluate(MARK)  # now: a chosen file brings buttons of its own
        button = box.locator("[data-pressed]")
        unfold(button)
        for name, value in values.items():
            name = name.replace("__", "-")
            assert name in names, f"{self.path}: 表单没有 {name}；有 {sorted(n for n in names if n)}"
            places = box.locator(f'[name="{name}"]')
            unfold(places.first)
            fill(places, value if isinstance(value, list) else [value])
        return self.window.press(button, stays=form.get("data-stay") is not None)


def unfold(target: Locator) -> None:
    """Open the folded parts it lies in, as a person does who looks for it."""
    for _ in range(4):
        folded = target.locator("xpath=ancestor::details[not(@open)]").first
        if target.is_visible() or not folded.count():
            return
        folded.locator("> summary").click()


def fill(places: Locator, values: list[Any]) -> None:
    """Type, choose, tick or attach, by what kind of field it is."""
    first = places.first
    tag, kind = first.evaluate("e => [e.tagName, e.type]")
    if kind in {"checkbox", "radio"}:
        for place in places.all():
            wanted = place.get_attribute("value") in values
            if wanted or kind == "checkbox":
                place.set_checked(wanted)
    elif kind == "file":
        first.set_input_files(
            [
                {"name": name, "mimeType": mimetypes.guess_type(name)[0] or "application/octet-stream", "buffer": data.getvalue()}
                for data, name in values
            ]
        )
    elif tag == "SELECT":
        first.select_option(values)
    else:
        for place, value in zip(places.all(), values, strict=True):
            place.fill(value)
