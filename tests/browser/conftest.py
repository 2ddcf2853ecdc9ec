"""A real Chromium before a real server: the same application, on a free port, in a thread of this process."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

FLAGS = [
    "--no-sandbox", "--lang=zh-CN", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
DESK = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}


def chromium_path() -> str:
    """The installed Chromium; the tests never download one."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    raise RuntimeError("没有 Chromium：先运行 make test-setup")


def session_cookie(app: Flask, person: Any) -> str:
    """The cookie of somebody who has just signed in."""
    serializer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert serializer is not None
    return str(serializer.dumps({"_user_id": f"{person.id}.{person.session_version}", "_fresh": True}))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as play:
        found = play.chromium.launch(executable_path=os.environ.get("CHROMIUM") or chromium_path(), args=FLAGS)
        yield found
        found.close()


class Quiet(WSGIRequestHandler):
    """Keeps connections open, as the real server does, and does not tell each request."""

    protocol_version = "HTTP/1.1"

    def log_request(self, *_: Any) -> None: ...


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """A server for the site; gives its address."""
    app.config["PROPAGATE_EXCEPTIONS"] = False
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join(10)


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    """Where the site runs for this test."""
    with serving(app) as address:
        yield address


@pytest.fixture
def visit(browser: Browser, address: str, sign_in: Callable[[Page, Any], None]) -> Iterator[Callable[..., Page]]:
    """Open a window as somebody: `visit(cast.worker, PHONE)`. Every window notes errors of scripts and of the CSP."""
    contexts: list[BrowserContext] = []
    trouble: list[str] = []

    def heard(message: ConsoleMessage) -> None:
        if message.type == "error" and "Failed to load resource" not in message.text:  # a refusal is an answer, not an error
            trouble.append(f"{message.text} {message.location}")

    def open_window(person: Any = None, size: dict[str, int] = DESK) -> Page:
        context = browser.new_context(viewport=size, base_url=address, locale="zh-CN", timezone_id="Asia/Shanghai")  # type: ignore[arg-type]
        contexts.append(context)
        window = context.new_page()
        window.set_default_timeout(30_000)  # what a full machine may need; what never comes fails all the same
        if person is not None:
            sign_in(window, person)
        window.on("pageerror", lambda error: trouble.append(str(error)))
        window.on("console", heard)
        return window

    yield open_window
    for context in contexts:
        context.close()
    assert trouble == []


@pytest.fixture
def sign_in(address: str, app: Flask) -> Callable[[Page, Any], None]:
    """Give a window the session of somebody who has just signed in."""

    def signing(window: Page, person: Any) -> None:
        window.context.add_cookies([{"name": "session", "value": session_cookie(app, person), "url": address}])

    return signing
