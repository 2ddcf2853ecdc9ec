"""The page on which a worker hears a recording and writes it down."""

from collections.abc import Iterable
from typing import Any

from flask import abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from webapp.core import files, web
from webapp.core.web import Back, db, entry, now, page, viewer
from webapp.needs import forms, recordings
from webapp.needs.blueprint import bp
from webapp.needs.models import UNHEARD, Need, Voice
from webapp.needs.queries import VoiceRow
from webapp.urgent.models import KINDS
from webapp.urgent.rules import kinds_of
from webapp.workflows import NEED

OPEN = NEED.step("hand_off").sources


@bp.route("/voices/<int:id>/words", methods=["GET", "POST"])
@entry("voice.write_down", Voice)
def write_down(voice: Voice) -> ResponseReturnValue:
    """听写. Words that do not belong in this channel lead straight to handing them off."""
    if voice.written_down is None:
        abort(404)
    me: Any = viewer()
    need = db.session().get_one(Need, voice.need_id)
    form = forms.WriteDown(words="" if voice.words == UNHEARD else voice.words)
    if form.validate_on_submit():
        words = form.words.data or ""
        kinds = web.tried(form, lambda: recordings.write_down(db.session(), need, voice, words=words, by=me, at=now()))
        if kinds is not None:
            flash("已记下，反映人能看到。", "ok")
            return redirect(hand_off(need, kinds[0]) if kinds and need.state in OPEN else url_for("needs.show", id=need.id))
    return page(
        "needs/write_down.html", 422 if form.errors else 200, heading="更正听写" if voice.written_down else "听写", form=form,
        sounds=files.of(db.session(), voice.ref, "recording"), back=Back(url_for("needs.show", id=need.id), need.number),
        submit="保存听写", last=voice.written_down == 1,
    )  # fmt: skip


def hand_off(need: Need, kind: str) -> str:
    """Where a need is handed off as one kind of what does not belong here."""
    return url_for("needs.need_hand_off", id=need.id, kind=kind)


def doubt(need: Need, voices: Iterable[VoiceRow]) -> tuple[str, str] | None:
    """What a handler is told of words written down that may not belong here, and where to hand them off; None where all is well."""
    kinds = [kind for one in voices if one.written_down for kind in kinds_of(one.words)[:1]]
    if not kinds or need.state not in OPEN:
        return None
    return f"听写的话可能属于{KINDS[kinds[0]]}。请马上核对，属实的转专人办理。", hand_off(need, kinds[0])
