"""The request at hand: its moment, who is looking, and the database it works on."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import current_app, g, has_request_context, request
from flask_login import LoginManager, current_user
from flask_sqlalchemy import SQLAlchemy
from flask_wtf.csrf import CSRFProtect
from sqlalchemy.orm import Session

from webapp.core.clock import Clock
from webapp.core.db import Base
from webapp.core.scope import Viewer

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
db = SQLAlchemy(metadata=Base.metadata, session_options={"expire_on_commit": False})
csrf = CSRFProtect()
login = LoginManager()
Aside = Callable[[Session], None]


@sa.event.listens_for(db.session, "loaded_as_persistent")
def _hold(session: Session, thing: Any) -> None:
    """A page that only reads holds what it loaded, so that the second who asks for a row by its key asks no database.

    Not where something is written: a row that is locked must be read anew.
    """
    if has_request_context() and request.method in SAFE:
        session.info.setdefault("held", []).append(thing)


def set_aside(write: Aside) -> None:
    """Keep something even though the request is refused: a failed sign-in, a code's try, a limit's count."""
    g.setdefault("aside", []).append(write)


def now() -> datetime:
    """The moment of this request, the same from its first line to its last."""
    if "now" not in g:
        clock: Clock = current_app.extensions["clock"]
        g.now = clock.now()
    moment: datetime = g.now
    return moment


def viewer() -> Viewer:
    """The person who is looking."""
    found: Viewer = current_user._get_current_object()
    return found


def frame() -> str:
    """The template around a page that both read: that of those who work here, or that of the public."""
    return "base.html" if getattr(viewer(), "members", ()) else "public.html"


__all__ = ["SAFE", "Aside", "csrf", "db", "frame", "login", "now", "set_aside", "viewer"]
