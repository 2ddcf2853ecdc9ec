"""Pages of the receipt: having it printed, and what its QR code opens for whoever holds the paper."""

from flask import Response, abort, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from webapp.core import web
from webapp.core.web import db, entry, now, page, viewer
from webapp.needs import receipts
from webapp.needs.blueprint import bp
from webapp.needs.models import Need
from webapp.permissions import roles_for


def offered(need: Need) -> str:
    """Where the holder of a need's receipt looks, for who may have one printed; empty for all others."""
    return url_for("needs.follow", token=receipts.token(need.id)) if roles_for("need.receipt") & web.roles_here() else ""


@bp.post("/need/<int:id>/receipt")
@entry("need.receipt", Need)
def receipt(need: Need) -> ResponseReturnValue:
    """打印回执: made in the background within seconds; the page of that work leads to it."""
    return redirect(receipts.ask(db.session(), need, base=request.url_root, by=viewer(), at=now()).href)


@bp.get("/r/<token>")
@entry("need.follow")
def follow(token: str) -> Response:
    """Where a need stands, for whoever holds its receipt."""
    need = receipts.held(db.session(), token)
    if need is None:
        abort(404, "没有这份回执。请核对网址是否完整，或扫描回执上的二维码。")
    found = receipts.told(db.session(), need)
    stages = [] if found.sealed else web.where(need)
    shown = page("needs/follow.html", receipt=found, stages=stages, state_label="" if found.sealed else need.state_label)
    answer = make_response(shown)
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer
