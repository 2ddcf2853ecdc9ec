"""What is said through a form and does not belong in this channel: sealed at once, and whom to call; and a false alarm."""

from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from webapp.core.web import db, now, page, viewer
from webapp.urgent import actions as urgent
from webapp.urgent.models import CALLS, Report
from webapp.urgent.queries import has_readers
from webapp.urgent.rules import kinds_of

PASSING = frozenset({"csrf_token", "once", "ordinary", "words"})
"""Fields of a form that do not go along as they came when it is sent again."""


def disclaimed(form: Any) -> Report | None:
    """The report whose author now says that it is none of these, for the very words that are sent again."""
    key = request.form.get("ordinary", "")
    return urgent.disclaim(db.session(), int(key), form.words.data or "", by=viewer()) if key.isdecimal() and len(key) < 12 else None


def seal(form: Any, area_code: str, channel: str, speaker: str | None = None, phone: str | None = None) -> ResponseReturnValue | None:
    """What does not belong in this channel is sealed at once, and the page says whom to call; None when it does belong here."""
    kinds = kinds_of(f"{form.words.data or ''}\n{form.place.data or ''}")
    if not kinds:
        return None
    said, me = form.answers(), viewer()
    report = urgent.receive(
        db.session(), kind=kinds[0], words=said["words"], area_code=area_code, channel=channel, person_id=me.id if channel == "web" else None,
        speaker=speaker, speaker_phone=phone, place=said["place"] or None,
        photos=[*(said["photos"] or ()), *(said.get("recording") or ())], by=me, at=now(),
    )  # fmt: skip
    fields = [(name, value) for name, value in request.form.items() if name not in PASSING]
    return page(
        "urgent/asked.html", calls=CALLS[kinds[0]], said=[*fields, ("words", said["words"])], key=report.id, action=request.path,
        is_read=has_readers(db.session(), area_code, at=now()),
    )  # fmt: skip
