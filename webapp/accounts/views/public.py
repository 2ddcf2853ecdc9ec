"""Help, privacy, the large mode, and the signs of life."""

from typing import Any

from flask import jsonify, make_response, redirect, request
from flask.typing import ResponseReturnValue

from webapp.accounts.rules import local_path
from webapp.accounts.views.door import bp
from webapp.core import migrate
from webapp.core.web import db, entry, page


@bp.get("/help")
@entry("portal.read")
def help() -> ResponseReturnValue:
    """帮助."""
    return page("accounts/help.html")


@bp.get("/privacy")
@entry("portal.read")
def privacy() -> ResponseReturnValue:
    """隐私说明."""
    return page("accounts/privacy.html")


@bp.route("/elder", methods=["GET", "POST"])
@entry("portal.read")
def elder() -> ResponseReturnValue:
    """大字版 on or off: a preference in a cookie, nothing else."""
    answer = make_response(redirect(local_path(request.values.get("next")) or "/"))
    on = request.values.get("on", "1") == "1"
    answer.set_cookie("elder", "1" if on else "0", max_age=365 * 86400, samesite="Lax", httponly=True, secure=request.is_secure)
    return answer


@bp.get("/healthz")
@entry("portal.read")
def healthz() -> ResponseReturnValue:
    """The process is up; asks nothing of the database."""
    return jsonify(ok=True)


alive: Any = healthz
alive.without_database = True


@bp.get("/readyz")
@entry("portal.read")
def readyz() -> ResponseReturnValue:
    """The database answers and has the newest form."""
    ready = migrate.is_current(db.session().connection())
    return jsonify(ready=ready), 200 if ready else 503
