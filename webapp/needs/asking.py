"""What the pages tell of look-alikes: to somebody who is still writing, and to who has just said a need."""

from collections.abc import Iterable
from typing import Any

from flask import jsonify, request
from flask.typing import ResponseReturnValue

from webapp.core import web
from webapp.core.web import db, entry, now, viewer
from webapp.needs import lookalikes
from webapp.needs.blueprint import bp
from webapp.needs.lookalikes import Known
from webapp.needs.models import Need
from webapp.needs.queries import VoiceRow


@bp.post("/needs/alike")
@entry("need.create")
def alike() -> ResponseReturnValue:
    """有人反映过差不多的事: of one's own community, or of the one that the need is for. By POST, so that no log keeps the words."""
    me: Any = viewer()
    area = request.form.get("area_code", "") or me.area_code or ""
    found = lookalikes.ask(db.session(), area, request.form.get("words", ""), person_id=me.id, at=now())
    return jsonify({"rows": [web.plain(one) | {"href": web.public_href("need", one.id), "state_label": one.state_label} for one in found]})


def known(need: Need, voices: Iterable[VoiceRow]) -> list[Known]:
    """The same for who has just said a need, scripts or not; nothing for its handlers, who have a list of their own."""
    if web.roles_here() - {"public"} != {"resident"} or need.state != "collected":
        return []
    return lookalikes.public(db.session(), need.area_code, [one.words for one in voices if one.written_down != 0], but=need.id)
