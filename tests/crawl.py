"""Walk the site by its own links, as each role: which pages there are, and which links lead nowhere."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

from flask import Flask
from werkzeug.exceptions import HTTPException

from tests.site import Page, Site

UNTRODDEN = ("/static/", "/healthz", "/readyz")


@dataclass(frozen=True)
class Met:
    """One page a person came to."""

    person: Any
    address: str
    endpoint: str
    status: int
    size: int
    """Characters a person would read."""
    came_from: str


def walk(app: Flask, person: Any = None, *, most: int = 3, start: str = "") -> Iterator[Met]:
    """Follow every link from the person's first page; of each route at most `most` addresses are opened."""
    site, routes = Site(app), app.url_map.bind("")
    visitor = site.as_(person)
    opened: Counter[str] = Counter()
    first = start or ("/desk" if person else "/")
    waiting, known = deque([(first, "")]), {first}
    while waiting:
        address, came_from = waiting.popleft()
        try:
            endpoint, _ = routes.match(urlsplit(address).path)
        except HTTPException:
            yield Met(person, address, "", 404, 0, came_from)
            continue
        opened[endpoint] += 1
        if opened[endpoint] > most and came_from != first:  # what waits on the desk is always opened
            continue
        page: Page = visitor.get(address)
        endpoint, _ = routes.match(page.path)  # where it led: perhaps to the sign-in
        if page.tree is None or "attachment" in page.answer.headers.get("Content-Disposition", ""):  # a file is no page
            yield Met(person, address, endpoint, page.status, 0, came_from)
            continue
        yield Met(person, address, endpoint, page.status, len(page.text), came_from)
        for link in page.links():
            there = urlsplit(urljoin(page.address, link))
            if there.netloc or there.scheme not in {"", "http", "https"} or there.path.startswith(UNTRODDEN):
                continue
            to = f"{there.path}?{there.query}".rstrip("?")
            if to not in known:
                known.add(to)
                waiting.append((to, page.address))
