"""Subscriptions: the Atom feed of calls, and calendar files with their dates."""

from datetime import UTC, datetime

from flask import Response, abort, current_app, request, url_for
from flask.typing import ResponseReturnValue

from reports import atom, ics
from webapp.config import Config
from webapp.core.journal import digest
from webapp.core.web import db, entry
from webapp.portal.queries import feeds
from webapp.portal.views.base import bp

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
"""The moment of a feed without entries: it must not change while nothing does."""


@bp.get("/p/calls/feed")
@entry("portal.read")
def calls_feed() -> ResponseReturnValue:
    """订阅: new calls, new versions, answers, as an Atom feed."""
    entries = [atom.Entry(one.key, one.title, one.text, _address(one.path), one.at) for one in feeds.news(db.session())]
    name = _site()
    content = atom.feed(
        f"{name} 征集公告", entries, key=_house(), href=url_for("portal.calls_feed", _external=True), author=name, empty_at=LONG_AGO
    )
    return _answer(content, "application/atom+xml")


@bp.get("/p/calls/calendar.ics")
@entry("portal.read")
def calls_calendar() -> ResponseReturnValue:
    """日历: the dates of all published calls."""
    return _calendar(f"{_site()} 征集日程", feeds.days(db.session()))


@bp.get("/p/calls/<int:id>/calendar.ics")
@entry("portal.read")
def call_calendar(id: int) -> ResponseReturnValue:
    """日历: the dates of one call."""
    found = feeds.days(db.session(), id)
    if not found:
        abort(404)
    return _calendar(found[0].title.partition("：")[2], found)


def _calendar(name: str, days: list[feeds.Day]) -> ResponseReturnValue:
    house = digest(_house())[:12]
    events = [
        ics.Event(
            uid=f"{one.key}@{house}.sanshe", title=one.title, start=one.start, last=one.last, changed=one.changed, href=_address(one.path),
            sequence=one.version, cancelled=one.cancelled,
        )
        for one in days
    ]  # fmt: skip
    return _answer(ics.calendar(name, events, product=_site()), "text/calendar")


def _site() -> str:
    config: Config = current_app.config["SANSHE"]
    return config.site_name


def _house() -> str:
    """What tells this installation from others, and does not change with the address it is reached by."""
    return f"sanshe/{_site()}"


def _address(path: str) -> str:
    return request.host_url.rstrip("/") + path


def _answer(content: bytes, media_type: str) -> Response:
    """A file that readers ask for again and again: unchanged, it is not sent twice."""
    answer = Response(content, content_type=f"{media_type}; charset=utf-8")
    answer.add_etag()
    answer.make_conditional(request)
    return answer
