"""The site: one transaction for each request, a form sent twice done once, and what stands at the head of every answer."""

from contextvars import ContextVar
from http import HTTPStatus
from pathlib import Path
from typing import Any

from flask import Flask, Response, flash, g, has_request_context, redirect, request

from webapp.core import door, faults, fit, once, static
from webapp.core.clock import Clock
from webapp.core.db import READ_ONLY, commit, hook, transaction
from webapp.core.web import SAFE, Aside, csrf, db, login, now, viewer

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; media-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'"
)


_root: ContextVar[str | None] = ContextVar("root", default=None)
"""Under which path the site answers this request: asking the request for each of a page's addresses took as long as building them."""
SAMPLE = 7_000_000_000_001
"""A key that no address has by itself."""


def frame_of(address: str, samples: list[int]) -> str:
    """An address with places for its sample keys; empty where one of them stands in it twice or not at all."""
    frame = address.replace("{", "{{").replace("}", "}}")
    for n, sample in enumerate(samples):
        if frame.count(str(sample)) != 1:
            return ""
        frame = frame.replace(str(sample), f"{{{n}}}")
    return frame


class Site(Flask):
    """Flask with one transaction per request, settled inside dispatch so that errors of the commit reach the handlers."""

    request_class = door.Asked

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.frames: dict[tuple[str, ...], str] = {}

    def dispatch_request(self) -> Response:
        """A write that succeeded is kept; a page only read, refused or failed leaves nothing behind, except what is set aside."""
        rooted = _root.set(request.script_root)
        try:
            if request.method in SAFE and self._reads():
                db.session.connection(execution_options=READ_ONLY)
            answer: Response = self._sent_before() or self.make_response(super().dispatch_request())
            if request.method not in SAFE and answer.status_code < HTTPStatus.BAD_REQUEST:
                self._remember(answer)
                commit(db.session())
            else:
                db.session.rollback()
            faults.point("answer")
            return answer
        except BaseException:
            db.session.rollback()
            raise
        finally:
            _root.reset(rooted)
            aside: list[Aside] = g.pop("aside", [])
            if aside:
                db.session.rollback()
                with transaction(db.engine) as own:
                    for write in aside:
                        write(own)

    def url_for(
        self, /, endpoint: str, *, _anchor: str | None = None, _method: str | None = None, _scheme: str | None = None,
        _external: bool | None = None, **values: Any,
    ) -> str:  # fmt: skip
        """An address. One that is asked for with keys alone is worked out once, and the keys are set in: a list asks for a hundred."""
        if not (_anchor or _method or _scheme or _external):
            root = _root.get()
            if root is None and has_request_context():
                root = request.script_root
            frame = "" if root is None else self._frame(root, endpoint, values)
            if frame:
                return frame.format(*values.values()) if values else frame
        return super().url_for(endpoint, _anchor=_anchor, _method=_method, _scheme=_scheme, _external=_external, **values)

    def _frame(self, root: str, endpoint: str, values: dict[str, Any]) -> str:
        """The address of a page with places for its keys, or of a file of the site's look; empty where each one is worked out."""
        place: tuple[str, ...] = (root, endpoint, *values)
        if endpoint == "static":
            place = (*place, *values.values())
        else:
            for one in values.values():
                if type(one) is not int or not 0 <= one <= fit.LARGEST:
                    return ""
        known = self.frames.get(place)
        if known is not None or endpoint.startswith("."):
            return known or ""
        if endpoint == "static" and values.get("filename") not in static.assets(Path(self.static_folder or "")):
            return ""
        samples = values if endpoint == "static" else {name: SAMPLE + n for n, name in enumerate(values)}
        address = super().url_for(endpoint, **samples)
        found = address if endpoint == "static" else frame_of(address, list(samples.values()))
        return self.frames.setdefault(place, found)

    def send_static_file(self, filename: str) -> Response:
        """A file of the site's look, from memory."""
        return static.answer(Path(self.static_folder or ""), filename, request)

    def _reads(self) -> bool:
        """Whether the page asks the database anything; a sign of life (`without_database`) does not."""
        view = self.view_functions.get(request.endpoint or "static")
        return request.endpoint not in (None, "static") and not getattr(view, "without_database", False)

    def _sent_before(self) -> Response | None:
        """The answer a form's first sending got, when the same token comes again."""
        token = request.form.get("once", "") if request.method == "POST" else ""
        if not token:
            return None
        location = once.first_time(db.session(), token[:64], viewer().ref, now())
        if location is None:
            return None
        flash("这份表单刚才已经提交过，没有重复办理。", "ok")
        return self.make_response(redirect(location))

    def _remember(self, answer: Response) -> None:
        token = request.form.get("once", "")
        if token:
            once.answered(db.session(), token[:64], viewer().ref, answer.headers.get("Location"))


def install(app: Flask, clock: Clock) -> None:
    """Give an app our database, sessions, and headers."""
    app.extensions["clock"] = clock
    app.url_map.converters["int"] = door.Key
    db.init_app(app)
    csrf.init_app(app)
    login.init_app(app)
    with app.app_context():
        hook(db.engine)
    static.install(app, Path(app.static_folder or ""))
    app.after_request(_headers)


def _headers(answer: Response) -> Response:
    answer.headers.setdefault("Content-Security-Policy", CSP)
    answer.headers.setdefault("X-Content-Type-Options", "nosniff")
    answer.headers.setdefault("Referrer-Policy", "same-origin")
    answer.headers.setdefault("X-Frame-Options", "DENY")
    answer.headers.setdefault("Permissions-Policy", "geolocation=(), camera=(), microphone=()")
    if request.endpoint != "static":
        answer.headers.setdefault("Cache-Control", "private, no-store")
        answer.headers.setdefault("Vary", "Accept, Cookie")
        static.pack(answer, request)
    return answer
