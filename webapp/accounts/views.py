"""Sign-in, one's own account, organisations, people."""

from flask import Blueprint, session

from webapp.accounts.viewer import Viewer, viewer_of
from webapp.core import web

bp = Blueprint("accounts", __name__)


@web.login.user_loader  # type: ignore[untyped-decorator]
def load_viewer(key: str) -> Viewer | None:
    """The viewer of a session; None when it was signed out everywhere or has been idle too long."""
    person, _, version = key.partition(".")
    idle = web.current_app.config["SANSHE"].idle_minutes * 60
    moment = web.now().timestamp()
    if moment - session.get("seen", moment) > idle:
        return None
    if moment - session.get("seen", 0) > 60:
        session["seen"] = moment
    found = viewer_of(web.db.session(), int(person), web.now())
    return found if found is not None and str(found.session_version) == version else None
